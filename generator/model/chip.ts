// A chip as the planner, the simulator and the verifier see it: every reference followed, every default
// filled in, numbers as numbers with their unit in the name. Plain values that can be printed.

import type { Addresses } from "./viewers.ts";

export type AccessClass = "read" | "write" | "device-read" | "device-write" | "maintenance";
export type Domain = "non-shareable" | "inner-shareable" | "outer-shareable" | "full-system";
/** The two methods of a fence: hand a buffer over, take it back. */
export type FenceMethod = "release" | "acquire";
export const fenceMethods: readonly FenceMethod[] = ["release", "acquire"];
/** write-buffer: no cache, but a buffer that keeps stores back until it drains them. */
export type WritePolicy = "write-back" | "write-through" | "read-only" | "configurable" | "write-buffer";

/** A place where a fact was read. */
export interface Citation {
  /** Title with number and revision, or owner/name with the commit; empty for an unverified fact. */
  readonly document: string;
  readonly place: string;
  readonly verified: boolean;
  /** document: a manual or standard. repository: code. none: unverified. */
  readonly kind: "document" | "repository" | "none";
  /** The day on which it was read, and the edition, where the description says so. */
  readonly readOn?: string;
  readonly readIn?: string;
}

/** Another source that says something else of a fact, and why it is not followed. */
export interface KnownDifference {
  /** Of an entry, such as `line` of a level; undefined for the one that the entry is about first of all. */
  readonly fact: string | undefined;
  readonly says: string;
  readonly because: string;
  readonly source: Citation;
}

/** Where each fact of an entry was read; the same for all where the description does not tell them apart. */
export type FactSources<Fact extends string> = Readonly<Record<Fact, readonly Citation[]>>;

/** A claim that would leave a step out of a fence, or make one weaker, and that was not read in a source: it does not count. */
export interface UnreadFact {
  /** What is claimed, as a sentence without its full stop. */
  readonly claim: string;
  /** What is taken in its place, as a clause. */
  readonly instead: string;
  /** Of which mechanism; undefined where it is not about one. */
  readonly mechanism?: string;
  /** Of which cache level; undefined where it is not about one. */
  readonly level?: string;
  readonly sources: readonly Citation[];
}

export interface Barrier {
  readonly instruction: string;
  readonly earlier: readonly AccessClass[];
  readonly later: readonly AccessClass[];
  readonly completes: readonly AccessClass[];
  readonly domain: Domain;
  /** For a barrier with one bit per class and side: class and letter in the assembler's order. */
  readonly select: readonly (readonly [AccessClass, string])[];
  readonly extension: string | undefined;
  readonly changesFlags: boolean;
  readonly sources: readonly Citation[];
}

/** A barrier that the architecture has and this core, or code for its targets, cannot use. */
export interface UnusableBarrier {
  readonly barrier: Barrier;
  /** Completes a sentence that begins with the instruction; empty where nothing is to be said. */
  readonly because: string;
}

export interface ProgramOrder {
  readonly earlier: readonly AccessClass[];
  readonly later: readonly AccessClass[];
  readonly notForWriteCombining: boolean;
  /** The core that keeps it; undefined where the architecture does. */
  readonly of: string | undefined;
  readonly sources: readonly Citation[];
}

/** The field of a register that says how large a line is, on a core the smallest data cache line: `unitBytes` times two to its power. */
export interface LineSize {
  /** What is read: a system register by an instruction with {value}, or a 32-bit register by its address. */
  readonly register: string | bigint;
  readonly lowBit: number;
  readonly bits: number;
  readonly unitBytes: number;
  readonly sources: readonly Citation[];
}

