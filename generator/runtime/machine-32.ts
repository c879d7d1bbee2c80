// For emulators of 32-bit machines, in which addresses and values are numbers.

import { requireBuffer } from "./buffer.ts";
import type { DmaBuffer, FenceMachine, Nothing, RegisterWidthBits } from "./dma-fence.ts";
import type { Barrier, LineSize, Meaning } from "./meaning.ts";

/** `FenceMachine` with numbers from 0 to 2^32 - 1 for addresses and values; no register is wider than 32 bits. */
export interface FenceMachine32 {
  /** As in `FenceMachine`. */
  barrier(barrier: Barrier, ...more: readonly Barrier[]): Nothing;
  /** As in `FenceMachine`. */
  compilerBarrier(): Nothing;
  /** As in `FenceMachine`. */
  maintain(instruction: string, address: number | undefined, ...meanings: readonly Meaning<number>[]): Nothing;
  /** As in `FenceMachine`. */
  readSystemRegister(instruction: string, question: LineSize): number;
  /** As in `FenceMachine`. */
  writeRegister(
    address: number,
    value: number,
    widthBits: 8 | 16 | 32,
    ...meanings: readonly Meaning<number>[]
  ): Nothing;
  /** As in `FenceMachine`. */
  readRegister(address: number, widthBits: 8 | 16 | 32, ...meanings: readonly Meaning<number>[]): number;
  /** As in `FenceMachine`. */
  pollRegister(
    address: number,
    mask: number,
    until: "clear" | "set",
    widthBits: 8 | 16 | 32,
    ...meanings: readonly Meaning<number>[]
  ): Nothing;
  /** As in `FenceMachine`. */
  maskInterrupts(): unknown;
  /** As in `FenceMachine`. */
  restoreInterrupts(before: unknown): Nothing;
}

/**
 * The machine as generated classes use it. Its methods throw a `RangeError` for what 32 bits do not hold, and for a value that a
 * register of its width does not. Negative values are taken for the 32 bits that they have.
 */
export function fromMachine32(machine: FenceMachine32): FenceMachine {
  return {
    barrier: (...barriers) => machine.barrier(...barriers),
    compilerBarrier: () => machine.compilerBarrier(),
    maintain: (instruction, address, ...meanings) =>
      machine.maintain(instruction, address === undefined ? undefined : number32(address), ...meanings.map(meaning32)),
    readSystemRegister: (instruction, question) => bigint32(machine.readSystemRegister(instruction, question)),
    writeRegister: (address, value, widthBits, ...meanings) =>
      machine.writeRegister(
        number32(address),
        number32(value, widthBits),
        width32(widthBits),
        ...meanings.map(meaning32),
      ),
    readRegister: (address, widthBits, ...meanings) =>
      bigint32(machine.readRegister(number32(address), width32(widthBits), ...meanings.map(meaning32)), widthBits),
    pollRegister: (address, mask, until, widthBits, ...meanings) =>
      machine.pollRegister(number32(address), number32(mask), until, width32(widthBits), ...meanings.map(meaning32)),
    maskInterrupts: () => machine.maskInterrupts(),
    restoreInterrupts: (before) => machine.restoreInterrupts(before),
  };
}

/**
 * A buffer at an address that is a number; a negative one is taken for the 32 bits that it has.
 * @throws {RangeError} for an address that is no whole number of 32 bits, or a buffer that is none
 */
export function buffer32(address: number, lengthBytes: number): DmaBuffer {
  const buffer = { address: bigint32(address), lengthBytes };
  requireBuffer(buffer, 32);
  return buffer;
}

function meaning32(meaning: Meaning): Meaning<number> {
  if (meaning.kind !== "maintenance") return meaning;
  const { first, last, ...operation } = meaning;
  return first === undefined || last === undefined
    ? operation
    : { ...operation, first: number32(first), last: number32(last) };
}

function number32(value: bigint, bits = 32): number {
  if (value < 0n || value >> BigInt(bits) !== 0n) throw new RangeError(`${value} is no value of ${bits} bits`);
  return Number(value);
}

function bigint32(value: number, bits = 32): bigint {
  if (!Number.isInteger(value) || value < -(2 ** 31) || (value < 0 ? 2 ** 32 + value : value) >= 2 ** bits)
    throw new RangeError(`${value} is no value of ${bits} bits`);
  return BigInt(value >>> 0);
}

function width32(widthBits: RegisterWidthBits): 8 | 16 | 32 {
  if (widthBits === 64) throw new RangeError("a register of 64 bits, on a machine of 32");
  return widthBits;
}
