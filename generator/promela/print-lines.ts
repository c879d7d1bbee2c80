// A cache line in Promela: what it consists of, and what may be done to it. SEMANTICS.md, sections 4, 5 and 6.
import type { Operation } from "../model/chip.ts";
import { drops, type Effect } from "./hand-over.ts";
import { body, cited, comment, commentBlock, constant, identifier, indented, refuseSameNames } from "./text.ts";
import type { Level, Port } from "./world.ts";

export type OperationEffect = Extract<Effect, { kind: "operation" }>;

/** The types and the actions of a port's lines. */
export function printLines({ levels, seesFrom, dirties }: Port, lines: number): string {
  refuseSameNames(levels.map((level) => [levelName(level), level.name]));
  return [
    printTypes(levels, lines),
    printLook(levels),
    ...(levels.length > 0 ? [printTakeAndDrop()] : []),
    // Outermost first, because a level writes to the next.
    ...levels.flatMap((level, index) => (level.policy === "write-back" ? [printClean(levels, index)] : [])).reverse(),
    printStore(levels),
    ...(levels.length > 0 ? [printFills(levels), printEvictions(levels)] : []),
    ...(levels.some(({ fillsBySpeculation }) => !fillsBySpeculation) ? [printLoadFill(levels)] : []),
    printDmaWrite(levels, seesFrom, dirties),
  ].join("\n\n");
}

export function levelName({ name }: Level): string {
  return `LEVEL_${constant(name)}`;
}

function printTypes(levels: readonly Level[], lines: number): string {
  return [
    "/* A copy of a line in a cache: none, or one that memory has as well, or one that is newer than memory. */",
    "#define NONE 0",
    "#define CLEAN 1",
    "#define DIRTY 2",
    "",
    "/* The cells of a line. */",
    "#define OWN 0   /* the buffer's */",
    "#define OTHER 1 /* the neighbour's, or one that a short transfer leaves untouched */",
    "",
    ...levels.flatMap((level, index) => [comment(describe(level, index)), `#define ${levelName(level)} ${index}`]),
    ...(levels.length > 0
      ? ["", "typedef Copy { byte is; byte cell[2] };"]
      : ["/* No cache holds a line of this memory. */"]),
    `typedef Line { byte memory[2]${levels.length > 0 ? `; Copy level[${levels.length}]` : ""} };`,
    "",
    "#define BUFFER 0",
    ...(lines > 1 ? ["#define DESCRIPTOR 1"] : []),
    `Line lines[${lines}];`,
    "",
    "/* Scratch: always written before it is read, within one step, and no part of the state. */",
    "hidden byte seen[2];",
    "hidden byte value;",
    "hidden byte forwarded;",
  ].join("\n");
}

function describe(
  { name, policy, fillsBySpeculation, takesCleanVictims, isOfOthers, sources }: Level,
  index: number,
): string {
  if (isOfOthers)
    return `${name}: what other cores of the cluster filled by speculation, and may serve a load of this one with; it never holds what this core stored.`;
  const words = [
    policy,
    fillsBySpeculation ? "filled at any time" : "filled by accesses only, of any code",
    ...(takesCleanVictims && index > 0 ? ["takes clean lines that the level inside it evicts"] : []),
  ];
  return `${name}: ${words.join(", ")}.${cited(sources)}`;
}

function printLook(levels: readonly Level[]): string {
  return [
    "/* What is seen of line l from a level outwards: the innermost copy, else memory. */",
    "inline look(l, from) {",
    "  seen[OWN] = lines[l].memory[OWN];",
    "  seen[OTHER] = lines[l].memory[OTHER]",
    ...levels
      .map((level, index) => {
        const copy = `lines[l].level[${levelName(level)}]`;
        return `  ; if :: from <= ${index} && ${copy}.is != NONE -> seen[OWN] = ${copy}.cell[OWN]; seen[OTHER] = ${copy}.cell[OTHER] :: else fi`;
      })
      .reverse(),
    "}",
  ].join("\n");
}

function printTakeAndDrop(): string {
  return [
    "/* A level takes a copy of what was looked at. */",
    "inline take(l, at, how) {",
    "  lines[l].level[at].is = how;",
    "  lines[l].level[at].cell[OWN] = seen[OWN];",
    "  lines[l].level[at].cell[OTHER] = seen[OTHER]",
    "}",
    "",
    "/* A level drops its copy, whatever it holds. */",
    "inline drop(l, at) {",
    "  lines[l].level[at].is = NONE;",
    "  lines[l].level[at].cell[OWN] = 0;",
    "  lines[l].level[at].cell[OTHER] = 0",
    "}",
  ].join("\n");
}

