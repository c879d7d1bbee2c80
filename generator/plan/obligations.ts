// What a fence relies on and cannot see to itself, derived from the same facts as its steps: one table, by kind. Each
// obligation becomes a sentence of the `# Safety` text, and the verifier drops it to see that it is needed.
import type { CacheLevel, DmaController, Mechanism, ResolvedCore } from "../model/chip.ts";
import { allSources, distinct } from "../model/citations.ts";
import { article, list } from "../notation/prose.ts";
import { cachesOf } from "../semantics/instruction.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import { ownLevel } from "../semantics/other-cores.ts";
import { caches, mastersBehind, mayBeDirty, sees } from "../semantics/ports.ts";
import { levelsWithBuffer } from "../semantics/write-buffers.ts";
import { victimLevels } from "./clean-victims.ts";
import { shortTitle } from "./maintenance.ts";
import { masterCacheNeeds } from "./master-caches.ts";
import { levelNeeds } from "./needs.ts";
import {
  alignmentDemands,
  cachesOfNoMaster,
  controllersByRegisters,
  isDone,
  isGuarded,
  maintainedBy,
  masterDemands,
  mastersOf,
  mechanismDemands,
  modifiedRegisters,
  narrowRegisters,
  type ObligationContext,
  reachedBy,
  reachPromise,
  type Stated,
  sections,
  sharedMemory,
} from "./obligation-facts.ts";
import type { FenceObligation, FenceStep, Maintenance, ObligationKind } from "./operation.ts";
import { relevantErrata } from "./relevant-errata.ts";
import { besideOtherBuffers, buffersAlone, fillsLines, ownsLines } from "./shared-lines.ts";
import { endedFirst, leavesDirty } from "./two-steps.ts";

/** The world in which an obligation is not kept: what the verifier tries to see that it is needed. */
export type World =
  /** Somebody writes to the other data in the first and last line of buffers that DMA writes to, or only reads. */
  | { readonly kind: "neighbour-writes"; readonly buffers: "written" | "only read" }
  /** Buffers that DMA writes to, or all, share their first and last line with somebody who has stored beside them. */
  | { readonly kind: "neighbour-shares"; readonly buffers: "written" | "all" }
  | { readonly kind: "no-master-snoops" }
  /** The CPU reads and writes a buffer at another address of the same memory as well. */
  | { readonly kind: "buffers-at-two-addresses" }
  | { readonly kind: "every-level-caches-all-memory" }
  | { readonly kind: "every-cache-is-on" }
  /** Every level that can take clean lines of the level inside it does so. */
  | { readonly kind: "clean-lines-move-outwards" }
  /** Stores stay in write buffers. */
  | { readonly kind: "write-buffers-on" }
  /** Drivers do nothing to the caches in front of masters that they are to maintain. */
  | { readonly kind: "drivers-maintain-nothing" }
  /** A master writes beside a buffer, to another one, while that is released or before, and nobody has acquired that. */
  | { readonly kind: "masters-write-beside" }
  /** Descriptors that start a master lie behind a cache of its own, where `release` drops what is dirty. */
  | { readonly kind: "descriptors-behind-master-caches" }
  /** A driver hands a descriptor to `acquire` until it sees in it what the master writes there at the end. */
  | { readonly kind: "descriptors-polled" }
  /** Other cores of the cluster fill lines, and no operation reaches them. */
  | { readonly kind: "other-cores-keep-lines" }
  /** Operations act on other lines than those meant: all, or those that take physical addresses. */
  | { readonly kind: "operations-miss"; readonly which: "all" | "physical" }
  /** What it promises is where the model begins, so that nothing in the model can show it. */
  | { readonly kind: "environment"; readonly because: string };

interface ObligationRule {
  /** When it arises, and its words. */
  arises(context: ObligationContext): readonly Stated[];
  readonly without: World;
}

const environment = (because: string): World => ({ kind: "environment", because });

