// What is tried: every way in which a driver, a DMA engine and a neighbour can use a buffer that a fence hands over.
// The verifier follows one line of the buffer at a time, because lines do not interact: an inner line, and the
// first and the last, which hold a neighbour's data as well.

import type { CacheLevel, DmaController, Region, ResolvedCore } from "../model/chip.ts";
import type { ObligationKind } from "../plan/operation.ts";
import { otherAddresses, type SeenChip } from "../semantics/memory-map.ts";
import {
  connectionsOf,
  frontOf,
  levelsHolding,
  mayLeaveDirty,
  portAmong,
  reachableRegions,
} from "../semantics/ports.ts";
import { mayBeAlike, type UnlikeLines, unlikeLines } from "./unlike-sizes.ts";

/** Which way the bytes of a transfer go, as the CPU sees it. */
export type TransferDirection = "outbound" | "inbound" | "inbound short" | "bidirectional";

export interface Scenario {
  readonly direction: TransferDirection;
  /**
   * How the driver starts the engine. store: to a word in memory that a running engine polls and sees at once, because no
   * cache holds it or the engine snoops. descriptor: to a cached line of its own, which the same fence hands over.
   */
  readonly start: "MMIO write" | "MMIO read" | "store" | "descriptor";
  /**
   * Where the driver sees the end of the transfer; in the descriptor it does so after acquiring that. What does not write to the
   * memory writes to no descriptor there.
   */
  readonly status: "register" | "memory" | "descriptor";
  /** Which line of the buffer is followed. */
  readonly line: "first" | "inner" | "last";
  /** What the owner of the data beside the buffer does; none for an inner line. */
  readonly neighbour:
    | "none"
    | "quiet"
    | "is written by the master at any time"
    | "is written by the master meanwhile"
    | "writes"
    | "writes except during acquire"
    | "writes where interrupts are not masked";
  readonly rounds: 1 | 2;
  /** What the driver does with the buffer after acquire. */
  readonly after: "reads and writes" | "only writes";
  readonly port: Port;
  /** How large the lines of the levels are, where that is not alike. */
  readonly unlike?: UnlikeLines;
  /** What the CPU does with the buffer's memory at another address. */
  readonly alias?: AliasUse;
}

/** An address at which memory is shown once more. */
export interface Alias {
  readonly region: Region;
  /** Indexes, among the core's levels, of those that may hold its lines: other copies than those of the buffer's address. */
  readonly levels: readonly number[];
}

export interface AliasUse extends Alias {
  /** moved: it has written the buffer there, and released it there before it goes over. mixed: it reads and writes at both. */
  readonly use: "moved" | "mixed";
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
  /** Other addresses of such memory, each way of caching it once. */
  readonly aliases: readonly Alias[];
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
      const aliases = aliasesOf(region, levels, chip, core);
      const key = JSON.stringify([levels, seesFrom, dirties, front, writes, region.memoryType, tellApart(region)]);
      const known = ports.get(key);
      ports.set(
        key,
        known
          ? {
              ...known,
              controllers: [...new Set([...known.controllers, controller.name])],
              aliases: distinctAliases([...known.aliases, ...aliases]),
            }
          : { controllers: [controller.name], region, levels, seesFrom, dirties, front, writes, aliases },
      );
    }
  }
  return [...ports.values()];
}

/** The other addresses of a memory, where some level holds lines at one of them. */
function aliasesOf(region: Region, levels: readonly number[], chip: SeenChip, core: ResolvedCore): Alias[] {
  const others = otherAddresses(region, chip.regions).map(
    (other): Alias => ({ region: other, levels: levelsHolding(other, core) }),
  );
  return distinctAliases(others.filter((other) => levels.length > 0 || other.levels.length > 0));
}

function distinctAliases(aliases: readonly Alias[]): Alias[] {
  return [...new Map(aliases.map((alias) => [alias.levels.join(), alias])).values()];
}