export interface Assembly {
  /** Where loops over lines end by comparing addresses: what stands before each line. */
  readonly lineAdvance: string | undefined;
  readonly lineLoop: readonly string[];
  /** The same where the size of a line is in a register. */
  readonly lineLoopBySize: readonly string[];
  readonly blockLoop:
    | {
        readonly lines: number;
        readonly advance: string;
        readonly enter: readonly string[];
        readonly again: readonly string[];
        readonly leave: readonly string[];
      }
    | undefined;
  readonly store: Readonly<Record<string, string>>;
  readonly load: Readonly<Record<string, string>>;
  readonly pollUntilClear: readonly string[];
  readonly pollUntilSet: readonly string[];
  readonly extensionScope: { readonly open: readonly string[]; readonly close: readonly string[] } | undefined;
  readonly loopChangesFlags: boolean;
  readonly arithmetic: Readonly<Partial<Record<"subtract" | "shiftRight" | "add" | "or" | "and", string>>>;
  /** How interrupts are masked and put back; undefined where nobody has described it. */
  readonly interrupts:
    | {
        readonly mask: readonly string[];
        readonly restore: readonly string[];
        readonly requires: readonly Obligation[];
        readonly sources: readonly Citation[];
      }
    | undefined;
}

/** An architecture, of a core less what that core or its Rust targets lack. */
export interface Architecture {
  readonly id: string;
  readonly title: string;
  /** Name in litmus tests. */
  readonly litmusArch: string | undefined;
  readonly programOrder: readonly ProgramOrder[];
  readonly barriers: readonly Barrier[];
  readonly unusableBarriers: readonly UnusableBarrier[];
  /** How registers must be mapped: what follows `are mapped `. */
  readonly deviceMemory: { readonly mapped: string; readonly sources: readonly Citation[] } | undefined;
  readonly tockFence:
    | {
        readonly type: string;
        readonly release: string;
        readonly acquire: string;
        readonly sources: readonly Citation[];
      }
    | undefined;
  /** The fence that chips share which need nothing of their own; `of` is the architecture as it is described, less nothing. */
  readonly sharedFence: { readonly name: string; readonly title: string; readonly of?: Architecture } | undefined;
  readonly lineSize: LineSize | undefined;
  /** Values of Rust's cfg(target_arch). */
  readonly targetArch: readonly string[];
  readonly assembly: Assembly;
}

export interface Obligation {
  readonly text: string;
  readonly sources: readonly Citation[];
}

export interface MasterObligation extends Obligation {
  /** Of which fences it is asked: those that rely on the master seeing a cache, those that maintain one for it, or all. */
  readonly onlyWhere: "coherent" | "maintained" | undefined;
}

export type OperationEffect = "clean" | "invalidate" | "clean-and-invalidate" | "discard-dirty";

/** What a mechanism writes to a register, in terms of the buffer or line at hand; changed in the order of the keys. */
export interface RegisterValue {
  readonly of: "constant" | "address" | "first-line" | "last-byte" | "end" | "size-bytes" | "size-lines";
  readonly constant: bigint;
  /** What the manual calls the constant; empty where the description gives a number. */
  readonly called: readonly NamedValue[];
  readonly subtract: bigint;
  readonly shiftRight: number;
  readonly add: bigint;
  readonly or: bigint;
  /** What the manual calls the numbers by which it is changed; left out where the description gives numbers. */
  readonly changesCalled?: Readonly<Partial<Record<"subtract" | "add" | "or", readonly NamedValue[]>>>;
}

/** A value of a register by the name that its manual gives it. */
export interface NamedValue {
  /** With the register's name before it. */
  readonly name: string;
  readonly value: bigint;
}

/** A number that a description writes as one, or by names whose bits are joined. */
export interface Constant {
  readonly value: bigint;
  readonly called: readonly NamedValue[];
}

export interface Register {
  readonly name: string;
  readonly address: bigint;
  readonly widthBits: 8 | 16 | 32 | 64;
  /** Of the field that takes a value, from bit 0 on; at most `widthBits`. */
  readonly bits: number;
  readonly sources: readonly Citation[];
}

