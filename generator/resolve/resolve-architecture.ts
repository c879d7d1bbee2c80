// An architecture by itself, and as a core of a chip has it: less the barriers that its Rust targets lack or that do
// nothing there, and with the order that this core keeps beyond what the architecture says.
import type {
  Architecture as ArchitectureYaml,
  BarrierDifference,
  ProgramOrder as ProgramOrderYaml,
} from "#generated/descriptions.js";
import type { Architecture, Barrier, LineSize, ProgramOrder, UnusableBarrier } from "../model/chip.ts";
import { onceWithin } from "../model/once.ts";
import { list } from "../notation/prose.ts";
import { parseQuantity } from "../notation/quantity.ts";
import { targetOf, toTargets } from "../notation/rust-target.ts";
import { barrierRows } from "../validate/barrier-rows.ts";
import type { Library } from "../validate/library.ts";
import { type Sources, sourcesFor, toAssembly, toBarriers, toCitations } from "./facts.ts";
import type { ReadFacts } from "./read-facts.ts";

/** What a core, or a chip of a core, has otherwise than its architecture, and what is cited for it. */
export interface ArchitectureDifferences {
  readonly barriers: readonly BarrierDifference[];
  readonly programOrder: readonly ProgramOrderYaml[];
  readonly sources: Sources;
  /** What has it otherwise, as a reader knows it. */
  readonly title: string;
}

/** With every barrier, whatever a target lacks. */
export const resolveArchitecture = onceWithin((architecture: ArchitectureYaml, library: Library): Architecture => {
  const sources = sourcesFor(architecture, library);
  const tock = architecture.tockFence;
  return {
    id: architecture.architecture,
    title: architecture.title,
    litmusArch: architecture.litmusArch,
    programOrder: (architecture.programOrder ?? []).map((row) => toProgramOrder(row, sources, undefined)),
    barriers: toBarriers(architecture.barriers, sources),
    unusableBarriers: [],
    deviceMemory: architecture.deviceMemory && {
      mapped: architecture.deviceMemory.mapped,
      sources: toCitations(architecture.deviceMemory.source, sources),
    },
    tockFence: tock && {
      type: tock.type,
      release: tock.release,
      acquire: tock.acquire,
      sources: toCitations(tock.source, sources),
    },
    sharedFence: architecture.sharedFence,
    lineSize: toLineSize(architecture.lineSize, sources),
    targetArch: [...new Set(toTargets(architecture.rust.targetArch).map(({ arch }) => arch))],
    assembly: toAssembly(architecture.assembly, sources),
  };
});

export function architectureOf(
  yaml: ArchitectureYaml,
  library: Library,
  rustTargets: readonly string[],
  differences: readonly ArchitectureDifferences[],
  facts: ReadFacts,
): Architecture {
  const architecture = resolveArchitecture(yaml, library);
  const onTargets = yaml.barriers
    .flatMap(barrierRows)
    .map((row, index) => [architecture.barriers[index]!, lackOf(row, yaml, rustTargets)] as const);
  let usable = onTargets.flatMap(([barrier, lack]) => (lack === undefined ? [barrier] : []));
  const unusable = onTargets.flatMap(([barrier, lack]): UnusableBarrier[] =>
    lack ? [{ barrier, because: lack }] : [],
  );
  for (const { barriers, sources, title } of differences) {
    for (const different of new Set(barriers.map(({ instruction }) => instruction))) {
      const replaced = usable.filter(({ instruction }) => instruction === different);
      const [first] = replaced;
      if (!first) continue;
      const rows = barriers.filter(({ instruction }) => instruction === different);
      const does = rows.flatMap((row) => withEffect(first, row, sources));
      usable = usable.flatMap((barrier) => (barrier === first ? does : replaced.includes(barrier) ? [] : [barrier]));
      const because = does.length === 0 ? `does nothing on ${title}` : `does something else on ${title}`;
      unusable.push(...replaced.map((barrier) => ({ barrier, because })));
    }
  }
  return {
    ...architecture,
    sharedFence: architecture.sharedFence && { ...architecture.sharedFence, of: architecture },
    programOrder: [
      ...architecture.programOrder,
      ...differences.flatMap(({ programOrder, sources, title }) =>
        programOrder.map((row) => toProgramOrder(row, sources, title)),
      ),
    ].filter((row) => keeps(row, architecture.title, facts)),
    barriers: usable,
    unusableBarriers: unusable,
  };
}

/** Whether a row counts: what keeps accesses in order is a reason to leave a barrier out. */
function keeps({ of, earlier, later, sources }: ProgramOrder, title: string, facts: ReadFacts): boolean {
  const claim = `${of ?? title} keeps ${list(earlier)} before ${list(later)}`;
  return facts.counted(true, false, { claim, instead: "a barrier does" }, sources);
}

/** Why code for these targets cannot use a barrier; undefined where it can, and empty where it is spelled otherwise. */
function lackOf(
  { requiresExtension, targetArch }: Pick<ArchitectureYaml["barriers"][number], "requiresExtension" | "targetArch">,
  { rust }: ArchitectureYaml,
  rustTargets: readonly string[],
): string | undefined {
  const targets = toTargets(rust.targetArch);
  const has = (triple: string, test: (target: ReturnType<typeof toTargets>[number]) => boolean) => {
    const target = targetOf(triple, targets);
    return target !== undefined && test(target);
  };
  if (targetArch && !rustTargets.every((triple) => has(triple, ({ arch }) => targetArch.includes(arch)))) return "";
  if (requiresExtension === undefined) return undefined;
  const without = rustTargets.filter(
    (triple) => !has(triple, ({ extensions }) => extensions.includes(requiresExtension)),
  );
  if (without.length === 0) return undefined;
  return `needs ${requiresExtension}, which not every processor has that ${list(without)} runs on`;
}

/** The barrier with what it does on this core; none where that is nothing. */
function withEffect(barrier: Barrier, difference: BarrierDifference, sources: Sources): Barrier[] {
  const { earlier, later, completes, domain, source } = difference;
  if (earlier.length === 0 || later.length === 0) return [];
  return [
    {
      ...barrier,
      earlier,
      later,
      completes: completes ?? [],
      domain: domain ?? barrier.domain,
      select: barrier.select.filter(([access]) => earlier.includes(access) || later.includes(access)),
      sources: toCitations(source, sources),
    },
  ];
}

function toProgramOrder(row: ProgramOrderYaml, sources: Sources, of: string | undefined): ProgramOrder {
  return {
    earlier: row.earlier,
    later: row.later,
    notForWriteCombining: row.notForWriteCombining ?? false,
    of,
    sources: toCitations(row.source, sources),
  };
}

function toLineSize(lineSize: ArchitectureYaml["lineSize"], sources: Sources): LineSize | undefined {
  if (!lineSize) return undefined;
  const { instruction, address, lowBit, bits, unitBytes, source } = lineSize;
  const register = instruction ?? parseQuantity(address!);
  return { register, lowBit, bits, unitBytes, sources: toCitations(source, sources) };
}
