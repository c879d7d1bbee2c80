// Drivers that do odd things and are right: none raises an alarm under any schedule. And drivers that look like them and are wrong: each is
// found under every schedule, in one sentence that names call, buffer, byte, master and rule.
import { describe, expect, it } from "vitest";
import {
  type DeviceTransfer,
  type DmaBuffer,
  type DmaFence,
  forSeeds,
  type OwnershipRule,
  receiveCircularly,
  type SimulatedMachine,
} from "../../generator/index.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";

const { chip } = planOf("stm32h743").planned!;
type Master = (typeof Stm32h743DmaFence.masters)[number];
type Machine = SimulatedMachine<Master>;
type Driver = (machine: Machine, fence: DmaFence) => void;

const [base, registers] = [0x2400_0000n, 0x4002_0000n];
const at = (offset: number, lengthBytes: number): DmaBuffer => ({ address: base + BigInt(offset), lengthBytes });
const counting = (lengthBytes: number, from = 1) =>
  Uint8Array.from({ length: lengthBytes }, (_, index) => (from + index) & 0xff);
const end = (machine: Machine, master: Master = "DMA1") => {
  while (!machine.engine(master).isDone()) machine.wait();
};
const send = (machine: Machine, read: DmaBuffer, master: Master = "DMA1") => {
  machine.engine(master).start({ read });
  end(machine, master);
  return [...machine.engine(master).received];
};
const receive = (machine: Machine, buffer: DmaBuffer, data: Uint8Array, master: Master = "DMA1") => {
  machine.engine(master).start({ write: { buffer, data } });
  end(machine, master);
};
const loaded = (machine: Machine, { address, lengthBytes }: DmaBuffer) => [...machine.load(address, lengthBytes)];

/** A receiver that can be told to stop: one register starts it, another stops it, and a read says whether it runs. */
function abortable(machine: Machine, buffer: DmaBuffer, data: Uint8Array) {
  const state: { transfer?: DeviceTransfer } = {};
  const device = machine.device("DMA1", {
    base: registers,
    lengthBytes: 8,
    read: () => (state.transfer && !state.transfer.isEnded ? 1 : 0),
    write(offset) {
      if (offset === 4) state.transfer?.stop();
      else
        state.transfer = device.run(function* (dma) {
          const claim = dma.claim(buffer, "write");
          for (const [index, value] of data.entries()) yield dma.write(buffer.address + BigInt(index), [value]);
          claim.end();
        });
    },
  });
  return {
    start: () => machine.writeRegister(registers, 1n, 32),
    stop: () => machine.writeRegister(registers + 4n, 1n, 32),
    isRunning: () => machine.readRegister(registers, 32) !== 0n,
  };
}

/** A receiver that goes round a buffer for ever, with an interrupt for each half. */
function circular(machine: Machine, buffer: DmaBuffer, most: number) {
  const state = { next: 0, most, halves: 0, isStopping: false };
  const device = machine.device("DMA1", {
    base: registers,
    lengthBytes: 8,
    read: () => state.halves,
    write(offset) {
      if (offset === 4) state.isStopping = true;
      else
        device.run((dma) =>
          receiveCircularly(dma, {
            buffer,
            itemBytes: 4,
            nextItem: () => (state.next < state.most ? new Uint8Array(4).fill(++state.next) : undefined),
            isStopping: () => state.isStopping,
            onHalf: () => {
              state.halves++;
              device.interrupt();
            },
            onCount() {},
          }),
        );
    },
  });
  machine.writeRegister(registers, 1n, 32);
  return state;
}