export type SequenceItem =
  | { readonly kind: "instruction"; readonly instruction: string }
  /** isWidthUnknown: of a size, where nobody says how many bits of the register take it. */
  | {
      readonly kind: "write";
      readonly register: Register;
      readonly value: RegisterValue;
      readonly isWidthUnknown?: true;
    }
  /** A store of 0 whose address says which line and what to do with it. */
  | { readonly kind: "store"; readonly to: RegisterValue; readonly widthBits: Register["widthBits"] }
  /** Loads a register and stores it with some bits changed. */
  | { readonly kind: "modify"; readonly register: Register; readonly set: Constant; readonly clear: Constant }
  /** Reads a register back and drops the value. */
  | { readonly kind: "read"; readonly register: Register }
  | { readonly kind: "poll"; readonly register: Register; readonly mask: Constant; readonly until: "clear" | "set" }
  | { readonly kind: "call"; readonly name: string };

export interface Operation {
  readonly name: string;
  readonly effect: OperationEffect;
  readonly mayCleanToo: boolean;
  readonly unit: "line" | "range" | "whole-cache";
  /** Of a range command: its longest range, what start and length are multiples of, what no range may cross a multiple of. */
  readonly mostBytes: bigint | undefined;
  readonly alignmentBytes: number;
  readonly windowBytes: bigint | undefined;
  /** To which point it goes, as the Arm manuals say: of coherency, of unification, or the next level. */
  readonly to: "coherency" | "unification" | "this-level";
  readonly sequence: readonly SequenceItem[];
  /** Whether the sequence ends with waiting until the operation is done, by a poll or a read-back; a poll before the trigger waits for something else. */
  readonly waits: boolean;
  /** Whether it consists of nothing but accesses to the controller's registers. */
  readonly byRegisters: boolean;
  readonly repeat: number;
  readonly requires: readonly Obligation[];
  readonly sources: readonly Citation[];
}

/** What a mechanism has and a program must not use on this silicon: an operation, or a register in whose place another stands. */
export interface Withheld {
  /** Name of the operation or register. */
  readonly name: string;
  /** Name of what takes its place; undefined where nothing does. */
  readonly instead: string | undefined;
  /** By which a program would use it. */
  readonly sequence: readonly SequenceItem[];
  /** Because of which; the first demands it by itself. */
  readonly errata: readonly [WithholdingErratum, ...WithholdingErratum[]];
}

export type WithholdingErratum = Pick<AppliedErratum, "id" | "title" | "sources">;

export interface Mechanism {
  readonly id: string;
  /** Tells controllers of one kind apart: the id, and where their registers are if they have any. */
  readonly instance: string;
  readonly title: string;
  readonly addressKind: "virtual" | "physical";
  /** How many low address bits the hardware ignores; `line` where it is all those within a line. */
  readonly ignoredLowBits: number | "line";
  readonly uncachedAddress: "ignored" | "wrong";
  readonly addressSources: readonly Citation[];
  readonly operations: readonly Operation[];
  /** No operation of a fence. */
  readonly withheld: readonly Withheld[];
  readonly barriers: readonly Barrier[];
  readonly ordering: {
    readonly accessClass: AccessClass;
    readonly afterEarlierSameLine: boolean;
    readonly beforeLaterSameLine: boolean;
    readonly earlierMustComplete: boolean;
    readonly doneWhen: "ordered" | "completed";
    readonly sources: readonly Citation[];
  };
  /** What an operation that drops lines does in the caches of the other cores of a cluster; undefined: nothing. */
  readonly otherCores:
    | { readonly effect: "at-once" | "once-completed"; readonly if: Obligation | undefined }
    | undefined;
  /** A buffer in which stores may stay that nothing drains; and the promise under which it is off, if any. */
  readonly writeBuffer: { readonly off: Obligation | undefined } | undefined;
  readonly completion:
    | {
        readonly sequence: readonly SequenceItem[];
        /** Whether the sequence ends with waiting until the operations are done, by a poll or a read-back. */
        readonly waits: boolean;
        readonly sources: readonly Citation[];
      }
    | undefined;
  readonly extension: string | undefined;
  readonly reentrancy: "atomic" | "shared-registers";
  /** Interrupts are masked around the operations: because they must be, or because the chip's description chooses it. */
  readonly interruptsMasked: boolean;
  readonly maskingSources: readonly Citation[];
  readonly requires: readonly Obligation[];
  /** Constraints that fencegen cannot respect, in words. */
  readonly constraints: readonly string[];
}

