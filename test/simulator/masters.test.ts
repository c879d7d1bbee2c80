// Drivers of five masters that are there, on models of these: right ones pass under every schedule and break no rule of ownership, and
// each with a mistake that somebody made is found out, in a sentence.
import { describe, expect, it } from "vitest";
import {
  type DmaFence,
  type DmaFenceClass,
  forSeeds,
  type OwnershipLevels,
  type SimulatedMachine,
} from "../../generator/index.ts";
import { Nrf52840DmaFence } from "../../out/typescript/nrf52840.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";
import { easyDma, easyDmaReceiver } from "./masters/easy-dma.ts";
import { ethernet, ethernetReceiver, OWN } from "./masters/ethernet-ring.ts";
import * as programs from "./masters/program-dma.ts";
import { NEXT, split, splitRingDevice, WRITE } from "./masters/split-ring.ts";
import { EN, HTIF, stream, streamDma, TCIF } from "./masters/stream-dma.ts";

type Machine = SimulatedMachine;
type Driver = (machine: Machine, fence: DmaFence) => void;

const h743 = { chip: planOf("stm32h743").planned!.chip, Fence: Stm32h743DmaFence as DmaFenceClass };
const nrf = { chip: planOf("nrf52840").planned!.chip, Fence: Nrf52840DmaFence as DmaFenceClass };
const registers = 0x4000_0000n;
const ram = 0x2400_0000n;

function run({ chip, Fence }: typeof h743, driver: Driver, ownership: OwnershipLevels, seeds = 48): string[] {
  const findings: string[] = [];
  forSeeds(chip, driver, { fence: Fence, seeds, ownership, onFinding: ({ text }) => findings.push(text) });
  return findings;
}

