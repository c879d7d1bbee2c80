// What stays the same while a hand-over is explored: the program with the order that its accesses must keep, the levels
// that may hold the line, and what the engine transfers.
import type { Domain, ResolvedCore } from "../model/chip.ts";
import { waitsForEndOf } from "../semantics/cpu.ts";
import type { Instruction } from "../semantics/instruction.ts";
import type { LevelRules } from "../semantics/line-state.ts";
import type { MasterSide } from "../semantics/master-side.ts";
import { rulesOfLevel } from "../semantics/ports.ts";
import { orderProgram } from "../semantics/program-order.ts";
import { type AccessSet, mostAccesses, setOf } from "./access-set.ts";
import { type DriverAccess, driverProgram, type LineProgram, type Transfer, transfersOf } from "./driver-program.ts";
import type { Scenario } from "./scenario.ts";

export interface HandOver {
  readonly scenario: Scenario;
  readonly levels: readonly LevelRules[];
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
  /** What is executed under masked interrupts, a list for each time that they are masked. */
  readonly masked: readonly AccessSet[];
}

/** Why something cannot be searched at all. */
export interface Undecided {
  readonly undecided: string;
}

/** @returns why not, where the program has more accesses than a state holds */
export function handOver(
  scenario: Scenario,
  core: ResolvedCore,
  dmaDomain: Domain,
  fence: LineProgram,
): HandOver | Undecided {
  const { port, direction } = scenario;
  const transfers = transfersOf(direction);
  const program = driverProgram(scenario, fence, transfers);
  const driver = program.flatMap((entry) => ("instruction" in entry ? [entry] : []));
  if (driver.length > mostAccesses)
    return { undecided: `driver and fence have ${driver.length} accesses to a line, more than ${mostAccesses}` };
  const { accesses, precedence } = orderProgram(
    program.map((entry) => ("instruction" in entry ? entry.instruction : entry.barrier)),
    {
      programOrder: core.architecture.programOrder,
      domain: dmaDomain,
      writeCombining: port.region.memoryType === "write-combining",
    },
  );
  return {
    scenario,
    levels: port.levels.map((index) => rulesOfLevel(core.caches[index]!)),
    side: {
      port: port.seesFrom,
      dirties: port.dirties,
      front: [...port.front.keys()],
      rules: port.front.map((index) => rulesOfLevel(core.masterCaches[index]!)),
    },
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
    masked: maskedStretches(driver).map((stretch) => setOf(driver.map((access) => stretch.includes(access)))),
  };
}

/** The accesses under masked interrupts; the driver's own stand between the methods of a fence. */
function maskedStretches(driver: readonly DriverAccess[]): DriverAccess[][] {
  const stretches: DriverAccess[][] = [];
  for (const [index, access] of driver.entries()) {
    if (!access.masked) continue;
    if (driver[index - 1]?.masked) stretches.at(-1)!.push(access);
    else stretches.push([access]);
  }
  return stretches;
}
