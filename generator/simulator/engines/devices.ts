// The devices of a machine, found by the addresses of their registers.
import type { DmaController } from "../../model/chip.ts";
import type { RegisterWidthBits } from "../../runtime/dma-fence.ts";
import type { Cpu } from "../cpu/cpu.ts";
import type { World } from "../world.ts";
import { Device, requireFreeRegisters } from "./device.ts";
import { MasterPort } from "./master-port.ts";
import { type Afterwards, RegisterPort } from "./register-port.ts";
import type { DeviceModel } from "./simulated-device.ts";

/** A register of a device, as software comes to it. */
export interface DeviceRegister {
  read(widthBits: RegisterWidthBits): bigint;
  write(value: bigint, widthBits: RegisterWidthBits): void;
}

export class Devices {
  readonly #world: World;
  readonly #cpu: Cpu;
  readonly #afterwards: Afterwards;
  readonly #devices: { readonly device: Device; readonly registers: RegisterPort }[] = [];

  /** @param afterwards what the machine does after each access to a register */
  constructor(world: World, cpu: Cpu, afterwards: Afterwards) {
    this.#world = world;
    this.#cpu = cpu;
    this.#afterwards = afterwards;
  }

  /** @throws {SimulationError} where another device has the registers */
  add(controller: DmaController, model: DeviceModel, interrupt: () => void): Device {
    requireFreeRegisters(
      model,
      this.#devices.map(({ device }) => device),
    );
    const device = new Device(new MasterPort(this.#world, controller), model, interrupt);
    this.#devices.push({ device, registers: new RegisterPort(this.#cpu, controller.name, this.#afterwards) });
    return device;
  }

  has(master: string): boolean {
    return this.#devices.some(({ device }) => device.name === master);
  }

  /** The register at an address; undefined where no device has one. */
  at(address: bigint): DeviceRegister | undefined {
    const found = this.#devices.find(({ device }) => device.holds(address));
    if (!found) return undefined;
    const { device, registers } = found;
    const offset = Number(address - device.model.base);
    const name = `${device.name}+0x${offset.toString(16)}`;
    return {
      read: (widthBits) =>
        registers.read(`read ${name}`, () => {
          device.seen();
          return BigInt(device.model.read?.(offset, widthBits) ?? 0);
        }),
      write: (value, widthBits) =>
        registers.write(`write 0x${value.toString(16)} to ${name}`, () =>
          device.model.write?.(offset, value, widthBits),
        ),
    };
  }
}
