// What each DMA master of a chip reaches, and the errors of buffers that lie elsewhere. Generated classes carry the
// table, and refuse a buffer that no master of theirs can reach; a driver asks for its own master.
import { requireBuffer } from "./buffer.ts";
import type { DmaBuffer } from "./dma-fence.ts";

/** A chip's memory and masters, by the names of its description; of a generated class, `Master` is the union of their names. */
export interface DmaReach<Master extends string = string> {
  /** The chip's title. */
  readonly chip: string;
  /** First and last address of each region. */
  readonly regions: Readonly<Record<string, readonly [first: bigint, last: bigint]>>;
  /** What each DMA master reaches. */
  readonly masters: Readonly<Record<Master, MasterReach>>;
}

/** What a master reaches, by names of regions: what is left out is none. */
export interface MasterReach {
  /** What it reads and writes. */
  readonly reaches: readonly string[];
  /** What it only reads. */
  readonly reads?: readonly string[];
  /** What it only writes. */
  readonly writes?: readonly string[];
  /** What it perhaps reads and writes: no source says so. */
  readonly mayReach?: readonly string[];
  /** What it perhaps reads. */
  readonly mayRead?: readonly string[];
}

/** Whether a master can access a buffer: unknown where no source says so, undescribed where no memory holds some byte. */
export type Reach = "yes" | "no" | "unknown" | "undescribed";

/** A buffer lies in memory that a DMA master cannot reach, or is not known to. */
export class ReachError extends Error {
  override readonly name = "ReachError";
}

interface Decided {
  readonly reach: Reach;
  /** What decides, from which address on. */
  readonly region: string;
  readonly address: bigint;
}

/**
 * Whether one master can read or write the whole buffer.
 * @throws {ReachError} where the chip has no such master
 * @throws {RangeError} for a buffer that is none
 */
export function reachOf<Master extends string>(
  reach: DmaReach<Master>,
  master: NoInfer<Master>,
  access: "read" | "write",
  buffer: DmaBuffer,
): Reach {
  return decide(reach, buffer, answerFor(reach, master, access)).reach;
}

/**
 * Checks that one master is known to read or write the whole buffer.
 * @throws {ReachError} naming chip, region and master
 */
export function requireReach<Master extends string>(
  reach: DmaReach<Master>,
  master: NoInfer<Master>,
  access: "read" | "write",
  buffer: DmaBuffer,
): void {
  const { reach: found, region, address } = decide(reach, buffer, answerFor(reach, master, access));
  if (found === "yes") return;
  const verb = found === "unknown" ? `is not known to ${access}` : `cannot ${access}`;
  throw new ReachError(`${reach.chip}: ${master} ${verb} ${region} (0x${address.toString(16)})`);
}

/**
 * Refuses a buffer of which some byte lies in memory that no master reaches. Generated classes name that memory.
 * @param masters those that the fence is for; left out, all of the chip's
 * @throws {ReachError} naming chip, region and masters
 */
export function refuseUnreached(
  { chip, regions, masters: all }: DmaReach,
  { address, lengthBytes }: DmaBuffer,
  unreached: readonly string[],
  masters: readonly string[] = Object.keys(all),
): void {
  for (const name of unreached) {
    const [first, last] = regions[name]!;
    const at = address > first ? address : first;
    if (at <= last && at < address + BigInt(lengthBytes))
      throw new ReachError(`${chip}: none of ${masters.join(", ")} reaches ${name} (0x${at.toString(16)})`);
  }
}

/**
 * Refuses a buffer of which some byte lies in no memory: of generated classes that are wrong outside described memory.
 * @throws {ReachError} naming the chip and the byte
 */
export function refuseUndescribed({ chip, regions }: DmaReach, { address, lengthBytes }: DmaBuffer): void {
  for (let at = address; at < address + BigInt(lengthBytes); ) {
    const found = Object.values(regions).find(([first, last]) => at >= first && at <= last);
    if (!found) throw new ReachError(`${chip}: no memory is described at 0x${at.toString(16)}`);
    at = found[1] + 1n;
  }
}

type Answer = (region: string) => "yes" | "no" | "unknown";

/** @throws {RangeError} for what is no access */
export function requireAccess(access: "read" | "write"): void {
  if (access !== "read" && access !== "write") throw new RangeError(`a master reads or writes; it does not ${access}`);
}

function answerFor(reach: DmaReach, master: string, access: "read" | "write"): Answer {
  requireAccess(access);
  const known = Object.hasOwn(reach.masters, master) ? reach.masters[master] : undefined;
  if (!known) {
    throw new ReachError(`${reach.chip} has no DMA master ${master}; it has ${Object.keys(reach.masters).join(", ")}`);
  }
  const { reaches, reads, writes, mayReach, mayRead } = known;
  const [only, may] = access === "write" ? [writes, []] : [reads, mayRead];
  const isIn = (region: string, ...lists: readonly (readonly string[] | undefined)[]) =>
    lists.some((list) => list?.includes(region));
  return (region) => (isIn(region, reaches, only) ? "yes" : isIn(region, mayReach, may) ? "unknown" : "no");
}

/** What decides of all that a buffer lies in: what is not reached, then what is not described, then what is not known. */
function decide(reach: DmaReach, buffer: DmaBuffer, answer: Answer): Decided {
  requireBuffer(buffer);
  const pieces = piecesOf(reach, buffer).map(
    ([region, address]): Decided =>
      region === undefined
        ? { reach: "undescribed", region: "memory that is not described", address }
        : { reach: answer(region), region, address },
  );
  const first = (wanted: Reach) => pieces.find((piece) => piece.reach === wanted);
  const yes: Decided = { reach: "yes", region: "", address: buffer.address };
  return first("no") ?? first("undescribed") ?? first("unknown") ?? yes;
}

/** What a buffer lies in, from its first byte on: each region with the first of its bytes there, undefined between regions. */
function piecesOf({ regions }: DmaReach, { address, lengthBytes }: DmaBuffer): [string | undefined, bigint][] {
  const last = address + BigInt(lengthBytes) - 1n;
  const pieces: [string | undefined, bigint][] = [];
  for (let at = address; at <= last; ) {
    const found = Object.entries(regions).find(([, [first, end]]) => at >= first && at <= end);
    pieces.push([found?.[0], at]);
    const starts = Object.values(regions).flatMap(([first]) => (first > at ? [first] : []));
    const next = found ? found[1][1] + 1n : starts.reduce((a, b) => (a < b ? a : b), last + 1n);
    at = next;
  }
  return pieces;
}
