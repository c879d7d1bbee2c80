// What happens beside the CPU, in Promela: caches, the engine, the neighbour, and who watches that no property is broken.
// SEMANTICS.md, section 12.
import { type Access, values } from "./hand-over.ts";
import { levelName } from "./print-lines.ts";
import { type Choice, choices, constantOf, type Scenario } from "./scenarios.ts";
import { allOf, comment, identifier } from "./text.ts";
import type { Port } from "./world.ts";

/** What the model's CPU programs execute, as far as the neighbour has to know. */
export interface Stretches {
  /** Number of the program, from 0. */
  readonly program: number;
  readonly acquire: readonly Access[];
  /** For each time that interrupts are masked. */
  readonly masked: readonly MaskedStretch[];
}

export interface MaskedStretch {
  readonly accesses: readonly Access[];
  /** Those that a handler's store to the line waits for until they are done. */
  readonly doneBeforeHandlers: readonly Access[];
}

/** Choices that all scenarios agree in are constants, the others variables. */
export function printChoices(scenarios: readonly Scenario[]): string {
  const all = Object.keys(choices) as Choice[];
  const constants = [...new Set(all.flatMap((choice) => choices[choice].map((value) => constantOf(choice, value))))];
  return [
    "/* What a scenario chooses. */",
    ...constants.map((name, index) => `#define ${name} ${index}`),
    ...all.map((choice) => {
      const [only, ...others] = distinctOf(choice, scenarios);
      return others.length === 0 ? `#define ${choice} ${constantOf(choice, only!)}` : `byte ${choice};`;
    }),
    "",
    "#define is_shared (neighbour != NEIGHBOUR_NONE)",
    "#define reads (direction == OUTBOUND || direction == BIDIRECTIONAL)",
    "#define writes (direction != OUTBOUND)",
    `#define last_value (rounds == TWO -> ${values.cpu[2]} : ${values.cpu[1]})`,
  ].join("\n");
}

function distinctOf(choice: Choice, scenarios: readonly Scenario[]): string[] {
  return [...new Set(scenarios.map((scenario) => scenario[choice]))];
}

/** One of the scenarios, and of the programs that it can have. */
export function printInit(
  scenarios: readonly Scenario[],
  programs: readonly { readonly name: string; readonly isRing: boolean; readonly change: number }[],
  changes: number,
  { levels }: Port,
): string {
  const varying = (Object.keys(choices) as Choice[]).filter((choice) => distinctOf(choice, scenarios).length > 1);
  const chosen = (scenario: Scenario, index: number) => [
    `  ${comment(scenario.name)}`,
    `  :: d_step { scenario = ${index}; ${varying.map((choice) => `${choice} = ${constantOf(choice, scenario[choice])}`).join("; ")} }`,
  ];
  const dirtyLevel = levels.find(({ policy }) => policy === "write-back");
  const neighbours = dirtyLevel
    ? [
        `lines[BUFFER].level[${levelName(dirtyLevel)}].is = DIRTY`,
        `lines[BUFFER].level[${levelName(dirtyLevel)}].cell[OTHER] = ${values.neighbourBefore}`,
      ]
    : [`lines[BUFFER].memory[OTHER] = ${values.neighbourBefore}`];
  const run = programs.map(({ name, isRing, change }) => {
    const conditions = [
      ...(programs.some((other) => other.isRing !== isRing) ? [`start ${isRing ? "==" : "!="} BY_DESCRIPTOR`] : []),
      ...(changes > 1 ? [`change == ${change}`] : []),
    ];
    return `    :: ${allOf(conditions)} -> run ${name}()`;
  });
  return [
    "init {",
    ...(scenarios.length > 1 ? ["  if", ...scenarios.flatMap(chosen), "  fi;"] : [`  ${comment(scenarios[0]!.name)}`]),
    ...(changes > 1
      ? ["  if", ...Array.from({ length: changes }, (_, index) => `  :: change = ${index}`), "  fi;"]
      : []),
    "  atomic {",
    `    /* The neighbour's data is dirty in the innermost level that can keep it so. */`,
    `    if :: is_shared -> ${neighbours.join("; ")} :: else fi;`,
    ...(levels.length > 0 ? ["    run caches();"] : []),
    "    run engine();",
    "    run neighbour_of_the_buffer();",
    "    run watcher();",
    "    if",
    ...run,
    "    fi",
    "#ifdef EACH",
    "    ; run reporter()",
    "#endif",
    "  }",
    "}",
  ].join("\n");
}

export function printCaches({ levels }: Port, lines: number): string {
  if (levels.length === 0) return "";
  const names = ["BUFFER", "DESCRIPTOR"].slice(0, lines);
  return [
    "proctype caches() GOES_ON {",
    "end:",
    "  do",
    ...names.flatMap((name) => ["fills", "evictions"].map((what) => `  :: atomic { ${what}(${name}) }`)),
    "  od",
    "}",
  ].join("\n");
}