describe("is right", () => {
  it.each<[string, Driver]>([
    [
      "the status of a descriptor polled as a word",
      (machine, fence) => {
        const [descriptor, buffer] = [at(0x400, 32), at(0x800, 32)];
        for (const [index, word] of [Number(buffer.address), 32, 1, 0].entries())
          machine.store32(descriptor.address + BigInt(index * 4), word);
        fence.release(buffer);
        fence.release(descriptor);
        machine.engine("DMA1").startDescriptor(descriptor.address, counting(32));
        for (;;) {
          fence.acquire(descriptor);
          if (machine.load32(descriptor.address + 12n) === 1) break;
          machine.wait();
        }
        fence.acquire(buffer);
        expect(loaded(machine, buffer)).toEqual([...counting(32)]);
      },
    ],
    [
      "a buffer that is released and taken back in pieces, in any order",
      (machine, fence) => {
        const whole = at(0, 96);
        machine.store(whole.address, counting(96));
        for (const offset of [64, 0, 32]) fence.release(at(offset, 32));
        expect(send(machine, whole)).toEqual([...counting(96)]);
        receive(machine, whole, counting(96, 100));
        for (const offset of [32, 64, 0]) {
          fence.acquire(at(offset, 32));
          expect(loaded(machine, at(offset, 32))).toEqual([...counting(32, 100 + offset)]);
        }
      },
    ],
    [
      "a buffer that is received into straight after it was sent",
      (machine, fence) => {
        const buffer = at(0, 32);
        machine.store(buffer.address, counting(32));
        fence.release(buffer);
        send(machine, buffer);
        receive(machine, buffer, counting(32, 50));
        fence.acquire(buffer);
        expect(loaded(machine, buffer)).toEqual([...counting(32, 50)]);
      },
    ],
    [
      "release twice, and acquire twice",
      (machine, fence) => {
        const buffer = at(0, 32);
        for (let round = 0; round < 2; round++) {
          machine.store(buffer.address, counting(32, round));
          fence.release(buffer);
          fence.release(buffer);
          expect(send(machine, buffer)).toEqual([...counting(32, round)]);
          fence.acquire(buffer);
          fence.acquire(buffer);
        }
      },
    ],
    [
      "a chain of masters from memory to memory, which the driver looks at in the end only",
      (machine, fence) => {
        const [from, over, to] = [at(0, 32), at(32, 32), at(64, 32)];
        machine.store(from.address, counting(32));
        for (const buffer of [from, over, to]) fence.release(buffer);
        machine.engine("DMA1").start({ read: from, write: { buffer: over, data: counting(32) } });
        end(machine);
        machine.engine("DMA2").start({ read: over, write: { buffer: to, data: counting(32) } });
        end(machine, "DMA2");
        expect([...machine.engine("DMA2").received]).toEqual([...counting(32)]);
        fence.acquire(to);
        expect(loaded(machine, to)).toEqual([...counting(32)]);
        fence.acquire(over);
        expect(loaded(machine, over)).toEqual([...counting(32)]);
      },
    ],
    [
      "two masters and the core that read one buffer at once, and it is released again meanwhile",
      (machine, fence) => {
        const buffer = at(8, 20);
        machine.store(buffer.address, counting(20));
        fence.release(buffer);
        machine.engine("DMA1").start({ read: buffer });
        machine.engine("DMA2").start({ read: at(12, 8) });
        fence.release(buffer);
        expect(loaded(machine, buffer)).toEqual([...counting(20)]);
        for (const master of ["DMA2", "DMA1"] as const) end(machine, master);
        expect([...machine.engine("DMA2").received]).toEqual([...counting(8, 5)]);
      },
    ],
    [
      "a full-duplex transfer in place",
      (machine, fence) => {
        const buffer = at(0, 32);
        machine.store(buffer.address, counting(32));
        fence.release(buffer);
        machine.engine("DMA1").start({ read: buffer, write: { buffer, data: counting(32, 70) } });
        end(machine);
        expect([...machine.engine("DMA1").received]).toEqual([...counting(32)]);
        fence.acquire(buffer);
        expect(loaded(machine, buffer)).toEqual([...counting(32, 70)]);
      },
    ],
    [
      "a half that is read while the other one is filled, after the interrupt of each",
      (machine, fence) => {
        const buffer = at(0, 64);
        const half = (which: number) => at(which * 32, 32);
        fence.release(buffer);
        let taken = 0;
        machine.onInterrupt("DMA1", () => {
          const halves = Number(machine.readRegister(registers, 32));
          for (; taken < halves; taken++) {
            const own = half(taken % 2);
            fence.acquire(own);
            expect(loaded(machine, own).filter((_, index) => index % 4 === 0)).toEqual([...counting(8, 8 * taken + 1)]);
            fence.release(own);
          }
        });
        const state = circular(machine, buffer, 8);
        while (taken < 4) {
          machine.wait();
          // Data comes in at the pace at which halves are taken, so that none is overtaken.
          state.most = 8 * Math.min(4, taken + 1);
        }
        state.isStopping = true;
      },
    ],
    [
      "a transfer that is stopped, seen to be, and whose buffer is used for something else",
      (machine, fence) => {
        const buffer = at(0, 32);
        const receiver = abortable(machine, buffer, counting(32));
        fence.release(buffer);
        receiver.start();
        machine.wait();
        receiver.stop();
        while (receiver.isRunning()) machine.wait();
        fence.acquire(buffer);
        machine.store(buffer.address, counting(32, 9));
        fence.release(buffer);
        expect(send(machine, buffer, "DMA2")).toEqual([...counting(32, 9)]);
      },
    ],
    [
      "nothing at all",
      (machine, fence) => {
        const none = at(4, 0);
        machine.store(none.address, []);
        fence.release(none);
        expect(send(machine, none)).toEqual([]);
        receive(machine, none, new Uint8Array());
        fence.acquire(none);
        expect(loaded(machine, none)).toEqual([]);
      },
    ],
    [
      "an empty packet into a buffer that is as it was",
      (machine, fence) => {
        const buffer = at(0, 32);
        machine.store(buffer.address, counting(32));
        fence.release(buffer);
        receive(machine, buffer, new Uint8Array());
        fence.acquire(buffer);
        expect(loaded(machine, buffer)).toEqual([...counting(32)]);
      },
    ],
    [
      "tightly coupled memory, where neighbours are stored to meanwhile",
      (machine, fence) => {
        const buffer = { address: 0x2000_0010n, lengthBytes: 8 };
        machine.store(buffer.address, counting(8));
        fence.release(buffer);
        machine.engine("MDMA").start({ write: { buffer, data: counting(8, 40) } });
        machine.store(buffer.address - 1n, [1]);
        machine.store(buffer.address + 8n, [2]);
        end(machine, "MDMA");
        fence.acquire(buffer);
        expect(loaded(machine, buffer)).toEqual([...counting(8, 40)]);
      },
    ],
    [
      "an end that is seen by the interrupt, whose handler takes the buffer back and starts the next transfer",
      (machine, fence) => {
        const buffers = [at(0, 32), at(32, 32)];
        let round = 0;
        const device = machine.device("SDMMC1", {
          base: registers,
          lengthBytes: 4,
          write: (_, value) => {
            const own = { address: value, lengthBytes: 32 };
            const data = counting(32, Number(value - base));
            device.run(function* (dma) {
              const claim = dma.claim(own, "write");
              yield dma.write(own.address, data, { atomicBytes: 4 });
              claim.end();
              device.interrupt();
            });
          },
        });
        const start = () => {
          fence.release(buffers[round % 2]!);
          machine.writeRegister(registers, buffers[round % 2]!.address, 32);
        };
        machine.onInterrupt("SDMMC1", () => {
          machine.readRegister(registers, 32);
          const own = buffers[round % 2]!;
          fence.acquire(own);
          expect(loaded(machine, own)).toEqual([...counting(32, Number(own.address - base))]);
          round++;
          if (round < 4) start();
        });
        start();
        while (round < 4) machine.wait();
      },
    ],
    [
      "an end that is seen in a word of memory that the master writes last",
      (machine, fence) => {
        const [data, status] = [at(0, 32), at(32, 32)];
        machine.store32(status.address, 0);
        const device = machine.device("Ethernet", {
          base: registers,
          lengthBytes: 4,
          write: () => {
            device.run(function* (dma) {
              const claim = dma.claim(data, "write");
              yield dma.write(data.address, counting(32));
              claim.end();
              yield* dma.write32(status.address, 1, { isDescriptor: true });
            });
          },
        });
        fence.release(status);
        fence.release(data);
        machine.writeRegister(registers, 1n, 32);
        for (;;) {
          fence.acquire(status);
          if (machine.load32(status.address) === 1) break;
          machine.wait();
        }
        fence.acquire(data);
        expect(loaded(machine, data)).toEqual([...counting(32)]);
      },
    ],
    [
      "the fields of a descriptor that the driver reads while the master has it",
      (machine, fence) => {
        const [descriptor, data] = [at(0, 16), at(32, 32)];
        machine.store(descriptor.address, new Uint8Array(Uint32Array.of(Number(data.address), 32, 1, 0).buffer));
        fence.release(data);
        fence.release(descriptor);
        machine.engine("DMA1").startDescriptor(descriptor.address, counting(32));
        expect(machine.load32(descriptor.address)).toBe(Number(data.address));
        expect(machine.load32(descriptor.address + 4n)).toBe(32);
        end(machine);
        fence.acquire(data);
        expect(loaded(machine, data)).toEqual([...counting(32)]);
      },
    ],
    [
      "a short packet of which only as much is taken back and read, and the buffer given again",
      (machine, fence) => {
        const buffer = at(0, 64);
        fence.release(buffer);
        for (const lengthBytes of [5, 33, 64]) {
          receive(machine, buffer, counting(lengthBytes, lengthBytes));
          fence.acquire(at(0, lengthBytes));
          expect(loaded(machine, at(0, lengthBytes))).toEqual([...counting(lengthBytes, lengthBytes)]);
          fence.release(at(0, lengthBytes));
        }
      },
    ],
    [
      "a header that is stored anew in each round, before the payload that never changes",
      (machine, fence) => {
        const [packet, header] = [at(0, 48), at(0, 4)];
        machine.store(packet.address, counting(48));
        fence.release(packet);
        for (let round = 0; round < 3; round++) {
          machine.store(header.address, counting(4, 100 + round));
          fence.release(header);
          expect(send(machine, packet)).toEqual([...counting(4, 100 + round), ...counting(44, 5)]);
        }
      },
    ],
    [
      "what a buffer held before, which is read until it is released",
      (machine, fence) => {
        const buffer = at(0, 32);
        fence.release(buffer);
        for (let round = 0; round < 3; round++) {
          receive(machine, buffer, counting(32, round));
          fence.acquire(buffer);
          expect(loaded(machine, buffer)).toEqual([...counting(32, round)]);
          expect(loaded(machine, buffer)).toEqual([...counting(32, round)]);
          fence.release(buffer);
        }
      },
    ],
    [
      "a neighbour in the line that is stored to before release and after acquire",
      (machine, fence) => {
        const [buffer, beside] = [at(0, 16), base + 16n];
        for (let round = 1; round < 4; round++) {
          machine.store(beside, [round]);
          fence.release(at(0, 32));
          receive(machine, buffer, counting(16, round));
          fence.acquire(at(0, 32));
          expect(loaded(machine, at(0, 17))).toEqual([...counting(16, round), round]);
        }
      },
    ],
    [
      "a neighbour in the line of what a master only reads",
      (machine, fence) => {
        const buffer = at(0, 16);
        machine.store(buffer.address, counting(16));
        fence.release(buffer);
        machine.engine("DMA1").start({ read: buffer });
        machine.store(base + 16n, [1]);
        end(machine);
        expect([...machine.engine("DMA1").received]).toEqual([...counting(16)]);
      },
    ],
  ])("%s", (_, driver) => {
    const alarms: string[] = [];
    const onFinding = ({ text }: { readonly text: string }) => alarms.push(text);
    forSeeds(chip, driver, { fence: Stm32h743DmaFence, seeds: 72, ownership: "error", onFinding });
    expect(alarms).toEqual([]);
  });
});

