// What a test asks of a hand-over: whether a master may have a buffer, whether the driver has it again, and what is wrong where not.
import { describe, expect, it } from "vitest";
import { type DmaFence, forSeeds, ScheduleError, SimulatedMachine, verifyDriver } from "../../generator/index.ts";
import "../../generator/vitest.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";

const { chip } = planOf("stm32h743").planned!;
type Machine = SimulatedMachine<(typeof Stm32h743DmaFence.masters)[number]>;
const place = { address: 0x2400_0000n, lengthBytes: 32 };
const data = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const options = { fence: Stm32h743DmaFence, seeds: 24, ownership: "off" } as const;

const end = (machine: Machine) => {
  while (!machine.engine("DMA1").isDone()) machine.wait();
};

it("is right at each step of an exchange, under every schedule", () => {
  forSeeds(
    chip,
    (machine, fence) => {
      const buffer = machine.named("buffer", place);
      for (let round = 0; round < 2; round++) {
        machine.store(buffer.address, data);
        expect(machine).not.toHaveHandedOver(buffer);
        fence.release(buffer);
        expect(machine).toHaveHandedOver(buffer);
        machine.engine("DMA1").start({ read: buffer });
        expect(machine).not.toHaveTakenBack(buffer);
        end(machine);
        fence.acquire(buffer);
        expect(machine).toHaveTakenBack(buffer);
        fence.release(buffer);
        machine.engine("DMA1").start({ write: { buffer, data } });
        end(machine);
        expect(machine).toHaveHandedOver(buffer);
        fence.acquire(buffer);
        machine.load(buffer.address, 32);
        expect(machine).toHaveTakenBack(buffer);
      }
    },
    options,
  );
});

describe("says in one sentence what is wrong, under every schedule", () => {
  const receive = (machine: Machine, fence: DmaFence) => {
    const rx = machine.named("rx", place);
    fence.release(rx);
    machine.engine("DMA1").start({ write: { buffer: rx, data } });
    return rx;
  };

  it.each<[string, string, (machine: Machine, fence: DmaFence) => void]>([
    [
      "never released",
      "not handed over: 0x24000000 of tx was never released",
      (machine) => {
        const tx = machine.named("tx", place);
        machine.store(tx.address, data);
        expect(machine).toHaveHandedOver(tx);
      },
    ],
    [
      "released in part",
      "not handed over: 0x24000010 of tx was never released",
      (machine, fence) => {
        const tx = machine.named("tx", place);
        fence.release({ address: tx.address, lengthBytes: 16 });
        expect(machine).toHaveHandedOver(tx);
      },
    ],
    [
      "stored to since",
      "not handed over: the driver has stored to 0x24000003 of tx since it was released",
      (machine, fence) => {
        const tx = machine.named("tx", place);
        fence.release(tx);
        machine.store(tx.address + 3n, [1]);
        expect(machine).toHaveHandedOver(tx);
      },
    ],
    [
      "taken back meanwhile",
      "not handed over: acquire has taken 0x24000000 of tx back since it was released",
      (machine, fence) => {
        const tx = machine.named("tx", place);
        fence.release(tx);
        fence.acquire(tx);
        expect(machine).toHaveHandedOver(tx);
      },
    ],
    [
      "still out",
      "not taken back: DMA1 writes 0x24000000 of rx, and the driver has not seen its end",
      (machine, fence) => {
        const rx = receive(machine, fence);
        machine.wait();
        fence.acquire(rx);
        expect(machine).toHaveTakenBack(rx);
      },
    ],
    [
      "not acquired after the end",
      "not taken back: DMA1 has written 0x24000000 of rx, and acquire has not taken it back since its end was seen",
      (machine, fence) => {
        const rx = receive(machine, fence);
        end(machine);
        expect(machine).toHaveTakenBack(rx);
      },
    ],
    [
      "not acquired at all",
      "not taken back: 0x24000000 of rx was released, and acquire has not taken it back since",
      (machine, fence) => {
        const rx = machine.named("rx", place);
        fence.release(rx);
        expect(machine).toHaveTakenBack(rx);
      },
    ],
    [
      "handed over, which was not wanted",
      "32 bytes at 0x24000000: handed over, which they should not be",
      (machine, fence) => {
        fence.release(place);
        expect(machine).not.toHaveHandedOver(place);
      },
    ],
  ])("%s", (_, sentence, driver) => {
    for (let from = 1; from <= 24; from++) {
      const run = () => forSeeds(chip, driver, { ...options, from, seeds: 1 });
      expect(run).toThrow(ScheduleError);
      expect(run).toThrow(`with seed ${from}: ${sentence}\n`);
    }
  });
});

