// What `fencegen selftest` expects of boards, on simulated ones: with the fence no transfer goes wrong, and without it, or with
// barriers in its place, some do exactly where the module says so.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ResolvedChip } from "../../generator/model/chip.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { planKey } from "../../generator/plan/plan-key.ts";
import { type SelfTest, selfTestOf } from "../../generator/plan/self-test.ts";
import type { DmaFence, FenceMachine } from "../../generator/runtime/dma-fence.ts";
import type { Barrier } from "../../generator/runtime/meaning.ts";
import { widest } from "../../generator/semantics/barrier.ts";
import { reachOf, seenBy } from "../../generator/semantics/memory-map.ts";
import { SimulatedMachine } from "../../generator/simulator/machine.ts";
import { root } from "../support/command.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { type Place, transferIsRight } from "../support/self-test.ts";

type MakeFence = (machine: FenceMachine) => DmaFence;

interface Subject {
  readonly chip: ResolvedChip;
  readonly plan: FencePlan;
  readonly test: SelfTest;
  readonly place: Place;
}

/** Where the module's transfers can go wrong without the fence, else where they can take place. */
function placeOf(chip: ResolvedChip, plan: FencePlan, { places, lineBytes }: SelfTest): Place | undefined {
  const seen = seenBy(chip, coreOf(chip, plan));
  const pairs = seen.regions.flatMap((memory) =>
    seen.dma
      .filter(({ name }) => plan.controllers.includes(name))
      .filter((master) => [true, false].every((writes) => reachOf(master, memory.name, writes) === "yes"))
      .map((master) => ({ memory, reader: master, writer: master })),
  );
  const chosen = [...places, ...pairs].find(({ memory }) => memory.sizeBytes >= 10 * lineBytes);
  if (!chosen) return undefined;
  const { memory, reader, writer } = chosen;
  const step = BigInt(lineBytes);
  return { base: ((memory.base + step - 1n) / step) * step, reader: reader.name, writer: writer.name };
}

// Fences that no machine tells apart are tried once.
const tried = new Set<string>();
const subjects = shippedChips.flatMap((id) => {
  const { chip, fences } = planOf(id).planned!;
  return fences.flatMap((plan): Subject[] => {
    const key = planKey(plan, chip, coreOf(chip, plan));
    if (tried.has(key)) return [];
    tried.add(key);
    const test = selfTestOf(chip, plan);
    const place = placeOf(chip, plan, test);
    return place ? [{ chip, plan, test, place }] : [];
  });
});

/** How many transfers go wrong, each on a machine of its own; at most `enough`. */
function wrongTransfers({ chip, plan, test, place }: Subject, fence: MakeFence, seeds: number, enough = 1): number {
  let wrong = 0;
  for (let seed = 1; seed <= seeds && wrong < enough; seed++) {
    const machine = new SimulatedMachine(chip, { seed, core: plan.coreName || plan.core });
    if (!transferIsRight(machine, fence(machine), place, test, seed)) wrong++;
  }
  return wrong;
}

const noFence: MakeFence = () => ({ release() {}, acquire() {} });

describe.each(subjects.map((subject) => [subject.plan.name, subject] as const))("%s", (name, subject) => {
  const { chip, plan, test } = subject;
  // Where buffers fill lines, there are many bytes.
  const seeds = test.wholeBytes > 1 ? 2 : 8;

  it("is right under every schedule tried", async () => {
    const module = (await import(join(root, `out/typescript/${chip.id}.ts`))) as Record<
      string,
      new (
        machine: FenceMachine,
      ) => DmaFence
    >;
    expect(wrongTransfers(subject, (machine) => new module[name]!(machine), seeds)).toBe(0);
  });

  it(`is ${test.places.length > 0 ? "" : "not "}needed where barriers execute alone`, () => {
    const all = coreOf(chip, plan).architecture.barriers.map(
      (barrier): Barrier => ({ ...widest(barrier), kind: "barrier" }),
    );
    const barriers: MakeFence = (machine) => {
      const execute = () => {
        for (const barrier of all) machine.barrier(barrier);
      };
      return { release: execute, acquire: execute };
    };
    expect(wrongTransfers(subject, barriers, 24) > 0).toBe(test.places.length > 0);
  });

  it("without it some schedule goes wrong, unless it does nothing", () => {
    const isNothing = [...plan.release, ...plan.acquire].every(({ kind }) => kind === "compiler-barrier");
    expect(wrongTransfers(subject, noFence, 200) > 0).toBe(!isNothing);
  });
});

it("has fences of both kinds to try", () => {
  const telling = subjects.filter(({ test }) => test.places.length > 0).length;
  expect(telling).toBeGreaterThan(20);
  expect(subjects.length - telling).toBeGreaterThan(20);
});
