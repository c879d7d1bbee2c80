// From the operations that a fence issued to what they mean for memory, by the mechanisms' descriptions. The
// simulated machine and the verifier both read a fence through this.

import type { Barrier, Mechanism, Operation, RegisterValue, ResolvedCore, SequenceItem } from "../model/chip.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { type BarrierEffect, barrierFromText } from "../semantics/barrier.ts";
import {
  type BarrierInstruction,
  type CompletionAccess,
  completionOf,
  type ExecutedOperation,
  mechanismsOf,
} from "../semantics/instruction.ts";

/** Maintenance of every line from the first address to the last, both inclusive; the whole cache without addresses. */
export interface MaintenanceMeaning extends ExecutedOperation {
  readonly kind: "maintenance";
  readonly first: bigint | undefined;
  readonly last: bigint | undefined;
}

export type Meaning =
  | MaintenanceMeaning
  | { readonly kind: "complete"; readonly item: CompletionAccess }
  | BarrierInstruction;

/** The size of the lines that an operation of a mechanism acts on. */
export function lineBytesOf(mechanism: Mechanism, { caches }: ResolvedCore): number {
  return Math.min(
    ...caches.flatMap((level) => (level.mechanism?.instance === mechanism.instance ? [level.smallestLineBytes] : [])),
  );
}

/** Reads operations one by one; an operation that takes several accesses means something at the one that triggers it. */
export class Interpreter {
  readonly #core: ResolvedCore;
  readonly #mechanisms: readonly Mechanism[];
  readonly #barriers: readonly Barrier[];
  /** Accesses that have not made up an operation yet. */
  #pending: RecordedOperation[] = [];
  #masked = false;
  #last: { readonly operation: Operation; readonly first: bigint | undefined; times: number } | undefined;

  constructor(core: ResolvedCore) {
    this.#core = core;
    this.#mechanisms = mechanismsOf(core);
    this.#barriers = [...core.architecture.barriers, ...this.#mechanisms.flatMap(({ barriers }) => barriers)];
  }

