// Which memory a master has addresses for.
import type { Master, Memory } from "#generated/descriptions.js";
import { isExact, parseQuantity } from "../notation/quantity.ts";

type LooseMemory = Partial<Pick<Memory, "base" | "size">>;
type LooseMaster = Partial<Pick<Master, "addressBits">>;

/** The last address of a memory, as far as it is described, as a master sees it. */
export function lastAddressFor(_master: LooseMaster, { base, size }: LooseMemory): bigint | undefined {
  if (base === undefined || !isExact(base)) return undefined;
  const bytes = size !== undefined && isExact(size) ? parseQuantity(size) : 1n;
  return parseQuantity(base) + (bytes === 0n ? 1n : bytes) - 1n;
}

export function isWithin(master: LooseMaster, memory: LooseMemory): boolean {
  const last = lastAddressFor(master, memory);
  return last === undefined || master.addressBits === undefined || last < 1n << BigInt(master.addressBits);
}
