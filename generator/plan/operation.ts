// The vocabulary of a plan: the abstract operations that release and acquire consist of. Every later room
// (views, runtime, simulator, verifier) understands exactly these kinds.
import type { Citation, LineSize, OperationEffect, SequenceItem, UnreadFact } from "../model/chip.ts";
import type { BarrierEffect } from "../semantics/barrier.ts";

interface StepBase {
  /** Why the step is there, as a sentence for the reviewer of the generated code. */
  readonly reason: string;
  readonly sources: readonly Citation[];
}

/** A buffer without bytes has no line: leave before any maintenance. */
export interface ReturnIfEmpty extends StepBase {
  readonly kind: "return-if-empty";
}

export interface RegionRange {
  readonly name: string;
  readonly base: bigint;
  readonly sizeBytes: bigint;
}

/** For a buffer that starts outside these regions, execute `outside` and leave. */
export interface RegionGuard extends StepBase {
  readonly kind: "region-guard";
  readonly regions: readonly RegionRange[];
  readonly outside: readonly FenceStep[];
}

/** Asks the core how large its lines are, for the steps that follow. */
export interface ReadLineSize extends StepBase {
  readonly kind: "read-line-size";
  readonly lineSize: LineSize;
  /** What the answer may be. */
  readonly smallestBytes: number;
  readonly largestBytes: number;
}

/** Masks interrupts of the executing core, up to the next step that restores them. */
export interface MaskInterrupts extends StepBase {
  readonly kind: "mask-interrupts";
}

/** Puts interrupts back to what they were before they were masked. */
export interface RestoreInterrupts extends StepBase {
  readonly kind: "restore-interrupts";
}

export interface BarrierStep extends StepBase, Omit<BarrierEffect, "sources"> {
  readonly kind: "barrier";
  /** Where it was read what the barrier does, without what demands it. */
  readonly barrierSources: readonly Citation[];
  /** The erratum or override that demands it beyond what memory order does; undefined where order alone does. */
  readonly demandedBy: Demand | undefined;
}

/** Who demands a barrier: `erratum 123456`, and what is to be said of that in passing. */
export interface Demand {
  readonly who: string;
  readonly aside?: string;
}

/** The demand as the subject of a sentence. */
export function demandText({ who, aside }: Demand): string {
  return aside === undefined ? who : `${who}, ${aside},`;
}

/** Nothing for the CPU to do; the compiler must still treat the buffer as handed over. */
export interface CompilerBarrier extends StepBase {
  readonly kind: "compiler-barrier";
}

interface MaintenanceBase extends StepBase {
  readonly mechanism: string;
  /** Names of the cache levels that the operation reaches, inner to outer. */
  readonly levels: readonly string[];
  /** The operation as the manual names it. */
  readonly operation: string;
  readonly effect: OperationEffect;
  /** Set where it writes back what a later step drops: whoever writes in between loses that. */
  readonly isBeforeDrop?: true;
  readonly addressKind: "virtual" | "physical";
  /** What the CPU executes for each operation, in order; each repeated as often as the silicon needs it. */
  readonly accesses: readonly SequenceItem[];
  readonly extension: string | undefined;
  /** Set where each operation takes several commands, something may come between them, and interrupts are masked or not. */
  readonly commands?: "masked" | "apart";
  /** Executed only for a buffer that starts in one of these; undefined where it is right for every buffer. */
  readonly onlyIn: readonly RegionRange[] | undefined;
}

/** One operation for each line that the buffer touches, in ascending order. */
export interface MaintainLines extends MaintenanceBase {
  readonly kind: "maintain-lines";
  /** edges: only the first and the last line. */
  readonly lines: "all" | "edges";
  /** Where the size is read at run time, the smallest that it may be. */
  readonly lineBytes: number;
  /** Set where the fence has read the size of a line by then, and uses what it read. */
  readonly bySizeRead?: true;
  /** Whether the first operation gets the buffer's own address or the start of its line. */
  readonly firstAddress: "as-given" | "line-aligned";
}