  /** @throws {RangeError} for an operation that no description of the chip knows */
  next(operation: RecordedOperation): Meaning[] {
    switch (operation.kind) {
      case "compiler-barrier":
        return [];
      case "mask-interrupts":
      case "restore-interrupts":
        this.#masked = operation.kind === "mask-interrupts";
        return [];
      case "barrier":
        return [{ kind: "barrier", effects: this.#effects(operation.instruction) }];
      case "read-register":
      case "read-system-register":
        return [];
      case "poll-register": {
        const polled = this.#mechanisms.filter((candidate) => registersOf(candidate).includes(operation.address));
        if (polled.length === 0)
          throw new RangeError(`no cache controller has a register at 0x${operation.address.toString(16)}`);
        return polled.map((mechanism) => completion(mechanism, "device-read"));
      }
      case "maintain":
        return [...this.#access(operation), ...this.#barrierWithin(operation.instruction)];
      case "write-register":
        return this.#access(operation);
    }
  }

  /** A barrier in the sequence of an operation is one all the same, after what it stands behind. */
  #barrierWithin(instruction: string): Meaning[] {
    const effects = this.#barriers.flatMap((barrier) => barrierFromText(instruction, [barrier]) ?? []);
    return effects.length > 0 ? [{ kind: "barrier", effects }] : [];
  }

  /** How often an operation has been issued in a row for the same lines. */
  #timesIssued(operation: Operation, { first }: Pick<MaintenanceMeaning, "first">): number {
    if (this.#last?.operation === operation && this.#last.first === first) return ++this.#last.times;
    this.#last = { operation, first, times: 1 };
    return 1;
  }

  #effects(instruction: string): BarrierEffect[] {
    const effects = this.#barriers.flatMap((barrier) => barrierFromText(instruction, [barrier]) ?? []);
    if (effects.length === 0) throw new RangeError(`\`${instruction}\` is no barrier of this core`);
    return effects;
  }

  #access(access: Extract<RecordedOperation, { kind: "maintain" | "write-register" }>): Meaning[] {
    const pending = [...this.#pending, access];
    for (const mechanism of this.#mechanisms) {
      if (
        mechanism.completion?.sequence.length === 1 &&
        matches(mechanism.completion.sequence[0]!, access, 1n) !== undefined
      ) {
        this.#pending = [];
        return [completion(mechanism, mechanism.ordering.accessClass)];
      }
      const lineBytes = BigInt(lineBytesOf(mechanism, this.#core));
      for (const operation of mechanism.operations) {
        // Polls after the trigger are operations of their own.
        const trigger = operation.sequence.findLastIndex(({ kind }) => kind !== "poll");
        const accesses = operation.sequence.slice(0, trigger + 1).filter(({ kind }) => kind !== "poll");
        const tail = pending.slice(-accesses.length);
        const values = accesses.map((item, index) =>
          tail[index] ? matches(item, tail[index], mechanism.anyByteOfLine ? 1n : lineBytes) : undefined,
        );
        if (tail.length !== accesses.length || values.includes(undefined)) continue;
        this.#pending = [];
        const matched = extent(accesses, values as Matched[], lineBytes);
        const effective =
          (this.#masked || !mechanism.interruptsMasked) && this.#timesIssued(operation, matched) >= operation.repeat;
        return [{ kind: "maintenance", mechanism, operation, effective, ...matched }];
      }
    }
    if (this.#mechanisms.some((mechanism) => isAccessOf(mechanism, access))) {
      this.#pending = pending;
      return [];
    }
    throw new RangeError(
      access.kind === "maintain"
        ? `\`${access.instruction}\` is no operation of this core's caches`
        : `no cache controller has a register at 0x${access.address.toString(16)}`,
    );
  }
}

type Matched = { readonly address: bigint | undefined };

/**
 * The address that an access gives to an item of a sequence; undefined where it is another access.
 * @param alignmentBytes of every address that the mechanism is given
 */
function matches(item: SequenceItem, access: RecordedOperation, alignmentBytes: bigint): Matched | undefined {
  if (item.kind === "store" && access.kind === "write-register") {
    const address = unchanged(item.to, access.address);
    return address >= 0n && address % alignmentBytes === 0n && access.widthBits === item.widthBits
      ? { address }
      : undefined;
  }
  if (item.kind === "instruction" && access.kind === "maintain")
    return item.instruction === access.instruction ? { address: access.address } : undefined;
  if (item.kind !== "write" || access.kind !== "write-register" || item.register.address !== access.address)
    return undefined;
  if (item.value.of === "constant") return item.value.constant === access.value ? { address: undefined } : undefined;
  return { address: unchanged(item.value, access.value) };
}

/** What a value was before it was changed, as far as no bit of it was lost. */
function unchanged({ subtract, shiftRight, add, or }: RegisterValue, value: bigint): bigint {
  return (((value & ~or) - add) << BigInt(shiftRight)) + subtract;
}

/** First and last address of an operation, from what its accesses were given. */
function extent(
  items: readonly SequenceItem[],
  values: readonly Matched[],
  lineBytes: bigint,
): Pick<MaintenanceMeaning, "first" | "last"> {
  const given = (of: string) =>
    values.find((_, index) => {
      const item = items[index]!;
      if (item.kind === "write") return item.value.of === of;
      if (item.kind === "store") return item.to.of === of;
      return of === "address" && item.kind === "instruction" && item.instruction.includes("{address}");
    })?.address;
  const first = given("address") ?? given("first-line");
  const sizeLines = given("size-lines");
  const sizeBytes = given("size-bytes") ?? (sizeLines !== undefined ? sizeLines * lineBytes : undefined);
  const end = given("end") ?? (first !== undefined && sizeBytes !== undefined ? first + sizeBytes : undefined);
  return { first, last: given("last-byte") ?? (end !== undefined ? end - 1n : first) };
}

function completion(mechanism: Mechanism, accessClass: Mechanism["ordering"]["accessClass"]): Meaning {
  return { kind: "complete", item: completionOf(mechanism, accessClass) };
}

/** Whether the access is part of some operation of the mechanism. */
function isAccessOf(mechanism: Mechanism, access: RecordedOperation): boolean {
  return mechanism.operations.some(({ sequence }) =>
    sequence.some((item) => {
      if (access.kind === "maintain") return item.kind === "instruction" && item.instruction === access.instruction;
      return access.kind === "write-register" && item.kind === "write" && item.register.address === access.address;
    }),
  );
}

function registersOf(mechanism: Mechanism): bigint[] {
  const sequences = [...mechanism.operations.map(({ sequence }) => sequence), mechanism.completion?.sequence ?? []];
  return sequences.flat().flatMap((item) => ("register" in item ? [item.register.address] : []));
}
