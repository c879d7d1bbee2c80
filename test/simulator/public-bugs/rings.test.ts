// Bugs of drivers of rings that were reported in public: descriptors with OWN bits, and circular buffers that are read while a master
// goes on filling them.
import { describe, expect } from "vitest";
import { Stm32f429DmaFence } from "../../../out/typescript/stm32f429.ts";
import { Stm32h743DmaFence } from "../../../out/typescript/stm32h743.ts";
import { ethernet, ethernetReceiver, OWN } from "../masters/ethernet-ring.ts";
import { EN, stream, streamDma } from "../masters/stream-dma.ts";
import { counting, type Driver, expectBytes, on, onTrial } from "./trial.ts";

const h743 = on("stm32h743", Stm32h743DmaFence);
const f429 = on("stm32f429", Stm32f429DmaFence);
const registers = 0x5800_0000n;

describe("a descriptor", () => {
  interface Mistake {
    /** What is not released of a descriptor. */
    readonly unreleased?: "all" | "OWN";
    /** A descriptor that the master has fetched already is given once more. */
    readonly withoutDemand?: boolean;
    /** The frame is read once the status says that it is there. */
    readonly takesOnlyStatus?: boolean;
  }
  const receiver =
    (
      master: string,
      ram: bigint,
      { unreleased, withoutDemand = false, takesOnlyStatus = false }: Mistake = {},
    ): Driver =>
    (machine, fence) => {
      const { incoming } = ethernetReceiver(machine, master, registers, { isPrefetching: true });
      const ring = [0, 1].map((index) => ({
        descriptor: machine.named(`descriptor ${index}`, { address: ram + BigInt(32 * index), lengthBytes: 16 }),
        buffer: machine.named(`buffer ${index}`, { address: ram + BigInt(256 + 32 * index), lengthBytes: 8 }),
        next: ram + BigInt(32 * (1 - index)),
      }));
      const give = ({ descriptor, buffer, next }: (typeof ring)[number]) => {
        fence.release(buffer);
        machine.store32(descriptor.address + 4n, buffer.lengthBytes);
        machine.store32(descriptor.address + 8n, Number(buffer.address));
        machine.store32(descriptor.address + 12n, Number(next));
        if (unreleased !== "all") fence.release(descriptor);
        machine.store32(descriptor.address, OWN);
        if (unreleased === undefined) fence.release(descriptor);
      };
      const demand = () => machine.writeRegister(registers + BigInt(ethernet.DMARPDR), 1n, 32);
      const take = ({ descriptor, buffer }: (typeof ring)[number], frame: Uint8Array) => {
        for (;;) {
          machine.wait();
          fence.acquire(descriptor);
          const status = machine.load32(descriptor.address);
          if ((status & OWN) === 0 && status >>> 16 === frame.length) break;
        }
        if (!takesOnlyStatus) fence.acquire(buffer);
        expectBytes(machine, buffer, frame);
      };
      const [first, second] = ring;
      machine.store32(second!.descriptor.address, 0);
      fence.release(second!.descriptor);
      give(first!);
      machine.writeRegister(registers + BigInt(ethernet.DMARDLAR), ram, 32);
      demand();
      incoming.push(counting(8));
      take(first!, counting(8));
      give(second!);
      if (!withoutDemand) demand();
      incoming.push(counting(8, 11));
      take(second!, counting(8, 11));
    };

  const [axi, sram] = [0x2400_0000n, 0x2000_0000n];
  onTrial([
    {
      title: "that is still in the cache when the master is told",
      sources: [
        "https://github.com/zephyrproject-rtos/zephyr/pull/90632",
        "https://github.com/cesanta/mongoose/issues/2920",
      ],
      subject: h743,
      wrong: receiver("Ethernet", axi, { unreleased: "all" }),
      right: receiver("Ethernet", axi),
      says: /^DMA: Ethernet is to write 0x24000000 of descriptor 0, which was never released \(not-released: /,
    },
    {
      title: "whose OWN bit is still in the store buffer when the master is told",
      sources: [
        "https://github.com/quartiq/stabilizer/pull/49",
        "https://github.com/zephyrproject-rtos/zephyr/pull/12465",
        "https://github.com/zephyrproject-rtos/zephyr/pull/29944",
      ],
      subject: f429,
      wrong: receiver("Ethernet DMA", sram, { unreleased: "OWN" }),
      right: receiver("Ethernet DMA", sram),
      says: /^The CPU's store of 128 to 0x200000[02]3 of descriptor \d had not been performed when Ethernet DMA found 0 there: nothing held the start of Ethernet DMA back until it was\. /,
      // The master must fetch one word within the few accesses for which one store may be late.
      within: 200,
    },
    {
      title: "that the master had fetched before it was given",
      sources: ["https://github.com/oxidecomputer/hubris/issues/750"],
      subject: h743,
      wrong: receiver("Ethernet", axi, { withoutDemand: true }),
      right: receiver("Ethernet", axi),
      says: /^the driver waits for nothing: no DMA master is running; Ethernet waits: it stopped at the descriptor at 0x24000020, which was not its own$/,
    },
    {
      title: "that is taken back without its buffer",
      sources: [
        "https://github.com/cesanta/mongoose/issues/2920",
        "https://github.com/Microsemi/switchtec-dma/issues/4",
      ],
      subject: f429,
      wrong: receiver("Ethernet DMA", sram, { takesOnlyStatus: true }),
      right: receiver("Ethernet DMA", sram),
      says: /^load of buffer 0: Ethernet DMA has written 0x20000100 of buffer 0, and acquire has not taken it back since its end was seen \(load-while-out: /,
    },
  ]);
});

describe("a circular buffer", () => {
  type Takes = "what has come in" | "by halves";
  /** Reads whatever has come in, as the count says. */
  const reader =
    (takes: Takes): Driver =>
    (machine, fence) => {
      const master = "DMA1";
      const { incoming } = streamDma(machine, master, registers);
      const rx = machine.named("rx", { address: 0x2400_0000n, lengthBytes: 64 });
      const received: number[] = [];
      let taken = 0;
      const read = () => {
        const position = (64 - Number(machine.readRegister(registers + BigInt(stream.NDTR), 32))) % 64;
        const end = position < taken ? 64 : position;
        if (end === taken) return;
        const arrived = { address: rx.address + BigInt(taken), lengthBytes: end - taken };
        if (takes === "what has come in") fence.acquire(arrived);
        received.push(...machine.load(arrived.address, arrived.lengthBytes));
        taken = end % 64;
      };
      machine.onInterrupt(master, () => {
        const flags = machine.readRegister(registers + BigInt(stream.LISR), 32);
        machine.writeRegister(registers + BigInt(stream.LIFCR), flags, 32);
        if (takes === "by halves") fence.acquire({ address: rx.address + (flags & 16n ? 0n : 32n), lengthBytes: 32 });
      });
      fence.release(rx);
      machine.writeRegister(registers + BigInt(stream.M0AR), rx.address, 32);
      machine.writeRegister(registers + BigInt(stream.NDTR), 64n, 32);
      machine.writeRegister(registers + BigInt(stream.CR), EN, 32);
      for (const until of [40, 90, 100]) {
        incoming.push(...counting(until - received.length, received.length + 1));
        while (received.length < until) {
          machine.wait();
          read();
        }
      }
      expect(received).toEqual([...counting(100)]);
    };

  onTrial([
    {
      title: "that is read beyond what was taken back",
      sources: ["https://github.com/apache/nuttx/pull/11020"],
      subject: h743,
      wrong: reader("by halves"),
      right: reader("what has come in"),
      says: /^load of \d+ bytes at 0x24000000: DMA1 has written 0x240000\w\w of rx, and acquire has not taken it back since its end was seen \(load-while-out: /,
    },
  ]);
});