it("says of a fence that does nothing that bytes were stale", () => {
  const told: string[] = [];
  const noFence: DmaFence = { release() {}, acquire() {} };
  for (let seed = 1; seed <= 40; seed++) {
    const machine = new SimulatedMachine<"DMA1">(chip, { seed });
    const fence = machine.watch(noFence);
    const buffer = machine.named("buffer", place);
    machine.store(buffer.address, data);
    fence.release(buffer);
    machine.engine("DMA1").start({ read: buffer });
    end(machine as Machine);
    const sent = machine.whyNot("handed-over", buffer);
    fence.acquire(buffer);
    fence.release(buffer);
    machine.engine("DMA1").start({ write: { buffer, data: data.map((byte) => byte + 100) } });
    end(machine as Machine);
    fence.acquire(buffer);
    machine.load(buffer.address, 32);
    told.push(...[sent, machine.whyNot("taken-back", buffer)].filter((each) => each !== undefined));
  }
  expect(told.filter((text) => text.includes("found") && text.includes("of buffer")).length).toBeGreaterThan(20);
  expect(told.filter((text) => text.includes("Release"))).not.toEqual([]);
  expect(told.filter((text) => /[Aa]cquire/.test(text))).not.toEqual([]);
});

it("takes no early look at a descriptor for a stale byte", () => {
  forSeeds(
    chip,
    (machine, fence) => {
      const descriptor = machine.named("descriptor", { address: 0x2400_0000n, lengthBytes: 32 });
      const rx = machine.named("rx", { address: 0x2400_0040n, lengthBytes: 32 });
      machine.store(descriptor.address, new Uint8Array(Uint32Array.of(Number(rx.address), 32, 1, 0).buffer));
      fence.release(rx);
      fence.release(descriptor);
      machine.engine("DMA1").startDescriptor(descriptor.address, data);
      for (;;) {
        fence.acquire(descriptor);
        if (machine.load(descriptor.address + 12n, 1)[0] === 1) break;
        machine.wait();
      }
      expect(machine).toHaveTakenBack(descriptor);
      fence.acquire(rx);
      machine.load(rx.address, 32);
      expect(machine).toHaveTakenBack(rx);
    },
    { ...options, seeds: 200 },
  );
});

it("knows nothing without a fence that is watched, and asks nothing but machines", () => {
  const machine = new SimulatedMachine(chip, { seed: 1 });
  expect(() => expect(machine).toHaveHandedOver(place)).toThrow("no fence is watched");
  expect(() => expect(undefined as unknown as Machine).toHaveTakenBack(place)).toThrow(TypeError);
  expect(() => machine.whyNot("handed-over", { address: -1n, lengthBytes: 1 })).toThrow(RangeError);
});

describe("the verdict on a driver", () => {
  const sending = (isReleased: boolean, mostStates?: number) =>
    verifyDriver(
      chip,
      (machine, fence) => {
        machine.store(place.address, [7]);
        if (isReleased) fence.release({ ...place, lengthBytes: 1 });
        machine.dmaRead(place.address, 1, "MDMA");
      },
      { fence: Stm32h743DmaFence, ...(mostStates && { mostStates }) },
    );

  it("is asked for", () => {
    expect(sending(true)).toHaveVerdict("sound");
    expect(sending(true)).not.toHaveVerdict("unsound");
    expect(sending(false)).toHaveVerdict("unsound");
    expect(sending(true, 2)).toHaveVerdict("undecided");
  });

  it("is told with why, and the schedule, where it is another", () => {
    const wanted = (found: ReturnType<typeof sending>) => () => expect(found).toHaveVerdict("sound");
    expect(wanted(sending(false))).toThrow(
      /^the driver is unsound, and not sound: start of MDMA: .* which was never released \(not-released: .*\n\nCPU +cache +DMA\nstore 7 to 0x24000000\nstart of MDMA, refused: not-released$/,
    );
    expect(wanted(sending(true, 2))).toThrow(
      "the driver is undecided, and not sound: there are more than 2 states (mostStates)",
    );
    expect(() => expect(sending(true)).toHaveVerdict("unsound")).toThrow("the driver is sound, and not unsound");
    expect(() => expect(sending(true)).not.toHaveVerdict("sound")).toThrow(
      "the driver is sound, which it should not be",
    );
    expect(() => expect(undefined).toHaveVerdict("sound")).toThrow(TypeError);
  });
});
