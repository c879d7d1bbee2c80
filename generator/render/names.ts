// Names that every output language uses.
import type { Register } from "../model/chip.ts";

/** `CLEAN_LINE_PA` for a name in any spelling. */
export function constantName(register: Register): string {
  const name = register.name.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase();
  // No name starts with a digit, and the emitted file has a table of memory.
  return /^(\d|_*$|MEMORY$)/.test(name) ? `REGISTER_${name}` : name;
}
