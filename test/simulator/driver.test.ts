// A driver that transmits and receives through simulated DMA, for every shipped chip: right under every schedule
// tried with the generated fence, wrong under some schedule without it.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Barrier,
  type DmaBuffer,
  type DmaFence,
  descriptorBytes,
  type FenceMachine,
  forSeeds,
  ScheduleError,
  SimulatedMachine,
  SimulationError,
} from "../../generator/index.ts";
import type { DmaController } from "../../generator/model/chip.ts";
import { everywhere } from "../../generator/model/viewers.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { mayAccess, type SeenChip, seenBy } from "../../generator/semantics/memory-map.ts";
import { caches, mayBeDirty } from "../../generator/semantics/ports.ts";
import { root } from "../support/command.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";

type FenceClass = new (machine: FenceMachine) => DmaFence;

const noFence = class implements DmaFence {
  release(): void {}
  acquire(): void {}
} as FenceClass;

/** Where buffers can be: a region that the controller reaches and, if there is one, that is cached. */
interface Place {
  readonly controller: string;
  readonly base: bigint;
}

function seesNothing({ snoops }: DmaController): boolean {
  return Object.values(snoops).every((seen) => seen.length === 0);
}

function placeFor(chip: SeenChip): Place | undefined {
  const pairs = chip.dma.flatMap((controller) =>
    controller.reaches.map((name) => ({ controller, region: chip.regions.find((region) => region.name === name)! })),
  );
  const hard =
    pairs.find(({ controller, region }) => region.cachedBy.length > 0 && seesNothing(controller)) ?? pairs[0];
  return hard && { controller: hard.controller.name, base: hard.region.base + 0x100n };
}

/** Sends a message, then receives a reply into the same buffer, then sends again. */
function exchange(machine: SimulatedMachine, Fence: FenceClass, place: Place): void {
  const fence = new Fence(machine);
  const engine = machine.engine(place.controller);
  const buffer: DmaBuffer = { address: place.base, lengthBytes: 4 };
  const finish = () => {
    for (let waited = 0; !engine.isDone(); waited++) {
      if (waited > 1000) throw new Error("the transfer never ends");
      machine.wait();
    }
  };
  for (const round of [1, 2]) {
    const message = Array.from({ length: 4 }, (_, index) => round * 16 + index);
    machine.store(buffer.address, message);
    fence.release(buffer);
    engine.start({ read: buffer });
    finish();
    fence.acquire(buffer);
    expect([...engine.received]).toEqual(message);

    const reply = Uint8Array.from(message, (value) => value + 100);
    fence.release(buffer);
    engine.start({ write: { buffer, data: reply } }, round === 1 ? "write" : "read");
    finish();
    fence.acquire(buffer);
    expect([...machine.load(buffer.address, 4)]).toEqual([...reply]);
  }
}

/** Sends through a descriptor in memory, which is handed over like any other buffer. */
function sendByDescriptor(machine: SimulatedMachine, Fence: FenceClass, place: Place): void {
  const fence = new Fence(machine);
  const engine = machine.engine(place.controller);
  const buffer: DmaBuffer = { address: place.base, lengthBytes: 4 };
  const descriptor: DmaBuffer = { address: place.base + 0x100n, lengthBytes: descriptorBytes };
  machine.store(buffer.address, [1, 2, 3, 4]);
  machine.store(descriptor.address, new Uint8Array(Uint32Array.of(Number(buffer.address), 4, 0, 0).buffer));
  fence.release(buffer);
  fence.release(descriptor);
  engine.startDescriptor(descriptor.address);
  for (let waited = 0; ; waited++) {
    if (waited > 1000) throw new Error("the transfer never ends");
    machine.wait();
    fence.acquire(descriptor);
    if (machine.load(descriptor.address + 12n, 1)[0] === 1) break;
    fence.release(descriptor);
  }
  expect([...engine.received]).toEqual([1, 2, 3, 4]);
}

const subjects = shippedChips.flatMap((id) => {
  const planned = planOf(id).planned!;
  const [plan] = planned.fences;
  if (!plan) return [];
  const chip = seenBy(planned.chip, coreOf(planned.chip, plan));
  const place = placeFor(chip);
  const isNothing = [...plan.release, ...plan.acquire].every(({ kind }) => kind === "compiler-barrier");
  return place ? [{ id, chip, plan, place, isNothing }] : [];
});

async function emitted(id: string, name: string): Promise<FenceClass> {
  const module = (await import(join(root, `out/typescript/${id}.ts`))) as Record<string, FenceClass>;
  return module[name]!;
}

describe.each(subjects)("$id", ({ id, chip, plan, place }) => {
  it("exchanges messages under every schedule tried", async () => {
    const Fence = await emitted(id, plan.name);
    forSeeds(chip, (machine) => exchange(machine, Fence, place), { seeds: 12, core: plan.coreName || plan.core });
  });

  it("sends through a descriptor in memory under every schedule tried", async () => {
    const Fence = await emitted(id, plan.name);
    forSeeds(chip, (machine) => sendByDescriptor(machine, Fence, place), {
      seeds: 8,
      core: plan.coreName || plan.core,
    });
  });
});

