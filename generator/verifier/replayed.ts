// What an execution looks like, step by step: who acts, and what each part of the machine has after it. Plain data, from which the
// trace and pictures are made.
import type { FenceMethod } from "../model/chip.ts";

/** Who wrote a value; nobody for what was there before. */
export type ValueOwner = "nobody" | "CPU" | "DMA" | "neighbour";

/** What a cell of a line holds at a place. */
export interface ReplayedValue {
  /** As traces show it; it stands for bytes of any content. */
  readonly value: number;
  readonly owner: ValueOwner;
  /** Whether a newer value has been written to the cell, wherever that is now. */
  readonly isOld: boolean;
}

/** A place's copy of a line. Of its status, stale: some cell of it is old; a copy may be that and dirty. */
export interface ReplayedCopy {
  readonly status: "absent" | "clean" | "dirty" | "stale";
  readonly isDirty: boolean;
  /** The buffer's cell, or the descriptor's, and the one beside it; undefined for one that it does not hold. */
  readonly cells: readonly (ReplayedValue | undefined)[];
}

/** One line, and everything that holds a copy of it. */
export interface ReplayedLine {
  /** Of each of the core's caches, inner to outer. */
  readonly levels: readonly ReplayedCopy[];
  /** Of each cache in front of the master, from the master to its port. */
  readonly front: readonly ReplayedCopy[];
  readonly memory: ReplayedCopy;
  /** What a load of the CPU would find that takes nothing from its own stores. */
  readonly seenByCpu: readonly ReplayedValue[];
  /** What a read of the master would find. */
  readonly seenByMaster: readonly ReplayedValue[];
}

/**
 * How far the CPU is with an access. waiting: nothing behind it has been issued either. overtaken: later accesses have been issued before it; a store is in the store
 * buffer then. in flight: issued, and not done.
 */
export type AccessProgress = "waiting" | "overtaken" | "in flight" | "done";

/** The machine between two steps. */
export interface ReplayedState {
  /** Of each access of the program. */
  readonly accesses: readonly AccessProgress[];
  /** Stores that are not performed yet and that later accesses have overtaken, as indexes of accesses, oldest first. */
  readonly storeBuffer: readonly number[];
  readonly lines: readonly ReplayedLine[];
  readonly engine: "idle" | "running" | "ended";
  /** How often the engine was started. */
  readonly round: number;
  readonly neighbourWrote: boolean;
}

/** What the CPU executes. */
export interface ReplayedAccess {
  /** Whether the driver's own code executes it, or a method of the fence. */
  readonly part: "driver" | FenceMethod;
  /** Of a method of the fence: index of the plan's step that executes it; undefined where a class of one's own does. */
  readonly step: number | undefined;
  readonly kind: "load" | "store" | "maintain" | "complete" | "device";
  readonly text: string;
  /** Index of the line that it is to or acts on; undefined where it is none. */
  readonly line: number | undefined;
  /** Of a load or store, the cell: 0 the buffer's, 1 the one beside it. */
  readonly cell: number | undefined;
  /** What a load must give. */
  readonly expected: number | undefined;
  /** What a device access is for. */
  readonly purpose: "start" | "status" | "other" | undefined;
  /** Caches that an operation acts on, as indexes into the line's levels and front. */
  readonly levels: readonly number[];
  /** Caches in front of the master that it acts on, as indexes into the line's front. */
  readonly front: readonly number[];
}

/** The CPU goes on with an access. */
export interface ReplayedCpuAction {
  readonly agent: "CPU";
  /** issue: it is in flight from now on. finish: it takes effect. perform: both at once. */
  readonly what: "issue" | "finish" | "perform";
  /** Index of the access. */
  readonly access: number;
  /** Earlier accesses of the program that are not done, or where this one is only issued, not issued. */
  readonly overtakes: readonly number[];
  /** What a load gives, or a store stores. */
  readonly value: number | undefined;
}

/** A cache does something that nobody asked it for. */
export interface ReplayedCacheAction {
  readonly agent: "cache";
  readonly what: "fill" | "evict";
  /** Index of the line. */
  readonly line: number;
  /** Of the core's levels, or of the caches in front of the master. */
  readonly side: "core" | "master";
  /** Index of the cache there. */
  readonly level: number;
}

/** The master reads or writes a cell of the buffer, or begins (by itself, having read a descriptor) or shows the end. */
export interface ReplayedDmaAction {
  readonly agent: "DMA";
  readonly what: "read" | "write" | "begin" | "done";
  /** Of a read or write, the cell: 0 the buffer's, 1 the one beside it. */
  readonly cell: number | undefined;
  /** Of a read or write, what it gave or wrote. */
  readonly value: number | undefined;
}

/** The owner of the data beside the buffer writes to it. */
export interface ReplayedNeighbourAction {
  readonly agent: "neighbour";
  readonly what: "write";
  /** What it wrote. */
  readonly value: number;
  /** Whether it is the master, to another buffer of its own. */
  readonly isMaster: boolean;
}

/** What happens in a step: somebody does one thing. */
export type ReplayedAction = ReplayedCpuAction | ReplayedCacheAction | ReplayedDmaAction | ReplayedNeighbourAction;

/** What happens, and the machine after it. */
export interface ReplayedStep {
  readonly action: ReplayedAction;
  readonly state: ReplayedState;
  /** Index of the line that it changed; the buffer's where it changed none. */
  readonly changedLine: number;
  /** The property that is broken with this step. */
  readonly violates: string | undefined;
}

/** A cache that may hold a line. */
export interface ReplayedCache {
  /** With the place of its line where that is smaller than the one that is followed, and others have it too. */
  readonly name: string;
  /** others: it stands for those of the other cores. master: in front of the master. */
  readonly whose: "own" | "shared" | "others" | "master";
  readonly writePolicy: "write-back" | "write-through" | "read-only" | "write-buffer";
  /** Whether the master sees what it holds. */
  readonly isSeenByMaster: boolean;
  /** Whether the master's driver maintains it. */
  readonly isDriven: boolean;
}

/** A line that is followed, and what may hold it. */
export interface ReplayedLineFacts {
  readonly what: "buffer" | "descriptor" | "buffer at its other address";
  readonly memory: string;
  readonly levels: readonly ReplayedCache[];
  readonly front: readonly ReplayedCache[];
}

/** An execution, step by step. */
export interface Replay {
  /** In full, as traces name it. */
  readonly scenario: string;
  /** Title of the core. */
  readonly core: string;
  /** The masters that are connected so. */
  readonly masters: readonly string[];
  readonly lines: readonly ReplayedLineFacts[];
  /** Whether the lines are one memory, at two addresses. */
  readonly isOneMemory: boolean;
  /** The program of driver and fence, in program order. */
  readonly accesses: readonly ReplayedAccess[];
  readonly initial: ReplayedState;
  readonly steps: readonly ReplayedStep[];
  /** The property that is broken at the end; undefined where none is. */
  readonly property: string | undefined;
  /** The step or promise that rules this execution out; undefined where nothing was taken away. */
  readonly preventedBy: string | undefined;
}
