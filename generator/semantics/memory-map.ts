// Which memory the DMA masters of a fence reach: what the emitted checks, the simulator and the verifier ask.
import type { DmaController, Region, ResolvedChip } from "../model/chip.ts";
import { widest } from "../notation/rust-target.ts";

/** First and last address of a region. Where the board decides the size, it goes up to the next one. */
export function extentOf(region: Region, regions: readonly Region[]): { first: bigint; last: bigint | undefined } {
  const { base, sizeBytes } = region;
  if (sizeBytes !== undefined) return { first: base, last: base + sizeBytes - 1n };
  const next = regions.map((other) => other.base).filter((other) => other > base);
  return { first: base, last: next.length > 0 ? next.reduce((a, b) => (a < b ? a : b)) - 1n : undefined };
}

/** The region that holds an address; undefined where none is described. */
export function regionAt(address: bigint, regions: readonly Region[]): Region | undefined {
  return regions.find((region) => {
    const { first, last } = extentOf(region, regions);
    return address >= first && (last === undefined || address <= last);
  });
}

export function canAccess(controller: DmaController, region: string, writes: boolean): boolean {
  return controller.reaches.includes(region) || controller[writes ? "writes" : "reads"].includes(region);
}

function reachesAtAll(controller: DmaController, region: string): boolean {
  return canAccess(controller, region, false) || canAccess(controller, region, true);
}

/** The described memory that none of the masters reaches, not even to read it. */
export function unreachedRegions(chip: ResolvedChip, controllers: readonly DmaController[]): Region[] {
  if (controllers.length === 0) return [];
  return chip.regions.filter(({ name }) => !controllers.some((controller) => reachesAtAll(controller, name)));
}

/** Where a master sees memory at another address than the CPU: what a driver writes into its registers. */
export function deviceAddresses(
  chip: ResolvedChip,
  controller: DmaController,
): readonly { readonly region: string; readonly first: bigint }[] {
  const addressBits = widest(chip.cores.map(({ addressBits }) => addressBits)) ?? 64;
  return chip.regions.flatMap(({ name, base }) => {
    const offsets = new Map(Object.entries(controller.deviceAddressOffset));
    const offset = offsets.get(name) ?? offsets.get("") ?? 0n;
    if (offset === 0n || !reachesAtAll(controller, name)) return [];
    return [{ region: name, first: BigInt.asUintN(addressBits, base + offset) }];
  });
}