/** Found under every schedule; what is said begins with the call and names buffer, byte, master and rule. */
describe("is wrong", () => {
  it.each<[string, OwnershipRule, string, Driver]>([
    [
      "a buffer of which one piece was not released",
      "not-released",
      "start of DMA1: DMA1 is to read 0x24000020 of tx, which was never released",
      (machine, fence) => {
        const whole = machine.named("tx", at(0, 96));
        machine.store(whole.address, counting(96));
        for (const offset of [64, 0]) fence.release(at(offset, 32));
        send(machine, whole);
      },
    ],
    [
      "a buffer of which one piece was not taken back",
      "load-while-out",
      "load of rx: DMA1 has written 0x24000020 of rx, and acquire has not taken it back since its end was seen",
      (machine, fence) => {
        const whole = machine.named("rx", at(0, 96));
        fence.release(whole);
        receive(machine, whole, counting(96));
        for (const offset of [64, 0]) fence.acquire(at(offset, 32));
        machine.load(whole.address, 96);
      },
    ],
    [
      "a chain of which the second master reads what the first one writes still",
      "overlapping-transfers",
      "start of DMA2: DMA2 is to read 0x24000020 of over, which DMA1 writes already",
      (machine, fence) => {
        const [from, over] = [at(0, 32), machine.named("over", at(32, 32))];
        machine.store(from.address, counting(32));
        for (const buffer of [from, over]) fence.release(buffer);
        machine.engine("DMA1").start({ read: from, write: { buffer: over, data: counting(32) } });
        send(machine, over, "DMA2");
        end(machine);
      },
    ],
    [
      "a transfer in place that is shifted by a byte",
      "overlapping-transfers",
      "start of DMA1: DMA1 is to write 0x24000001 of the 32 bytes at 0x24000000, which it reads already",
      (machine, fence) => {
        machine.store(base, counting(32));
        fence.release(at(0, 32));
        machine.engine("DMA1").start({ read: at(0, 32), write: { buffer: at(1, 31), data: counting(31) } });
        end(machine);
        fence.acquire(at(0, 32));
      },
    ],
    [
      "a half that is taken back while it is filled",
      "acquire-before-end",
      "acquire(second): DMA1 writes 0x24000020 of second, and the driver has not seen its end",
      (machine, fence) => {
        const buffer = at(0, 64);
        const second = machine.named("second", at(32, 32));
        fence.release(buffer);
        const state = circular(machine, buffer, 8);
        while (machine.readRegister(registers, 32) === 0n) machine.wait();
        fence.acquire(second);
        state.isStopping = true;
      },
    ],
    [
      "a transfer that was told to stop and was not seen to have",
      "acquire-before-end",
      "acquire(rx): DMA1 writes 0x24000000 of rx, and the driver has not seen its end",
      (machine, fence) => {
        const buffer = machine.named("rx", at(0, 32));
        fence.release(buffer);
        machine.engine("DMA1").start({ write: { buffer, data: counting(32) } });
        fence.acquire(buffer);
        end(machine);
      },
    ],
    [
      "a neighbour in the line that is stored to between release and start",
      "shared-line",
      "start of DMA1: 0x24000010, to which the driver has stored since release, lies in the 32-byte line at 0x24000000, with bytes of rx that DMA1 is to write",
      (machine, fence) => {
        const buffer = machine.named("rx", at(0, 16));
        fence.release(buffer);
        machine.store(base + 16n, [1]);
        receive(machine, buffer, counting(16));
        fence.acquire(buffer);
      },
    ],
    [
      "a neighbour in the line that an interrupt handler stores to",
      "shared-line",
      "store to ticks: 0x24000010 of ticks lies in the 32-byte line at 0x24000000, with bytes of rx that DMA1 writes and acquire has not taken back",
      (machine, fence) => {
        const [buffer, ticks] = [machine.named("rx", at(0, 16)), machine.named("ticks", at(16, 1))];
        const timer = machine.device("DMA2", { base: registers, lengthBytes: 4 });
        let isDone = false;
        machine.onInterrupt("DMA2", () => {
          machine.store(ticks.address, [1]);
          isDone = true;
        });
        fence.release(buffer);
        machine.engine("DMA1").start({ write: { buffer, data: counting(16) } });
        timer.interrupt();
        while (!isDone) machine.wait();
        end(machine);
        fence.acquire(buffer);
      },
    ],
    [
      "a descriptor that is stored to again before the master is started",
      "not-released",
      "start of DMA1: DMA1 is to write 0x24000004 of descriptor, to which the driver has stored since it was released",
      (machine, fence) => {
        const [descriptor, data] = [machine.named("descriptor", at(0, 16)), at(32, 32)];
        machine.store(descriptor.address, new Uint8Array(Uint32Array.of(Number(data.address), 32, 1, 0).buffer));
        fence.release(data);
        fence.release(descriptor);
        machine.store32(descriptor.address + 4n, 16);
        fence.release(at(64, 4));
        machine.engine("DMA1").startDescriptor(descriptor.address, counting(16));
        end(machine);
      },
    ],
    [
      "a buffer that is sent by two masters and stored to when one of them has ended",
      "store-while-out",
      "store to 1 byte at 0x24000003: DMA1 reads 0x24000003 of tx, and the driver has not seen its end",
      (machine, fence) => {
        const buffer = machine.named("tx", at(0, 20));
        machine.store(buffer.address, counting(20));
        fence.release(buffer);
        for (const master of ["DMA1", "DMA2"] as const) machine.engine(master).start({ read: buffer });
        end(machine, "DMA2");
        machine.store(base + 3n, [9]);
        end(machine);
      },
    ],
    [
      "a header that is stored anew and not released again",
      "not-released",
      "start of DMA1: DMA1 is to read 0x24000000 of packet, to which the driver has stored since it was released",
      (machine, fence) => {
        const packet = machine.named("packet", at(0, 48));
        machine.store(packet.address, counting(48));
        fence.release(packet);
        send(machine, packet);
        machine.store(packet.address, counting(4, 100));
        send(machine, packet);
      },
    ],
    [
      "a receive buffer whose old contents are cleared after release",
      "not-released",
      "start of DMA1: DMA1 is to write 0x24000000 of rx, to which the driver has stored since it was released",
      (machine, fence) => {
        const buffer = machine.named("rx", at(0, 32));
        fence.release(buffer);
        machine.store(buffer.address, new Uint8Array(32));
        receive(machine, buffer, counting(32));
        fence.acquire(buffer);
      },
    ],
    [
      "a short packet of which more is read than was taken back",
      "load-while-out",
      "load of 33 bytes at 0x24000000: DMA1 has written 0x24000020 of rx, and acquire has not taken it back since its end was seen",
      (machine, fence) => {
        const buffer = machine.named("rx", at(0, 64));
        fence.release(buffer);
        receive(machine, buffer, counting(40));
        fence.acquire(at(0, 32));
        machine.load(base, 33);
      },
    ],
    [
      "the next transfer, which is started before the end of the one before has been seen",
      "start-while-running",
      "start of DMA1: its transfer to 0x24000000 of ping runs, as far as the driver has seen",
      (machine, fence) => {
        const [ping, pong] = [machine.named("ping", at(0, 32)), machine.named("pong", at(32, 32))];
        for (const buffer of [ping, pong]) fence.release(buffer);
        machine.engine("DMA1").start({ write: { buffer: ping, data: counting(32) } });
        for (let passed = 0; passed < 50; passed++) machine.wait();
        receive(machine, pong, counting(32));
        for (const buffer of [ping, pong]) fence.acquire(buffer);
      },
    ],
    [
      "a release that comes after the start",
      "not-released",
      "start of DMA1: DMA1 is to read 0x24000000 of tx, which was never released",
      (machine, fence) => {
        const buffer = machine.named("tx", at(0, 4));
        machine.store(buffer.address, counting(4));
        machine.engine("DMA1").start({ read: buffer });
        fence.release(buffer);
        end(machine);
      },
    ],
  ])("%s", (_, rule, sentence, driver) => {
    for (let from = 1; from <= 24; from++) {
      const findings: string[] = [];
      const onFinding = ({ text }: { readonly text: string }) => findings.push(text);
      const ownership = { "nothing-was-looked-at": "off" } as const;
      forSeeds(chip, driver, { fence: Stm32h743DmaFence, from, seeds: 1, ownership, onFinding });
      expect(findings, findings.join("\n")).toHaveLength(1);
      expect(findings[0]).toMatch(new RegExp(`^${sentence.replace(/[()]/g, "\\$&")}.* \\(${rule}: `));
    }
  });
});
