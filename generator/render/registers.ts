// The registers that a file's fences use, as named constants: spelled by both views.

import type { Register } from "../model/chip.ts";
import type { FencePlan, FenceStep } from "../plan/operation.ts";

/** Every register that the fences access, once, by address. */
export function registersOf(fences: readonly FencePlan[]): Register[] {
  const byAddress = new Map<bigint, Register>();
  for (const step of fences.flatMap(({ release, acquire }) => [...release, ...acquire])) {
    for (const item of accessesOf(step)) {
      if (item.kind === "write" || item.kind === "poll") byAddress.set(item.register.address, item.register);
    }
  }
  return [...byAddress.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

export function accessesOf(step: FenceStep) {
  return "accesses" in step ? step.accesses : [];
}

/** `CLEAN_LINE_PA` for a name in any spelling. */
export function constantName(register: Register): string {
  const name = register.name.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase();
  // No name starts with a digit, and the emitted file has a table of memory.
  return /^(\d|_*$|MEMORY$)/.test(name) ? `REGISTER_${name}` : name;
}