/** What was looked at, a whole line, arrives at a level on its way outwards. */
function arriveAt(levels: readonly Level[], index: number): string[] {
  const level = levels[index];
  if (!level) return ["lines[l].memory[OWN] = seen[OWN]", "lines[l].memory[OTHER] = seen[OTHER]"];
  const name = levelName(level);
  if (level.policy === "write-back") return [`take(l, ${name}, DIRTY)`];
  if (level.policy === "read-only") return [`drop(l, ${name})`, ...arriveAt(levels, index + 1)];
  return [
    `if :: lines[l].level[${name}].is != NONE -> take(l, ${name}, CLEAN) :: else fi`,
    ...arriveAt(levels, index + 1),
  ];
}

function cleanName(level: Level): string {
  return `clean_${identifier(level.name)}`;
}

function printClean(levels: readonly Level[], index: number): string {
  const level = levels[index]!;
  const name = levelName(level);
  const copy = `lines[l].level[${name}]`;
  return [
    comment(`${level.name} writes a dirty copy to ${levels[index + 1]?.name ?? "memory"} and keeps it.`),
    `inline ${cleanName(level)}(l) {`,
    "  if",
    `  :: ${copy}.is == DIRTY ->`,
    `    seen[OWN] = ${copy}.cell[OWN];`,
    `    seen[OTHER] = ${copy}.cell[OTHER];`,
    `${body(arriveAt(levels, index + 1), "    ")};`,
    `    ${copy}.is = CLEAN`,
    "  :: else",
    "  fi",
    "}",
  ].join("\n");
}

function printStore(levels: readonly Level[]): string {
  const storeAt = (index: number): string[] => {
    const level = levels[index];
    if (!level) return ["lines[l].memory[c] = v"];
    const name = levelName(level);
    const copy = `lines[l].level[${name}]`;
    if (level.policy === "write-back")
      return [
        `if :: ${copy}.is == NONE -> look(l, ${index + 1}); take(l, ${name}, DIRTY) :: else -> ${copy}.is = DIRTY fi`,
        `${copy}.cell[c] = v`,
      ];
    const own =
      level.policy === "read-only" ? `drop(l, ${name})` : `if :: ${copy}.is != NONE -> ${copy}.cell[c] = v :: else fi`;
    return [own, ...storeAt(index + 1)];
  };
  return [
    "/* The CPU stores: the innermost write-back level becomes dirty. */",
    "inline store(l, c, v) {",
    body(storeAt(0), "  "),
    "}",
  ].join("\n");
}

function printFills(levels: readonly Level[]): string {
  return [
    "/* Caches fill at any time, with what the next levels hold: by speculation, or because other code reads beside the buffer. */",
    "inline fills(l) {",
    "  if",
    ...levels.map((level, index) => {
      const name = levelName(level);
      return `  :: lines[l].level[${name}].is == NONE -> look(l, ${index + 1}); take(l, ${name}, CLEAN)`;
    }),
    "  fi",
    "}",
  ].join("\n");
}

function printEvictions(levels: readonly Level[]): string {
  const options = levels.flatMap((level, index): string[] => {
    const name = levelName(level);
    const copy = `lines[l].level[${name}].is`;
    const next = levels[index + 1];
    const written =
      level.policy === "write-back" ? [`:: ${copy} == DIRTY -> ${cleanName(level)}(l); drop(l, ${name})`] : [];
    const dropped = `:: ${copy} == CLEAN -> drop(l, ${name})`;
    const moved =
      next?.takesCleanVictims && !level.isOfOthers
        ? [
            `:: ${copy} == CLEAN && lines[l].level[${levelName(next)}].is == NONE -> look(l, ${index}); take(l, ${levelName(next)}, CLEAN); drop(l, ${name})`,
          ]
        : [];
    return [...written, dropped, ...moved];
  });
  return [
    "/* And evict at any time; a dirty copy is written out first. */",
    "inline evictions(l) {",
    "  if",
    ...options.map((each) => `  ${each}`),
    "  fi",
    "}",
  ].join("\n");
}

function printLoadFill(levels: readonly Level[]): string {
  const fills = levels
    .flatMap((level, index) => {
      if (level.fillsBySpeculation) return [];
      const missed = levels.slice(0, index + 1).map((each) => `lines[l].level[${levelName(each)}].is == NONE`);
      return [`if :: ${missed.join(" && ")} -> look(l, ${index + 1}); take(l, ${levelName(level)}, CLEAN) :: else fi`];
    })
    .reverse();
  return [
    "/* A load that misses fills the levels that loads and stores fill. */",
    "inline fill_on_load(l) {",
    body(fills, "  "),
    "}",
  ].join("\n");
}

