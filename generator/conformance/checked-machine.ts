// What a machine must offer so that it can be judged: the fence's side, the driver's side, and what caches may do by themselves.
import type { FenceMachine, Nothing } from "../runtime/dma-fence.ts";

/**
 * A machine with memory. Addresses are the core's, bytes numbers from 0 to 255; memory may hold anything at first. Nothing here waits:
 * a method that returns a promise is refused. In which security state the CPU or a master accesses memory cannot be said; a chip with
 * several has a fence, and addresses, for each. `SimulatedMachine` is such a machine.
 */
export interface CheckedMachine extends FenceMachine {
  /** The CPU stores bytes. */
  store(address: bigint, bytes: readonly number[]): Nothing;
  /** The CPU loads bytes. */
  load(address: bigint, lengthBytes: number): ArrayLike<number>;
  /** A whole transfer from memory: started by a store to a register of the master, and seen to have ended in one. */
  dmaRead(address: bigint, lengthBytes: number, master: string): ArrayLike<number>;
  /** A whole transfer to memory, likewise. */
  dmaWrite(address: bigint, bytes: readonly number[], master: string): Nothing;
  /** Caches fetch the line of an address now, as they may at any time; left out, this machine's never do. */
  fill?(address: bigint): Nothing;
  /** Caches give up the line of an address now, as they may at any time; left out, this machine's never do. */
  evict?(address: bigint): Nothing;
  /** Whether the core's interrupts are masked; left out, nothing is asked of `maskInterrupts` and `restoreInterrupts`. */
  interruptsMasked?(): boolean;
}

/** What a machine that is to be checked is made with; one that knows nothing of them leaves them aside. */
export interface CheckedMachineOptions {
  /** Another one for each machine; for machines whose schedule a seed decides. */
  readonly seed: number;
  /** The core of the fence, by its name or kind. */
  readonly core: string;
  /** Bytes of the lines of cache levels, by name, where the fence asks the core for them. */
  readonly lineBytes: Readonly<Record<string, number>>;
  /**
   * Names of the memories whose addresses this machine is asked about. Where memory has several addresses, fences are promised that
   * caches fetch nothing at the others.
   */
  readonly memories: readonly string[];
}
