// What is known of every generated class without an instance.
import type { DmaFence, FenceMachine } from "./dma-fence.ts";
import type { DmaReach } from "./reach.ts";

/** What every generated class is: a fence for a machine, with the facts that drivers and tests ask for. */
export interface DmaFenceClass<Master extends string = string> {
  new (machine: FenceMachine): DmaFence;
  /** The chip's memory as the core of the fence sees it, and what each DMA master reaches. */
  readonly reach: DmaReach<Master>;
  /** The DMA masters for which the fence is right. */
  readonly masters: readonly Master[];
  /** Bytes by which it steps from line to line, the fewest where it asks the core; undefined where it maintains no line. */
  readonly lineBytes: number | undefined;
  /** What a buffer must be aligned to, and padded to a multiple of, so that it shares no line; 1 where lines do not matter. */
  readonly bufferAlignmentBytes: number;
}
