// A class that was generated for another chip or core is refused in words, and no right one is, of any chip or core.
import { describe, expect, it } from "vitest";
import {
  type DmaFence,
  type FenceMachine,
  forSeeds,
  type ResolvedChip,
  SimulatedMachine,
  verifyDriver,
} from "../../generator/index.ts";
import { coreOf, planChip } from "../../generator/plan/plan-chip.ts";
import { requireFenceOf } from "../../generator/program/require-fence-of.ts";
import { verifyOwnFence } from "../../generator/verifier/own-fence.ts";
import { Bcm2711DmaFence } from "../../out/typescript/bcm2711.ts";
import { Bl808D0DmaFence, Bl808M0DmaFence } from "../../out/typescript/bl808.ts";
import * as classes from "../../out/typescript/index.ts";
import { Rp2040DmaFence } from "../../out/typescript/rp2040.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";

type Fence = new (machine: FenceMachine) => DmaFence;
const emitted = classes as unknown as Readonly<Record<string, Fence>>;
const [h743, bl808] = ["stm32h743", "bl808"].map((id) => planOf(id).planned!.chip) as [ResolvedChip, ResolvedChip];

const nothing = () => {};
const uses: Readonly<Record<string, (chip: ResolvedChip, fence: Fence, core?: string) => void>> = {
  forSeeds: (chip, fence, core) => forSeeds(chip, nothing, { fence: fence as never, seeds: 1, ...(core && { core }) }),
  verifyDriver: (chip, fence, core) => void verifyDriver(chip, nothing, { fence, ...(core && { core }) }),
  "watch of a machine": (chip, fence, core) => {
    const machine = new SimulatedMachine(chip, { seed: 1, ...(core && { core }) });
    machine.watch(new fence(machine));
  },
};

describe.each(Object.entries(uses))("%s", (_, use) => {
  it("refuses a class of another chip", () => {
    for (const [fence, title] of [
      [Rp2040DmaFence, "RP2040"],
      [Bcm2711DmaFence, "BCM2711"],
    ] as const)
      expect(() => use(h743, fence)).toThrow(
        new RangeError(`${fence.name} is a fence of the ${title}, and the chip is the STM32H743 (stm32h743)`),
      );
  });

  it("refuses a class of another core, and names the option", () => {
    const [wrong, right] = [Bl808M0DmaFence, Bl808D0DmaFence];
    expect(() => use(bl808, wrong)).toThrow(
      new RangeError('Bl808M0DmaFence is a fence of the core M0, and the core is D0: give core: "M0"'),
    );
    expect(() => use(bl808, right, "M0")).toThrow('give core: "D0"');
    use(bl808, wrong, "M0");
    use(bl808, right);
    use(bl808, right, "D0");
  });

  it("refuses what extends one, as that", () => {
    const slower = class extends Rp2040DmaFence {};
    expect(() => use(h743, slower)).toThrow("Rp2040DmaFence is a fence of the RP2040");
    use(h743, class extends Stm32h743DmaFence {});
  });

  it("takes a class that says nothing", () => {
    const own = class implements DmaFence {
      release(): void {}
      acquire(): void {}
    };
    for (const chip of [h743, bl808]) use(chip, own);
    use(bl808, own, "M0");
  });
});

it("verifyFence refuses a class of another chip or core, and names the option", () => {
  expect(() => verifyOwnFence(h743, Rp2040DmaFence)).toThrow("Rp2040DmaFence is a fence of the RP2040");
  expect(() => verifyOwnFence(bl808, Bl808M0DmaFence, { fence: "Bl808D0DmaFence" })).toThrow(
    'Bl808M0DmaFence is a fence of the core M0, and the core is D0: give fence: "Bl808M0DmaFence"',
  );
});

// Several cores of one kind and of unlike ones, worlds, fences for masters that snoop, and a core that shares its lists with the other.
it.each([
  "bl808",
  "k230",
  "rk3588",
  "zynqmp",
  "stm32u545",
  "stm32h5",
  "rp2350",
  "am62x",
  "nrf54h20",
  "jh7110",
  "imx7d",
])("each fence of %s is taken for its own core, and for no other", (id) => {
  const { chip } = planOf(id).planned!;
  const { fences } = planChip(chip);
  expect(fences).not.toHaveLength(0);
  for (const plan of fences) {
    const fence = emitted[plan.name]!;
    for (const core of chip.cores) {
      const ask = () => requireFenceOf(fence, chip, core);
      if (core === coreOf(chip, plan)) ask();
      else expect(ask).toThrow(`give core: "${plan.coreName}"`);
    }
  }
});

it("every class that is shipped is of one chip: its own", () => {
  for (const [name, fence] of Object.entries(emitted)) {
    const ask = () => requireFenceOf(fence, h743, h743.cores[0]!);
    if (name === "Stm32h743DmaFence") ask();
    else expect(ask, name).toThrow(`${name} is a fence of the `);
  }
});