export function printEngine({ seesFrom }: Port, hasRing: boolean): string {
  const [first, second] = values.cpu;
  return [
    "/* The engine reads before it writes, and shows the end when all is moved. */",
    "proctype engine() GOES_ON {",
    "end:",
    "  do",
    ...(hasRing
      ? [
          "  /* It polls the descriptor, wherever that is by now. */",
          "  :: atomic { start == BY_DESCRIPTOR && shown >= started ->",
          `       look(DESCRIPTOR, ${seesFrom});`,
          `       if :: seen[OWN] == ${values.ownedByEngine} -> started++ :: else fi }`,
        ]
      : []),
    "  :: atomic { shown < started && reads && !has_read ->",
    `       look(BUFFER, ${seesFrom});`,
    "       has_read = true;",
    `       check(seen[OWN] == (started == 1 -> ${first} : ${second})) /* outbound, or later writes */ }`,
    "  :: atomic { shown < started && writes && !has_written && (has_read || !reads) ->",
    `       dma_write(BUFFER, OWN, (started == 1 -> ${values.dma[0]} : ${values.dma[1]}));`,
    "       has_written = true }",
    "  :: atomic { shown < started && (has_read || !reads) && (has_written || !writes) ->",
    ...(hasRing
      ? [`       if :: status == IN_DESCRIPTOR -> dma_write(DESCRIPTOR, OWN, ${values.ownedByDriver}) :: else fi;`]
      : []),
    "       shown = started }",
    "  od",
    "}",
  ].join("\n");
}

export function printNeighbour(stretches: readonly Stretches[]): string {
  const byChoice = [
    "neighbour == NEIGHBOUR_WRITES",
    `neighbour == NEIGHBOUR_WRITES_EXCEPT_DURING_ACQUIRE && (${ofPrograms(stretches, ({ acquire }) => notWithin(acquire, acquire))})`,
    `neighbour == NEIGHBOUR_WRITES_WHERE_INTERRUPTS_ARE_NOT_MASKED && (${ofPrograms(stretches, ({ masked }) =>
      allOf(masked.map(({ accesses, doneBeforeHandlers }) => `(${notWithin(accesses, doneBeforeHandlers)})`)),
    )})`,
  ];
  return [
    "/* The owner of the data beside the buffer stores to it once, where the fence lets it. */",
    "proctype neighbour_of_the_buffer() GOES_ON {",
    "end:",
    "  do",
    "  :: atomic { !has_neighbour_written && (",
    byChoice.map((each) => `         (${each})`).join(" ||\n"),
    "       ) ->",
    `       store(BUFFER, OTHER, ${values.neighbour});`,
    "       has_neighbour_written = true }",
    "  od",
    "}",
  ].join("\n");
}

/** A condition that depends on which program runs; the same where all have it. */
function ofPrograms(stretches: readonly Stretches[], condition: (of: Stretches) => string): string {
  const programs = new Map<string, number[]>();
  for (const each of stretches) {
    const text = condition(each);
    programs.set(text, [...(programs.get(text) ?? []), each.program]);
  }
  if (programs.size === 1) return [...programs.keys()][0]!;
  return [...programs]
    .map(([text, numbers]) => `(${numbers.map((number) => `change == ${number}`).join(" || ")}) && (${text})`)
    .join(" || ");
}

/** Before the first of them, or after all are issued, and some of them done. */
function notWithin(accesses: readonly Access[], finished: readonly Access[]): string {
  if (accesses.length === 0) return "true";
  const none = allOf(accesses.map(({ name }) => `!begun(${name})`));
  const all = allOf(accesses.map((each) => `${finished.includes(each) ? "done" : "issued"}(${each.name})`));
  return `${none} || ${all}`;
}

export function printWatcher(names: readonly string[], lines: number, { levels }: Port): string {
  const cells = (of: string) => [`${of}[OWN] = 0`, `${of}[OTHER] = 0`];
  const reset = [
    ...names.map((name) => `progress[${name}] = 0`),
    "started = 0",
    "shown = 0",
    "has_read = false",
    "has_written = false",
    "has_neighbour_written = false",
    ...["BUFFER", "DESCRIPTOR"]
      .slice(0, lines)
      .flatMap((line) => [
        ...cells(`lines[${line}].memory`),
        ...levels.flatMap((level) => [
          `lines[${line}].level[${levelName(level)}].is = NONE`,
          ...cells(`lines[${line}].level[${levelName(level)}].cell`),
        ]),
      ]),
  ];
  return [
    `#define all_done (${names.map((name) => `done(${name})`).join(" && \\\n  ")})`,
    "",
    "/* What must hold at any time, and at the end. */",
    "proctype watcher() GOES_ON {",
    "end:",
    "  do",
    "  :: atomic { is_shared ->",
    "       look(BUFFER, 0);",
    `       check(seen[OTHER] == (has_neighbour_written -> ${values.neighbour} : ${values.neighbourBefore})) /* neighbour */ }`,
    "  :: atomic { all_done ->",
    "       look(BUFFER, 0);",
    "       check(seen[OWN] == last_value) /* later writes */ }",
    "  od",
    "}",
    "",
    "#ifdef EACH",
    "/* Says of each scenario once that it goes wrong, and that it gets to its end: from a state that is the same in each execution. */",
    "proctype reporter() {",
    "  if",
    "  :: atomic { broken -> what = 1 }",
    "  :: atomic { !broken && all_done && shown == (rounds == TWO -> 2 : 1) -> broken = true; what = 2 }",
    "  fi;",
    `  d_step { ${reset.join("; ")} };`,
    '  printf("change %d scenario %d outcome %d\\n", change, scenario, what)',
    "}",
    "#endif",
  ].join("\n");
}

export function programName(isRing: boolean, change: number): string {
  return identifier(`${isRing ? "ring" : "driver"} ${change}`);
}
