// What each DMA master of a chip reaches, and the errors of buffers that lie elsewhere. Generated classes carry the
// table, and refuse a buffer that no master of theirs can reach; a driver asks for its own master.
import type { DmaBuffer } from "./dma-fence.ts";

/** A chip's memory and masters, by the names of its description. */
export interface DmaReach {
  readonly chip: string;
  /** First and last address of each region. */
  readonly regions: Readonly<Record<string, readonly [first: bigint, last: bigint]>>;
  /** The regions that each master can write, and those that it can read. */
  readonly masters: Readonly<Record<string, { readonly writes: readonly string[]; readonly reads: readonly string[] }>>;
}

/** A buffer lies in memory that a DMA master cannot reach. */
export class ReachError extends Error {
  override readonly name = "ReachError";
}

/**
 * Checks that one master can read or write the whole buffer.
 * @throws {ReachError} naming chip, region and master
 */
export function requireReach(reach: DmaReach, master: string, access: "read" | "write", buffer: DmaBuffer): void {
  const known = reach.masters[master];
  if (!known) {
    throw new ReachError(`${reach.chip} has no DMA master ${master}; it has ${Object.keys(reach.masters).join(", ")}`);
  }
  const accessible = known[access === "write" ? "writes" : "reads"];
  for (const [region, address] of piecesOf(reach, buffer)) {
    if (region !== undefined && accessible.includes(region)) continue;
    throw new ReachError(
      `${reach.chip}: ${master} cannot ${access} ${region ?? "memory that is not described"} (0x${address.toString(16)})`,
    );
  }
}

/**
 * Refuses a buffer in described memory that none of these masters reaches; left out, none of the chip's.
 * @throws {ReachError} naming chip, region and masters
 */
export function refuseUnreached(
  reach: DmaReach,
  buffer: DmaBuffer,
  masters: readonly string[] = Object.keys(reach.masters),
): void {
  const reaches = (master: string, region: string) => {
    const { reads, writes } = reach.masters[master]!;
    return reads.includes(region) || writes.includes(region);
  };
  for (const [region, address] of piecesOf(reach, buffer)) {
    if (region === undefined || masters.some((master) => reaches(master, region))) continue;
    throw new ReachError(`${reach.chip}: none of ${masters.join(", ")} reaches ${region} (0x${address.toString(16)})`);
  }
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