/** One command for all lines that the buffer touches, or one for each piece of it. */
export interface MaintainRange extends MaintenanceBase {
  readonly kind: "maintain-range";
  readonly lineBytes: number;
  /** Present where a buffer may be longer than what a command takes. */
  readonly pieces?: PieceLimits;
}

/** What one range command takes. */
export interface PieceLimits {
  /** Whole lines. */
  readonly mostBytes: number;
  /** A piece does not cross a multiple of this. */
  readonly windowBytes: number | undefined;
}

/** One command for the whole cache. */
export interface MaintainWholeCache extends MaintenanceBase {
  readonly kind: "maintain-whole-cache";
}

/** Makes the operations of a mechanism finish. */
export interface CompleteMaintenance extends StepBase {
  readonly kind: "complete-maintenance";
  readonly mechanism: string;
  readonly accesses: readonly SequenceItem[];
  readonly extension: string | undefined;
  readonly onlyIn: readonly RegionRange[] | undefined;
}

export type Maintenance = MaintainLines | MaintainRange | MaintainWholeCache;

export type FenceStep =
  | ReturnIfEmpty
  | RegionGuard
  | ReadLineSize
  | MaskInterrupts
  | RestoreInterrupts
  | BarrierStep
  | CompilerBarrier
  | Maintenance
  | CompleteMaintenance;

export type ObligationKind =
  | "chip"
  | "regions"
  | "coherency"
  | "memory-attributes"
  | "device-memory"
  | "released-first"
  | "ended-first"
  | "buffer-owns-its-lines"
  | "buffer-fills-its-lines"
  | "every-buffer-fills-its-lines"
  | "edge-lines-quiet"
  | "edge-lines-quiet-elsewhere"
  | "identity-mapping"
  | "one-address"
  | "address-handed-over"
  | "not-reentrant"
  | "cache-stays-off"
  | "no-clean-victims"
  | "write-buffer-off"
  | "driver-maintains"
  | "master-lines-acquired"
  | "descriptors-elsewhere"
  | "other-cores-off"
  | "other-cores-reached"
  | "mechanism"
  | "controller"
  | "erratum"
  | "parameter";

/** Kinds of promises that whoever hands over a buffer keeps; the others are kept once, by the board. */
export const promisedOfBuffers: ReadonlySet<ObligationKind> = new Set([
  "regions",
  "released-first",
  "ended-first",
  "buffer-owns-its-lines",
  "buffer-fills-its-lines",
  "every-buffer-fills-its-lines",
  "edge-lines-quiet",
  "edge-lines-quiet-elsewhere",
  "one-address",
  "address-handed-over",
] as const);

/** Something that the fence relies on and cannot see to itself. */
export interface FenceObligation {
  readonly kind: ObligationKind;
  /** A full sentence about the program or the machine. */
  readonly text: string;
  readonly sources: readonly Citation[];
}

export interface FencePlan {
  /** Name of the type, such as Stm32h743DmaFence. */
  readonly name: string;
  readonly chip: string;
  readonly core: string;
  /** Tells cores of one kind apart that a chip has under several names; empty where it has one. */
  readonly coreName: string;
  /** Names of the DMA masters that it is right for. */
  readonly controllers: readonly string[];
  /** Whether those are all that the chip has. */
  readonly forAllDma: boolean;
  readonly release: readonly FenceStep[];
  readonly acquire: readonly FenceStep[];
  readonly obligations: readonly FenceObligation[];
  /** What would allow fewer or weaker steps, and does not count, because nobody has read it. */
  readonly unread: readonly UnreadFact[];
  /** Whether it is wrong for a buffer in memory that is not described. */
  readonly needsDescribedMemory: boolean;
  /** What a buffer must be aligned to and padded to a multiple of so that it shares no line; 1 where lines do not matter. */
  readonly bufferAlignmentBytes: number;
  /** The line size by which maintenance steps; undefined without maintenance. */
  readonly lineBytes: number | undefined;
  /** How the barriers differ from those of Tock's own fence for the architecture, as sentences; empty if they do not. */
  readonly comparison: readonly string[];
}
