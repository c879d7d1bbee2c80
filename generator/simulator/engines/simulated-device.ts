// A device that a test models: registers of its own, and DMA by generators.
import type { RegisterWidthBits } from "../../runtime/dma-fence.ts";
import type { DmaBus } from "./dma-bus.ts";
import type { DmaProcess } from "./dma-steps.ts";

/** What a test says of a device: where its registers are, and what an access to one does. */
export interface DeviceModel {
  /** Address of its first register. */
  readonly base: bigint;
  /** How many bytes of registers there are. */
  readonly lengthBytes: number;
  /** A load of a register, when it reaches the device. Left out, registers read as 0. @param offset from `base`, in bytes */
  readonly read?: (offset: number, widthBits: RegisterWidthBits) => number | bigint;
  /** A store to a register, when it reaches the device. Left out, it does nothing. */
  readonly write?: (offset: number, value: bigint, widthBits: RegisterWidthBits) => void;
}

/** A transfer that a device has begun. */
export interface DeviceTransfer {
  readonly isEnded: boolean;
  /** Ends it where it is: accesses that are left are not made. What it had of memory, it has no longer. */
  stop(): void;
}

/** A device of a simulated machine that a test models. */
export interface SimulatedDevice {
  /** Of the master, as in the chip's description. */
  readonly name: string;
  /** Whether it can go on by itself. */
  readonly isRunning: boolean;
  /** Begins something that the device does by itself, beside whatever it does already. */
  run(steps: (dma: DmaBus) => DmaProcess): DeviceTransfer;
  /** Asks for an interrupt, which comes at some later time, between any two accesses of the driver. */
  interrupt(): void;
}
