// Cache controllers that QEMU does not model. Where a chip has one, QEMU's machine may have another device or memory,
// so that stores would do something else and polls would never end. In the copy of the emitted file that is traced,
// and only in its lines `const NAME: usize = ADDRESS; // what it is` and `pub type NAME = TYPE<ADDRESS>;`, such registers are moved to where nothing answers; the
// harness steps over the accesses, and the trace has their addresses moved back. Other constants are values.

import type { FencePlan } from "../../../generator/plan/operation.ts";
import { lower } from "../../../generator/program/lower.ts";
import { blocksOf, registersOf } from "../../../generator/program/statement.ts";
import { hasController, type Machine } from "./machines.ts";

/** Where no machine that is used here has anything; each window takes one part of the address space of this size. */
const firstWindow = 0xb000_0000n;
const windowBytes = 0x1000_0000n;

/** Addresses of the registers that the fences access. */
export function registerAddresses(fences: readonly FencePlan[]): bigint[] {
  return registersOf(fences.flatMap((plan) => blocksOf(lower(plan)))).map(({ address }) => address);
}

export interface MovedRegisters {
  readonly rust: string;
  /** An address that was executed, as the chip has it. */
  readonly original: (address: bigint) => bigint;
}

/** @param registers addresses of the registers that the file accesses */
export function moveRegisters(rust: string, machine: Machine, registers: readonly bigint[]): MovedRegisters {
  const parts: bigint[] = [];
  const text = rust.replaceAll(
    /^(const \w+: usize = |pub type \w+ = \w+<)(0x[0-9a-fA-F_]+)(>?;(?: \/\/ .*)?)$/gm,
    (line, start: string, spelled: string, end: string) => {
      const address = BigInt(spelled.replaceAll("_", ""));
      // One that a planted mistake has put a few bytes further is no value either.
      const isRegister = registers.some((register) => address >= register && address < register + 8n);
      if (!isRegister || hasController(machine, address)) return line;
      const part = address / windowBytes;
      if (!parts.includes(part)) parts.push(part);
      return `${start}0x${(window(parts.indexOf(part)) + (address % windowBytes)).toString(16)}${end}`;
    },
  );
  return {
    rust: text,
    original: (address) => {
      const index = parts.findIndex((_, i) => address >= window(i) && address < window(i) + windowBytes);
      return index === -1 ? address : parts[index]! * windowBytes + (address % windowBytes);
    },
  };
}

function window(index: number): bigint {
  return firstWindow + BigInt(index) * windowBytes;
}
