// Whose each byte is: what a driver does wrong is found in the call in which it does it, under every schedule; what is right is
// never called wrong.
import { describe, expect, it } from "vitest";
import {
  type DmaFence,
  descriptorBytes,
  forSeeds,
  OwnershipError,
  type OwnershipFinding,
  type OwnershipLevels,
  type OwnershipRule,
  ScheduleError,
  type SimulatedMachine,
} from "../../generator/index.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";

const { chip } = planOf("stm32h743").planned!;
const base = 0x2400_0000n;
type Machine = SimulatedMachine<(typeof Stm32h743DmaFence.masters)[number]>;
type Driver = (machine: Machine, fence: DmaFence) => void;

const at = (offset: number, lengthBytes = 4) => ({ address: base + BigInt(offset), lengthBytes });
const zeros = (lengthBytes: number) => new Uint8Array(lengthBytes);
const end = (machine: Machine, master: Parameters<Machine["engine"]>[0] = "DMA1") => {
  while (!machine.engine(master).isDone()) machine.wait();
};
const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);

/** What is found of the driver, for each rule at most once, with every one of some seeds. */
function found(driver: Driver, ownership: OwnershipLevels = "warn"): string[][] {
  const seeds = Array.from({ length: 24 }, (_, index) => index + 1);
  return seeds.map((from) => {
    const findings: string[] = [];
    // These drivers are made to be told of, and look at little.
    const onFinding = ({ rule, text }: OwnershipFinding) => rule !== "nothing-was-looked-at" && findings.push(text);
    forSeeds(chip, driver, { fence: Stm32h743DmaFence, from, seeds: 1, ownership, onFinding });
    return findings;
  });
}

