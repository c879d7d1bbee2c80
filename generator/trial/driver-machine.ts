// The machine as a driver has it, whether it runs under one schedule or is explored under all.
import type { DmaBuffer, FenceMachine } from "../runtime/dma-fence.ts";
import type { SimulatedDmaEngine } from "../simulator/engines/simulated-dma-engine.ts";
import type { CpuAccess } from "../simulator/machine.ts";

/**
 * What a driver may do under all schedules: a part of `SimulatedMachine`, so that a driver written for this runs under `forSeeds` as well.
 * Devices that a test models, interrupts, and what asks the machine for a schedule of its own (`fill`, `evict`) are no part of it.
 */
export interface DriverMachine<Master extends string = string> extends FenceMachine {
  /** The DMA engine of a master, by its name. @throws {SimulationError} where the chip has no such master */
  engine(controllerName: Master): SimulatedDmaEngine;
  /** Gives a buffer a name, for messages. @returns the buffer */
  named(name: string, buffer: DmaBuffer): DmaBuffer;
  /** The CPU stores bytes. */
  store(address: bigint, bytes: ArrayLike<number>, access?: CpuAccess): void;
  /** The CPU loads bytes. */
  load(address: bigint, lengthBytes: number, access?: CpuAccess): Uint8Array;
  /** Stores a little-endian word of 32 bits at one moment, where it is naturally aligned. */
  store32(address: bigint, value: number): void;
  /** Loads a little-endian word of 32 bits at one moment, where it is naturally aligned. */
  load32(address: bigint): number;
  /** A transfer from memory, from its start by an MMIO write until its end has been seen in a register. */
  dmaRead(address: bigint, lengthBytes: number, master: Master): readonly number[];
  /** A transfer to memory, likewise. */
  dmaWrite(address: bigint, bytes: ArrayLike<number>, master: Master): void;
  /** Whether interrupts are masked. */
  interruptsMasked(): boolean;
  /** Time passes. */
  wait(): void;
}
