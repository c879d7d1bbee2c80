// A machine for those who want to know what a fence means, not how the chip spells it.
import type { FenceMachine, Nothing, RegisterWidthBits } from "./dma-fence.ts";
import { encodedLineBytes } from "./lines.ts";
import type { Barrier, Completion, LineSize, Maintenance, Meaning } from "./meaning.ts";

/** A machine was asked for something that it has no model of. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
}

/**
 * A machine that is told what a fence means, one meaning after the other: extend it, and override what the chip's fences need.
 * Whatever is not overridden is refused with a reason. Registers keep what was stored to them, and read as 0 before; a poll
 * returns at once. A fence runs to its end within one call, so that masking interrupts does nothing unless it is overridden. Methods
 * throw an `UnsupportedError` where the one that is told of a meaning is not overridden.
 * @example
 * import { type Barrier, DecodedMachine } from "fencegen/runtime";
 *
 * class CoherentMachine extends DecodedMachine {
 *   protected override onBarrier(barrier: Barrier) {
 *     if (barrier.completes.length > 0) console.log(`${barrier.instruction} waits`);
 *   }
 * }
 */
export abstract class DecodedMachine implements FenceMachine {
  readonly #registers = new Map<bigint, bigint>();

  /** A barrier takes effect. @throws {UnsupportedError} where it is not overridden */
  protected onBarrier(barrier: Barrier): Nothing {
    this.#refuse(`barriers (${barrier.instruction})`, "onBarrier");
  }

  /** Lines are maintained, or will be: `operation.doneBy` says until when. @throws {UnsupportedError} where it is not overridden */
  protected onMaintenance(operation: Maintenance): Nothing {
    this.#refuse(`cache maintenance (${operation.effect} of ${operation.levels.join(" and ")})`, "onMaintenance");
  }

  /** Operations of a cache controller are completed. @throws {UnsupportedError} where it is not overridden */
  protected onCompletion(completion: Completion): Nothing {
    this.#refuse(`a cache controller that is waited for (${completion.mechanism})`, "onCompletion");
  }

  /** How large the core's lines are, in bytes. @throws {UnsupportedError} where it is not overridden */
  protected onLineSize(question: LineSize): number {
    return this.#refuse(`how large lines are (${question.smallestBytes} bytes or more)`, "onLineSize");
  }

  /** Tells what a barrier means. */
  barrier(...barriers: readonly Barrier[]): Nothing {
    this.#hear(barriers);
  }

  /** Nothing that a machine would notice. */
  compilerBarrier(): Nothing {}

  /** Tells what an instruction means. */
  maintain(_instruction: string, _address: bigint | undefined, ...meanings: readonly Meaning[]): Nothing {
    this.#hear(meanings);
  }

  /** Answers what a system register is asked for. */
  readSystemRegister(_instruction: string, question: LineSize): bigint {
    return this.#answer(question);
  }

  /** Keeps what is stored, and tells what that means. */
  writeRegister(
    address: bigint,
    value: bigint,
    _widthBits: RegisterWidthBits,
    ...meanings: readonly Meaning[]
  ): Nothing {
    this.#registers.set(address, value);
    this.#hear(meanings);
  }

  /** Answers what a register is asked for, or what was stored to it. */
  readRegister(address: bigint, _widthBits: RegisterWidthBits, ...meanings: readonly Meaning[]): bigint {
    this.#hear(meanings);
    const question = meanings.find((meaning) => meaning.kind === "line-size");
    return question ? this.#answer(question) : (this.#registers.get(address) ?? 0n);
  }

  /** Tells what is waited for, and returns at once. */
  pollRegister(
    _address: bigint,
    _mask: bigint,
    _until: "clear" | "set",
    _widthBits: RegisterWidthBits,
    ...meanings: readonly Meaning[]
  ): Nothing {
    this.#hear(meanings);
  }

  /** Nothing: override both where something else runs within a fence. */
  maskInterrupts(): unknown {
    return undefined;
  }

  /** Nothing, likewise. */
  restoreInterrupts(_before: unknown): Nothing {}

  #hear(meanings: readonly Meaning[]): void {
    for (const meaning of meanings) {
      if (meaning.kind === "barrier") this.onBarrier(meaning);
      else if (meaning.kind === "maintenance") this.onMaintenance(meaning);
      else if (meaning.kind === "completion") this.onCompletion(meaning);
    }
  }

  #answer(question: LineSize): bigint {
    return encodedLineBytes(this.onLineSize(question), question.lowBit, question.unitBytes);
  }

  #refuse(what: string, method: string): never {
    throw new UnsupportedError(`${this.constructor.name} has no model of ${what}: override ${method}`);
  }
}
