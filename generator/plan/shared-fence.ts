// The fence of an architecture: what a chip needs of which nothing is special. Chips whose fences are the same
// instructions share it, and their own promises are what they ask beyond it.
import { compareCodePoints } from "../diagnostics/diagnostic.ts";
import type { Architecture, Memory, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { once } from "../model/once.ts";
import { everywhere } from "../model/viewers.ts";
import { moduleName, typeStem } from "../notation/names.ts";
import { seenBy } from "../semantics/memory-map.ts";
import type { FenceObligation, FencePlan } from "./operation.ts";
import { planFence } from "./plan-fence.ts";
import { Refusal } from "./problem.ts";
import { allSteps } from "./steps.ts";

/** One fence for all architectures whose descriptions name it. */
export interface SharedFence {
  /** Name of the type, such as CortexMDmaFence. */
  readonly name: string;
  /** Name of the module. */
  readonly module: string;
  /** What cores of these architectures are called together. */
  readonly title: string;
  /** The plan on each architecture: the same instructions, each with its own sources. */
  readonly on: readonly [OnArchitecture, ...OnArchitecture[]];
}

export interface OnArchitecture {
  readonly architecture: Architecture;
  readonly plan: FencePlan;
  /** What the fence asks there, beside what it asks everywhere. */
  readonly promises: readonly FenceObligation[];
}

/** The fence of a core that chips share because nothing of the chip is in it. */
export interface CoreFence {
  readonly name: string;
  readonly module: string;
  /** What has the core and nothing else. */
  readonly chip: ResolvedChip;
  readonly plan: FencePlan;
  /** What it asks, beside that the code runs on the core and that buffers are where DMA reaches them. */
  readonly promises: readonly FenceObligation[];
}

/** What of a chip's fence the fence of its architecture or core already is. */
export interface Shared {
  readonly name: string;
  readonly module: string;
  /** Whose fence it is, in words. */
  readonly of: string;
  /** Set where it is that of the core. */
  readonly ofCore?: CoreFence;
  /** What the chip's fence asks beyond the shared one. */
  readonly ownPromises: readonly FenceObligation[];
}

/** The fences that architectures share, by name. */
export function sharedFences(architectures: readonly Architecture[]): SharedFence[] {
  const byName = new Map<string, Architecture[]>();
  for (const architecture of architectures) {
    const name = architecture.sharedFence?.name;
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), architecture]);
  }
  return [...byName]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([, group]) => {
      const [first, ...others] = group.map((architecture): OnArchitecture => {
        const plan = barePlan(architecture);
        const promises = plan.obligations.filter(({ kind }) => kind !== "chip" && kind !== "regions");
        return { architecture, plan, promises };
      });
      const alike = others.filter(({ plan }) => instructionsOf(plan) === instructionsOf(first!.plan));
      return { ...namesOf(first!.architecture), on: [first!, ...alike] };
    });
}

/** The first of these architectures that names the fence of another one and needs other instructions than it. */
export function differentFence(
  architectures: readonly Architecture[],
): readonly [Architecture, Architecture] | undefined {
  const byName = new Map<string, Architecture>();
  for (const architecture of architectures) {
    const name = architecture.sharedFence?.name;
    if (name === undefined) continue;
    const first = byName.get(name) ?? architecture;
    byName.set(name, first);
    if (instructionsOf(barePlan(first)) !== instructionsOf(barePlan(architecture))) return [first, architecture];
  }
  return undefined;
}

/** The fence of an architecture that a chip's fence is; undefined where it is one of its own. */
export function sharedBy(fence: FencePlan, architecture: Architecture): Shared | undefined {
  if (!architecture.sharedFence || !isPlain(fence)) return undefined;
  const bare = barePlan(architecture.sharedFence.of ?? architecture);
  if (instructionsOf(bare) !== instructionsOf(fence)) return undefined;
  const asked = new Set(bare.obligations.map(({ text }) => text));
  const { name, module, title } = namesOf(architecture);
  return {
    name,
    module,
    of: `every coherent ${title}`,
    ownPromises: fence.obligations.filter(({ kind, text }) => kind !== "chip" && !asked.has(text)),
  };
}

/** The fence of a core; undefined where none follows from its description. @param alone a chip with it and nothing else */
export function coreFence(alone: ResolvedChip): CoreFence | undefined {
  const [found] = coreFences.get(alone) ?? [planAlone(alone)];
  coreFences.set(alone, [found]);
  return found;
}

const coreFences = new WeakMap<ResolvedChip, [CoreFence | undefined]>();

