// A fence's scenarios as one Promela model for Spin: a second witness, made from SEMANTICS.md and the facts by code that
// shares nothing with semantics/ but the plan. world.ts says in what a hand-over happens, scenarios.ts what is tried,
// fence-items.ts what the fence executes, hand-over.ts the whole program, order.ts what must come before what; the rest prints.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { fenceItems, type StepPlace } from "./fence-items.ts";
import { type Access, type Entry, handOver, isAccess, storeOfHandler } from "./hand-over.ts";
import { NotExpressed } from "./not-expressed.ts";
import { type OrderFacts, waitFor } from "./order.ts";
import { type CpuProgram, printCpu } from "./print-cpu.ts";
import { operationName, printLines, printOperation } from "./print-lines.ts";
import {
  printCaches,
  printChoices,
  printEngine,
  printInit,
  printNeighbour,
  printWatcher,
  programName,
  type Stretches,
} from "./print-machine.ts";
import { holdsIn, type Scenario } from "./scenarios.ts";
import { commentBlock, refuseSameNames } from "./text.ts";

export interface ModelOptions {
  /** All of one port. */
  readonly scenarios: readonly Scenario[];
  /** The fences to try: as planned (undefined), or with a step left out; Spin chooses among several. */
  readonly changes: readonly (StepPlace | undefined)[];
}

interface Program extends CpuProgram {
  readonly isRing: boolean;
  readonly change: number;
}

/** @throws NotExpressed where that cannot be said in one model */
export function promelaModel(
  plan: FencePlan,
  chip: ResolvedChip,
  core: ResolvedCore,
  { scenarios, changes }: ModelOptions,
): string {
  const [first] = scenarios;
  if (!first || changes.length === 0) throw new NotExpressed("there is no scenario to print");
  const { port } = first;
  if (scenarios.some((each) => each.port !== port)) throw new NotExpressed("the scenarios are those of several ports");
  if (port.front.length > 0)
    throw new NotExpressed(`accesses of ${port.masters[0]} go through a cache of its own, ${port.front.join(", ")}`);
  const programs = changes.flatMap((leftOut, change) => programsOf(plan, chip, core, scenarios, leftOut, change));
  const accesses = programs.flatMap(({ entries }) => entries.filter(isAccess));
  const names = [...new Set(accesses.map(({ name }) => name))];
  const hasRing = programs.some(({ isRing }) => isRing);
  const lines = hasRing ? 2 : 1;
  const effects = accesses.flatMap(({ effect }) => (effect.kind === "operation" ? [effect] : []));
  refuseSameNames(
    effects.map((effect) => [operationName(effect), `${effect.operation.name} of ${effect.mechanism.instance}`]),
  );
  const operations = new Map(effects.map((effect) => [operationName(effect), effect]));
  const order = {
    architecture: core.architecture,
    isWriteCombining: port.region.memoryType === "write-combining",
  };
  return `${[
    heading(plan, first, changes),
    printChoices(scenarios),
    printLines(port, lines),
    ...[...operations.values()].map((effect) => printOperation(port.levels, effect)),
    printState(names, scenarios.length, changes.length),
    ...programs.map((program) => printCpu(program, order, port.levels, names)),
    printCaches(port, lines),
    printEngine(port, hasRing),
    printNeighbour(changes.map((_, change) => stretchesOf(programs, change, order))),
    printWatcher(names, lines, port),
    printInit(scenarios, programs, changes.length, port),
  ]
    .filter(Boolean)
    .join("\n\n")}\n`;
}

