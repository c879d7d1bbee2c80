// What a DMA master does, step by step, as a generator says it.

/** A move of some bytes by a master, at one moment. */
export interface DmaMove {
  /** Address of the first of its bytes. */
  readonly first: bigint;
  /** Address behind the last of its bytes. */
  readonly end: bigint;
  /** Whether it is a whole line in the middle of a long access. */
  readonly isWhole: boolean;
  /** Nothing where it has been made already. */
  make(): void;
}

/** Accesses that a master makes before it goes on. */
export interface DmaRequest {
  /** @internal Each at one moment. */
  readonly moves: readonly DmaMove[];
  /** What has been read; empty for a write. */
  readonly result: Uint8Array;
  /** Whether the accesses are made in the order in which they stand. */
  readonly isInOrder: boolean;
  /** @internal What is waited for before it is made. */
  readonly isReady?: () => boolean;
}

/** What a DMA master does: `yield` a request to make it; a read gives its bytes. */
export type DmaProcess<Result = void> = Generator<DmaRequest, Result, Uint8Array>;

/** How an access of several bytes is made. */
export interface DmaAccess {
  /** Size of the naturally aligned words that are accessed at one moment each; 1 where left out. */
  readonly atomicBytes?: 1 | 2 | 4 | 8 | 16;
  /** Whether the words are accessed from the first to the last; any order where left out. */
  readonly order?: "any" | "ascending";
  /** Whether it is a descriptor, and no data: the driver may poll it, and the master may look at one that is not its own. */
  readonly isDescriptor?: boolean;
}
