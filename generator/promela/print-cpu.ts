// The CPU in Promela: the accesses of a program in any order that the order of section 3 of SEMANTICS.md allows.
import { type Access, type Cell, type Entry, isAccess } from "./hand-over.ts";
import { isDoneLater, type OrderFacts, operationsBefore, orderOf, type Waits } from "./order.ts";
import { operationName } from "./print-lines.ts";
import { type Choice, type Condition, constantOf, holdsIn, type Scenario } from "./scenarios.ts";
import { allOf, cited, comment, commentBlock } from "./text.ts";
import type { Level } from "./world.ts";

export interface CpuProgram {
  /** As the model calls it. */
  readonly name: string;
  readonly title: string;
  readonly entries: readonly Entry[];
  readonly scenarios: readonly Scenario[];
}

/** @param known the names of all accesses of the model */
export function printCpu(
  program: CpuProgram,
  facts: OrderFacts,
  levels: readonly Level[],
  known: readonly string[],
): string {
  const entries = program.entries.filter(
    (entry) => !isAccess(entry) || program.scenarios.some((each) => holdsIn(entry.when, each)),
  );
  const waits = orderOf(entries, facts);
  return [
    commentBlock([`The CPU: ${program.title}. Its program, in order:`, ...entries.map(described)]),
    `proctype ${program.name}() GOES_ON {`,
    ...leftOut(waits, program.scenarios, known),
    "end:",
    "  do",
    ...waits.flatMap((each) => optionsOf(each, waits, entries, levels, program.scenarios)),
    "  od",
    "}",
  ].join("\n");
}

function described(entry: Entry): string {
  if (isAccess(entry)) return `  ${entry.name}: ${entry.text} [${entry.accessClass}]`;
  const { instruction, rows, sources } = entry.barrier;
  const orders = rows.map(({ earlier, later, completes }) =>
    earlier.length === 0 || later.length === 0
      ? "nothing"
      : `${earlier.join(", ")} before ${later.join(", ")}${completes.length > 0 ? `, and completes ${completes.join(", ")}` : ""}`,
  );
  return `  -- ${entry.step}: ${instruction}, which orders ${orders.join("; and ") || "nothing that the masters see"}${cited(sources)}`;
}

/** What a scenario does not execute counts as done from the start. */
function leftOut(waits: readonly Waits[], scenarios: readonly Scenario[], known: readonly string[]): string[] {
  const own = new Map(waits.map(({ access }) => [access.name, access]));
  const lines = known.flatMap((name) => {
    const access = own.get(name);
    if (!access) return [`    progress[${name}] = LEFT_OUT`];
    const condition = conditionText(access.when, scenarios);
    return condition === "true" ? [] : [`    if :: !(${condition}) -> progress[${name}] = LEFT_OUT :: else fi`];
  });
  if (lines.length === 0) return [];
  return ["  d_step { /* What this scenario does not execute. */", lines.join(";\n"), "  };"];
}

/** The condition in Promela, without what holds in every one of the scenarios. */
export function conditionText(condition: Condition, scenarios: readonly Scenario[]): string {
  const parts = (Object.keys(condition) as Choice[]).flatMap((choice) => {
    if (scenarios.every((scenario) => holdsIn({ [choice]: condition[choice] }, scenario))) return [];
    const each = (condition[choice] as readonly string[]).map((value) => `${choice} == ${constantOf(choice, value)}`);
    return [each.length > 1 ? `(${each.join(" || ")})` : each[0]!];
  });
  return allOf(parts);
}

function optionsOf(
  wait: Waits,
  all: readonly Waits[],
  entries: readonly Entry[],
  levels: readonly Level[],
  scenarios: readonly Scenario[],
): string[] {
  const { access } = wait;
  const ends = operationsBefore(entries, access).map(({ name }) => `done(${name})`);
  const guards = guardsOf(wait, all, scenarios);
  const text = comment(`${access.text}${sourcesOf(access)}`, "  ");
  if (!isDoneLater(access)) {
    const { guard = [], statements, last = [] } = performed(access, wait, entries, levels);
    const conditions = allOf([`waiting(${access.name})`, ...guards, ...ends, ...guard]);
    return [text, option(conditions, [...statements, `progress[${access.name}] = DONE`, ...last])];
  }
  const issue = option(allOf([`waiting(${access.name})`, ...guards]), [`progress[${access.name}] = ISSUED`]);
  const effects = performed(access, wait, entries, levels).statements;
  const finish = option(allOf([`progress[${access.name}] == ISSUED`, ...ends]), [
    ...effects,
    `progress[${access.name}] = DONE`,
  ]);
  return [text, issue, "  /* ... and is done at some time afterwards. */", finish];
}