/** What a driver may do with buffers that have several addresses. */
export function atTwoAddresses(ports: readonly Port[], use: AliasUse["use"]): Scenario[] {
  const beginning = { start: "MMIO write", status: "register", after: "reads and writes", line: "inner" } as const;
  return ports.flatMap((port) =>
    port.aliases.flatMap((alias) =>
      (port.writes ? (["outbound", "inbound", "bidirectional"] as const) : (["outbound"] as const)).map(
        (direction): Scenario => ({
          ...beginning,
          ...{ direction, port, alias: { ...alias, use }, neighbour: "none", rounds: 1 },
        }),
      ),
    ),
  );
}

/** Every scenario that a fence must get right within what it states. */
export function scenariosFor(
  ports: readonly Port[],
  obligations: readonly ObligationKind[],
  core: ResolvedCore,
): Scenario[] {
  const atOneAddress = ports.flatMap((port) => {
    const directions: readonly TransferDirection[] = port.writes
      ? ["outbound", "inbound", "inbound short", "bidirectional"]
      : ["outbound"];
    const caches = cachesAt(port, core);
    const sizes = [...(mayBeAlike(caches) ? [undefined] : []), ...unlikeLines(caches, core)];
    return sizes.flatMap((unlike) =>
      directions
        // Where lines are unlike, a short transfer is as good as another: the buffer's other cell is always looked at.
        .filter((direction) => unlike === undefined || direction !== "inbound short")
        .flatMap((direction) => ofDirection({ direction, port, ...(unlike && { unlike }) }, obligations, core)),
    );
  });
  if (obligations.includes("one-address")) return atOneAddress;
  return [...atOneAddress, ...atTwoAddresses(ports, obligations.includes("address-handed-over") ? "moved" : "mixed")];
}

/** The caches that may hold the lines of a port: the core's levels, then those in front of the master. */
export function cachesAt({ levels, front }: Port, { caches, masterCaches }: ResolvedCore): CacheLevel[] {
  return [...levels.map((level) => caches[level]!), ...front.map((level) => masterCaches[level]!)];
}

type Beginning = Pick<Scenario, "direction" | "port" | "unlike">;

function ofDirection(beginning: Beginning, obligations: readonly ObligationKind[], core: ResolvedCore): Scenario[] {
  const { direction, port, unlike } = beginning;
  // Two cells of a buffer that share the smallest line are as good as one, but for what DMA leaves untouched.
  const isSameInside =
    unlike !== undefined && unlike.sharedBytes === Math.min(...unlike.lineBytes) && direction !== "inbound";
  const inside = { line: "inner", neighbour: "none" } as const;
  const lines: readonly Pick<Scenario, "line" | "neighbour">[] = [
    ...(isSameInside ? [] : [inside]),
    ...edges(direction, obligations),
    ...(besideAnother(beginning, obligations, core) ? edgesWith("is written by the master meanwhile") : []),
  ];
  const once = lines.flatMap((line) => uses.map((use): Scenario => ({ ...beginning, ...line, ...use, rounds: 1 })));
  if (isSameInside) return once;
  const twice = uses.map((use): Scenario => ({ ...beginning, ...inside, ...use, rounds: 2 }));
  // Only a level that the master does not see, or one that the core does not, makes a descriptor something else than a word that it sees at once.
  const areElsewhere = isFrontMaintained(port, core) && obligations.includes("descriptors-elsewhere");
  // What only reads there gives no descriptor back through a cache of its own.
  const isBehindFront = port.front.length > 0 && port.writes && !areElsewhere;
  const givesBack = port.writes && !(port.dirties.length > 0 && obligations.includes("ended-first"));
  const ring: Scenario[] = (port.front.length > 0 ? isBehindFront : port.seesFrom > 0)
    ? [{ ...beginning, ...inside, ...throughDescriptor, ...(!givesBack && { status: "register" }), rounds: 1 }]
    : [];
  return [...once, ...twice, ...ring];
}

