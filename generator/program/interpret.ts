// From the operations that a fence issued to what they mean for memory, by the mechanisms' descriptions. The
// simulated machine and the verifier both read a fence through this.

import type { Barrier, Mechanism, Operation, Register, ResolvedCore, Withheld } from "../model/chip.ts";
import { citationText } from "../model/citations.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { type BarrierEffect, barrierFromText } from "../semantics/barrier.ts";
import {
  type BarrierInstruction,
  barriersOf,
  type CompletionAccess,
  cachesOf,
  completionOf,
  type ExecutedOperation,
  mechanismsOf,
} from "../semantics/instruction.ts";
import { lowerSequence } from "./lower.ts";
import { unchanged } from "./run.ts";
import { type AccessStatement, type Expression, type RangeQuantity, registersOf } from "./statement.ts";

/** Maintenance of every line from the first address to the last, both inclusive; the whole cache without addresses. */
export interface MaintenanceMeaning extends ExecutedOperation {
  readonly kind: "maintenance";
  /** Whether interrupts are masked: no handler of this core comes between it and what is masked with it. */
  readonly masked: boolean;
  readonly first: bigint | undefined;
  readonly last: bigint | undefined;
}

export type Meaning =
  | MaintenanceMeaning
  | { readonly kind: "complete"; readonly item: CompletionAccess; readonly masked: boolean }
  | BarrierInstruction;

/** The size of the lines that an operation of a mechanism acts on. */
export function lineBytesOf(mechanism: Mechanism, core: ResolvedCore): number {
  return Math.min(
    ...cachesOf(core).flatMap((level) =>
      level.mechanism?.instance === mechanism.instance ? [level.smallestLineBytes] : [],
    ),
  );
}

/** Reads operations one by one; an operation that takes several accesses means something at the one that triggers it. */
export class Interpreter {
  readonly #mechanisms: readonly ReadMechanism[];
  readonly #barriers: readonly Barrier[];
  /** Effects of barriers that have been executed: the same text, the same value. */
  readonly #known = new Map<string, readonly BarrierEffect[]>();
  /** Accesses that have not made up an operation yet. */
  #pending: Access[] = [];
  /** Those that made up the last operation. */
  #used: { readonly operation: Operation; readonly accesses: readonly Access[] } | undefined;
  /** The register that was loaded last, where nothing has been executed since. */
  #loaded: bigint | undefined;
  /** Those that were loaded since the last access that changed anything. */
  #readBack: bigint[] = [];
  #masked = false;
  #last: { readonly operation: Operation; readonly first: bigint | undefined; times: number } | undefined;

  constructor(core: ResolvedCore) {
    this.#mechanisms = mechanismsOf(core).map((mechanism) => readMechanism(mechanism, core));
    this.#barriers = barriersOf(core);
  }