function planAlone(alone: ResolvedChip): CoreFence | undefined {
  // A chip may have more levels behind the core's own, which the same instructions reach.
  const named = (core: ResolvedCore) =>
    core.caches.length === 1 ? [{ ...core.caches[0]!, name: "the data caches" }] : core.caches;
  const chip = { ...alone, cores: alone.cores.map((core) => ({ ...core, caches: named(core) })) };
  const seen = seenBy(chip, chip.cores[0]!);
  const name = `${typeStem(alone.id)}DmaFence`;
  const core = chip.cores[0]!;
  try {
    const plan = planFence({ chip: seen, core, name, controllers: seen.dma });
    const promises = plan.obligations.filter(({ kind }) => kind !== "chip" && kind !== "regions");
    return { name, module: moduleName(alone.id), chip: alone, plan, promises };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The fence of a core that a chip's fence is: the same instructions, and no promise that the chip does not need. */
export function sharedByCore(fence: FencePlan, { alone, title }: ResolvedCore): Shared | undefined {
  const found = alone && coreFence(alone);
  if (!found || stepsOf(found.plan) !== stepsOf(fence)) return undefined;
  const asked = new Set(found.promises.map(({ text }) => text));
  const needed = new Set(fence.obligations.map(({ text }) => text));
  if ([...asked].some((text) => !needed.has(text))) return undefined;
  return {
    name: found.name,
    module: found.module,
    of: `the ${title}`,
    ofCore: found,
    ownPromises: fence.obligations.filter(({ kind, text }) => kind !== "chip" && !asked.has(text)),
  };
}

/** All that the steps do, without why, and all that a buffer must be. */
function stepsOf({ release, acquire, bufferAlignmentBytes, lineBytes }: FencePlan): string {
  const said = new Set(["reason", "sources", "barrierSources", "demandedBy", "levels"]);
  return JSON.stringify([release, acquire, bufferAlignmentBytes, lineBytes], (key, value: unknown) => {
    if (said.has(key)) return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });
}

function namesOf({ sharedFence }: Architecture): Pick<SharedFence, "name" | "module" | "title"> {
  const { name, title } = sharedFence!;
  return { name: `${typeStem(name)}DmaFence`, module: moduleName(name), title };
}

/** Whether the fence only orders. */
function isPlain(fence: FencePlan): boolean {
  return allSteps(fence).every(({ kind }) => kind === "barrier");
}

function instructionsOf({ release, acquire }: FencePlan): string {
  const spelled = [release, acquire].map((steps) =>
    steps.map((step) => (step.kind === "barrier" ? step.instruction : step.kind)),
  );
  return JSON.stringify(spelled);
}

/** The fence of a core that has nothing but its architecture, on a chip with one master and one memory. */
const barePlan = once((architecture: Architecture): FencePlan => {
  const core: ResolvedCore = {
    id: architecture.id,
    name: "",
    title: architecture.title,
    alsoCalled: [],
    rustTargets: [],
    targetArch: architecture.targetArch,
    addressBits: undefined,
    architecture,
    caches: [],
    masterCaches: [],
    requires: [],
    errata: [],
    noCacheSources: [],
    count: undefined,
    hasCoherentPeers: false,
    unread: [],
    refused: undefined,
    sources: [],
    differs: [],
  };
  const chip: ResolvedChip = {
    id: architecture.id,
    title: architecture.title,
    vendor: "",
    tockCrates: [],
    parameters: {},
    cores: [core],
    memories: [plainMemory],
    dma: [plainMaster],
    noDmaSources: [],
    dmaDomain: "full-system",
    barrierOverrides: [],
    notActedOn: [],
    verifiedOn: [],
  };
  const seen = seenBy(chip, core);
  return planFence({ chip: seen, core, name: namesOf(architecture).name, controllers: seen.dma });
});

const plainMemory: Memory = {
  name: "memory",
  addresses: everywhere(0n),
  sizeBytes: 1n << 16n,
  isMost: false,
  cachedBy: "all",
  cachingUnknown: false,
  memoryType: "normal",
  aliasOf: undefined,
  sourcesOf: { place: [], cachedBy: [] },
  differs: [],
};

const plainMaster: ResolvedChip["dma"][number] = {
  name: "DMA",
  reaches: [plainMemory.name],
  reads: [],
  writes: [],
  mayReach: [],
  mayRead: [],
  snoops: {},
  snoopingKnownAtRunTime: false,
  snoopingUnknown: false,
  allocatesIn: [],
  alignmentBytes: 1,
  lengthMultipleBytes: 1,
  requires: [],
  sourcesOf: { reach: [], snoops: [], alignment: [], allocates: [] },
  differs: [],
};