export interface CacheLevel {
  readonly name: string;
  /** Whether each core of a cluster has one of its own, or all together one; or it stands for those of the other cores. */
  readonly whose: "own" | "shared" | "others" | "master";
  /** The masters that it stands in front of, which share it; undefined for a level between the core and memory. */
  readonly masters: readonly string[] | undefined;
  /** That the master's driver keeps it out of the way: the promise that stands for maintenance by the fence. */
  readonly driverMaintains: Obligation | undefined;
  readonly smallestLineBytes: number;
  readonly largestLineBytes: number;
  /** Where the fence reads the size at run time: the architecture's register, or one of the level's mechanism. */
  readonly lineSize: LineSize | undefined;
  readonly sizeBytes: number | undefined;
  readonly ways: number | undefined;
  readonly writePolicy: WritePolicy;
  readonly speculativeFill: boolean;
  /** Whether it may take clean lines that the level inside it evicts. */
  readonly takesCleanVictims: boolean;
  /** The promise under which it does not; undefined where there is none. */
  readonly victimsOffIf: Obligation | undefined;
  readonly enabled: "always" | "unknown" | "never";
  readonly wholeCacheThresholdBytes: number | undefined;
  /** The mechanism with the registers at their place on this chip and errata applied; undefined if none is known. */
  readonly mechanism: Mechanism | undefined;
  /** Where it was read that the level is maintained so, and where the registers are. */
  readonly maintenanceSources: readonly Citation[];
  readonly sourcesOf: FactSources<
    "lineBytes" | "writePolicy" | "speculativeFill" | "enabled" | "takesCleanVictims" | "sharedByCores"
  >;
  readonly differs: readonly KnownDifference[];
}

export interface AppliedErratum {
  readonly id: string;
  readonly title: string;
  /** Whether the revision is known to be affected, or only not known to be free of it. */
  readonly certain: boolean;
  /** It replaces something, the silicon may be free of it, and nobody has read that the replacement is right there. */
  readonly mayBeWrong: boolean;
  readonly replaceOperation: Readonly<Record<string, string>>;
  readonly withoutOperation: readonly string[];
  readonly replaceRegister: Readonly<Record<string, string>>;
  readonly completionBeforeMaintenance: boolean;
  /** Id of the mechanism whose operations it concerns; undefined for those of the core. */
  readonly mechanism: string | undefined;
  readonly obligation: string | undefined;
  readonly sources: readonly Citation[];
}

export interface ResolvedCore {
  readonly id: string;
  /** Distinguishes the cores of a chip in names of types; empty where there is one. */
  readonly name: string;
  readonly title: string;
  /** What files of others call it, beside its id. */
  readonly alsoCalled: readonly string[];
  readonly rustTargets: readonly string[];
  /** Values of Rust's cfg(target_arch) among the targets. */
  readonly targetArch: readonly string[];
  /** Of the widest target; undefined where the architecture's description does not say. */
  readonly addressBits: 32 | 64 | undefined;
  readonly architecture: Architecture;
  /** Of the core and then of the chip, inner to outer. */
  readonly caches: readonly CacheLevel[];
  /** In front of DMA masters, each master's from the master to its port. */
  readonly masterCaches: readonly CacheLevel[];
  readonly requires: readonly Obligation[];
  readonly errata: readonly AppliedErratum[];
  readonly noCacheSources: readonly Citation[];
  /** A chip with this core as its file has it and nothing else, whose fence chips share; undefined where they do not. */
  readonly alone?: ResolvedChip | undefined;
  /** How many of them there are; undefined where the description does not say. */
  readonly count: number | undefined;
  /** Whether there are several whose caches are coherent, as far as is known: one may serve the loads of another. */
  readonly hasCoherentPeers: boolean;
  /** What is claimed of it, its levels and their mechanisms, and counts for nothing, because nobody has read it. */
  readonly unread: readonly UnreadFact[];
  /** That no sound fence exists, and what a driver does instead. */
  readonly refused:
    | { readonly code: string; readonly because: string; readonly sources: readonly Citation[] }
    | undefined;
  /** Where it was read that the chip has this core. */
  readonly sources: readonly Citation[];
  readonly differs: readonly KnownDifference[];
}

