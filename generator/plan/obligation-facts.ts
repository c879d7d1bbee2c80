// What obligations are derived from.
import type { CacheLevel, Citation, DmaController, Mechanism, Region, Register, ResolvedCore } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { changesOf } from "../model/register-value.ts";
import { list } from "../notation/prose.ts";
import { formatAddress } from "../notation/quantity.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import { caches, mayBeDirty } from "../semantics/ports.ts";
import { actedOn, type Group, isForOthers } from "./groups.ts";
import { takesNarrowAddress } from "./maintenance.ts";
import { type LevelNeed, levelNeeds } from "./needs.ts";
import type { FenceObligation, FenceStep } from "./operation.ts";

/** What the obligations of a fence are derived from. */
export interface ObligationContext {
  readonly chip: SeenChip;
  readonly core: ResolvedCore;
  readonly controllers: readonly DmaController[];
  readonly groups: readonly Group[];
  /** Of release and then of acquire. */
  readonly steps: readonly FenceStep[];
}

/** How the `# Safety` text is read: from what the fence is for to what is rarely met. */
export const sections = [
  "scope",
  "snooping",
  "guard",
  "caches",
  "lines",
  "released first",
  "steps",
  "aliases",
  "address width",
  "line size",
  "mechanisms",
  "registers",
  "alignment",
  "core",
  "masters",
  "errata",
  "parameters",
] as const;

/** A sentence of an obligation, and where it is read. */
export interface Stated {
  readonly section: (typeof sections)[number];
  /** Its place within the section: the index of the step or mechanism that it is about. */
  readonly at?: number;
  /** A full sentence about the program or the machine. */
  readonly text: string;
  readonly sources?: readonly Citation[];
}

export function mastersOf(controllers: readonly DmaController[]): string {
  return list(controllers.map(({ name }) => name));
}

export function reachedBy(controllers: readonly DmaController[]): ReadonlySet<string> {
  return new Set(
    controllers.flatMap(({ reaches, reads, writes, mayReach, mayRead }) => [
      ...[...reaches, ...reads, ...writes],
      ...[...mayReach, ...mayRead],
    ]),
  );
}

/** Of a chip that lists no master, that there is none: its caches are maintained for nobody. */
export function cachesOfNoMaster({ dma, regions }: SeenChip, core: ResolvedCore): Stated[] {
  const levels = core.caches.filter(
    (level) => level.enabled !== "never" && regions.some((region) => caches(region, level)),
  );
  if (dma.length > 0 || levels.length === 0) return [];
  const names = list(levels.map(({ name }) => name));
  return [
    {
      section: "scope",
      text: `No DMA master accesses memory that ${names} caches; the chip's description lists none, and the fence maintains no cache.`,
    },
  ];
}

export function maintainedBy({ groups }: ObligationContext): CacheLevel[] {
  return groups.flatMap((group) => group.needs.flatMap((need) => (isForOthers(need) ? [] : [need.level])));
}

/** Whether what a level would need is done to it, for its own sake or by operations that are meant for others of its mechanism. */
export function isDone(need: LevelNeed, { groups, core }: ObligationContext): boolean {
  return groups.some(
    (group) =>
      actedOn(group, core).includes(need.level) &&
      (!need.clean || group.needs.some(({ clean }) => clean)) &&
      (!need.invalidate || group.needs.some(({ invalidate }) => invalidate)),
  );
}

export function isGuarded(steps: readonly FenceStep[]): boolean {
  return steps.some(({ kind }) => kind === "region-guard");
}

/** What is asked of the masters of a fence, each sentence with the names of those that it is about. */
export function masterDemands(context: ObligationContext): Stated[] {
  const byText = new Map<string, { names: string[]; sources: Citation[] }>();
  for (const controller of context.controllers) {
    for (const { text, onlyWhere, sources } of controller.requires) {
      if (onlyWhere !== undefined && !(onlyWhere === "coherent" ? isSnooped : isMaintained)(context, controller))
        continue;
      const same = byText.get(text) ?? { names: [], sources: [] };
      byText.set(text, { names: [...same.names, controller.name], sources: [...same.sources, ...sources] });
    }
  }
  return [...byText].map(([text, { names, sources }]) => ({
    section: "masters",
    text: `For ${list(names)}: ${text}`,
    sources: distinct(sources),
  }));
}

/** Levels that stand between the core and a master, if it saw none of them. */
function levelsBefore({ chip, core }: ObligationContext, controller: DmaController): CacheLevel[] {
  return levelNeeds(chip, core, [{ ...controller, snoops: {} }]).map(({ level }) => level);
}

/** Whether the fence relies on the master seeing a level: one that would have to be maintained, and is not. */
function isSnooped(context: ObligationContext, controller: DmaController): boolean {
  return levelsBefore(context, controller).some((level) => !maintainedBy(context).includes(level));
}

function isMaintained(context: ObligationContext, controller: DmaController): boolean {
  return levelsBefore(context, controller).some((level) => maintainedBy(context).includes(level));
}

/** The cache controllers whose operations are nothing but accesses to registers, which barriers see as such. */
export function controllersByRegisters({ groups }: ObligationContext): Mechanism[] {
  return groups
    .map(({ mechanism }) => mechanism)
    .filter(
      ({ ordering, operations }) =>
        ordering.accessClass.startsWith("device-") && operations.every(({ byRegisters }) => byRegisters),
    );
}

