// What all schedules are is asked in two other ways: what the simulator shows under some seed is among them, and of a driver that only hands
// over the verifier of fences says the same.
import { describe, expect, it } from "vitest";
import { type DmaFence, type DriverMachine, forSeeds, verifyDriver } from "../../generator/index.ts";
import { verifyOwnFence } from "../../generator/verifier/own-fence.ts";
import { Nrf52840DmaFence } from "../../out/typescript/nrf52840.ts";
import { QemuRv64VirtDmaFence } from "../../out/typescript/qemu-rv64-virt.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { Th1520DmaFence } from "../../out/typescript/th1520.ts";
import { planOf } from "../support/pipeline.ts";
import { type FenceClass, without } from "./mistakes.ts";

const subjects = [
  { id: "stm32h743", Fence: Stm32h743DmaFence as FenceClass, master: "MDMA", base: 0x2400_0100n },
  { id: "th1520", Fence: Th1520DmaFence as FenceClass, master: "DMAC", base: 0x100n },
  { id: "nrf52840", Fence: Nrf52840DmaFence as FenceClass, master: "EasyDMA", base: 0x2000_0100n },
  { id: "qemu-rv64-virt", Fence: QemuRv64VirtDmaFence as FenceClass, master: "virtio-mmio", base: 0x8000_0100n },
].map((subject) => ({ ...subject, chip: planOf(subject.id).planned!.chip }));

type Subject = (typeof subjects)[number];

/** Both directions, one byte each. */
const handOver =
  ({ master, base }: Subject) =>
  (machine: DriverMachine, fence: DmaFence): void => {
    const buffer = { address: base, lengthBytes: 1 };
    machine.store(base, [1]);
    fence.release(buffer);
    expect(machine.dmaRead(base, 1, master)).toEqual([1]);
    fence.acquire(buffer);
    fence.release(buffer);
    machine.dmaWrite(base, [2], master);
    fence.acquire(buffer);
    expect(machine.load(base, 1)[0]).toBe(2);
  };

/** Those of which every change to the fence is explored in a moment. */
const small = ["stm32h743", "nrf52840", "qemu-rv64-virt"];

describe.each(subjects.filter(({ id }) => small.includes(id)))("on $id", (subject) => {
  const { chip, Fence, master, base } = subject;
  /** In whose place a fence stands. */
  const named = { fence: Fence.name };

  it("finds what the simulator finds of a driver that looks at bytes while they change", () => {
    // Values that have not been written yet differ from seed to seed: what a byte is called is where it came from.
    const buffer = { address: base, lengthBytes: 1 };
    const outcomeOf = (machine: DriverMachine, fence: DmaFence): string => {
      const engine = machine.engine(master);
      machine.store(base, [201]);
      fence.release(buffer);
      engine.start({ write: { buffer, data: Uint8Array.of(203) } });
      const early = machine.load(base, 1)[0];
      const wasDone = engine.isDone();
      // What has been shown to be written is not looked at before acquire.
      const late = wasDone ? undefined : machine.load(base, 1)[0];
      while (!engine.isDone()) machine.wait();
      fence.acquire(buffer);
      return `${early} ${wasDone} ${late} ${machine.load(base, 1)}`;
    };
    const seen = new Set<string>();
    const note = (machine: DriverMachine, fence: DmaFence) => void seen.add(outcomeOf(machine, fence));
    forSeeds(chip, (machine) => note(machine, new Fence(machine)), { seeds: 100, ownership: "off" });
    expect(seen.size).toBeGreaterThan(1);
    for (const outcome of [...seen, "never"]) {
      const driver = (machine: DriverMachine, fence: DmaFence) => {
        if (outcomeOf(machine, fence) === outcome) throw new Error("as some seed has it");
      };
      const { verdict, counterexample } = verifyDriver(chip, driver, { fence: Fence, ownership: "off" });
      if (outcome === "never") expect(verdict).toBe("sound");
      else expect([outcome, counterexample?.why]).toEqual([outcome, "as some seed has it"]);
    }
  });

  it("calls no fence unsound that the verifier calls sound", () => {
    const verdicts = (["release", "acquire"] as const).flatMap((method) =>
      [0, 1, 2].map((left) => {
        const fence = without(Fence, method, ({ index }) => index === left);
        return [
          verifyOwnFence(chip, fence, named).sound,
          verifyDriver(chip, handOver(subject), { fence }).verdict,
        ] as const;
      }),
    );
    for (const [isSound, verdict] of verdicts) if (isSound) expect(verdict).toBe("sound");
    expect(verdicts.some(([, verdict]) => verdict === "unsound")).toBe(true);
  });
});

it.each(subjects)("says of a hand-over on $id what the verifier says of the fence", (subject) => {
  const { chip, Fence } = subject;
  const named = { fence: Fence.name };
  const verdictOf = (fence: FenceClass) => verifyDriver(chip, handOver(subject), { fence }).verdict;
  expect(verifyOwnFence(chip, Fence, named).sound).toBe(true);
  expect(verdictOf(Fence)).toBe("sound");
  for (const method of ["release", "acquire"] as const) {
    const nothing = without(Fence, method, () => true);
    expect([method, verifyOwnFence(chip, nothing, named).sound, verdictOf(nothing)]).toEqual([
      method,
      false,
      "unsound",
    ]);
  }
});