describe("a mistake is found under every schedule", () => {
  it.each<[string, OwnershipRule, string, Driver]>([
    [
      "a buffer that was stored to and not released",
      "not-released",
      "start of DMA1: DMA1 is to read 0x24000000 of tx, which was never released",
      (machine) => {
        const tx = machine.named("tx", at(0));
        machine.store(tx.address, [1, 2, 3, 4]);
        machine.engine("DMA1").start({ read: tx });
        end(machine);
      },
    ],
    [
      "a store between release and start",
      "not-released",
      "start of DMA1: DMA1 is to read 0x24000002 of tx, to which the driver has stored since it was released",
      (machine, fence) => {
        const tx = machine.named("tx", at(0));
        machine.store(tx.address, [1, 2, 3, 4]);
        fence.release(tx);
        machine.store(tx.address + 2n, [9]);
        machine.engine("DMA1").start({ read: tx });
        end(machine);
      },
    ],
    [
      "a transfer longer than what was released",
      "not-released",
      "start of DMA1: DMA1 is to write 0x24000020 of the 40 bytes at 0x24000000, which was never released",
      (machine, fence) => {
        const rx = machine.named("rx", at(0, 32));
        fence.release(rx);
        machine.engine("DMA1").start({ write: { buffer: at(0, 40), data: zeros(40) } });
        end(machine);
        fence.acquire(rx);
      },
    ],
    [
      "a receive buffer that was read and not released again",
      "not-released",
      "start of DMA1: DMA1 is to write 0x24000000 of rx, which acquire has taken back and the driver has loaded since",
      (machine, fence) => {
        const rx = machine.named("rx", at(0, 32));
        fence.release(rx);
        for (let round = 0; round < 2; round++) {
          machine.engine("DMA1").start({ write: { buffer: rx, data: zeros(32) } });
          end(machine);
          fence.acquire(rx);
          if (round === 0) machine.load(rx.address, 32);
        }
      },
    ],
    [
      "a load before acquire",
      "load-while-out",
      "load of rx: DMA1 has written 0x24000000 of rx, and acquire has not taken it back since its end was seen",
      (machine, fence) => {
        const rx = machine.named("rx", at(0, 32));
        fence.release(rx);
        machine.engine("DMA1").start({ write: { buffer: rx, data: zeros(32) } });
        end(machine);
        machine.load(rx.address, 32);
      },
    ],
    [
      "a load before the end",
      "load-while-out",
      "load of 1 byte at 0x24000004: DMA1 writes 0x24000004 of rx, and the driver has not seen its end",
      (machine, fence) => {
        const rx = machine.named("rx", at(0, 32));
        fence.release(rx);
        machine.engine("DMA1").start({ write: { buffer: rx, data: zeros(32) } });
        machine.load(rx.address + 4n, 1);
        end(machine);
        fence.acquire(rx);
      },
    ],
    [
      "a store to what is being sent",
      "store-while-out",
      "store to tx: DMA1 reads 0x24000000 of tx, and the driver has not seen its end",
      (machine, fence) => {
        const tx = machine.named("tx", at(0));
        machine.store(tx.address, [1, 2, 3, 4]);
        fence.release(tx);
        machine.engine("DMA1").start({ read: tx });
        machine.store(tx.address, [5, 6, 7, 8]);
        end(machine);
      },
    ],
    [
      "acquire before the end",
      "acquire-before-end",
      "acquire(rx): DMA1 writes 0x24000000 of rx, and the driver has not seen its end",
      (machine, fence) => {
        const rx = machine.named("rx", at(0, 32));
        fence.release(rx);
        machine.engine("DMA1").start({ write: { buffer: rx, data: zeros(32) } });
        fence.acquire(rx);
        end(machine);
      },
    ],
    [
      "a second start",
      "start-while-running",
      "start of DMA1: its transfer from 0x24000000 of tx runs, as far as the driver has seen",
      (machine, fence) => {
        const tx = machine.named("tx", at(0));
        const more = machine.named("more", at(64));
        for (const buffer of [tx, more]) {
          machine.store(buffer.address, [1, 2, 3, 4]);
          fence.release(buffer);
          machine.engine("DMA1").start({ read: buffer });
        }
        end(machine);
      },
    ],
    [
      "a store beside what a master writes",
      "shared-line",
      "store to 1 byte at 0x24000010: 0x24000010 lies in the 32-byte line at 0x24000000, with bytes of rx that DMA1 writes and acquire has not taken back",
      (machine, fence) => {
        const rx = machine.named("rx", at(0, 16));
        fence.release(rx);
        machine.engine("DMA1").start({ write: { buffer: rx, data: zeros(16) } });
        machine.store(base + 16n, [1]);
        end(machine);
        fence.acquire(rx);
      },
    ],
    [
      "two descriptors in one line",
      "shared-line",
      "store to 16 bytes at 0x24000010: 0x24000010 lies in the 32-byte line at 0x24000000, with bytes of first that DMA1 writes and acquire has not taken back",
      (machine, fence) => {
        const first = machine.named("first", at(0, descriptorBytes));
        machine.store(first.address, words(Number(base) + 0x100, 4, 1, 0));
        fence.release(at(0x100));
        fence.release(first);
        machine.engine("DMA1").startDescriptor(first.address, zeros(4));
        machine.store(base + 16n, words(Number(base) + 0x200, 4, 1, 0));
        end(machine);
      },
    ],
    [
      "a range that ends in a sibling's",
      "overlapping-transfers",
      "start of DMA2: DMA2 is to write 0x24000020 of other, which DMA1 writes already",
      (machine, fence) => {
        const other = machine.named("other", at(32, 32));
        const own = machine.named("own", at(0, 40));
        for (const buffer of [other, own]) fence.release(buffer);
        machine.engine("DMA1").start({ write: { buffer: other, data: zeros(32) } });
        machine.engine("DMA2").start({ write: { buffer: own, data: zeros(40) } });
        for (const master of ["DMA1", "DMA2"] as const) end(machine, master);
      },
    ],
  ])("%s", (_, rule, sentence, driver) => {
    for (const findings of found(driver)) {
      expect(findings.length, findings.join("\n")).toBe(1);
      expect(findings[0]).toContain(`${sentence} (${rule}: `);
    }
    expect(found(driver, "off").flat()).toEqual([]);
    expect(found(driver, { [rule]: "off" }).flat()).toEqual([]);
    const strict = () => forSeeds(chip, driver, { fence: Stm32h743DmaFence, seeds: 1, ownership: { [rule]: "error" } });
    expect(strict).toThrow(ScheduleError);
    expect(strict).toThrow(sentence);
  });

  it("a buffer that the master does not reach", () => {
    const run = () =>
      forSeeds(chip, (machine) => machine.engine("BDMA").start({ read: at(0) }), { fence: Stm32h743DmaFence });
    expect(run).toThrow("stm32h743: BDMA cannot read AXI SRAM (0x24000000)");
  });
});

