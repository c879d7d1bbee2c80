// What stays the same while a hand-over is explored: the program with the order that its accesses must keep, the levels
// that may hold the line, and what the engine transfers.
import type { Domain } from "../model/chip.ts";
import { waitsForEndOf } from "../semantics/cpu.ts";
import { type Instruction, type ProgramItem, storeTo } from "../semantics/instruction.ts";
import type { LevelRules } from "../semantics/line-state.ts";
import type { MasterSide } from "../semantics/master-side.ts";
import { type OrderRules, orderProgram, precedenceOf } from "../semantics/program-order.ts";
import { type AccessSet, mostAccesses, setOf } from "./access-set.ts";
import {
  bufferLine,
  type DriverAccess,
  type DriverBarrier,
  driverProgram,
  type LineProgram,
  otherCell,
  type Transfer,
  transfersOf,
  values,
} from "./driver-program.ts";
import type { KnownLines } from "./known-lines.ts";
import { type ChangesByItself, changesByItself, type LineChanges, lineChanges } from "./line-changes.ts";
import { type Layout, otherLine } from "./line-layout.ts";
import type { Port, Scenario } from "./scenario.ts";

export interface HandOver {
  readonly scenario: Scenario;
  /** Of each line that is followed. */
  readonly levels: readonly (readonly LevelRules[])[];
  /** How the engine comes to a line. */
  readonly side: MasterSide;
  /** The accesses with what is expected of each, and as the semantics see them. */
  readonly driver: readonly DriverAccess[];
  readonly accesses: readonly Instruction[];
  /** For each access, those that must be issued, and those that must be done, before it is issued. */
  readonly mustBeIssued: readonly AccessSet[];
  readonly mustBeDone: readonly AccessSet[];
  /** For each access, those without whose end it is not done. */
  readonly finishes: readonly AccessSet[];
  readonly all: AccessSet;
  readonly transfers: readonly Transfer[];
  /** The operations of acquire, as indexes of accesses. */
  readonly acquireOperations: readonly number[];
  readonly known: KnownLines;
  readonly changes: LineChanges;
  /** What is executed under masked interrupts, for each time that they are masked. */
  readonly masked: readonly MaskedStretch[];
}

export interface MaskedStretch {
  readonly all: AccessSet;
  /** Those that are done before a handler stores to the line: a barrier stands between, or the line's own order. */
  readonly doneBeforeHandlers: AccessSet;
}

/** Why something cannot be searched at all. */
export interface Undecided {
  readonly undecided: string;
}

/** @returns why not, where the program has more accesses than a state holds */
export function handOver(
  scenario: Scenario,
  layout: Layout,
  dmaDomain: Domain,
  fence: LineProgram,
): HandOver | Undecided {
  const { port, direction } = scenario;
  const { core } = layout;
  const transfers = transfersOf(direction);
  const program = driverProgram(scenario, fence, transfers, otherLine(layout));
  const driver = program.flatMap((entry) => ("instruction" in entry ? [entry] : []));
  if (driver.length > mostAccesses)
    return { undecided: `driver and fence have ${driver.length} accesses to a line, more than ${mostAccesses}` };
  const rules: OrderRules = {
    programOrder: core.architecture.programOrder,
    domain: dmaDomain,
    writeCombining: port.region.memoryType === "write-combining",
  };
  const { accesses, precedence } = orderProgram(program.map(itemOf), rules);
  const { ofLines, side, byItself } = surroundingsOf(layout, port);
  return {
    scenario,
    levels: ofLines,
    side,
    known: byItself.known,
    changes: lineChanges(ofLines, side, accesses, byItself),
    driver,
    accesses,
    mustBeIssued: precedence.map((row) => setOf(row.map((kind) => kind !== "none"))),
    mustBeDone: precedence.map((row) => setOf(row.map((kind) => kind === "done"))),
    finishes: accesses.map((access, index) =>
      setOf(accesses.slice(0, index).map((earlier) => waitsForEndOf(access, earlier))),
    ),
    all: setOf(accesses.map(() => true)),
    transfers,
    acquireOperations: driver.flatMap(({ part, instruction }, index) =>
      part === "acquire" && instruction.kind === "maintain" ? [index] : [],
    ),
    masked: maskedStretches(program).map((stretch) => {
      const isWaitedFor = (access: DriverAccess) => {
        const between = stretch.slice(stretch.indexOf(access) + 1).map(itemOf);
        return stretch.includes(access) && precedenceOf(access.instruction, between, ofHandler, rules) === "done";
      };
      return {
        all: setOf(driver.map((access) => stretch.includes(access))),
        doneBeforeHandlers: setOf(driver.map(isWaitedFor)),
      };
    }),
  };
}

interface Surroundings {
  readonly ofLines: readonly (readonly LevelRules[])[];
  readonly side: MasterSide;
  readonly byItself: ChangesByItself;
}

const surroundings = new WeakMap<Layout, WeakMap<Port, Surroundings>>();

/** What lies around the lines, whatever the program is: the same for a fence and for each change to it. */
function surroundingsOf(layout: Layout, port: Port): Surroundings {
  const ofLayout = surroundings.get(layout) ?? new WeakMap<Port, Surroundings>();
  surroundings.set(layout, ofLayout);
  const known = ofLayout.get(port) ?? newSurroundings(layout, port);
  ofLayout.set(port, known);
  return known;
}

function newSurroundings(layout: Layout, port: Port): Surroundings {
  const { core, levels, front } = layout;
  const ofLines = [levels.rules, (layout.alias ?? layout).levels.rules];
  const side: MasterSide = {
    port: levels.entries.filter(({ level }) => port.levels.indexOf(level) < port.seesFrom).length,
    dirties: levels.entries.flatMap(({ level }, index) =>
      port.dirties.includes(port.levels.indexOf(level)) ? [index] : [],
    ),
    levels: levels.rules,
    front: [...front.entries.keys()],
    rules: front.rules,
    driven: front.entries.flatMap(({ level }, at) => (core.masterCaches[level]!.driverMaintains ? [at] : [])),
  };
  return { ofLines, side, byItself: changesByItself(ofLines, side) };
}

/** A store of an interrupt handler beside the buffer. */
const ofHandler = storeTo({ location: "beside the buffer", line: bufferLine, cell: otherCell }, values.neighbour);

function itemOf(entry: DriverAccess | DriverBarrier): ProgramItem {
  return "instruction" in entry ? entry.instruction : entry.barrier;
}

/** What is executed under masked interrupts; the driver's own accesses stand between the methods of a fence. */
function maskedStretches(program: readonly (DriverAccess | DriverBarrier)[]): (DriverAccess | DriverBarrier)[][] {
  const stretches: (DriverAccess | DriverBarrier)[][] = [];
  for (const [index, entry] of program.entries()) {
    if (!entry.masked) continue;
    if (program[index - 1]?.masked) stretches.at(-1)!.push(entry);
    else stretches.push([entry]);
  }
  return stretches;
}
