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
  for (const address of endsOf(buffer)) {
    const region = regionOf(reach, address);
    if (region !== undefined && known[access === "write" ? "writes" : "reads"].includes(region)) continue;
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
  for (const address of endsOf(buffer)) {
    const region = regionOf(reach, address);
    if (region === undefined || masters.some((master) => reach.masters[master]!.reads.includes(region))) continue;
    throw new ReachError(`${reach.chip}: none of ${masters.join(", ")} reaches ${region} (0x${address.toString(16)})`);
  }
}

function endsOf({ address, lengthBytes }: DmaBuffer): bigint[] {
  return lengthBytes === 0 ? [] : [address, address + BigInt(lengthBytes - 1)];
}

function regionOf({ regions }: DmaReach, address: bigint): string | undefined {
  return Object.keys(regions).find((name) => address >= regions[name]![0] && address <= regions[name]![1]);
}
