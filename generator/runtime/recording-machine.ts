// Records what a fence did, so that a driver test can assert it.
import type { FenceMachine, Nothing, RegisterWidthBits } from "./dma-fence.ts";
import type { Barrier, LineSize, Meaning } from "./meaning.ts";

/** One call of a machine. Addresses and values as it was given them, instructions as the assembler spells them. */
export type RecordedOperation =
  | { readonly kind: "barrier"; readonly instruction: string }
  | { readonly kind: "compiler-barrier" }
  | { readonly kind: "maintain"; readonly instruction: string; readonly address: bigint | undefined }
  | {
      readonly kind: "write-register";
      readonly address: bigint;
      readonly value: bigint;
      readonly widthBits: RegisterWidthBits;
    }
  | { readonly kind: "read-register"; readonly address: bigint; readonly widthBits: RegisterWidthBits }
  | {
      readonly kind: "poll-register";
      readonly address: bigint;
      readonly mask: bigint;
      readonly until: "clear" | "set";
      readonly widthBits: RegisterWidthBits;
    }
  | { readonly kind: "read-system-register"; readonly instruction: string }
  | { readonly kind: "mask-interrupts" }
  | { readonly kind: "restore-interrupts" };

/** What registers read as: by address, system registers by the instruction that reads them. */
export type RegisterValues = ReadonlyMap<bigint | string, bigint>;

/**
 * A machine that does nothing but remember. Polls end at once, and a register that it was given no value of reads as 0. Methods throw a
 * `RangeError` for the first call beyond the most that it takes.
 * @example
 * import { RecordingMachine } from "fencegen/runtime";
 * import { Rp2040DmaFence } from "fencegen/chips/rp2040";
 *
 * const machine = new RecordingMachine();
 * new Rp2040DmaFence(machine).release({ address: 0x2000_0100n, lengthBytes: 64 });
 * machine.lines(); // ["dmb sy"]
 */
export class RecordingMachine implements FenceMachine {
  readonly #operations: RecordedOperation[] = [];
  readonly #meanings: Meaning[] = [];
  readonly #registers: RegisterValues;
  readonly #mostOperations: number;

  /**
   * @param registers what registers read as
   * @param mostOperations how many calls it takes before it throws a `RangeError`, for code that may not end; left out, any number
   */
  constructor(registers: RegisterValues = new Map(), mostOperations: number = Number.POSITIVE_INFINITY) {
    this.#registers = registers;
    this.#mostOperations = mostOperations;
  }

  /** Every call, in order. */
  get operations(): readonly RecordedOperation[] {
    return this.#operations;
  }

  /** What they meant, in order; several calls may make up one meaning. */
  get meanings(): readonly Meaning[] {
    return this.#meanings;
  }

  /** Remembers calls as if they had been made, without meanings. */
  record(...operations: readonly RecordedOperation[]): void {
    this.#operations.push(...operations);
  }

  /** Remembers a barrier. */
  barrier(barrier: Barrier, ...more: readonly Barrier[]): Nothing {
    this.#record({ kind: "barrier", instruction: barrier.instruction }, [barrier, ...more]);
  }

  /** Remembers a compiler barrier. */
  compilerBarrier(): Nothing {
    this.#record({ kind: "compiler-barrier" });
  }

  /** Remembers an instruction of a maintenance sequence. */
  maintain(instruction: string, address?: bigint, ...meanings: readonly Meaning[]): Nothing {
    this.#record({ kind: "maintain", instruction, address }, meanings);
  }

  /** Remembers a store to a register. */
  writeRegister(
    address: bigint,
    value: bigint,
    widthBits: RegisterWidthBits,
    ...meanings: readonly Meaning[]
  ): Nothing {
    this.#record({ kind: "write-register", address, value, widthBits }, meanings);
  }

  /** Remembers a load of a register. @returns the value that the machine was given for it, or 0 */
  readRegister(address: bigint, widthBits: RegisterWidthBits, ...meanings: readonly Meaning[]): bigint {
    this.#record({ kind: "read-register", address, widthBits }, meanings);
    return this.#registers.get(address) ?? 0n;
  }

  /** Remembers a load of a system register. @returns the value that the machine was given for it, or 0 */
  readSystemRegister(instruction: string, question: LineSize): bigint {
    this.#record({ kind: "read-system-register", instruction }, [question]);
    return this.#registers.get(instruction) ?? 0n;
  }

  /** Remembers a poll, which ends at once. */
  pollRegister(
    address: bigint,
    mask: bigint,
    until: "clear" | "set",
    widthBits: RegisterWidthBits,
    ...meanings: readonly Meaning[]
  ): Nothing {
    this.#record({ kind: "poll-register", address, mask, until, widthBits }, meanings);
  }

  /** Remembers that interrupts were masked. */
  maskInterrupts(): void {
    this.#record({ kind: "mask-interrupts" });
  }

  /** Remembers that interrupts were put back. */
  restoreInterrupts(_before?: unknown): Nothing {
    this.#record({ kind: "restore-interrupts" });
  }

  /** One line for each operation, for assertions that people read. */
  lines(): string[] {
    return this.#operations.map(spell);
  }

  #record(operation: RecordedOperation, meanings: readonly Meaning[] = []): void {
    if (this.#operations.length >= this.#mostOperations)
      throw new RangeError(`more than ${this.#mostOperations} operations were executed`);
    this.#operations.push(operation);
    this.#meanings.push(...meanings);
  }
}

function spell(operation: RecordedOperation): string {
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  switch (operation.kind) {
    case "barrier":
      // A register that holds 0.
      return operation.instruction.replace("{zero}", "0x0");
    case "compiler-barrier":
      return "compiler barrier";
    case "maintain":
      return operation.address === undefined
        ? operation.instruction
        : operation.instruction.replace("{address}", hex(operation.address));
    case "write-register":
      return `write${operation.widthBits} ${hex(operation.address)} = ${hex(operation.value)}`;
    case "read-register":
      return `read${operation.widthBits} ${hex(operation.address)}`;
    case "poll-register":
      return `poll${operation.widthBits} ${hex(operation.address)} & ${hex(operation.mask)} until ${operation.until}`;
    case "read-system-register":
      return operation.instruction;
    case "mask-interrupts":
      return "mask interrupts";
    case "restore-interrupts":
      return "restore interrupts";
  }
}
