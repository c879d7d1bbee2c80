// Kinds of steps that few shipped chips have or none, compiled for each architecture: a mistake in how an architecture
// spells a store, a load or a poll would otherwise wait for the first chip that needs it.
import { expect, it } from "vitest";
import type { PlannedChip } from "../../generator/render/render-outputs.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { largeMemory, pieceMechanism } from "../support/shapes.ts";
import { type TestChip, type TestMechanism, testChip, testMechanism } from "../support/test-chip.ts";
import { compileProblems, optimiserProblems } from "./support/checks.ts";
import { emit } from "./support/emitted.ts";
import { describeWithTools } from "./support/tools.ts";

const architectures = ["armv6-m", "armv7-m", "armv7-a", "armv8-a", "riscv", "x86"] as const;

const range = (name: string, effect: string) => `
      ${name}:
        effect: ${effect}
        unit: range
        sequence:
          - write: { register: START, value: first-line }
          - write: { register: END, value: last-byte }
          - write: { register: CLEAN, value: ${effect === "clean" ? "0x1" : "0x2"} }
          - poll: { register: STATUS, mask: 0x1, until: clear }
          - poll: { register: STATUS, mask: 0x8000_0000, until: set }`;

/** A memory-mapped controller, whose operations every architecture's barriers see as device writes. */
const controller = (parts: TestMechanism) =>
  testMechanism({ ordering: "{ accessClass: device-write, doneWhen: ordered }", ...parts });

const shapes: Readonly<Record<string, TestChip>> = {
  "register writes for each line": { mechanisms: controller({}) },
  "range commands with polls behind a guard": {
    mechanisms: controller({
      address: "{ kind: physical, uncachedAddress: wrong }",
      operations: range("clean", "clean") + range("clean-invalidate", "clean-and-invalidate"),
    }),
    regions: `
  - { name: RAM, base: 0x2000_0000, size: 64KiB, cachedBy: all }
  - { name: TCM, base: 0, size: 64KiB, cachedBy: none }`,
    dma: "\n  - { name: DMA, reaches: [RAM, TCM], snoops: none }",
  },
  "lines whose size is read at run time": {
    coreCaches:
      "[{ name: L1D, lineBytes: { smallest: 16, largest: 128, readFrom: architecture }, writePolicy: write-back, maintenance: test-mechanism }]",
    mechanisms: controller({}),
  },
  "ranges in pieces, bits by name, read back": { mechanisms: pieceMechanism(), ...largeMemory },
  "ranges in pieces that cross no window, without interrupts": {
    mechanisms: `${pieceMechanism("\n        windowBytes: 1MiB")}\n    execution: { interruptsMasked: true }`,
    ...largeMemory,
  },
  "edge lines": {
    mechanisms: controller({
      operations: `
      clean: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      invalidate: { effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }] }`,
    }),
  },
  "a whole-cache operation that is polled": {
    mechanisms: controller({
      operations: `
      all:
        effect: clean-and-invalidate
        unit: whole-cache
        sequence: [write: { register: CLEAN, value: 1 }, poll: { register: STATUS, mask: 0x1, until: clear }]`,
    }),
  },
};

/** @returns undefined where the architecture refuses, because its description spells no such access */
function planShape(parts: TestChip): PlannedChip | undefined {
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const unspelled = ["plan/no-assembly", "rule/no-line-size"];
  if (errors.length > 0 && errors.every(({ code }) => unspelled.includes(code))) return undefined;
  expect(errors).toEqual([]);
  return planned;
}

async function expectSound(planned: PlannedChip, optimize: "size" | "speed"): Promise<void> {
  const emitted = (await emit(planned, optimize)).find(({ compiles }) => compiles);
  if (!emitted) return;
  expect(await compileProblems(emitted, "3")).toEqual([]);
  expect(await compileProblems(emitted, "z")).toEqual([]);
  expect(await optimiserProblems(emitted)).toEqual([]);
}

const combinations = architectures.flatMap((architecture) =>
  Object.entries(shapes).map(([shape, parts]) => ({ architecture, shape, parts: { ...parts, architecture } })),
);

describeWithTools("shapes of fences on each architecture", ["rustc", "llvmObjdump"], () => {
  it.concurrent.each(combinations)("$architecture: $shape", async ({ parts }) => {
    const planned = planShape(parts);
    if (!planned) return;
    await expectSound(planned, "size");
    await expectSound(planned, "speed");
  });

  it.concurrent.each(shippedChips)("%s for speed", async (id) => {
    await expectSound(planOf(id).planned!, "speed");
  });
});