describe("what is right is called right", () => {
  it.each<[string, Driver]>([
    [
      "an exchange",
      (machine, fence) => {
        const buffer = at(0, 32);
        for (const round of [1, 2]) {
          machine.store(buffer.address, new Array(32).fill(round));
          fence.release(buffer);
          machine.engine("DMA1").start({ read: buffer });
          end(machine);
          fence.acquire(buffer);
          fence.release(buffer);
          machine.engine("DMA1").start({ write: { buffer, data: zeros(32) } });
          end(machine);
          fence.acquire(buffer);
          expect([...machine.load(buffer.address, 32)]).toEqual([...zeros(32)]);
        }
      },
    ],
    [
      "a buffer that two masters only read, and that is sent twice without another release",
      (machine, fence) => {
        const tx = at(1, 7);
        machine.store(tx.address, [1, 2, 3, 4, 5, 6, 7]);
        fence.release(tx);
        for (const master of ["DMA1", "DMA2"] as const) machine.engine(master).start({ read: tx });
        expect([...machine.load(tx.address, 7)]).toEqual([1, 2, 3, 4, 5, 6, 7]);
        machine.store(tx.address - 1n, [9]);
        end(machine, "DMA1");
        machine.engine("DMA1").start({ read: tx });
        for (const master of ["DMA1", "DMA2"] as const) {
          end(machine, master);
          expect([...machine.engine(master).received]).toEqual([1, 2, 3, 4, 5, 6, 7]);
        }
        machine.store(tx.address, [8]);
      },
    ],
    [
      "constants that nobody stored, and that nobody releases",
      (machine) => {
        machine.engine("DMA1").start({ read: { address: 0x0800_0000n, lengthBytes: 4 } });
        end(machine);
      },
    ],
    [
      "two buffers in turn",
      (machine, fence) => {
        const buffers = [at(0, 32), at(32, 32)];
        for (const buffer of buffers) fence.release(buffer);
        for (let round = 0; round < 4; round++) {
          const [own, other] = round % 2 === 0 ? buffers : buffers.toReversed();
          machine.engine("DMA1").start({ write: { buffer: own!, data: new Uint8Array(32).fill(round) } });
          if (round > 0) {
            fence.acquire(other!);
            expect(machine.load(other!.address, 32)[0]).toBe(round - 1);
            fence.release(other!);
          }
          end(machine);
        }
      },
    ],
    [
      "a descriptor that is polled while the master has it",
      (machine, fence) => {
        const descriptor = at(0, 32);
        const data = at(64, 32);
        machine.store(descriptor.address, words(Number(data.address), 32, 1, 0));
        fence.release(data);
        fence.release(descriptor);
        machine.engine("DMA1").startDescriptor(descriptor.address, zeros(32));
        for (;;) {
          machine.wait();
          fence.acquire(descriptor);
          if (machine.load(descriptor.address + 12n, 1)[0] === 1) break;
          fence.release(descriptor);
        }
        fence.acquire(data);
        expect([...machine.load(data.address, 32)]).toEqual([...zeros(32)]);
      },
    ],
    [
      "a neighbour in memory that no cache holds",
      (machine, fence) => {
        const rx = { address: 0x2000_0000n, lengthBytes: 4 };
        fence.release(rx);
        machine.engine("MDMA").start({ write: { buffer: rx, data: zeros(4) } });
        machine.store(rx.address + 4n, [1]);
        end(machine, "MDMA");
        fence.acquire(rx);
        expect([...machine.load(rx.address, 5)]).toEqual([0, 0, 0, 0, 1]);
      },
    ],
    [
      "a short transfer into a released buffer, and another without a look in between",
      (machine, fence) => {
        const rx = at(0, 32);
        fence.release(rx);
        for (let round = 0; round < 2; round++) {
          machine.engine("DMA1").start({ write: { buffer: rx, data: zeros(4) } });
          end(machine);
        }
        fence.acquire(rx);
        expect([...machine.load(rx.address, 4)]).toEqual([0, 0, 0, 0]);
      },
    ],
  ])("%s", (_, driver) => {
    expect(found(driver, "error").flat()).toEqual([]);
  });
});

it("warns on the console where nobody asks, once for all schedules, and goes on", () => {
  const driver: Driver = (machine) => {
    machine.store(base, [1]);
    machine.engine("DMA1").start({ read: at(0, 1) });
    end(machine);
  };
  const warned: unknown[] = [];
  const { warn } = console;
  console.warn = (text: unknown) => void warned.push(text);
  try {
    forSeeds(chip, driver, { fence: Stm32h743DmaFence, seeds: 5 });
  } finally {
    console.warn = warn;
  }
  expect(warned).toHaveLength(1);
});

it("says so in the error of a schedule, before the trace", () => {
  const driver: Driver = (machine) => {
    machine.store(base, [1, 2, 3, 4]);
    machine.engine("DMA1").start({ read: at(0) });
    end(machine);
    expect([...machine.engine("DMA1").received]).toEqual([1, 2, 3, 4]);
  };
  try {
    forSeeds(chip, driver, { fence: Stm32h743DmaFence });
    expect.unreachable();
  } catch (error) {
    const { message, findings } = error as ScheduleError;
    expect(findings.map(({ rule }) => rule)).toEqual(["not-released"]);
    expect(message).toContain(findings[0]!.text);
    expect(message.indexOf(findings[0]!.text)).toBeLessThan(message.indexOf("CPU  "));
  }
});

it("has errors with the finding", () => {
  const finding = { rule: "shared-line", call: "call", master: "DMA1", address: 0n, text: "text" } as const;
  expect(new OwnershipError(finding)).toMatchObject({ name: "OwnershipError", message: "text", finding });
});
