// A fence in the hands of one driver, which knows its master and what that does with buffers.
import type { DmaBuffer, DmaFence, FenceMachine } from "./dma-fence.ts";
import type { DmaFenceClass } from "./dma-fence-class.ts";
import { requireOwnLines } from "./own-lines.ts";
import { requireAccess, requireReach } from "./reach.ts";

/**
 * A chip's fence bound to one DMA master and to one direction: it refuses buffers that the master is not known to reach so, and of
 * those that the master writes to, such as share a cache line. A driver with both directions has one of each.
 * @example
 * import { type DmaFence, type FenceMachine, MasterDmaFence } from "fencegen/runtime";
 * import { Stm32h743DmaFence } from "fencegen/chips/stm32h743";
 *
 * function receiveFence(machine: FenceMachine): DmaFence {
 *   return new MasterDmaFence(Stm32h743DmaFence, machine, "BDMA", "write");
 * }
 */
export class MasterDmaFence<Master extends string> implements DmaFence {
  readonly #fence: DmaFence;
  readonly #check: (buffer: DmaBuffer) => void;

  /**
   * @param Fence the generated class
   * @param master one of those that it is right for
   * @param access what the master does with the buffers; a buffer that it reads and writes is one that it writes
   * @throws {RangeError} where the fence is not right for the master, or the access is none
   */
  constructor(Fence: DmaFenceClass<Master>, machine: FenceMachine, master: NoInfer<Master>, access: "read" | "write") {
    requireAccess(access);
    if (!Fence.masters.includes(master))
      throw new RangeError(`${Fence.name} is not right for ${master}, but for ${Fence.masters.join(", ")}`);
    this.#fence = new Fence(machine);
    this.#check = (buffer) => {
      requireReach(Fence.reach, master, access, buffer);
      if (access === "write") requireOwnLines(Fence, buffer);
    };
  }

  /**
   * As the chip's fence.
   * @throws {ReachError} for a buffer that the master is not known to reach so
   * @throws {LineError} for one that it writes to and that shares a line
   * @throws {RangeError} for a buffer that is none
   */
  release(buffer: DmaBuffer): void {
    this.#check(buffer);
    this.#fence.release(buffer);
  }

  /**
   * As the chip's fence.
   * @throws {ReachError} for a buffer that the master is not known to reach so
   * @throws {LineError} for one that it writes to and that shares a line
   * @throws {RangeError} for a buffer that is none
   */
  acquire(buffer: DmaBuffer): void {
    this.#check(buffer);
    this.#fence.acquire(buffer);
  }
}
