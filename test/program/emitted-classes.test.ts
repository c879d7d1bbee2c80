// The emitted classes execute what their plans say, for every size of line that a core may answer and in every memory.
// `fencegen verify` runs nothing that lies in out/: that a printed file means its plan is shown here.

import { join } from "node:path";
import { expect, it } from "vitest";
import type { DmaFence, FenceMachine, Meaning } from "../../generator/index.ts";
import type { ResolvedCore } from "../../generator/model/chip.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { Interpreter, lineBytesOf } from "../../generator/program/interpret.ts";
import { keyOfMeaning, meaningsOf } from "../../generator/program/meanings.ts";
import type { PlannedChip } from "../../generator/render/render-outputs.ts";
import { lineStart } from "../../generator/runtime/lines.ts";
import { RecordingMachine } from "../../generator/runtime/recording-machine.ts";
import { cachesOf } from "../../generator/semantics/instruction.ts";
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

/** What a class says that its operations mean, beside what they mean by the chip's description. */
function claims(chip: PlannedChip, plan: FencePlan, Fence: FenceClass) {
  const core = coreOf(chip.chip, plan);
  const differences: unknown[] = [];
  sameOperations(plan, basesFor(chip, plan), (method, buffer, registers) => {
    const machine = new RecordingMachine(registers);
    new Fence(machine)[method](buffer);
    const interpreter = new Interpreter(core);
    const meant = machine.operations.flatMap((operation) => meaningsOf(interpreter.next(operation), core));
    const claimed = machine.meanings.filter(({ kind }) => kind !== "line-size");
    const [one, other] = [claimed, meant].map((list) =>
      list.map((each) => keyOfMeaning(byLine(each, core))).join("\n"),
    );
    if (one !== other) differences.push({ buffer, method, claimed: one, meant: other });
    return machine.operations;
  });
  return differences.slice(0, 1);
}

/** Where the first address of an operation is cut to what a register takes, any in its line says the same. */
function byLine(meaning: Meaning, core: ResolvedCore): Meaning {
  if (meaning.kind !== "maintenance" || meaning.first === undefined || meaning.last === undefined) return meaning;
  const level = cachesOf(core).find(({ mechanism }) => mechanism?.instance === meaning.mechanism)!;
  const line = (address: bigint) => lineStart(address, lineBytesOf(level.mechanism!, core));
  return { ...meaning, first: line(meaning.first), last: line(meaning.last) };
}

it.each(fences)("$id, $name, says what its operations mean", async ({ id, name, chip, plan }) => {
  expect(claims(chip, plan, (await classesOf(id))[name]!)).toEqual([]);
});

it("would notice a class that says something else", async () => {
  const { id, name, chip, plan } = fences.find(({ plan: { release } }) =>
    release.some(({ kind }) => kind === "maintain-lines"),
  )!;
  const Fence = (await classesOf(id))[name]!;
  const Other = class extends Fence {
    constructor(machine: FenceMachine) {
      const barrier: FenceMachine["barrier"] = (each) => machine.barrier({ ...each, completes: [] });
      super(new Proxy(machine, { get: (of, key) => (key === "barrier" ? barrier : bound(of, key)) }));
    }
  };
  expect(agrees(chip, plan, Other)).toBe(true);
  expect(claims(chip, plan, Other)).toHaveLength(1);
});

function bound(machine: FenceMachine, key: string | symbol): unknown {
  const value = machine[key as keyof FenceMachine];
  return typeof value === "function" ? value.bind(machine) : value;
}

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
