// The emitted classes execute what their plans say, for every size of line that a core may answer and in every memory.
// `fencegen verify` runs nothing that lies in out/: that a printed file means its plan is shown here.

import { join } from "node:path";
import { expect, it } from "vitest";
import type { DmaFence, FenceMachine } from "../../generator/index.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import type { PlannedChip } from "../../generator/render/render-outputs.ts";
import { RecordingMachine } from "../../generator/runtime/recording-machine.ts";
import { regionAt, seenBy, unreachedRegions } from "../../generator/semantics/memory-map.ts";
import { root } from "../support/command.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { sameOperations } from "../support/same-operations.ts";

type FenceClass = new (machine: FenceMachine) => DmaFence;

const planned = shippedChips.flatMap((id) => planOf(id).planned ?? []);
const fences = planned.flatMap((chip) =>
  chip.fences.map((plan) => ({ id: chip.chip.id, name: plan.name, chip, plan })),
);

function agrees(chip: PlannedChip, plan: FencePlan, Fence: FenceClass): boolean {
  return sameOperations(plan, basesFor(chip, plan), (method, buffer, registers) => {
    const machine = new RecordingMachine(registers);
    new Fence(machine)[method](buffer);
    return machine.operations;
  });
}

async function classesOf(id: string): Promise<Record<string, FenceClass>> {
  return (await import(join(root, `out/typescript/${id}.ts`))) as Record<string, FenceClass>;
}

it("has fences to compare", () => {
  expect(fences.length).toBeGreaterThan(50);
});

it.each(fences)("$id, $name", async ({ id, name, chip, plan }) => {
  expect(agrees(chip, plan, (await classesOf(id))[name]!)).toBe(true);
});

it("would notice a class that executes something else", () => {
  const { chip, plan } = fences.find(({ plan: { release } }) => release.some(({ kind }) => kind === "maintain-lines"))!;
  const Other = class implements DmaFence {
    release() {}
    acquire() {}
  };
  expect(agrees(chip, plan, Other)).toBe(false);
});

/** The base of each region that a master reaches, and the top of the address space where it may be memory. */
function basesFor(planned: PlannedChip, plan: FencePlan): bigint[] {
  const { controllers } = plan;
  const chip = seenBy(planned.chip, coreOf(planned.chip, plan));
  const masters = chip.dma.filter(({ name }) => controllers.includes(name));
  const unreached = unreachedRegions(chip, masters);
  const bases = chip.regions.filter((region) => !unreached.includes(region)).map(({ base }) => base);
  const top = (1n << 32n) - 1024n;
  return [
    ...(bases.length > 0 ? bases : [0x2000_0000n]),
    ...(regionAt(top, chip.regions) || plan.needsDescribedMemory ? [] : [top]),
  ];
}
