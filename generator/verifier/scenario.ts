// What is tried: every way in which a driver, a DMA engine and a neighbour can use a buffer that a fence hands over.
// The verifier follows one line of the buffer at a time, because lines do not interact: an inner line, and the
// first and the last, which hold a neighbour's data as well.

import type { CacheLevel, DmaController, Region, ResolvedCore } from "../model/chip.ts";
import type { ObligationKind } from "../plan/operation.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import {
  connectionsOf,
  frontOf,
  levelsHolding,
  mayLeaveDirty,
  portAmong,
  reachableRegions,
} from "../semantics/ports.ts";

/** Which way the bytes of a transfer go, as the CPU sees it. */
export type TransferDirection = "outbound" | "inbound" | "inbound short" | "bidirectional";

export interface Scenario {
  readonly direction: TransferDirection;
  /**
   * How the driver starts the engine. store: to a word in memory that a running engine polls and sees at once, because no
   * cache holds it or the engine snoops. descriptor: to a cached line of its own, which the same fence hands over.
   */
  readonly start: "MMIO write" | "MMIO read" | "store" | "descriptor";
  /** Where the driver sees the end of the transfer; in the descriptor it does so after acquiring that. */
  readonly status: "register" | "memory" | "descriptor";
  /** Which line of the buffer is followed. */
  readonly line: "first" | "inner" | "last";
  /** What the owner of the data beside the buffer does; none for an inner line. */
  readonly neighbour:
    | "none"
    | "quiet"
    | "was written by the master"
    | "writes"
    | "writes except during acquire"
    | "writes where interrupts are not masked";
  readonly rounds: 1 | 2;
  /** What the driver does with the buffer after acquire. */
  readonly after: "reads and writes" | "only writes";
  readonly port: Port;
}

/** A way in which a DMA master is connected to memory that it reaches. */
export interface Port {
  readonly controllers: readonly string[];
  readonly region: Region;
  /** Indexes, among the core's levels, of those that may hold the region's lines. */
  readonly levels: readonly number[];
  /** Index, among `levels`, of the first that the master sees; their number where it sees memory only. */
  readonly seesFrom: number;
  /** Indexes, among `levels`, of those in which its writes may stay as dirty lines. */
  readonly dirties: readonly number[];
  /** Indexes, among the core's `masterCaches`, of those that the master's accesses go through, from the master to its port. */
  readonly front: readonly number[];
  readonly writes: boolean;
}

/** A world that differs from the described one. */
export interface PortOptions {
  /** Whether a master sees a level; left out, by what it snoops. */
  readonly visible?: (level: CacheLevel, controller: DmaController) => boolean;
  /** What else distinguishes regions for a fence; left out, nothing. */
  readonly tellApart?: (region: Region) => string;
}

/** The different connections of these masters, each once: masters and regions that no fence could tell apart share one. */
export function portsOf(
  chip: SeenChip,
  core: ResolvedCore,
  controllers: readonly DmaController[],
  { visible, tellApart = () => "" }: PortOptions = {},
): Port[] {
  const ports = new Map<string, Port>();
  for (const controller of controllers.flatMap((each) => connectionsOf(each, core))) {
    for (const { region, writes } of reachableRegions(chip, controller)) {
      const levels = levelsHolding(region, core);
      const seesFrom = portAmong(levels, controller, core, visible);
      const dirties = levels.flatMap((level, index) =>
        index >= seesFrom && mayLeaveDirty(controller, core.caches[level]!, core) ? [index] : [],
      );
      const front = frontOf(controller, core);
      const key = JSON.stringify([levels, seesFrom, dirties, front, writes, region.memoryType, tellApart(region)]);
      const known = ports.get(key);
      ports.set(
        key,
        known
          ? { ...known, controllers: [...new Set([...known.controllers, controller.name])] }
          : { controllers: [controller.name], region, levels, seesFrom, dirties, front, writes },
      );
    }
  }
  return [...ports.values()];
}

/** Every scenario that a fence must get right within what it states. */
export function scenariosFor(ports: readonly Port[], obligations: readonly ObligationKind[]): Scenario[] {
  const ownsLines = obligations.includes("buffer-owns-its-lines");
  const writer = obligations.includes("edge-lines-quiet")
    ? "writes except during acquire"
    : obligations.includes("edge-lines-quiet-elsewhere")
      ? "writes where interrupts are not masked"
      : "writes";
  return ports.flatMap((port) => {
    const directions: readonly TransferDirection[] = port.writes
      ? ["outbound", "inbound", "inbound short", "bidirectional"]
      : ["outbound"];
    return directions.flatMap((direction) => {
      // A neighbour that writes to a line that DMA writes to is what the obligation rules out.
      const mayWrite = direction === "outbound" || !ownsLines;
      const lines: readonly Pick<Scenario, "line" | "neighbour">[] = [
        { line: "inner", neighbour: "none" },
        // What a short transfer leaves untouched is looked at where the buffer has a line to itself.
        ...(direction === "inbound short" ? [] : edges(mayWrite ? writer : "quiet")),
      ];
      const once = lines.flatMap((line) =>
        uses.map((use): Scenario => ({ direction, ...line, ...use, rounds: 1, port })),
      );
      const twice = uses.map(
        (use): Scenario => ({ direction, line: "inner", neighbour: "none", ...use, rounds: 2, port }),
      );
      // Only a level that the master does not see, or one that the core does not, makes a descriptor something else than a word that it sees at once.
      const ring: Scenario[] =
        port.seesFrom > 0 || port.front.length > 0
          ? [{ direction, line: "inner", neighbour: "none", ...throughDescriptor, rounds: 1, port }]
          : [];
      return [...once, ...twice, ...ring];
    });
  });
}

/** How a driver may start a transfer, see its end, and go on; what the trait's letter speaks of comes first. */
const uses: readonly Pick<Scenario, "start" | "status" | "after">[] = (
  ["MMIO write", "MMIO read", "store"] as const
).flatMap((start) =>
  (["register", "memory"] as const).flatMap((status) =>
    (["reads and writes", "only writes"] as const).map((after) => ({ start, status, after })),
  ),
);

/** A ring: its descriptor tells the engine to begin, and the driver that it has ended. */
const throughDescriptor = { start: "descriptor", status: "descriptor", after: "reads and writes" } as const;

/**
 * The property that is broken where this one is. All that goes wrong where DMA is started by a store is one property of its
 * own: the trait's letter speaks of starts by MMIO only.
 */
export function propertyIn({ start }: Scenario, property: string): string {
  return start === "store" || start === "descriptor" ? "memory start" : property;
}

function edges(neighbour: Scenario["neighbour"]): Pick<Scenario, "line" | "neighbour">[] {
  return [
    { line: "first", neighbour },
    { line: "last", neighbour },
  ];
}

export function scenarioName({ direction, start, status, line, neighbour, rounds, after, port }: Scenario): string {
  const beside = neighbour === "none" ? "" : `, neighbour ${neighbour}`;
  const mapped = port.region.memoryType === "write-combining" ? ", write-combining" : "";
  return `${direction}, ${rounds === 1 ? "one round" : "two rounds"}, started by ${start}, end seen in ${status}, then ${after}, ${line} line${beside}, ${port.controllers[0]} in ${port.region.name}${mapped}`;
}