/** By kind; within a section, in the order in which they are read. */
export const obligationRules = {
  chip: {
    arises: ({ chip, core }) => [{ section: "scope", text: `The code runs on ${placeOfCore(chip, core)}.` }],
    without: environment("the model is made from the description of this chip"),
  },
  controller: {
    arises: (context) => {
      const { chip, controllers } = context;
      return [
        ...(controllers.length < chip.dma.length
          ? [
              {
                section: "scope",
                text: `Buffers are handed to no other DMA master than ${mastersOf(controllers)}.`,
                sources: controllers.flatMap(({ sourcesOf }) => allSources(sourcesOf)),
              } as const,
            ]
          : []),
        ...controllers.flatMap(alignmentDemands),
        ...masterDemands(context),
      ];
    },
    without: environment("the model has only the masters that the fence is for, and they take any buffer"),
  },
  regions: {
    arises: ({ chip, core, controllers, steps }) => [
      ...cachesOfNoMaster(chip, core),
      ...(reachedBy(controllers).size > 0
        ? [
            {
              section: "scope",
              text: reachPromise(controllers),
              sources: distinct(controllers.flatMap(({ sourcesOf }) => sourcesOf.reach)),
            } as const,
          ]
        : []),
      ...(isGuarded(steps)
        ? [
            {
              section: "guard",
              text: "Each buffer lies within one memory; the fence looks at where it starts.",
            } as const,
          ]
        : []),
    ],
    without: environment("a scenario's buffer lies in one memory that the master reaches"),
  },
  coherency: {
    arises: (context) => {
      const { chip, core, controllers } = context;
      // What would have to be maintained if nobody snooped, and is not, or is only cleaned.
      const blind = controllers.map((controller) => ({ ...controller, snoops: {} }));
      const snooped = levelNeeds(chip, core, blind).flatMap((need) => (isDone(need, context) ? [] : [need.level]));
      if (snooped.length === 0) return [];
      const seeing = controllers.filter((controller) => snooped.some((level) => sees(controller, level, core)));
      return [
        {
          section: "snooping",
          text: `Every access of ${mastersOf(seeing)} snoops ${list(snooped.map(({ name }) => name))}; no mapping of the memory turns that off.`,
          sources: distinct(seeing.flatMap(({ sourcesOf }) => sourcesOf.snoops)),
        },
      ];
    },
    without: { kind: "no-master-snoops" },
  },
  "memory-attributes": {
    arises: (context) => {
      const { chip, core, controllers, steps } = context;
      const maintained = isGuarded(steps) ? [] : maintainedBy(context);
      const cached = { ...chip, regions: chip.regions.map((region) => ({ ...region, cachedBy: "all" as const })) };
      return levelNeeds(cached, core, controllers).flatMap(({ level, memory }) => {
        if (level.writePolicy === "read-only" || maintained.includes(level)) return [];
        const uncached = chip.regions.filter((region) => memory.includes(region.name) && !caches(region, level));
        if (uncached.length === 0) return [];
        return [
          {
            section: "caches",
            text: `No MPU or page table setting makes ${level.name} cache ${list(uncached.map(({ name }) => name))}.`,
            sources: distinct(uncached.flatMap(({ sourcesOf }) => sourcesOf.cachedBy)),
          },
        ];
      });
    },
    without: { kind: "every-level-caches-all-memory" },
  },
  "cache-stays-off": {
    arises: ({ chip, core, controllers }) =>
      cachesThatWouldMatter(chip, core, controllers)
        .filter(({ enabled }) => enabled === "never")
        .map((level) => ({
          section: "caches",
          text: `${level.name} stays off: the fence does not maintain it.`,
          sources: level.sourcesOf.enabled,
        })),
    without: { kind: "every-cache-is-on" },
  },
  "no-clean-victims": {
    arises: (context) =>
      victimLevels(context, context.groups).flatMap(({ level: { victimsOffIf } }): Stated[] =>
        victimsOffIf ? [{ section: "caches", ...victimsOffIf }] : [],
      ),
    without: { kind: "clean-lines-move-outwards" },
  },
  "write-buffer-off": {
    arises: ({ core, controllers }) =>
      controllers.length === 0
        ? []
        : levelsWithBuffer(core).flatMap(({ mechanism }): Stated[] => {
            const off = mechanism?.writeBuffer?.off;
            return off ? [{ section: "caches", ...off }] : [];
          }),
    without: { kind: "write-buffers-on" },
  },
  "driver-maintains": {
    arises: ({ core, controllers }) => [
      ...core.masterCaches.flatMap(({ masters, enabled, driverMaintains }): Stated[] =>
        driverMaintains && enabled !== "never" && isOfSome(controllers, masters)
          ? [{ section: "caches", ...driverMaintains }]
          : [],
      ),
    ],
    without: { kind: "drivers-maintain-nothing" },
  },
  "master-lines-acquired": {
    arises: besideOtherBuffers,
    without: { kind: "masters-write-beside" },
  },
  "descriptors-elsewhere": {
    arises: ({ groups, steps }) =>
      groups.flatMap(({ isFront, needs }): Stated[] => {
        const levels = needs.map(({ level }) => level);
        const drops = steps.some(
          (step) =>
            "effect" in step &&
            step.levels.includes(levels[0]!.name) &&
            (step.effect === "invalidate" || (step.effect === "clean-and-invalidate" && step.commands !== undefined)),
        );
        if (!isFront || !drops || !needs.some(({ clean }) => clean)) return [];
        const [caches, masters] = [list(levels.map(({ name }) => name)), list(mastersBehind(levels))];
        const text = `No descriptor by which ${masters} ${masters.includes(" and ") ? "are" : "is"} started lies in memory that ${caches} caches: \`release\` drops its line there, and with it what the master may have written to it by then.`;
        return [{ section: "caches", text }];
      }),
    without: { kind: "descriptors-behind-master-caches" },
  },
  "other-cores-off": {
    arises: (context) => {
      const mechanism = dropsOwnLevel(context);
      if (!mechanism || mechanism.otherCores) return [];
      return [
        {
          section: "caches",
          text: `The data caches of the cluster's other cores are off, or those cores are not started: ${shortTitle(mechanism)} is not known to reach them.`,
        },
      ];
    },
    without: { kind: "other-cores-keep-lines" },
  },
  "other-cores-reached": {
    arises: (context) => {
      const promise = dropsOwnLevel(context)?.otherCores?.if;
      return promise ? [{ section: "caches", ...promise }] : [];
    },
    without: { kind: "other-cores-keep-lines" },
  },
  "buffer-owns-its-lines": {
    arises: ownsLines,
    without: { kind: "neighbour-writes", buffers: "written" },
  },
  "buffer-fills-its-lines": {
    arises: (context) => fillsLines(context, "written"),
    without: { kind: "neighbour-shares", buffers: "written" },
  },
  "every-buffer-fills-its-lines": {
    arises: (context) => fillsLines(context, "all"),
    without: { kind: "neighbour-shares", buffers: "all" },
  },
  "released-first": {
    arises: (context) => {
      const lost = context.steps.some(
        (step) =>
          "effect" in step &&
          step.effect === "invalidate" &&
          !("lines" in step && step.lines === "edges") &&
          context.core.caches.some(({ name }) => step.levels.includes(name)),
      );
      const levels = maintainedBy(context).filter((level) => level.masters === undefined && mayBeDirty(level));
      if (!lost || levels.length === 0) return [];
      return [
        {
          section: "released first",
          text: `Only buffers that \`release\` handed over and the CPU has not written to since are given to \`acquire\`: it drops lines of ${list(levels.map(({ name }) => name))}, dirty or not.`,
          sources: distinct(context.steps.flatMap((step) => ("effect" in step ? step.sources : []))),
        },
      ];
    },
    without: environment(
      "in every scenario a buffer is released before it is acquired, and its owner is DMA in between",
    ),
  },
  "ended-first": {
    arises: endedFirst,
    without: { kind: "descriptors-polled" },
  },
  "device-memory": {
    arises: (context) => {
      const { deviceMemory } = context.core.architecture;
      const masters = context.controllers.length > 0 ? ["DMA masters"] : [];
      const owners = [...new Set([...masters, ...controllersByRegisters(context).map(({ id }) => id)])];
      if (!deviceMemory || owners.length === 0) return [];
      return [
        {
          section: "registers",
          text: `The registers of ${list(owners)} are mapped ${deviceMemory.mapped}.`,
          sources: deviceMemory.sources,
        },
      ];
    },
    without: environment(
      "the model takes registers to be mapped so: those of one device are accessed in program order",
    ),
  },
  "edge-lines-quiet": {
    arises: (context) =>
      context.steps.flatMap((step, at) =>
        (("isBeforeDrop" in step && step.isBeforeDrop) || commandsOf(step) === "apart") &&
        buffersAlone(context) !== "all"
          ? [
              {
                section: "steps",
                at,
                text: `While \`acquire\` runs, ${leavesDirty(context) ? "no interrupt handler, no other core and no DMA master" : "no interrupt handler and no other core"} writes to the buffer's first or last line: cleaning and invalidating it takes two operations.`,
                sources: step.sources,
              },
            ]
          : [],
      ),
    without: { kind: "neighbour-writes", buffers: "only read" },
  },
  "edge-lines-quiet-elsewhere": {
    arises: (context) =>
      context.steps.flatMap((step, at) =>
        commandsOf(step) === "masked" && buffersAlone(context) !== "all"
          ? [
              {
                section: "steps",
                at,
                text: "While a fence runs, no other core and no handler of an unmaskable interrupt writes to the buffer's first or last line: cleaning and invalidating it takes two commands.",
                sources: step.sources,
              },
            ]
          : [],
      ),
    without: { kind: "neighbour-writes", buffers: "only read" },
  },
  "identity-mapping": {
    arises: ({ steps }) =>
      steps.flatMap((step, at) =>
        "addressKind" in step && step.addressKind === "physical"
          ? [
              {
                section: "steps",
                at,
                text: `Buffers have equal virtual and physical addresses: ${step.mechanism} takes physical ones.`,
                sources: step.sources,
              },
            ]
          : [],
      ),
    without: { kind: "operations-miss", which: "physical" },
  },
  "one-address": {
    arises: (context) => atOneAddress(context, false),
    without: { kind: "buffers-at-two-addresses" },
  },
  "address-handed-over": {
    arises: (context) => atOneAddress(context, true),
    without: { kind: "buffers-at-two-addresses" },
  },
  "not-reentrant": {
    arises: (context) =>
      context.groups.flatMap(({ mechanism }, at): Stated[] => {
        const { title, interruptsMasked, reentrancy, ordering } = mechanism;
        const about = { section: "mechanisms", at, sources: ordering.sources } as const;
        const shared = modifiedRegisters(context, mechanism).map(({ name, sources }): Stated => {
          const who = interruptsMasked
            ? "no other core and no handler of an unmaskable interrupt"
            : "no interrupt handler and no other core";
          const text = `While a fence runs, ${who} writes to ${name}: the fence changes some bits and stores the others as it loaded them.`;
          return { ...about, text, sources: [...sources, ...ordering.sources] };
        });
        if (interruptsMasked) {
          const text = `While a fence runs, no other core and no handler of an unmaskable interrupt uses ${shortTitle({ title })}.`;
          return [{ ...about, text }, ...shared];
        }
        if (reentrancy === "atomic") return [];
        const text = `No interrupt handler and no other core calls a fence of this chip while one is running: ${shortTitle({ title })} takes several register accesses for an operation.`;
        return [{ ...about, text }, ...shared];
      }),
    without: { kind: "operations-miss", which: "all" },
  },
  mechanism: {
    arises: (context) => [
      ...narrowRegisters(context),
      ...context.steps.flatMap((step): Stated[] =>
        step.kind === "read-line-size"
          ? [
              {
                section: "line size",
                text: "While a fence runs, its code does not move to a core whose lines have another size.",
                sources: step.sources,
              },
            ]
          : [],
      ),
      ...context.groups.flatMap((group, at) =>
        mechanismDemands(context, group).map((each): Stated => ({ section: "mechanisms", at, ...each })),
      ),
      ...context.core.requires.map((each): Stated => ({ section: "core", ...each })),
    ],
    without: environment("privilege, enable bits and set-up of a controller are where the model begins"),
  },
  erratum: {
    arises: ({ core, groups }) =>
      relevantErrata(core, groups.length > 0).flatMap(({ obligation, sources }): Stated[] =>
        obligation ? [{ section: "errata", text: obligation, sources }] : [],
      ),
    without: environment("what an erratum does is not in the model, only the sequence that avoids it"),
  },
  parameter: {
    arises: ({ chip }) =>
      Object.entries(chip.parameters).map(([name, value]) => ({
        section: "parameters",
        text: `The design was configured with ${name}: ${value}.`,
      })),
    without: environment("the model is made from the description of this design"),
  },
} satisfies Record<ObligationKind, ObligationRule> as Readonly<Record<ObligationKind, ObligationRule>>;

