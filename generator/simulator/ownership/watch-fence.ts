// A fence whose calls the machine knows of.
import type { DmaBuffer, DmaFence } from "../../runtime/dma-fence.ts";
import { requireGiven } from "../cpu/require-access.ts";

/** Whoever is told of each call before the fence is. */
export type ToldOfCall = (call: "release" | "acquire", buffer: DmaBuffer) => void;

export class WatchedFence implements DmaFence {
  readonly #fence: DmaFence;
  readonly #tell: ToldOfCall;

  constructor(fence: DmaFence, tell: ToldOfCall) {
    this.#fence = fence;
    this.#tell = tell;
  }

  release(buffer: DmaBuffer): void {
    requireGiven(buffer);
    this.#tell("release", buffer);
    this.#fence.release(buffer);
  }

  acquire(buffer: DmaBuffer): void {
    requireGiven(buffer);
    this.#tell("acquire", buffer);
    this.#fence.acquire(buffer);
  }
}
