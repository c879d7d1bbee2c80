// What the operations of a fence mean, as data: what each barrier orders and completes, what each maintenance operation
// does to which lines. Emitted classes hand it to the machine beside the instruction or access that it is the meaning of.
// Nobody writes it by hand: `program/meanings.ts` derives it from the chip's description, with the rules that the
// simulator and the verifier read a fence by.

/**
 * What a barrier sees of an access: a load or store of memory, a load or store of a device's register, or cache maintenance
 * where the architecture tells it from both.
 */
export type AccessClass = "read" | "write" | "device-read" | "device-write" | "maintenance";

/** The observers for whom a barrier orders, narrowest first; an architecture without such domains has `full-system` only. */
export type Domain = "non-shareable" | "inner-shareable" | "outer-shareable" | "full-system";

/** A barrier: accesses of the classes in `earlier` before it come before accesses of those in `later` behind it. */
export interface Barrier {
  readonly kind: "barrier";
  /** As the assembler spells it; `{zero}` stands for a register that holds 0. For people: all that it means is in the rest. */
  readonly instruction: string;
  /** What it keeps before what is in `later`. */
  readonly earlier: readonly AccessClass[];
  /** What it keeps behind what is in `earlier`. */
  readonly later: readonly AccessClass[];
  /** Those of `earlier` that have not only come first but have finished when anything in `later` begins. */
  readonly completes: readonly AccessClass[];
  /** For whom. */
  readonly domain: Domain;
}

/**
 * What is done to a line: written back, dropped, both in this order, or, for `discard-dirty`, kept as if it had been written back: what
 * differs from memory stays in the cache, and no eviction writes it.
 */
export type MaintenanceEffect = "clean" | "invalidate" | "clean-and-invalidate" | "discard-dirty";

/** A maintenance operation without the lines that it is for. */
export interface MaintenanceKind {
  readonly kind: "maintenance";
  /** What it does to a line. */
  readonly effect: MaintenanceEffect;
  /** Present where a dirty line that is to be invalidated may be written back first. */
  readonly mayCleanToo?: true;
  /** The cache controller. A completion finishes the operations of its own. Only to be compared. */
  readonly mechanism: string;
  /** Names of the cache levels that it acts on, inner to outer, as the chip's description names them. */
  readonly levels: readonly string[];
  /** As what barriers see the operation. */
  readonly accessClass: AccessClass;
  /**
   * Until when it may still be at work. `issue`: it is done when it is issued. `barrier`: it is done behind a barrier that
   * `completes` its `accessClass`, and may be before. `completion`: it is done behind a completion of its `mechanism`.
   */
  readonly doneBy: "issue" | "barrier" | "completion";
  /** Present where it drops the line in the caches of other cores as well: with it, or once it is completed. */
  readonly otherCores?: "at-once" | "once-completed";
}

/** The lines that an operation is for: addresses as the CPU uses them, which need not be aligned; `lineStarts` aligns them. */
export interface Extent<Address extends bigint | number = bigint> {
  /** In the first of them. */
  readonly first: Address;
  /** In the last of them, inclusive. */
  readonly last: Address;
}

/** No lines in particular: the operation is for the whole cache. */
export interface NoExtent {
  /** Left out, as `last` is. */
  readonly first?: undefined;
  /** Left out, as `first` is. */
  readonly last?: undefined;
}

/** A maintenance operation: on every line that holds a byte from `first` to `last`, or, where both are left out, on the whole cache. */
export type Maintenance<Address extends bigint | number = bigint> = MaintenanceKind & (Extent<Address> | NoExtent);

/** An access that makes a cache controller finish the operations that it has accepted, or waits until it has. */
export interface Completion {
  readonly kind: "completion";
  /** The cache controller, as operations name it. */
  readonly mechanism: string;
  /** `device-read`: it has waited when it returns. Any other: a barrier that `completes` this class must follow. */
  readonly accessClass: AccessClass;
}

/** A question to the core, in a register: how large its lines are, which is `unitBytes` times two to the power of a field. */
export interface LineSize {
  readonly kind: "line-size";
  /** Lowest bit of the field. */
  readonly lowBit: number;
  /** Width of the field, in bits. */
  readonly bits: number;
  /** The size that a field of 0 means. */
  readonly unitBytes: number;
  /** The smallest lines for which the fence is right. */
  readonly smallestBytes: number;
  /** The largest. */
  readonly largestBytes: number;
}

/** What one operation of a fence means. */
export type Meaning<Address extends bigint | number = bigint> = Barrier | Maintenance<Address> | Completion | LineSize;

/** The operation on the lines from one byte to another, or on the line of one. */
export function over(operation: MaintenanceKind, first: bigint, last: bigint = first): Maintenance {
  // What is spread stands last: V8 takes ten times as long for properties behind it, and this is called for each line.
  return { first, last, ...operation };
}

/** Whether a barrier keeps an earlier access of one class before a later one of another. */
export function isOrdered(barrier: Barrier, earlier: AccessClass, later: AccessClass): boolean {
  return barrier.earlier.includes(earlier) && barrier.later.includes(later);
}

/**
 * The start of each line that an operation is for, ascending, one after the other; none for the whole cache.
 * @throws {RangeError} for a size of lines that is no whole number from 1 on
 */
export function* lineStarts({ first, last }: Extent | NoExtent, lineBytes: number): Generator<bigint, void> {
  if (!Number.isSafeInteger(lineBytes) || lineBytes <= 0) throw new RangeError(`lines of ${lineBytes} bytes`);
  if (first === undefined || last === undefined) return;
  const step = BigInt(lineBytes);
  for (let line = first - (first % step); line <= last; line += step) yield line;
}
