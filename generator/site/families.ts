// Families of chips by what their fences do: what somebody who ports a chip looks for first.
import type { Mechanism } from "../model/chip.ts";
import type { SiteChip } from "./project.ts";

export const families = {
  barriers: { title: "barriers only", means: "the masters see what the core sees, or nothing is cached" },
  registers: { title: "registers", means: "line by line or a range at a time, through memory-mapped registers" },
  instructions: { title: "instructions", means: "line by line, through instructions of the core" },
  several: { title: "several mechanisms", means: "two levels or two kinds of caches: the order counts" },
  refused: { title: "refused", means: "no fence is sound with what is known, and the page says why" },
} as const;

export type Family = keyof typeof families;

export function familyOf({ row, chip, fences }: SiteChip): Family {
  if (fences.length === 0) return "refused";
  if (row.mechanisms.length === 0) return "barriers";
  if (row.mechanisms.length > 1) return "several";
  const used = chip.cores.flatMap(({ caches }) => caches.flatMap(({ mechanism }) => mechanism ?? []));
  const [mechanism] = used.filter(({ id }) => row.mechanisms.includes(id));
  return mechanism && isByRegisters(mechanism) ? "registers" : "instructions";
}

function isByRegisters({ operations }: Mechanism): boolean {
  return operations.every(({ byRegisters }) => byRegisters);
}
