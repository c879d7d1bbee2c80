// What every output language says of a master's reach.
import type { DmaController, ResolvedChip } from "../model/chip.ts";
import { deviceAddresses } from "../semantics/memory-map.ts";
import { hexInCapitals } from "./code.ts";

/** At which addresses a master sees memory; empty where the master uses the CPU's addresses. */
export function deviceText(chip: ResolvedChip, controller: DmaController): string {
  const places = deviceAddresses(chip, controller).map(({ region, first }) => `${region} at ${hexInCapitals(first)}`);
  return places.length === 0 ? "" : ` It sees ${places.join(", ")}.`;
}
