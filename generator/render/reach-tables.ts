// The tables of memory and reach that a chip's outputs have: one where all its cores see the same, else one for each.
import type { DmaController, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { deviceAddresses, type SeenChip, seenBy } from "../semantics/memory-map.ts";
import { hexInCapitals } from "./code.ts";

export interface ReachTable {
  /** Of the core whose it is; empty where it is that of all. */
  readonly coreName: string;
  readonly chip: SeenChip;
}

/** None for a chip without masters. */
export function reachTables(chip: ResolvedChip): ReachTable[] {
  return chip.dma.length === 0 ? [] : memoryTables(chip);
}

/** The same, for a chip without masters as well. */
export function memoryTables(chip: ResolvedChip): ReachTable[] {
  const own = chip.cores.map((core) => ({ coreName: core.name, chip: seenBy(chip, core) }));
  const [first] = own;
  const isOne = own.length === 1 || new Set(own.map((table) => contentOf(table.chip))).size === 1;
  return isOne ? [{ coreName: "", chip: first!.chip }] : own;
}

/** Whether a core looks its masters up there. */
export function isTableOf({ coreName }: ReachTable, { name }: Pick<ResolvedCore, "name">): boolean {
  return coreName === "" || coreName === name;
}

/** The table of a core, among those of its chip. */
export function tableOf(tables: readonly ReachTable[], core: ResolvedCore): ReachTable | undefined {
  return tables.find((table) => isTableOf(table, core));
}

/** What makes two tables differ. */
function contentOf(chip: SeenChip): string {
  const places = chip.regions.map(({ name, base, sizeBytes }) => [name, String(base), String(sizeBytes)]);
  const reach = chip.dma.map((master) => [
    ...[master.reaches, master.reads, master.writes, master.mayReach, master.mayRead],
    deviceText(chip, master),
  ]);
  return JSON.stringify([places, reach]);
}

/** At which addresses a master sees memory; empty where the master uses the CPU's addresses. */
export function deviceText(chip: SeenChip, controller: DmaController): string {
  const places = deviceAddresses(chip, controller).map(({ region, first }) => `${region} at ${hexInCapitals(first)}`);
  return places.length === 0 ? "" : ` It sees ${places.join(", ")}.`;
}
