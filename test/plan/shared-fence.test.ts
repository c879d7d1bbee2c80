// Which chips share the fence of their architecture, and what each asks beyond it.
import { expect, it } from "vitest";
import { sharedDescriptions } from "../../generator/pipeline.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { sharedBy, sharedByCore, sharedFences } from "../../generator/plan/shared-fence.ts";
import { loadWith, planOf, shippedText } from "../support/pipeline.ts";

function shared(id: string, change: (fence: FencePlan) => FencePlan = (fence) => fence) {
  const { chip, fences } = planOf(id).planned!;
  return fences.map((fence) => sharedBy(change(fence), coreOf(chip, fence).architecture));
}

it("is one for all architectures of a name, with what each of them asks", () => {
  const found = sharedFences(sharedDescriptions(loadWith({})).architectures);
  expect(found.map(({ name, module, on }) => [name, module, on.map(({ architecture }) => architecture.id)])).toEqual([
    ["CortexMDmaFence", "cortex_m", ["armv6-m", "armv7-m", "armv8-m"]],
    ["RiscvDmaFence", "riscv", ["riscv"]],
  ]);
  for (const { on } of found)
    for (const { promises } of on) expect(promises.map(({ kind }) => kind)).toEqual(["device-memory"]);
});

it("is that of a chip which only orders, whatever the chip asks beside", () => {
  expect(shared("nrf52840")[0]!.ownPromises.map(({ kind }) => kind)).toEqual(["regions"]);
  const ofSnooping = shared("fu540")[0]!.ownPromises.map(({ kind }) => kind);
  expect(ofSnooping).toEqual(expect.arrayContaining(["regions", "coherency"]));
  expect(ofSnooping).not.toContain("chip");
});

it("is not that of a chip which maintains caches, nor of one with other barriers", () => {
  expect(shared("stm32h743")).toEqual([undefined]);
  expect(shared("zynq7000").at(-1)).toBeUndefined();
  const stronger = (fence: FencePlan) => ({ ...fence, release: [...fence.release, ...fence.release] });
  expect(shared("nrf52840", stronger)).toEqual([undefined]);
  expect(shared("nrf52840", (fence) => ({ ...fence, acquire: [] }))).toEqual([undefined]);
});

it("is refused where architectures of one name need other instructions", () => {
  const path = "chips/architectures/armv8-m.yaml";
  const text = shippedText(path).replace("name: cortex-m", "name: riscv");
  for (const id of ["lpc55s69", "qemu-rv32-virt"]) {
    const { planned, diagnostics } = planOf(id, { [path]: text });
    expect(planned).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { code: "plan/shared-fence-differs", message: expect.stringMatching(/RISC-V.* and Armv8-M share/) },
    ]);
  }
  expect(planOf("nrf52840", { [path]: text }).planned).toBeDefined();
});

it("is that of the core where nothing of the chip is in it", () => {
  const ofCore = (id: string, change: (fence: FencePlan) => FencePlan = (fence) => fence) => {
    const { chip, fences } = planOf(id).planned!;
    return sharedByCore(change(fences[0]!), coreOf(chip, fences[0]!));
  };
  expect(ofCore("stm32h743")).toMatchObject({ name: "CortexM7DmaFence", module: "cortex_m7" });
  expect(ofCore("stm32h743")!.ownPromises.map(({ kind }) => kind)).toEqual(["regions", "address-handed-over"]);
  // The chip's own level 2 cache is reached by the same instructions.
  expect(ofCore("zynqmp")?.name).toBe("CortexA53DmaFence");
  expect(ofCore("ra8m1")).toBeUndefined();
  expect(ofCore("stm32h743", (fence) => ({ ...fence, acquire: fence.release }))).toBeUndefined();
  expect(ofCore("stm32h743", (fence) => ({ ...fence, bufferAlignmentBytes: 64 }))).toBeUndefined();
  // The shared one asks for what this chip would not need.
  expect(ofCore("stm32h743", (fence) => ({ ...fence, obligations: [] }))).toBeUndefined();
});