export function alignmentDemands({ name, alignmentBytes, lengthMultipleBytes, sourcesOf }: DmaController): Stated[] {
  const demands = [
    ...(alignmentBytes > 1 ? [`start at a multiple of ${alignmentBytes} bytes`] : []),
    ...(lengthMultipleBytes > 1 ? [`are a multiple of ${lengthMultipleBytes} bytes long`] : []),
  ];
  if (demands.length === 0) return [];
  return [{ section: "alignment", text: `Buffers handed to ${name} ${list(demands)}.`, sources: sourcesOf.alignment }];
}

const gib = 1n << 30n;

/** Registers that do not hold every address that the core has. */
export function narrowRegisters({ core, steps }: ObligationContext): Stated[] {
  if (core.addressBits === 32) return [];
  return steps.flatMap((step): Stated[] => {
    const narrow = ("accesses" in step ? step.accesses : []).find(takesNarrowAddress);
    if (!narrow) return [];
    const { bits } = narrow.register;
    const { subtract, shiftRight, add } = narrow.value;
    const beyond = (((1n << BigInt(bits)) - add) << BigInt(shiftRight)) + subtract;
    const limit = beyond % gib === 0n ? `${beyond / gib} GiB` : formatAddress(beyond);
    return [
      {
        section: "address width",
        text: `Buffers lie below ${limit}; ${narrow.register.name} takes ${bits} bits of ${changesOf(narrow.value).length > 0 ? "a changed" : "an"} address.`,
        sources: step.sources,
      },
    ];
  });
}

/** What a mechanism asks for, and those of its operations that the fence executes. */
export function mechanismDemands({ core, steps }: ObligationContext, { mechanism }: Group) {
  const used = new Set(
    steps.flatMap((step) => ("operation" in step && step.mechanism === mechanism.id ? [step.operation] : [])),
  );
  return [
    ...(mechanism.interruptsMasked ? (core.architecture.assembly.interrupts?.requires ?? []) : []),
    ...mechanism.requires,
    ...mechanism.operations.flatMap(({ name, requires }) => (used.has(name) ? requires : [])),
  ];
}

/** Registers of a mechanism of which the fence changes some bits only. */
export function modifiedRegisters({ steps }: ObligationContext, { id }: Mechanism): Register[] {
  const registers = steps.flatMap((step) =>
    "accesses" in step && step.mechanism === id
      ? step.accesses.flatMap((item) => (item.kind === "modify" ? [item.register] : []))
      : [],
  );
  return [...new Map(registers.map((register) => [register.address, register])).values()];
}

interface SharedMemory {
  readonly shown: readonly Region[];
  readonly cachedAlike: boolean;
  /** Whether the fence writes back and drops whatever a cache may hold at any of the addresses. */
  readonly isMaintained: boolean;
}

/**
 * Memory that a master reaches and that is shown at several addresses, at some of which a level caches it. A cache tells
 * lines apart by their address, so that what is done at one address leaves those of another as they are.
 */
export function sharedMemory({ chip, core, controllers, groups }: ObligationContext): SharedMemory[] {
  const { regions } = chip;
  const reached = reachedBy(controllers);
  const needs = groups.flatMap((group) => group.needs);
  const levelsOf = (region: Region) =>
    core.caches.filter((level) => level.enabled !== "never" && caches(region, level));
  const isMaintained = (level: CacheLevel) =>
    needs.some((need) => need.level === level && need.invalidate && (need.clean || !mayBeDirty(level)));
  return regions
    .filter(({ aliasOf }) => aliasOf === undefined)
    .map((memory) => [memory, ...regions.filter(({ aliasOf }) => aliasOf === memory.name)])
    .filter((shown) => shown.length > 1 && shown.some(({ name }) => reached.has(name)))
    .filter((shown) => shown.some((region) => levelsOf(region).length > 0))
    .map((shown) => ({
      shown,
      cachedAlike:
        new Set(
          shown.map((region) =>
            levelsOf(region)
              .map(({ name }) => name)
              .join(),
          ),
        ).size === 1,
      isMaintained: shown.every((region) => levelsOf(region).every(isMaintained)),
    }));
}

/** Where buffers lie: memory by memory, unless that would be longer than two lines. */
export function reachPromise(controllers: readonly DmaController[]): string {
  const each = `Buffers lie in memory that the DMA master used reaches: ${reachText(controllers)}.`;
  const longest = 190;
  if (each.length <= longest) return each;
  return "Each buffer lies in memory that the DMA master used reaches, as the chip's list of masters says.";
}

/** Whether a promise is that one: outputs that have a table of what masters reach refer to it instead. */
export function isReachPromise({ kind, text }: FenceObligation, controllers: readonly DmaController[]): boolean {
  return kind === "regions" && text === reachPromise(controllers);
}

function reachText(controllers: readonly DmaController[]): string {
  const byReach = new Map<string, string[]>();
  for (const { name, reaches, reads, writes, mayReach, mayRead } of controllers) {
    const isHalfKnown = (region: string) => mayReach.includes(region) || mayRead.includes(region);
    const what = list([
      ...reaches,
      ...reads.filter((region) => !isHalfKnown(region)).map((region) => `${region} (reads only)`),
      ...writes.filter((region) => !isHalfKnown(region)).map((region) => `${region} (writes only)`),
      ...mayReach.map((region) => {
        if (reads.includes(region)) return `${region} (unknown whether it writes)`;
        return `${region} (${writes.includes(region) ? "unknown whether it reads" : "unknown"})`;
      }),
      ...mayRead.map(
        (region) => `${region} (${writes.includes(region) ? "unknown whether it reads" : "reads only, unknown"})`,
      ),
    ]);
    byReach.set(what, [...(byReach.get(what) ?? []), name]);
  }
  return [...byReach].map(([what, names]) => `${list(names)}: ${what}`).join("; ");
}
