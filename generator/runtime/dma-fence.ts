// What the generated TypeScript fences are written against. A simulated memory system, an emulator or a test
// implements FenceMachine, or extends DecodedMachine; a driver calls DmaFence.
import type { Barrier, LineSize, Meaning } from "./meaning.ts";

/** A buffer in memory: any address, any length. */
export interface DmaBuffer {
  /** Address of the first byte, as the CPU uses it. */
  readonly address: bigint;
  /** Whole number of bytes; may be 0. */
  readonly lengthBytes: number;
}

/** Hands a buffer to a DMA engine and takes it back, as Tock's trait of the same name does. */
export interface DmaFence {
  /**
   * Makes everything that the CPU wrote to the buffer visible to any DMA operation that an MMIO access issued
   * afterwards starts.
   * @throws {RangeError} for a buffer that is none; nothing has been executed then
   * @throws {ReachError} for a buffer in memory that no master of the fence reaches
   */
  release(buffer: DmaBuffer): void;
  /**
   * Makes everything that DMA operations finished before wrote to the buffer visible to reads issued afterwards.
   * The caller has seen the end of the operation, in a register or in memory.
   * @throws {RangeError} for a buffer that is none; nothing has been executed then
   * @throws {ReachError} for a buffer in memory that no master of the fence reaches
   */
  acquire(buffer: DmaBuffer): void;
}

/** Width of an access to a register, in bits. */
export type RegisterWidthBits = 8 | 16 | 32 | 64;

/**
 * What a method returns that has nothing to return. Fences do not wait, so that a method that returns a promise does not type-check.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: `void` alone takes anything that a method returns, promises as well.
export type Nothing = void | undefined;

/**
 * The CPU as far as fences use it, instruction by instruction. Each call is one access or instruction, issued in this order, and
 * returns when it has been issued. Fences call from `release` and `acquire` only. Whatever a method throws ends the fence.
 *
 * What an instruction or access means comes with it, as data: one that is an operation by itself, or the last of several that
 * are one, has its `meanings`; one that only prepares has none. Who wants meanings alone extends `DecodedMachine`.
 */
export interface FenceMachine {
  /** Executes a barrier. `more` are the further rows of an instruction whose order is no product of two sets. */
  barrier(barrier: Barrier, ...more: readonly Barrier[]): Nothing;
  /** Holds the compiler, not the CPU. */
  compilerBarrier(): Nothing;
  /**
   * Executes an instruction of a maintenance sequence, mostly one that maintains a cache.
   * @param instruction in the assembler's spelling, `{address}` for the register that holds the address
   * @param address of a byte in the line, not always of its first; undefined where the instruction takes none
   */
  maintain(instruction: string, address: bigint | undefined, ...meanings: readonly Meaning[]): Nothing;
  /**
   * Executes an instruction that loads a system register.
   * @param instruction in the assembler's spelling, `{value}` for the result: `mrs {value}, ctr_el0`
   * @param question that the register answers
   */
  readSystemRegister(instruction: string, question: LineSize): bigint;
  /** Stores a value to a register at a physical address. */
  writeRegister(address: bigint, value: bigint, widthBits: RegisterWidthBits, ...meanings: readonly Meaning[]): Nothing;
  /** Loads a register. */
  readRegister(address: bigint, widthBits: RegisterWidthBits, ...meanings: readonly Meaning[]): bigint;
  /** Loads a register until the bits of the mask are all 0 (`clear`) or any of them is 1 (`set`). */
  pollRegister(
    address: bigint,
    mask: bigint,
    until: "clear" | "set",
    widthBits: RegisterWidthBits,
    ...meanings: readonly Meaning[]
  ): Nothing;
  /** Masks the interrupts of the executing core. What it returns is given to `restoreInterrupts`, so that pairs nest. */
  maskInterrupts(): unknown;
  /** Puts interrupts back to what they were before they were masked, by what `maskInterrupts` returned. */
  restoreInterrupts(before: unknown): Nothing;
}