/** The caches that would have to be maintained if all were on. */
function cachesThatWouldMatter(chip: SeenChip, core: ResolvedCore, controllers: readonly DmaController[]) {
  const on = (level: CacheLevel) => ({ ...level, enabled: "always" as const });
  const world = { ...core, caches: core.caches.map(on), masterCaches: core.masterCaches.map(on) };
  const names = [...levelNeeds(chip, world, controllers), ...masterCacheNeeds(chip, world, controllers)].map(
    ({ level }) => level.name,
  );
  return cachesOf(core).filter(({ name }) => names.includes(name));
}

/** Whether nobody has to be told of which chip a core is. */
export function namesChip(coreTitle: string, chipTitle: string): boolean {
  return coreTitle.includes(chipTitle) || chipTitle.startsWith(coreTitle);
}

/** Where the code runs; the title of a core may name the chip already. */
function placeOfCore({ vendor, title }: Pick<SeenChip, "vendor" | "title">, core: ResolvedCore): string {
  return namesChip(core.title, title) ? article(core.title) : `${article(core.title)} of the ${vendor} ${title}`;
}

function isOfSome(controllers: readonly DmaController[], masters: CacheLevel["masters"]): boolean {
  return controllers.some(({ name }) => masters?.includes(name));
}

/** That memory is used at one of its addresses, and what a driver does that goes over to another where the fence can do it. */
function atOneAddress(context: ObligationContext, isMaintained: boolean): Stated[] {
  const shared = sharedMemory(context);
  if (shared.length === 0 || shared.every((memory) => memory.isMaintained) !== isMaintained) return [];
  const names = shared.map(({ shown }) => list(shown.map(({ name }) => name)));
  const why = shared.some(({ cachedAlike }) => cachedAlike)
    ? "a cache takes each address for memory of its own"
    : "they are not cached alike";
  const rest = isMaintained
    ? "To go over to another, `release` the buffer at the old address and `acquire` it at the new one."
    : "No line of it is left in a cache from another.";
  return [
    {
      section: "aliases",
      text: `Memory with several addresses (${names.join("; ")}) is accessed at one of them only while it is a buffer: ${why}. ${rest}`,
      sources: distinct(shared.flatMap(({ shown }) => shown).flatMap(({ sourcesOf }) => sourcesOf.cachedBy)),
    },
  ];
}

