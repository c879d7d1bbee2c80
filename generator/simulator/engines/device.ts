// A device that a test models, as the machine drives it.
import type { Random } from "../schedule/random.ts";
import { SimulationError } from "../simulation-error.ts";
import type { DmaBus } from "./dma-bus.ts";
import { RunningProcess } from "./dma-requests.ts";
import type { DmaProcess } from "./dma-steps.ts";
import { MasterBus } from "./master-bus.ts";
import type { MasterPort } from "./master-port.ts";
import type { DeviceModel, DeviceTransfer, SimulatedDevice } from "./simulated-device.ts";

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

  get isWaiting(): boolean {
    return this.#processes.length > 0 && !this.isRunning;
  }

  run(steps: (dma: DmaBus) => DmaProcess): DeviceTransfer {
    this.#wasStarted = true;
    const bus = new MasterBus(this.#port);
    const running = new RunningProcess(steps(bus));
    this.#processes.push(running);
    return {
      get isEnded() {
        return running.isEnded;
      },
      stop: () => {
        running.stop();
        bus.endAll();
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