/** The programs of a changed fence: where a ring is among the scenarios, one more. */
function programsOf(
  plan: FencePlan,
  chip: ResolvedChip,
  core: ResolvedCore,
  scenarios: readonly Scenario[],
  leftOut: StepPlace | undefined,
  change: number,
): Program[] {
  const { port } = scenarios[0]!;
  const items = (method: "release" | "acquire") => fenceItems(plan, core, chip.dmaDomain, port, method, leftOut);
  const fence = { release: items("release"), acquire: items("acquire") };
  return [false, true].flatMap((isRing) => {
    const own = scenarios.filter(({ start }) => (start === "descriptor") === isRing);
    if (own.length === 0) return [];
    const inScenarios = (entry: Entry) => !isAccess(entry) || own.some((each) => holdsIn(entry.when, each));
    const title = `${isRing ? "with a descriptor" : "with a word or a register that starts the engine"}, ${changeText(leftOut)}`;
    const entries = handOver(fence, isRing).filter(inScenarios);
    return [{ name: programName(isRing, change), title, entries, scenarios: own, isRing, change }];
  });
}

function changeText(leftOut: StepPlace | undefined): string {
  return leftOut ? `${leftOut.fence} step ${leftOut.step} left out` : "the fence as planned";
}

/** Of the buffer in its first round: the neighbour is beside an edge line, which is followed for one round. */
function stretchesOf(programs: readonly Program[], program: number, order: OrderFacts): Stretches {
  const own = programs.find(({ change, isRing }) => change === program && !isRing);
  const entries = (own?.entries ?? []).filter((each) => !isAccess(each) || each.when.rounds?.includes("two") !== true);
  const names = new Set(entries.flatMap((each) => (isAccess(each) ? (each.masked ?? []) : [])));
  return {
    program,
    acquire: entries.filter(isAccess).filter(({ part, effect }) => part === "acquire" && effect.kind === "operation"),
    masked: [...names].map((name) => {
      const stretch = entries.filter(({ masked }) => masked === name);
      const accesses = stretch.filter(isAccess);
      const isWaitedFor = (access: Access) =>
        waitFor(access, storeOfHandler, stretch.slice(stretch.indexOf(access) + 1), order) === "done";
      return { accesses, doneBeforeHandlers: accesses.filter(isWaitedFor) };
    }),
  };
}

function heading(plan: FencePlan, { port }: Scenario, changes: readonly (StepPlace | undefined)[]): string {
  return commentBlock([
    `${plan.name}: ${changes.map(changeText).join("; ")}.`,
    `A line of a buffer in ${port.region.name}, for ${port.masters.join(", ")}.`,
    "",
    "Made by `fencegen verify --promela` from the facts of the chip and the words of SEMANTICS.md. To look for an execution that goes wrong:",
    "",
    "  spin -a MODEL.pml && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m100000",
    "",
    "and to see it: spin -t -p -g MODEL.pml",
  ]);
}

function printState(names: readonly string[], scenarios: number, changes: number): string {
  return [
    "/* How far each access is; one that a scenario does not execute counts as done. */",
    "#define ISSUED 1",
    "#define DONE 2",
    "#define LEFT_OUT 3",
    "#define waiting(access) (progress[access] == 0)",
    "#define begun(access) (progress[access] == ISSUED || progress[access] == DONE)",
    "#define issued(access) (progress[access] >= ISSUED)",
    "#define done(access) (progress[access] >= DONE)",
    ...names.map((name, index) => `#define ${name} ${index}`),
    `byte progress[${names.length}];`,
    "",
    "/* Rounds that the engine was started for, and whose end it has shown; what it has moved in this one. */",
    "byte started;",
    "byte shown;",
    "bool has_read;",
    "bool has_written;",
    "bool has_neighbour_written;",
    "",
    scenarios > 1 ? "byte scenario;" : "#define scenario 0",
    changes > 1 ? "byte change;" : "#define change 0",
    "",
    "/* A property: spin -DEACH goes on to say which scenarios break one. */",
    "#ifdef EACH",
    "bool broken;",
    "byte what;",
    "#define GOES_ON provided (!broken)",
    "inline check(holds) { if :: holds :: else -> broken = true fi }",
    "#else",
    "#define GOES_ON",
    "inline check(holds) { assert(holds) }",
    "#endif",
  ].join("\n");
}