function printDmaWrite(levels: readonly Level[], seesFrom: number, dirties: readonly number[]): string {
  const seen = levels.slice(seesFrom);
  const through = [
    "lines[l].memory[c] = v",
    ...seen.map((level) => {
      const copy = `lines[l].level[${levelName(level)}]`;
      return `if :: ${copy}.is != NONE -> ${copy}.cell[c] = v :: else fi`;
    }),
  ];
  const left = dirties.map((index) => {
    const name = levelName(levels[index]!);
    return [
      `look(l, ${seesFrom})`,
      `take(l, ${name}, DIRTY)`,
      `lines[l].level[${name}].cell[c] = v`,
      ...levels.slice(seesFrom, index).map((level) => `drop(l, ${levelName(level)})`),
    ];
  });
  const isOne = left.length === 0;
  return [
    commentBlock([
      "The engine writes: memory, and every copy that its port sees.",
      ...(isOne
        ? []
        : ["Or what it writes stays as a dirty line in a level, and the copies between that and the port are gone."]),
    ]),
    "inline dma_write(l, c, v) {",
    ...(isOne
      ? [body(through, "  ")]
      : ["  if", ...[through, ...left].map((each) => `  :: ${body(each, "     ").trimStart()}`), "  fi"]),
    "}",
  ].join("\n");
}

/** The name of what an operation does, in the model. */
export function operationName({ mechanism, operation, mayFail, isInOthers }: OperationEffect): string {
  const more = `${isInOthers ? "_in_others" : ""}${mayFail ? "_or_nothing" : ""}`;
  return `do_${identifier(mechanism.id)}_${identifier(mechanism.instance.slice(mechanism.id.length))}_${identifier(operation.name)}${more}`.replaceAll(
    "__",
    "_",
  );
}

export function printOperation(levels: readonly Level[], effect: OperationEffect): string {
  const { mechanism, operation, mayFail, isInOthers } = effect;
  const maintained = levels.filter((level) => !level.isOfOthers && level.mechanism === mechanism.instance);
  const reached = operation.to === "this-level" ? maintained.slice(0, 1) : maintained;
  const others = levels.filter(({ isOfOthers }) => isOfOthers);
  const reachesOthers = drops(operation) && (isInOthers || mechanism.otherCores?.effect === "at-once");
  const inOthers = reachesOthers ? others.map((level) => `drop(l, ${levelName(level)})`) : [];
  const results = [
    [...statementsOf(operation.effect, reached), ...inOthers],
    // Where the manual leaves it open, every result is possible.
    ...(operation.mayCleanToo ? [[...statementsOf("clean-and-invalidate", reached), ...inOthers]] : []),
    ...(operation.to === "unification" || mayFail ? [[]] : []),
  ];
  return [
    commentBlock([
      `${operation.name} of ${mechanism.title}: ${operation.effect}, on ${reached.map(({ name }) => name).join(", ") || "no level that holds the buffer"}${inOthers.length > 0 ? ", and in the other cores" : ""}.`,
      ...(operation.mayCleanToo ? ["It may write a dirty copy back first."] : []),
      ...(operation.to === "unification"
        ? ["It goes to the point of unification only, and so may do nothing here."]
        : []),
      ...(mayFail
        ? ["It may do nothing: interrupts are not masked, or it is issued fewer times than the silicon needs."]
        : []),
    ]),
    `inline ${operationName(effect)}(l) {`,
    ...(results.length === 1
      ? [body(orSkip(results[0]!), "  ")]
      : ["  if", ...results.map((each) => `  :: ${indented(orSkip(each).join(";\n"), "     ").trimStart()}`), "  fi"]),
    "}",
  ].join("\n");
}

function orSkip(statements: readonly string[]): readonly string[] {
  return statements.length === 0 ? ["skip"] : statements;
}

function statementsOf(effect: Operation["effect"], reached: readonly Level[]): string[] {
  const cleaned = reached.filter(({ policy }) => policy === "write-back").map((level) => `${cleanName(level)}(l)`);
  const dropped = reached.map((level) => `drop(l, ${levelName(level)})`).reverse();
  switch (effect) {
    case "clean":
      return cleaned;
    case "invalidate":
      return dropped;
    case "clean-and-invalidate":
      return [...cleaned, ...dropped];
    case "discard-dirty":
      return reached.map((level) => {
        const copy = `lines[l].level[${levelName(level)}].is`;
        return `if :: ${copy} == DIRTY -> ${copy} = CLEAN :: else fi`;
      });
  }
}