describe.each(subjects.filter(({ isNothing }) => !isNothing))("$id without its fence", ({ chip, plan, place }) => {
  const seeds = 200;

  it("goes wrong under some schedule", () => {
    const run = () =>
      forSeeds(chip, (machine) => exchange(machine, noFence, place), { seeds, core: plan.coreName || plan.core });
    expect(run).toThrow(ScheduleError);
  });

  it("sends garbage through a descriptor under some schedule", () => {
    const run = () =>
      forSeeds(chip, (machine) => sendByDescriptor(machine, noFence, place), {
        seeds,
        core: plan.coreName || plan.core,
      });
    expect(run).toThrow(ScheduleError);
  });
});

it("runs the same way for the same seed, and says what happened", () => {
  const { chip, place, plan } = subjects.find(({ isNothing }) => !isNothing)!;
  const failure = (from: number, seeds: number) => {
    try {
      forSeeds(chip, (machine) => exchange(machine, noFence, place), { from, seeds, core: plan.coreName || plan.core });
    } catch (error) {
      return error as ScheduleError;
    }
    throw new Error("no seed fails");
  };
  const first = failure(1, 200);
  expect(failure(first.seed, 1).message).toBe(first.message);
  expect(first.message).toMatch(/^with seed \d+: /);
  expect(first.message).toMatch(/CPU +cache +DMA\n/);
});

it("names chip, region and controller where DMA cannot reach", () => {
  const unreachable = subjects.flatMap(({ chip }) =>
    chip.dma.flatMap((controller) =>
      chip.regions
        .filter(({ name }) => !mayAccess(controller, name, false))
        .map((region) => ({ chip, controller, region })),
    ),
  );
  expect(unreachable.length).toBeGreaterThan(0);
  for (const { chip, controller, region } of unreachable) {
    const engine = new SimulatedMachine(chip, { seed: 1 }).engine(controller.name);
    const start = () => engine.start({ read: { address: region.base, lengthBytes: 1 } });
    expect(start).toThrow(SimulationError);
    expect(start).toThrow(`${chip.id}: ${controller.name} cannot read ${region.name}`);
  }
});

// Memory that is shown at an address behind other levels, or behind any, than at its own.
const cachedAliases = shippedChips.flatMap((id) => {
  const planned = planOf(id).planned!;
  return planned.fences.flatMap((plan) => aliasesOf(seenBy(planned.chip, coreOf(planned.chip, plan)), plan));
});

function aliasesOf(chip: SeenChip, plan: FencePlan) {
  const core = coreOf(chip, plan);
  const cached = chip.regions.filter(
    (region) => region.aliasOf !== undefined && core.caches.some((level) => caches(region, level) && mayBeDirty(level)),
  );
  return cached.flatMap((region) => {
    const master = chip.dma.find((each) => mayAccess(each, region.name, true) && seesNothing(each));
    return master && plan.lineBytes ? [{ id: `${plan.name} at ${region.name}`, chip, plan, region, master }] : [];
  });
}

describe.each(cachedAliases)("$id", ({ chip, plan, region, master }) => {
  const place = { controller: master.name, base: region.base + 0x100n };
  const core = plan.coreName || plan.core;

  it("goes wrong under some schedule without maintenance", () => {
    const [step] = plan.release.flatMap((each) => (each.kind === "barrier" ? [each] : []));
    const barrier: Barrier = { ...step!, kind: "barrier" };
    const barriersOnly = class implements DmaFence {
      readonly #machine: FenceMachine;
      constructor(machine: FenceMachine) {
        this.#machine = machine;
      }
      release(): void {
        this.#machine.barrier(barrier);
      }
      acquire(): void {
        this.#machine.barrier(barrier);
      }
    };
    expect(() => forSeeds(chip, (machine) => exchange(machine, barriersOnly, place), { core })).toThrow(ScheduleError);
  });

  it("is right under every schedule tried with the fence", async () => {
    const module = (await import(join(root, `out/typescript/${chip.id}.ts`))) as Record<string, FenceClass>;
    forSeeds(chip, (machine) => exchange(machine, module[plan.name]!, place), { core, seeds: 60 });
  });
});

it("has such aliases to try", () => {
  expect(cachedAliases.length).toBeGreaterThan(3);
});

it("shows the same memory at an alias, past the caches", () => {
  const { chip, plan, place } = subjects.find(({ plan: { lineBytes } }) => lineBytes !== undefined)!;
  const region = chip.regions.find(
    ({ base, sizeBytes }) => place.base >= base && (sizeBytes === undefined || place.base < base + sizeBytes),
  )!;
  const memory = chip.memories.find(({ name }) => name === region.name)!;
  const aliasBase = 1n << 40n;
  const alias = { ...memory, name: "alias", addresses: everywhere(aliasBase), cachedBy: [], aliasOf: region.name };
  const at = place.base - region.base + aliasBase;
  const seen = new Set<number>();
  forSeeds(
    { ...chip, memories: [...chip.memories, alias] },
    (machine) => {
      machine.store(at, [7]);
      machine.wait();
      machine.store(place.base, [8]);
      machine.wait();
      seen.add(machine.load(at, 1)[0]!);
    },
    { seeds: 60, core: plan.coreName || plan.core },
  );
  // The cached store may or may not have reached memory; nothing else can be there once the first store has.
  expect(seen).toContain(7);
  expect(seen).toContain(8);
});
