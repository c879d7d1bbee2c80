// An RP2040 of rp2040js as a machine for fences: its core executes the barriers, its DMA engine moves the bytes.
import { type Barrier, DecodedMachine } from "fencegen/runtime";
import { Simulator } from "rp2040js";

/** At the end of SRAM: an instruction, and memory on the other side of transfers. */
const instructionAt = 0x2004_1f00;
const farSide = 0x2004_1000;
const channel0 = 0x5000_0000;
/** Enabled, bytes, both addresses advance, never waits for a peripheral (RP2040 datasheet, 2.5.7, CH0_CTRL_TRIG). */
const control = 0x1 | (1 << 4) | (1 << 5) | (0x3f << 15);

export class Rp2040Machine extends DecodedMachine {
  readonly #simulator = new Simulator();
  readonly #core = this.#simulator.rp2040.core;

  protected override onBarrier({ completes }: Barrier): void {
    const { PC } = this.#core;
    this.#core.writeUint32(instructionAt, completes.length > 0 ? 0x8f4f_f3bf : 0x8f5f_f3bf); // dsb sy, dmb sy
    this.#core.PC = instructionAt;
    this.#simulator.rp2040.step();
    this.#core.PC = PC;
  }

  store(address: bigint, bytes: readonly number[]): void {
    for (const [index, byte] of bytes.entries()) this.#core.writeUint8(Number(address) + index, byte);
  }

  load(address: bigint, lengthBytes: number): number[] {
    return Array.from({ length: lengthBytes }, (_, index) => this.#core.readUint8(Number(address) + index));
  }

  dmaRead(address: bigint, lengthBytes: number): number[] {
    this.#copy(Number(address), farSide, lengthBytes);
    return this.load(BigInt(farSide), lengthBytes);
  }

  dmaWrite(address: bigint, bytes: readonly number[]): void {
    this.store(BigInt(farSide), bytes);
    this.#copy(farSide, Number(address), bytes.length);
  }

  #copy(from: number, to: number, lengthBytes: number): void {
    for (const [index, word] of [from, to, lengthBytes, control].entries())
      this.#core.writeUint32(channel0 + 4 * index, word);
    while (this.#simulator.rp2040.dma.channels[0]!.active) this.#simulator.clock.tick(1);
  }
}
