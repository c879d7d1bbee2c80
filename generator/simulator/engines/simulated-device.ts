// A device that a test models: registers of its own, and DMA by generators.
import type { RegisterWidthBits } from "../../runtime/dma-fence.ts";
import type { Random } from "../schedule/random.ts";
import { SimulationError } from "../simulation-error.ts";
import { type DmaBus, MasterBus } from "./dma-bus.ts";
import { type DmaProcess, RunningProcess } from "./dma-steps.ts";
import type { MasterPort } from "./master-port.ts";

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

/** The device as the machine drives it. */
export class Device implements SimulatedDevice {
  readonly name: string;
  readonly model: DeviceModel;
  readonly #port: MasterPort;
  readonly #interrupt: () => void;
  #processes: RunningProcess[] = [];
  #wasStarted = false;

  constructor(port: MasterPort, model: DeviceModel, interrupt: () => void) {
    this.name = port.controller.name;
    this.model = model;
    this.#port = port;
    this.#interrupt = interrupt;
  }

  get wasStarted(): boolean {
    return this.#wasStarted;
  }

  get isRunning(): boolean {
    return this.#processes.some(({ isWaiting }) => !isWaiting);
  }

  run(steps: (dma: DmaBus) => DmaProcess): DeviceTransfer {
    this.#wasStarted = true;
    const running = new RunningProcess(steps(new MasterBus(this.#port)));
    this.#processes.push(running);
    return {
      get isEnded() {
        return running.isEnded;
      },
      stop: () => {
        running.stop();
        this.#forgetEnded();
      },
    };
  }

  interrupt(): void {
    this.#interrupt();
  }

  step(random: Random | undefined): void {
    const able = this.#processes.filter(({ isWaiting }) => !isWaiting);
    const [first] = able;
    if (!first) return;
    (random ? random.pick(able) : first).step(random);
    this.#forgetEnded();
  }

  holds(address: bigint): boolean {
    return address >= this.model.base && address < this.model.base + BigInt(this.model.lengthBytes);
  }

  /** The driver has read a register: what the device has ended is seen. */
  seen(): void {
    this.#port.seen();
  }

  #forgetEnded(): void {
    this.#processes = this.#processes.filter(({ isEnded }) => !isEnded);
  }
}

/** @throws {SimulationError} where registers are none, or are those of another device already */
export function requireFreeRegisters(model: DeviceModel, others: readonly Device[]): void {
  const { base, lengthBytes } = model;
  if (typeof base !== "bigint" || base < 0n || !Number.isSafeInteger(lengthBytes) || lengthBytes < 1)
    throw new SimulationError(`registers at ${base} with ${lengthBytes} bytes are none`);
  const end = base + BigInt(lengthBytes);
  const taken = others.find(({ model: other }) => base < other.base + BigInt(other.lengthBytes) && other.base < end);
  if (taken) throw new SimulationError(`the registers at 0x${base.toString(16)} are those of ${taken.name} already`);
}
