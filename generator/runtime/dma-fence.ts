// What the generated TypeScript fences are written against. A simulated memory system, an emulator or a test
// implements FenceMachine; a driver calls DmaFence.

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
   */
  release(buffer: DmaBuffer): void;
  /**
   * Makes everything that DMA operations finished before wrote to the buffer visible to reads issued afterwards.
   * The caller has seen the end of the operation, in a register or in memory.
   */
  acquire(buffer: DmaBuffer): void;
}

export type RegisterWidthBits = 8 | 16 | 32 | 64;

/** The CPU as far as fences use it. Each call is one access or instruction, issued in this order. */
export interface FenceMachine {
  /** Executes a barrier, spelled as the assembler spells it: `dsb sy`, `fence rw, io`. */
  barrier(instruction: string): void;
  /** Holds the compiler, not the CPU. */
  compilerBarrier(): void;
  /**
   * Executes a cache maintenance instruction, spelled with `{address}` for the register that holds the address:
   * `dc cvac, {address}`. Without an address where the instruction takes none.
   */
  maintain(instruction: string, address?: bigint): void;
  /** Executes an instruction that reads a system register, spelled with `{value}` for the result: `mrs {value}, ctr_el0`. */
  readSystemRegister(instruction: string): bigint;
  /** Stores a value to a register at a physical address. */
  writeRegister(address: bigint, value: bigint, widthBits: RegisterWidthBits): void;
  /** Loads a register. */
  readRegister(address: bigint, widthBits: RegisterWidthBits): bigint;
  /** Loads a register until the bits of the mask are all 0 (`clear`) or any of them is 1 (`set`). */
  pollRegister(address: bigint, mask: bigint, until: "clear" | "set", widthBits: RegisterWidthBits): void;
  /** Masks the interrupts of the executing core. */
  maskInterrupts(): void;
  /** Puts interrupts back to what they were before they were masked. */
  restoreInterrupts(): void;
}
