// The memory of a chip as one of its cores sees it, and which of it the DMA masters reach: what the planner, the emitted
// checks, the simulator and the verifier ask.
import type { DmaController, Region, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { onceWithin } from "../model/once.ts";
import { addressForCore, addressForMaster } from "../model/viewers.ts";

/** A chip with the memory that one core sees, at that core's addresses, and masters that reach no other. */
export interface SeenChip extends ResolvedChip {
  readonly regions: readonly Region[];
}

type Viewer = Pick<ResolvedCore, "name" | "id">;

/** The same value for the same core, so that what is found of it once can be kept beside it. */
export const seenBy = onceWithin((chip: ResolvedChip, core: Viewer): SeenChip => {
  const regions = chip.memories.flatMap(({ addresses, differs: _, ...memory }): Region[] => {
    const base = addressForCore(addresses, core);
    return base === undefined ? [] : [{ ...memory, base }];
  });
  const names = new Set(regions.map(({ name }) => name));
  const within = (list: readonly string[]) => list.filter((name) => names.has(name));
  const dma = chip.dma.map((controller) => ({
    ...controller,
    reaches: within(controller.reaches),
    reads: within(controller.reads),
    writes: within(controller.writes),
    mayReach: within(controller.mayReach),
    mayRead: within(controller.mayRead),
  }));
  return { ...chip, regions, dma };
});

export function lastAddress({ base, sizeBytes }: Pick<Region, "base" | "sizeBytes">): bigint {
  return base + sizeBytes - 1n;
}

/** The region that holds an address; undefined where none is described. */
export function regionAt(address: bigint, regions: readonly Region[]): Region | undefined {
  return regions.find((region) => address >= region.base && address <= lastAddress(region));
}

/** Where else the memory is shown that a region is or shows. */
export function otherAddresses(
  region: Pick<Region, "name" | "aliasOf">,
  regions: readonly Region[],
): readonly Region[] {
  const memory = (each: Pick<Region, "name" | "aliasOf">) => each.aliasOf ?? each.name;
  return regions.filter((other) => other.name !== region.name && memory(other) === memory(region));
}

/** Whether a master can access a memory, as far as anybody knows. */
export type KnownReach = "yes" | "no" | "unknown";

export function reachOf(controller: DmaController, region: string, writes: boolean): KnownReach {
  const { reaches, mayReach, mayRead } = controller;
  if (reaches.includes(region) || controller[writes ? "writes" : "reads"].includes(region)) return "yes";
  return mayReach.includes(region) || (!writes && mayRead.includes(region)) ? "unknown" : "no";
}

/** What masters are known to do with memory, and what not, in words. */
export function reachInWords(controller: DmaController): string {
  const { reaches, reads, writes, mayReach, mayRead } = controller;
  const named = (words: string, names: readonly string[]) => (names.length > 0 ? [`${words} ${names.join(", ")}`] : []);
  const isNot = (...lists: readonly (readonly string[])[]) => {
    return (name: string) => lists.every((names) => !names.includes(name));
  };
  const both = (some: readonly string[], others: readonly string[]) => some.filter((name) => others.includes(name));
  const parts = [
    ...named("reads and writes", reaches),
    ...named("only reads", reads.filter(isNot(mayReach))),
    ...named("only writes", writes.filter(isNot(mayReach, mayRead))),
    ...named("reads", both(reads, mayReach)),
    ...named("no source says whether it writes", both(reads, mayReach)),
    ...named("writes", both(writes, [...mayReach, ...mayRead])),
    ...named("no source says whether it reads", both(writes, [...mayReach, ...mayRead])),
    ...named("no source says whether it reaches", mayReach.filter(isNot(reads, writes))),
    ...named("no source says whether it reads", mayRead.filter(isNot(writes))),
  ];
  return parts.join("; ");
}

/** What is not known counts as reached: a fence must be right for it. */
export function mayAccess(controller: DmaController, region: string, writes: boolean): boolean {
  return reachOf(controller, region, writes) !== "no";
}

/** Whether a master may read or write a memory. */
export function mayTouch(controller: DmaController, region: string): boolean {
  return mayAccess(controller, region, false) || mayAccess(controller, region, true);
}

/** The described memory that none of the masters reaches, not even to read it. */
export function unreachedRegions(chip: SeenChip, controllers: readonly DmaController[]): Region[] {
  if (controllers.length === 0) return [];
  return chip.regions.filter(({ name }) => !controllers.some((controller) => mayTouch(controller, name)));
}

/** Where a master finds a memory: an alias that has no address for it stands for the memory that it shows. */
export function masterAddress(
  { memories }: Pick<ResolvedChip, "memories">,
  name: string,
  master: string,
): bigint | undefined {
  const memory = memories.find((each) => each.name === name);
  if (!memory) return undefined;
  const own = addressForMaster(memory.addresses, master);
  return own ?? (memory.aliasOf === undefined ? undefined : masterAddress({ memories }, memory.aliasOf, master));
}

/** Where a master sees memory at another address than the CPU: what a driver writes into its registers. */
export function deviceAddresses(
  chip: SeenChip,
  controller: DmaController,
): readonly { readonly region: string; readonly first: bigint }[] {
  return chip.regions.flatMap(({ name, base }) => {
    const first = masterAddress(chip, name, controller.name);
    if (first === undefined || first === base || !mayTouch(controller, name)) return [];
    return [{ region: name, first }];
  });
}
