// What a public file that nobody here wrote says of a chip, whatever its format: facts, each with its place in the file. What a
// format is not asked about is in `not-taken.ts`.

/** linux-tree: of Linux, U-Boot and whoever else follows the Devicetree Specification. */
export type WitnessKind = "linux-tree" | "zephyr-tree" | "svd" | "pack";

export interface Witness {
  /** As the user named the file, with the device where a pack has several. */
  readonly path: string;
  readonly kind: WitnessKind;
  /** What the file calls the board or the chip. */
  readonly title: string;
  readonly cores: readonly WitnessedCore[];
  readonly levels: readonly WitnessedLevel[];
  /** Outer caches of which the file does not say whose they are, or which of several, in sentences: they are not in `levels`. */
  readonly unplacedCaches: readonly string[];
  /** Empty also where the file says nothing of memory; `statesMemories` tells the two apart. */
  readonly memories: readonly WitnessedMemory[];
  readonly statesMemories: boolean;
  /** Of a pack of which no one device is named, the memories of each that is meant; `memories` are then those that all have. */
  readonly memoriesOfDevices?: readonly (readonly WitnessedMemory[])[];
  /** Main memory that the file has a node for without a size: what starts the system fills it in. */
  readonly unsizedMemories: readonly string[];
  readonly masters: readonly WitnessedMaster[];
  readonly registers: readonly WitnessedRegisters[];
}

/** A kind of core. */
export interface WitnessedCore {
  /** What the file calls it, the most specific name first: values of `compatible`, or the name of an SVD file or a pack. */
  readonly names: readonly string[];
  /** How many of them there are; undefined where the file does not say. */
  readonly count: number | undefined;
  readonly place: string;
}

/** A level of data or unified cache. */
export interface WitnessedLevel {
  /** From 1 on, as seen from the core. */
  readonly level: number;
  /** Names of the core whose level it is. */
  readonly ofCore: readonly string[];
  readonly lineBytes: number | undefined;
  readonly sizeBytes: number | undefined;
  readonly ways: number | undefined;
  /** Where its controller's registers are. */
  readonly registers: AddressRange | undefined;
  readonly place: string;
}

export interface AddressRange {
  readonly base: bigint;
  readonly sizeBytes: bigint;
}

export interface WitnessedMemory extends AddressRange {
  readonly name: string;
  /** board: as much as one board has. ram, flash: what the chip has. */
  readonly use: "board" | "ram" | "flash";
  readonly place: string;
}

/** What is, or may be, a bus master. */
export interface WitnessedMaster {
  /** What the file calls it. */
  readonly name: string;
  /** Every word by which somebody may mean it, in lower-case letters and digits; the most specific first. */
  readonly words: readonly string[];
  /** Whether its accesses see the caches; undefined where the file does not say. */
  readonly isCoherent: boolean | undefined;
  /** That the file says so, and it is not only what holds where nothing is said. */
  readonly isStated: boolean;
  /** That it is a DMA controller, not only something that usually has one. */
  readonly isController: boolean;
  /** What of the cores' addresses it sees, and where; left out where the file does not say. */
  readonly windows?: readonly DmaWindow[] | undefined;
  readonly place: string;
}

/** A range of the cores' addresses that a bus shows to masters. */
export interface DmaWindow extends AddressRange {
  /** Its first address as the master gives it. */
  readonly seenAt: bigint;
  /** The bus. */
  readonly place: string;
}

/** Where something has registers. */
export interface WitnessedRegisters extends AddressRange {
  readonly name: string;
  readonly place: string;
}

export function lastOf({ base, sizeBytes }: AddressRange): bigint {
  return base + sizeBytes - 1n;
}

export function isWithin(part: AddressRange, whole: AddressRange): boolean {
  return part.base >= whole.base && lastOf(part) <= lastOf(whole);
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.base <= lastOf(b) && b.base <= lastOf(a);
}