/** A memory as it is described, once for all who see it. */
export interface Memory {
  readonly name: string;
  readonly addresses: Addresses;
  readonly sizeBytes: bigint;
  /** That is the most that a board may have. */
  readonly isMost: boolean;
  /** Names of cache levels; "all" is kept, because cores differ in their levels. */
  readonly cachedBy: "all" | readonly string[];
  /** That nobody has looked what caches it; `cachedBy` is then "all", the safe side as far as levels are described. */
  readonly cachingUnknown: boolean;
  /** configurable: software chooses for each buffer. */
  readonly memoryType: "normal" | "write-combining" | "configurable";
  readonly aliasOf: string | undefined;
  readonly sourcesOf: FactSources<"place" | "cachedBy">;
  readonly differs: readonly KnownDifference[];
}

/** A memory as one core sees it. */
export interface Region extends Omit<Memory, "addresses" | "differs"> {
  readonly base: bigint;
}

export interface DmaController {
  readonly name: string;
  /** Names of the memories that it reads and writes, of those that it only reads, and of those that it only writes. */
  readonly reaches: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /**
   * The same, where no source says whether it does. What is under `reads` as well is read, and nobody knows whether it
   * is written; under `writes` the other way round.
   */
  readonly mayReach: readonly string[];
  readonly mayRead: readonly string[];
  /** What it sees of the caches of each core, by the core's name: names of levels. */
  readonly snoops: Readonly<Record<string, "all" | readonly string[]>>;
  readonly snoopingKnownAtRunTime: boolean;
  /** That nobody has looked what its accesses see; `snoops` is then empty. */
  readonly snoopingUnknown: boolean;
  /** Names of the levels in which its writes may stay as dirty lines; unknown: any that it sees. */
  readonly allocatesIn: "unknown" | readonly string[];
  readonly alignmentBytes: number;
  readonly lengthMultipleBytes: number;
  readonly requires: readonly MasterObligation[];
  readonly sourcesOf: FactSources<"reach" | "snoops" | "alignment" | "allocates">;
  readonly differs: readonly KnownDifference[];
}

export interface BarrierOverride {
  readonly fence: FenceMethod;
  readonly at: "first" | "last";
  readonly use: string;
  readonly reason: string;
  readonly sources: readonly Citation[];
}

/** What `fencegen selftest` found on a board. It is evidence, and no fence depends on it. */
export interface BoardResult {
  readonly board: string;
  /** As 2026-01-31. */
  readonly date: string;
  /** Name of the fence, and the digest of the facts that it rested on. */
  readonly fence: string;
  readonly facts: string;
  readonly result: "right" | "wrong" | "inconclusive";
  readonly sources: readonly Citation[];
}

/** A fact that is described and that no fence respects yet. */
export interface FactNotActedOn {
  readonly message: string;
  /** Where it stands in the chip's file. */
  readonly pointer: readonly (string | number)[];
  /** A fence is right without it. */
  readonly isHarmless: boolean;
}

/** A chip's description with every reference followed. `openChip` makes it; what is in it may change with every release. */
export interface ResolvedChip {
  readonly id: string;
  readonly title: string;
  readonly vendor: string;
  readonly tockCrates: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly cores: readonly ResolvedCore[];
  readonly memories: readonly Memory[];
  readonly dma: readonly DmaController[];
  /** Where it was read that the chip has no DMA master. */
  readonly noDmaSources: readonly Citation[];
  readonly dmaDomain: Domain;
  readonly barrierOverrides: readonly BarrierOverride[];
  readonly notActedOn: readonly FactNotActedOn[];
  readonly verifiedOn: readonly BoardResult[];
}