/** What drops lines of the cache that each core of a cluster has for itself; undefined where nothing does. */
function dropsOwnLevel({ groups, core }: ObligationContext): Mechanism | undefined {
  const own = ownLevel(core);
  return groups.find(({ needs }) => needs.some(({ level, invalidate }) => level === own && invalidate))?.mechanism;
}

/** Whether each operation of a step takes several commands, and whether interrupts are masked meanwhile. */
function commandsOf(step: FenceStep): Maintenance["commands"] {
  return "commands" in step ? step.commands : undefined;
}

const kinds = Object.keys(obligationRules) as ObligationKind[];

/** Everything that a fence relies on, as it is read; what several facts ask for stands once, with the sources of all. */
export function deriveObligations(context: ObligationContext): FenceObligation[] {
  const stated = kinds.flatMap((kind) => obligationRules[kind].arises(context).map((each) => ({ kind, ...each })));
  const placeOf = ({ section, at = 0 }: Stated) => [sections.indexOf(section), at] as const;
  const inOrder = stated.sort((a, b) => {
    const [[sectionA, atA], [sectionB, atB]] = [placeOf(a), placeOf(b)];
    return sectionA - sectionB || atA - atB;
  });
  const byText = new Map<string, FenceObligation>();
  for (const { kind, text, sources = [] } of inOrder) {
    const same = byText.get(text);
    byText.set(text, same ? { ...same, sources: distinct([...same.sources, ...sources]) } : { kind, text, sources });
  }
  return [...byText.values()];
}