  /** @throws {RangeError} for an operation that no description of the chip knows */
  next(operation: RecordedOperation): Meaning[] {
    const loaded = this.#loaded;
    this.#loaded = operation.kind === "read-register" ? operation.address : undefined;
    if (operation.kind === "read-register") this.#readBack.push(operation.address);
    switch (operation.kind) {
      case "compiler-barrier":
        return [];
      case "mask-interrupts":
      case "restore-interrupts":
        this.#masked = operation.kind === "mask-interrupts";
        return [];
      case "barrier":
        return [{ kind: "barrier", effects: this.#effects(operation.instruction) }];
      case "read-system-register":
        return [];
      case "read-register":
        return this.#mechanisms.flatMap(({ mechanism, readBacks }) =>
          readBacks.has(operation.address) ? [this.#completion(mechanism, "device-read")] : [],
        );
      case "poll-register": {
        const polled = this.#mechanisms.filter(({ registers }) => registers.has(operation.address));
        if (polled.length === 0) throw this.#unknown(operation);
        return polled.flatMap(({ mechanism, waits }) =>
          waits.has(operation.address) ? [this.#completion(mechanism, "device-read")] : [],
        );
      }
      case "maintain":
        return [...this.#access(operation, false), ...this.#barrierWithin(operation.instruction)];
      case "write-register":
        return this.#access(operation, loaded === operation.address);
    }
  }

  /** A barrier in the sequence of an operation is one all the same, after what it stands behind. */
  #barrierWithin(instruction: string): Meaning[] {
    const effects = this.#known.get(instruction) ?? effectsOf(instruction, this.#barriers);
    if (effects.length === 0) return [];
    this.#known.set(instruction, effects);
    return [{ kind: "barrier", effects }];
  }

  /** The operation that the newest accesses are; where they are none by themselves, and end one that begins with the last, its end. */
  #meant(pending: readonly Access[]): MaintenanceMeaning | undefined {
    const used = this.#used;
    const all = used ? [...used.accesses, ...pending] : pending;
    const longer = used && this.#operationAt(all, true);
    const meant = this.#operationAt(pending, false) ?? longer;
    if (!meant) return undefined;
    const { mechanism, operation, extent } = meant;
    this.#pending = [];
    this.#used = { operation, accesses: meant === longer ? all : pending };
    const effective =
      (this.#masked || !mechanism.interruptsMasked) && this.#timesIssued(operation, extent) >= operation.repeat;
    const order = longer && { after: used.operation, isReadBackBetween: areReadBack(longer.readBacks, all) };
    const executed = { mechanism, operation, effective, ...order };
    return { kind: "maintenance", ...executed, masked: this.#masked, ...extent };
  }

  /** The operation that accesses end with, and where. @param isOfAll all of them, which have one line */
  #operationAt(accesses: readonly Access[], isOfAll: boolean) {
    for (const { mechanism, lineBytes, alignmentBytes, operations } of this.#mechanisms)
      for (const { operation, accesses: sequence, readBacks } of operations) {
        if (isOfAll && sequence.length !== accesses.length) continue;
        const values = matched(sequence, accesses, alignmentBytes);
        if (!values || (isOfAll && !areOfOneLine(values, lineBytes))) continue;
        return { mechanism, operation, readBacks, extent: extentOf(values, lineBytes) };
      }
    return undefined;
  }

  /** How often an operation has been issued in a row for the same lines. */
  #timesIssued(operation: Operation, { first }: Pick<MaintenanceMeaning, "first">): number {
    if (this.#last?.operation === operation && this.#last.first === first) return ++this.#last.times;
    this.#last = { operation, first, times: 1 };
    return 1;
  }

  #effects(instruction: string): readonly BarrierEffect[] {
    const effects = this.#known.get(instruction) ?? effectsOf(instruction, this.#barriers);
    if (effects.length === 0) throw new RangeError(`\`${instruction}\` is no barrier of this core`);
    this.#known.set(instruction, effects);
    return effects;
  }

  #completion(mechanism: Mechanism, accessClass: Mechanism["ordering"]["accessClass"]): Meaning {
    return { kind: "complete", item: completionOf(mechanism, accessClass), masked: this.#masked };
  }

  #access(executed: Executed, isModified: boolean): Meaning[] {
    const readBack = isModified ? this.#readBack.slice(0, -1) : this.#readBack;
    const access: Access = { isModified, readBack, ...executed };
    this.#readBack = [];
    const pending = [...this.#pending, access];
    for (const { mechanism, completes } of this.#mechanisms) {
      if (completes.length > 0 && matched(completes, pending, 1n)) {
        this.#pending = [];
        return [this.#completion(mechanism, mechanism.ordering.accessClass)];
      }
    }
    const meant = this.#meant(pending);
    if (meant) return [meant];
    if (this.#mechanisms.some((each) => isAccessOf(each, access))) {
      this.#pending = pending;
      return [];
    }
    throw this.#unknown(access);
  }

  /** What no description knows, or errata withhold: then with which, and what takes its place. */
  #unknown(access: UnknownAccess): RangeError {
    for (const each of this.#mechanisms) {
      const withheld = each.withheld.find(({ statements }) => statements.some((it) => isUseOf(it, access, each)));
      if (withheld) return new RangeError(withheldText(access, withheld.withheld));
    }
    return new RangeError(
      access.kind === "maintain"
        ? `${nameOf(access)} is no operation of this core's caches`
        : `no cache controller has a register at 0x${access.address.toString(16)}`,
    );
  }
}

/** What an instruction orders, each row of the list that it spells; none where it is no barrier of the list. */
export function effectsOf(instruction: string, barriers: readonly Barrier[]): BarrierEffect[] {
  return barriers.flatMap((barrier) => barrierFromText(instruction, [barrier]) ?? []);
}

/** A mechanism with what its sequences make the CPU execute. */
interface ReadMechanism {
  readonly mechanism: Mechanism;
  readonly lineBytes: bigint;
  /** What every address that it is given is a multiple of. */
  readonly alignmentBytes: bigint;
  /** Addresses of all its registers. */
  readonly registers: ReadonlySet<bigint>;
  /** Those of them on which a poll returns when its operations are done. */
  readonly waits: ReadonlySet<bigint>;
  /** Those of them that are read back for that; a poll reads them as well. */
  readonly readBacks: ReadonlySet<bigint>;
  /** Those of all its operations, and of its completion. */
  readonly statements: readonly AccessStatement[];
  /** The accesses that make it finish, at the last of them; none where a poll says that it has. */
  readonly completes: readonly AccessStatement[];
  /** What errata withhold, with what a program would execute. */
  readonly withheld: readonly { readonly withheld: Withheld; readonly statements: readonly AccessStatement[] }[];
  readonly operations: readonly {
    readonly operation: Operation;
    readonly accesses: readonly AccessStatement[];
    /** Before each of them, the registers that are read back behind the one before it. */
    readonly readBacks: readonly (readonly bigint[])[];
  }[];
}

function readMechanism(mechanism: Mechanism, core: ResolvedCore): ReadMechanism {
  const completion = lowerSequence(mechanism.completion?.sequence ?? []);
  const sequences = mechanism.operations.map(({ sequence }) => lowerSequence(sequence));
  const waits = [...sequences, completion].flatMap((sequence) => sequence.at(-1) ?? []);
  const readBacks = waits.filter(({ kind }) => kind === "load-register");
  const addressesOf = (statements: readonly AccessStatement[]) =>
    new Set(registersOf(statements).map(({ address }) => address));
  const lineBytes = BigInt(lineBytesOf(mechanism, core));
  return {
    mechanism,
    lineBytes,
    alignmentBytes: alignmentOf(mechanism, lineBytes),
    registers: addressesOf([...sequences.flat(), ...completion]),
    waits: addressesOf([...waits.filter(({ kind }) => kind === "wait"), ...readBacks]),
    readBacks: addressesOf(readBacks),
    statements: [...sequences.flat(), ...completion],
    completes: mechanism.completion?.waits ? [] : completion.filter(changes),
    withheld: mechanism.withheld.map((each) => ({ withheld: each, statements: lowerSequence(each.sequence) })),
    operations: mechanism.operations
      // Polls and read-backs after the trigger are operations of their own.
      .map((operation, index) => ({
        operation,
        accesses: sequences[index]!.filter(changes),
        readBacks: readBacksIn(sequences[index]!),
      }))
      // Where one sequence ends with another, the whole of it is meant.
      .sort((one, other) => other.accesses.length - one.accesses.length),
  };
}

function readBacksIn(sequence: readonly AccessStatement[]): bigint[][] {
  const readBacks: bigint[][] = [[]];
  for (const statement of sequence) {
    if (changes(statement)) readBacks.push([]);
    else if (statement.kind === "load-register") readBacks.at(-1)!.push(statement.register.address);
  }
  return readBacks.slice(0, -1);
}

/** Whether between the accesses of an operation was read back what its sequence reads back there. */
function areReadBack(readBacks: readonly (readonly bigint[])[], accesses: readonly Access[]): boolean {
  return readBacks.every(
    (registers, index) => index === 0 || registers.every((each) => accesses[index]!.readBack.includes(each)),
  );
}

/** Whether an access does more than to read. */
function changes({ kind }: AccessStatement): boolean {
  return kind !== "wait" && kind !== "load-register";
}

/** What every address that a mechanism is given is a multiple of. */
export function alignmentOf({ ignoredLowBits }: Mechanism, lineBytes: bigint): bigint {
  return ignoredLowBits === "line" || 1n << BigInt(ignoredLowBits) >= lineBytes ? 1n : lineBytes;
}

/** An access that changes something. */
type Executed = Extract<RecordedOperation, { kind: "maintain" | "write-register" }>;

/** Also whether a store puts back what was loaded just before, with bits changed, and which registers were loaded since the access before it. */
type Access = Executed & { readonly isModified: boolean; readonly readBack: readonly bigint[] };

/** The number that an access was given, and what it is. */
interface Given {
  readonly what: Expression["from"] | undefined;
  readonly value: bigint | undefined;
}

const nothing: Given = { what: undefined, value: undefined };

/** What the newest accesses were given, where they are those of a sequence; undefined where they are not. */
function matched(
  sequence: readonly AccessStatement[],
  accesses: readonly Access[],
  alignmentBytes: bigint,
): Given[] | undefined {
  if (sequence.length === 0 || sequence.length > accesses.length) return undefined;
  const before = accesses.length - sequence.length;
  const values: Given[] = [];
  for (const [index, statement] of sequence.entries()) {
    const value = given(statement, accesses[before + index]!, alignmentBytes);
    if (!value) return undefined;
    values.push(value);
  }
  return values;
}

/**
 * What an access was given for the number of a statement; undefined where it is another access.
 * @param alignmentBytes of every address that the mechanism is given
 */
function given(statement: AccessStatement, access: Access, alignmentBytes: bigint): Given | undefined {
  switch (statement.kind) {
    case "execute": {
      if (access.kind !== "maintain" || access.instruction !== statement.instruction) return undefined;
      return statement.takesLine ? { what: { kind: "line" }, value: access.address } : nothing;
    }
    case "store-register": {
      if (access.kind !== "write-register" || access.address !== statement.register.address) return undefined;
      const { from } = statement.value;
      if (from.kind === "constant") return from.value === access.value ? nothing : undefined;
      return { what: from, value: unchanged(statement.value, takenBy(statement.register, from, access.value)) };
    }
    case "modify-register": {
      const { register, set, clear } = statement;
      if (access.kind !== "write-register" || access.address !== register.address) return undefined;
      const isSo = (access.value & (set.value | clear.value)) === set.value;
      return access.isModified && isSo ? nothing : undefined;
    }
    case "store-address": {
      if (access.kind !== "write-register" || access.widthBits !== statement.widthBits) return undefined;
      const value = unchanged(statement.address, access.address);
      return value >= 0n && value % alignmentBytes === 0n ? { what: statement.address.from, value } : undefined;
    }
    case "load-register":
    case "wait":
      return undefined;
  }
}

/** What a register keeps of a value: the bits that it has. The end of the last line may be the top of the address space. */
function takenBy({ bits }: Register, from: Expression["from"], value: bigint): bigint {
  const isSize = from.kind === "range" && (from.quantity === "size-bytes" || from.quantity === "size-lines");
  return isSize || bits < 32 ? BigInt.asUintN(bits, value) : value;
}

/** First and last address of an operation, from what its accesses were given. */
function extentOf(values: readonly Given[], lineBytes: bigint): Pick<MaintenanceMeaning, "first" | "last"> {
  const line = values.find(({ what }) => what?.kind === "line")?.value;
  const quantity = (name: RangeQuantity) =>
    values.find(({ what }) => what?.kind === "range" && what.quantity === name)?.value;
  const first = line ?? quantity("first-line");
  const sizeLines = quantity("size-lines");
  const sizeBytes = quantity("size-bytes") ?? (sizeLines !== undefined ? sizeLines * lineBytes : undefined);
  const end = quantity("end") ?? (first !== undefined && sizeBytes !== undefined ? first + sizeBytes : undefined);
  return { first, last: quantity("last-byte") ?? (end !== undefined ? end - 1n : first) };
}

function areOfOneLine(values: readonly Given[], lineBytes: bigint): boolean {
  const lines = values.flatMap(({ what, value }) => (what?.kind === "line" && value !== undefined ? [value] : []));
  return new Set(lines.map((line) => line / lineBytes)).size <= 1;
}

/** What no operation consists of: a poll as well, which changes nothing. */
type UnknownAccess = Executed | Extract<RecordedOperation, { kind: "poll-register" }>;

/** Whether an access is what a statement makes the CPU execute. */
function isUseOf(statement: AccessStatement, access: UnknownAccess, { alignmentBytes }: ReadMechanism): boolean {
  if (access.kind === "poll-register")
    return registersOf([statement]).some(({ address }) => address === access.address);
  return given(statement, { ...access, isModified: false, readBack: [] }, alignmentBytes) !== undefined;
}

function nameOf(access: UnknownAccess): string {
  return access.kind === "maintain" ? `\`${access.instruction}\`` : `the register at 0x${access.address.toString(16)}`;
}

/** Why a program must not use something, and what it uses instead. */
function withheldText(access: UnknownAccess, { name, instead, errata }: Withheld): string {
  const [{ title, sources }] = errata;
  const what = access.kind === "maintain" ? nameOf(access) : `${nameOf(access)}, ${name},`;
  const ids = errata.map(({ id }) => id).join(" and by ");
  const cited = sources[0] ? ` (${citationText(sources[0])})` : "";
  const place = instead === undefined ? "nothing takes its place" : `\`${instead}\` takes its place`;
  return `${what} is withheld by erratum ${ids}; ${place}: ${title.replace(/\.$/, "")}${cited}`;
}

/** Whether the access is part of some operation of the mechanism, whatever it was given. */
function isAccessOf({ statements }: ReadMechanism, access: Access): boolean {
  return statements.some(
    (statement) =>
      (statement.kind === "execute" && access.kind === "maintain" && statement.instruction === access.instruction) ||
      ((statement.kind === "store-register" || statement.kind === "modify-register") &&
        access.kind === "write-register" &&
        statement.register.address === access.address),
  );
}