function option(condition: string, statements: readonly string[]): string {
  return `  :: atomic { ${condition} ->\n       ${statements.join(";\n       ")} }`;
}

function sourcesOf({ effect }: Access): string {
  if (effect.kind === "operation") return cited([...effect.operation.sources, ...effect.mechanism.ordering.sources]);
  return effect.kind === "completion" && effect.mechanism.completion ? cited(effect.mechanism.completion.sources) : "";
}

/** What it waits for, without what something else that it waits for has waited for. */
function guardsOf({ issued, done }: Waits, all: readonly Waits[], scenarios: readonly Scenario[]): string[] {
  const textOf = ({ when }: Access) => conditionText(when, scenarios);
  const hasWaited = (wanted: Access, kinds: readonly ("issued" | "done")[]) =>
    all.some(({ access, ...waited }) => {
      if (!issued.includes(access) && !done.includes(access)) return false;
      // What is left out has waited for nothing.
      const isThere = ["true", textOf(wanted)].includes(textOf(access));
      return isThere && kinds.some((kind) => waited[kind].includes(wanted));
    });
  return [
    ...done.filter((each) => !hasWaited(each, ["done"])).map(({ name }) => `done(${name})`),
    ...issued.filter((each) => !hasWaited(each, ["issued", "done"])).map(({ name }) => `issued(${name})`),
  ];
}

interface Performed {
  readonly guard?: readonly string[];
  readonly statements: readonly string[];
  /** After the access is done. */
  readonly last?: readonly string[];
}

function performed(access: Access, wait: Waits, entries: readonly Entry[], levels: readonly Level[]): Performed {
  const { effect } = access;
  switch (effect.kind) {
    case "store":
      return { statements: [`store(${cellText(effect.to)}, ${effect.value})`] };
    case "load":
      return load(access, wait, entries, levels);
    case "start":
      return { statements: ["started++", "has_read = false", "has_written = false"] };
    case "see-end":
      return { guard: [`shown >= ${effect.round}`], statements: [] };
    case "operation":
      return { statements: [`${operationName(effect)}(${effect.line})`] };
    case "completion":
      return { statements: [] };
  }
}

function load(access: Access, { done }: Waits, entries: readonly Entry[], levels: readonly Level[]): Performed {
  const { effect } = access;
  if (effect.kind !== "load") return { statements: [] };
  const { from, expected, awaits } = effect;
  const own = entries
    .slice(0, entries.indexOf(access))
    .filter(isAccess)
    .filter((other) => other.effect.kind === "store" && other.location === access.location && !done.includes(other));
  const isFilled = levels.some(({ fillsBySpeculation }) => !fillsBySpeculation);
  const fill = `fill_on_load(${from.line})`;
  const filled = isFilled ? [own.length === 0 ? fill : `if :: ${fill} :: forwarded -> skip fi`] : [];
  const looked = [
    `look(${from.line}, 0)`,
    `value = seen[${from.cell}]`,
    ...(own.length > 0 ? ["forwarded = false", ...forwarding(own)] : []),
  ];
  if (awaits !== undefined) {
    // It is performed when it finds that; until then the driver looks again.
    return { statements: [...looked, `if :: value != ${awaits} -> goto end :: else fi`, ...filled] };
  }
  return {
    statements: [...looked, ...filled],
    last: expected ? [`check(value == ${expected.value}) /* ${expected.property} */`] : [],
  };
}

/** The newest earlier store of its own that is not performed yet. */
function forwarding(stores: readonly Access[]): string[] {
  const newestFirst = [...stores].reverse();
  const nested = newestFirst.reduceRight((rest, { name, effect }) => {
    const value = effect.kind === "store" ? effect.value : 0;
    return `if :: !done(${name}) -> value = ${value}; forwarded = true :: else${rest === "" ? "" : ` -> ${rest}`} fi`;
  }, "");
  return [nested];
}

function cellText({ line, cell }: Cell): string {
  return `${line}, ${cell}`;
}