/** The message with which a driver fails under one of the first seeds. */
function failure(on: typeof h743, driver: Driver, ownership: OwnershipLevels): string {
  try {
    run(on, driver, ownership, 200);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing failed");
}

const counting = (length: number, from = 1) => Array.from({ length }, (_, index) => (from + index) & 0xff);

describe("a stream in circular mode", () => {
  interface Mistake {
    /** Reads the half that is being filled. */
    readonly readsOther?: boolean;
    /** Disables the stream, and takes the buffer back at once. */
    readonly doesNotWait?: boolean;
  }
  const driver =
    ({ readsOther = false, doesNotWait = false }: Mistake): Driver =>
    (machine, fence) => {
      const { incoming } = streamDma(machine, "DMA1", registers);
      const rx = machine.named("rx", { address: ram, lengthBytes: 64 });
      const half = (which: number) => ({ address: ram + BigInt(which * 32), lengthBytes: 32 });
      const received: number[] = [];
      machine.onInterrupt("DMA1", () => {
        const flags = machine.readRegister(registers + BigInt(stream.LISR), 32);
        machine.writeRegister(registers + BigInt(stream.LIFCR), flags, 32);
        for (const [flag, which] of [
          [HTIF, 0],
          [TCIF, 1],
        ] as const) {
          if ((flags & flag) === 0n) continue;
          const ready = half(readsOther ? 1 - which : which);
          fence.acquire(ready);
          received.push(...machine.load(ready.address, 32));
        }
      });
      fence.release(rx);
      machine.writeRegister(registers + BigInt(stream.M0AR), rx.address, 32);
      machine.writeRegister(registers + BigInt(stream.NDTR), 64n, 32);
      incoming.push(...counting(32));
      machine.writeRegister(registers + BigInt(stream.CR), EN, 32);
      while (received.length < 32) machine.wait();
      incoming.push(...counting(40, 33));
      if (doesNotWait) {
        machine.writeRegister(registers + BigInt(stream.CR), 0n, 32);
        fence.acquire(rx);
        machine.store(rx.address, [0xee]);
        return;
      }
      while (received.length < 64) machine.wait();
      expect(received).toEqual(counting(64));
      machine.writeRegister(registers + BigInt(stream.CR), 0n, 32);
      machine.pollRegister(registers + BigInt(stream.CR), EN, "clear", 32);
      fence.acquire(rx);
      const left = Number(machine.readRegister(registers + BigInt(stream.NDTR), 32));
      const residual = (64 - left) % 64;
      expect([...machine.load(rx.address, residual)]).toEqual(counting(residual, 65));
      machine.store(rx.address, [0]);
    };

  it("is received by halves, and stopped with a residual", () => {
    expect(run(h743, driver({}), "error")).toEqual([]);
  });

  it("is found out where the half is read that is being filled", () => {
    expect(failure(h743, driver({ readsOther: true }), "error")).toContain(
      "acquire(32 bytes at 0x24000020): DMA1 writes 0x24000020 of rx, and the driver has not seen its end (acquire-before-end: ",
    );
  });

  it("is found out where a cancelled receive keeps running", () => {
    expect(failure(h743, driver({ doesNotWait: true }), "error")).toMatch(
      /acquire\(rx\): DMA1 writes 0x240000\d0 of rx, and the driver has not seen its end \(acquire-before-end: /,
    );
  });
});

describe("a receiver with EasyDMA", () => {
  const rx = { address: 0x2000_0100n, lengthBytes: 16 };
  const driver =
    (waits: boolean): Driver =>
    (machine, fence) => {
      const master = nrf.chip.dma[0]!.name;
      const { incoming } = easyDmaReceiver(machine, master, registers);
      machine.named("rx", rx);
      const write = (offset: number, value: bigint) => machine.writeRegister(registers + BigInt(offset), value, 32);
      fence.release(rx);
      write(easyDma.PTR, rx.address);
      write(easyDma.MAXCNT, 16n);
      write(easyDma.STARTRX, 1n);
      incoming.push(...counting(7));
      for (let passed = 0; passed < 4; passed++) machine.wait();
      write(easyDma.STOPRX, 1n);
      if (waits) machine.pollRegister(registers + BigInt(easyDma.ENDRX), 1n, "set", 32);
      fence.acquire(rx);
      if (!waits) {
        machine.load(rx.address, 16);
        return;
      }
      const amount = Number(machine.readRegister(registers + BigInt(easyDma.AMOUNT), 32));
      expect(amount).toBe(7);
      expect([...machine.load(rx.address, amount)]).toEqual(counting(7));
    };

  it("stops with what has come in", () => {
    expect(run(nrf, driver(true), "error")).toEqual([]);
  });

  it("is found out where the end event is not waited for", () => {
    expect(failure(nrf, driver(false), "error")).toMatch(
      /acquire\(rx\): \S+ writes 0x20000100 of rx, and the driver has not seen its end \(acquire-before-end: |DMA: \S+ is to write 0x20000100 of rx, which acquire has taken back and the driver has loaded since \(not-released: /,
    );
  });
});

describe("a split ring", () => {
  const ring = { entries: 4, descriptors: ram, available: ram + 0x100n, used: ram + 0x200n };
  const driver =
    (isReleased: boolean): Driver =>
    (machine, fence) => {
      splitRingDevice(machine, "Ethernet", registers, ring, (request) => request.map((byte) => byte ^ 0xff));
      const table = machine.named("descriptors", { address: ring.descriptors, lengthBytes: 64 });
      const available = machine.named("available", { address: ring.available, lengthBytes: 12 });
      const used = machine.named("used", { address: ring.used, lengthBytes: 36 });
      machine.store(used.address, new Uint8Array(36));
      fence.release(used);
      const [tx, rx] = [0x400n, 0x500n].map((offset) => ({ address: ram + offset, lengthBytes: 32 }));
      const describe = (index: number, address: bigint, length: number, flags: number) => {
        const words = Uint32Array.of(Number(address), 0, length, flags | (1 << 16));
        machine.store(ring.descriptors + 16n * BigInt(index), new Uint8Array(words.buffer), { atomicBytes: 4 });
      };
      for (let round = 1; round <= 3; round++) {
        machine.store(tx!.address, counting(32, round));
        describe(0, tx!.address, 32, NEXT);
        describe(1, rx!.address, 32, WRITE);
        machine.store(ring.available, Uint8Array.of(0, 0, round, 0, 0, 0, 0, 0, 0, 0, 0, 0), { atomicBytes: 2 });
        for (const buffer of [tx!, rx!, table, ...(isReleased ? [available] : [])]) fence.release(buffer);
        machine.writeRegister(registers + BigInt(split.NOTIFY), 0n, 32);
        for (;;) {
          machine.wait();
          fence.acquire(used);
          if (machine.load32(used.address) >>> 16 === round) break;
          fence.release(used);
        }
        fence.acquire(rx!);
        expect([...machine.load(rx!.address, 32)]).toEqual(counting(32, round).map((byte) => byte ^ 0xff));
      }
    };

  it("has requests answered", () => {
    expect(run(h743, driver(true), "error")).toEqual([]);
  });

  it("is found out where the available ring is not released", () => {
    expect(failure(h743, driver(false), "error")).toMatch(
      /DMA: Ethernet is to read 0x2400010\d of available, (which was never released|to which the driver has stored since it was released) \(not-released: /,
    );
  });
});

describe("an Ethernet ring", () => {
  interface Options {
    /** Bytes from one descriptor to the next. */
    readonly strideBytes?: number;
    /** Writes another buffer into a descriptor that the master has. */
    readonly changesLate?: boolean;
    /** What a descriptor says of its buffer. */
    readonly lengthBytes?: number;
  }
  const count = 4;
  const driver =
    ({ strideBytes = 32, changesLate = false, lengthBytes = 64 }: Options): Driver =>
    (machine, fence) => {
      const { incoming } = ethernetReceiver(machine, "Ethernet", registers, { isPrefetching: true });
      const ring = Array.from({ length: count }, (_, index) => {
        const address = ram + BigInt(index * strideBytes);
        const next = ram + BigInt(((index + 1) % count) * strideBytes);
        const buffer = machine.named(`buffer ${index}`, {
          address: ram + 0x400n + BigInt(index * 64),
          lengthBytes: 64,
        });
        return { descriptor: machine.named(`descriptor ${index}`, { address, lengthBytes: 16 }), buffer, next };
      });
      const give = ({ descriptor, buffer, next }: (typeof ring)[number]) => {
        fence.release(buffer);
        for (const [offset, word] of [
          [4n, lengthBytes],
          [8n, Number(buffer.address)],
          [12n, Number(next)],
        ] as const)
          machine.store32(descriptor.address + offset, word);
        // OWN comes after the rest of the descriptor.
        fence.release(descriptor);
        machine.store32(descriptor.address, OWN);
        fence.release(descriptor);
      };
      const keep = ({ descriptor, next }: (typeof ring)[number]) => {
        machine.store(descriptor.address, new Uint8Array(Uint32Array.of(0, 0, 0, Number(next)).buffer), {
          atomicBytes: 4,
        });
        fence.release(descriptor);
      };
      for (const [index, each] of ring.entries()) index < 3 ? give(each) : keep(each);
      machine.writeRegister(registers + BigInt(ethernet.DMARDLAR), ram, 32);
      machine.writeRegister(registers + BigInt(ethernet.DMARPDR), 1n, 32);
      const frames = [1, 2, 3, 4, 5].map((round) => Uint8Array.from(counting(60, round * 7)));
      if (changesLate) {
        const other = { address: ram + 0x800n, lengthBytes: 64 };
        fence.release(other);
        machine.store32(ring[1]!.descriptor.address + 8n, Number(other.address));
        return;
      }
      incoming.push(...frames);
      for (const [round, frame] of frames.entries()) {
        const { descriptor, buffer } = ring[round % count]!;
        let length = 0;
        for (;;) {
          fence.acquire(descriptor);
          const status = machine.load32(descriptor.address);
          length = status >>> 16;
          if ((status & OWN) === 0 && length !== 0) break;
          machine.wait();
        }
        fence.acquire(buffer);
        expect([...machine.load(buffer.address, length)]).toEqual([...frame]);
        keep(ring[round % count]!);
        give(ring[(round + 3) % count]!);
        machine.writeRegister(registers + BigInt(ethernet.DMARPDR), 1n, 32);
      }
    };

  it("receives", () => {
    expect(run(h743, driver({}), "error")).toEqual([]);
  });

  it("is found out where two descriptors lie in one line", () => {
    expect(failure(h743, driver({ strideBytes: 16 }), { "shared-line": "error" })).toMatch(
      /store to [^:]+: 0x24\w+ of descriptor \d lies in the 32-byte line at 0x24\w+, with bytes of .* that Ethernet writes/,
    );
  });

  it("is found out where a descriptor is changed after it was fetched", () => {
    const message = failure(h743, driver({ changesLate: true }), "error");
    expect(message).toContain(
      "store to 4 bytes at 0x24000028: Ethernet has fetched 0x24000028 of descriptor 1 already, and the driver has not seen it given back (store-while-out: ",
    );
  });

  it("is found out where a length runs into the next buffer", () => {
    expect(failure(h743, driver({ lengthBytes: 80 }), "error")).toMatch(
      /DMA: Ethernet is to write 0x24000\w+ of .*, which/,
    );
  });
});

describe("a controller that runs a program", () => {
  const copy = (source: bigint, destination: bigint, words: number) => {
    const word = (value: bigint) => [...new Uint8Array(Uint32Array.of(Number(value)).buffer)];
    const { DMAMOV, DMALP, DMALD, DMAST, DMALPEND, DMAEND } = programs;
    return [
      DMAMOV,
      0,
      ...word(source),
      DMAMOV,
      1,
      ...word(destination),
      DMALP,
      words - 1,
      DMALD,
      DMAST,
      DMALPEND,
      words - 1,
      DMAEND,
      0,
    ];
  };
  const driver =
    (isReleased: boolean): Driver =>
    (machine, fence) => {
      programs.programDma(machine, "MDMA", registers);
      const code = machine.named("program", { address: ram, lengthBytes: 22 });
      const [source, destination] = [
        machine.named("source", { address: ram + 0x100n, lengthBytes: 16 }),
        machine.named("destination", { address: ram + 0x200n, lengthBytes: 32 }),
      ];
      machine.store(code.address, copy(source.address, destination.address, 4));
      machine.store(source.address, counting(16));
      for (const buffer of [source, destination, ...(isReleased ? [code] : [])]) fence.release(buffer);
      machine.writeRegister(registers + BigInt(programs.program.DBGINST1), code.address, 32);
      machine.writeRegister(registers + BigInt(programs.program.DBGCMD), 0n, 32);
      machine.pollRegister(registers + BigInt(programs.program.CSR), 1n, "clear", 32);
      fence.acquire(destination);
      expect([...machine.load(destination.address, 16)]).toEqual(counting(16));
    };

  it("copies", () => {
    expect(run(h743, driver(true), "error")).toEqual([]);
  });

  it("is found out where the program is not released", () => {
    expect(failure(h743, driver(false), "error")).toMatch(
      /DMA: MDMA is to read 0x2400000\w of program, which was never released \(not-released: /,
    );
  });
});