/** A descriptor that is acquired until it shows the end, wherever what a master writes into it may stay in a core's level. */
export function polledDescriptors(
  ports: readonly Port[],
  obligations: readonly ObligationKind[],
  core: ResolvedCore,
): Scenario[] {
  const leaving = ports.filter(({ writes, dirties }) => writes && dirties.length > 0);
  const isOnce = ({ line, start, status, after, rounds, alias }: Scenario) =>
    line === "inner" &&
    rounds === 1 &&
    alias === undefined &&
    `${start}, ${status}, ${after}` === "MMIO write, register, reads and writes";
  return scenariosFor(leaving, obligations, core)
    .filter(isOnce)
    .map((scenario) => ({ ...scenario, ...throughDescriptor }));
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

/**
 * Whether the master may write meanwhile to another buffer, in a line that it has in a cache of its own. In a larger line of the
 * core's, that would be somebody who writes to lines of the buffer.
 */
function besideAnother(
  { port, unlike }: Beginning,
  obligations: readonly ObligationKind[],
  core: ResolvedCore,
): boolean {
  // Where buffers that DMA writes to fill their lines, none of them shares one.
  if (obligations.includes("buffer-fills-its-lines") || obligations.includes("every-buffer-fills-its-lines"))
    return false;
  const isOneLine = unlike?.lineBytes.slice(port.levels.length).every((bytes) => bytes >= unlike.sharedBytes) ?? true;
  // Of a cache that its driver maintains it is promised that the master does not.
  return isFrontMaintained(port, core) && port.writes && isOneLine;
}

/** Whether the fence maintains a cache in front of the master. */
function isFrontMaintained({ front }: Port, { masterCaches }: ResolvedCore): boolean {
  return front.some((at) => !masterCaches[at]!.driverMaintains);
}

function edgesWith(neighbour: Scenario["neighbour"]): Pick<Scenario, "line" | "neighbour">[] {
  return [
    { line: "first", neighbour },
    { line: "last", neighbour },
  ];
}

/** Whether the data beside the buffer is that of another buffer of the same master, which writes to it. */
export function isOfMaster({ neighbour }: Pick<Scenario, "neighbour">): boolean {
  return neighbour === "is written by the master at any time" || neighbour === "is written by the master meanwhile";
}

/** The lines that a buffer shares, with what their other owner does. */
function edges(
  direction: TransferDirection,
  obligations: readonly ObligationKind[],
): Pick<Scenario, "line" | "neighbour">[] {
  const isWritten = direction !== "outbound";
  // What a short transfer leaves untouched is looked at where the buffer has a line to itself.
  if (direction === "inbound short" || obligations.includes("every-buffer-fills-its-lines")) return [];
  if (isWritten && obligations.includes("buffer-fills-its-lines")) return [];
  const writer = obligations.includes("edge-lines-quiet")
    ? "writes except during acquire"
    : obligations.includes("edge-lines-quiet-elsewhere")
      ? "writes where interrupts are not masked"
      : "writes";
  // A neighbour that writes to a line that DMA writes to is what the obligation rules out.
  const neighbour = isWritten && obligations.includes("buffer-owns-its-lines") ? "quiet" : writer;
  return edgesWith(neighbour);
}

export function scenarioName({
  direction,
  start,
  status,
  line,
  neighbour,
  rounds,
  after,
  port,
  unlike,
  alias,
}: Scenario): string {
  const beside = neighbour === "none" ? "" : `, neighbour ${neighbour}`;
  const mapped = port.region.memoryType === "write-combining" ? ", write-combining" : "";
  const sizes = unlike ? `, lines of ${unlike.lineBytes.join(" and ")} bytes, shared one of ${unlike.sharedBytes}` : "";
  const elsewhere = alias ? `, ${alias.use === "moved" ? "written before" : "used"} at ${alias.region.name} too` : "";
  return `${direction}, ${rounds === 1 ? "one round" : "two rounds"}, started by ${start}, end seen in ${status}, then ${after}, ${line} line${beside}${sizes}${elsewhere}, ${port.controllers[0]} in ${port.region.name}${mapped}`;
}
