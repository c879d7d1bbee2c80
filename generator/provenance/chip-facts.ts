// Every fact that the emitted code of a chip depends on, with its value and its sources: of the architecture the barriers
// that are used, of a mechanism the operations that are, of the chip its cores, caches, memory, masters and errata.

import type { CacheLevel, Citation, DmaController, Mechanism, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { type DifferenceOfFact, knownDifferencesOf } from "../model/known-differences.ts";
import type { Addresses } from "../model/viewers.ts";
import { formatAddress, sizeText } from "../notation/quantity.ts";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf, type RefusedCore } from "../plan/plan-chip.ts";
import { relevantErrata } from "../plan/relevant-errata.ts";
import { lower, lowerSequence } from "../program/lower.ts";
import { blocksOf, flattened, type Maintained, type Statement } from "../program/statement.ts";
import { words } from "../program/words.ts";
import { type Grade, gradeOf } from "./grade.ts";

/** What facts are about, in the order in which people read a chip. */
export const factKinds = ["core", "cache", "erratum", "memory", "master", "maintenance", "barrier", "promise"] as const;

export type FactKind = (typeof factKinds)[number];

export interface ChipFact {
  readonly kind: FactKind;
  /** What it is about, such as `L1D: line`. */
  readonly name: string;
  readonly value: string;
  readonly sources: readonly Citation[];
  readonly grade: Grade;
  /** Sources that say something else, and why they are not followed. */
  readonly differs: readonly DifferenceOfFact[];
}

type Ungraded = Omit<ChipFact, "grade" | "differs">;

interface Described {
  readonly chip: ResolvedChip;
  readonly fences: readonly FencePlan[];
  readonly refused: readonly RefusedCore[];
}

/** The facts in the order of the description, each once. */
export function chipFacts({ chip, fences, refused }: Described): ChipFact[] {
  const facts: Ungraded[] = [
    ...chip.cores.flatMap((core) =>
      coreFacts(
        core,
        fences.filter((fence) => coreOf(chip, fence) === core),
        chip.cores.length > 1,
      ),
    ),
    ...chip.memories.flatMap((memory) => {
      const { name, addresses, sizeBytes, isMost, cachedBy, cachingUnknown, memoryType, aliasOf, sourcesOf } = memory;
      return [
        {
          kind: "memory" as const,
          name: `memory ${name}`,
          value: [
            placeInWords(addresses),
            `${isMost ? "at most " : ""}${sizeText(sizeBytes)}`,
            ...(memoryType === "normal" ? [] : [memoryType]),
            ...(aliasOf ? [`shows ${aliasOf}`] : []),
          ].join(", "),
          sources: sourcesOf.place,
        },
        // Where no core has a cache, nothing depends on it.
        ...(chip.cores.some(({ caches }) => caches.length > 0)
          ? [
              {
                kind: "memory" as const,
                name: `memory ${name}: cached by`,
                value: cachingUnknown ? "unknown" : cachedBy === "all" ? "all" : cachedBy.join(", ") || "none",
                sources: sourcesOf.cachedBy,
              },
            ]
          : []),
      ];
    }),
    ...chip.dma.flatMap((controller) => {
      const {
        name,
        reaches,
        reads,
        writes,
        mayReach,
        mayRead,
        snoopingUnknown,
        alignmentBytes,
        lengthMultipleBytes,
        sourcesOf,
      } = controller;
      const reach = {
        kind: "master" as const,
        name: `${name}: reach`,
        value: [
          ...(reaches.length > 0 ? [reaches.join(", ")] : []),
          ...(reads.length > 0 ? [`reads ${reads.join(", ")}`] : []),
          ...(writes.length > 0 ? [`only writes ${writes.join(", ")}`] : []),
          ...(mayReach.length > 0 ? [`unknown: ${mayReach.join(", ")}`] : []),
          ...(mayRead.length > 0 ? [`unknown whether it reads ${mayRead.join(", ")}`] : []),
        ].join("; "),
        sources: sourcesOf.reach,
      };
      const snooping = {
        kind: "master" as const,
        name: `${name}: snoops`,
        value: snoopingUnknown ? "unknown" : snoopsInWords(controller),
        sources: sourcesOf.snoops,
      };
      const alignment = {
        kind: "master" as const,
        name: `${name}: alignment`,
        value: `${alignmentBytes} bytes, length ${lengthMultipleBytes}`,
        sources: sourcesOf.alignment,
      };
      // Where no core has a cache, there is nothing to snoop.
      const hasCache = chip.cores.some(({ caches }) => caches.length > 0);
      const isAligned = alignmentBytes > 1 || lengthMultipleBytes > 1;
      return [reach, ...(hasCache ? [snooping] : []), ...(isAligned ? [alignment] : [])];
    }),
    ...chip.dma.flatMap((controller) =>
      controller.requires.map(({ text, sources }) => promise(controller.name, text, sources)),
    ),
    ...(chip.dma.length === 0
      ? [{ kind: "master" as const, name: "DMA masters", value: "none", sources: chip.noDmaSources }]
      : []),
    ...chip.barrierOverrides.map(({ fence, at, use, sources }) => ({
      kind: "barrier" as const,
      name: `override of ${fence}, ${at}`,
      value: use,
      sources,
    })),
    ...refused.map(({ core, coreName, because, sources }) => ({
      kind: "core" as const,
      name: `${coreName || core}: refused`,
      value: because,
      sources,
    })),
  ];
  const known = knownDifferencesOf(chip);
  const unique = new Map(facts.map((fact) => [JSON.stringify([fact.name, fact.value]), fact]));
  return [...unique.values()].map((fact) => ({
    ...fact,
    sources: distinct(fact.sources),
    grade: gradeOf(fact.sources),
    differs: known.filter(({ name }) => name === fact.name),
  }));
}

/** `at 0x2000_0000`, or where each who looks sees it. */
function placeInWords({ own, cores, masters }: Addresses): string {
  if (own.length === 0 && cores !== undefined && cores === masters) return `at ${formatAddress(cores)}`;
  const others = own.length > 0 ? "other " : "";
  const places = [...own, [`${others}cores`, cores] as const, [`${others}masters`, masters] as const];
  return places
    .flatMap(([who, first]) => (first === undefined ? [] : [`${who}: at ${formatAddress(first)}`]))
    .join(", ");
}

/** The same for all cores, or for each that the master sees something of. */
function snoopsInWords({ snoops }: DmaController): string {
  const each = Object.entries(snoops).map(
    ([name, seen]) => [name, seen === "all" ? "all" : seen.join(", ") || "none"] as const,
  );
  const [first] = each;
  if (each.every(([, seen]) => seen === first?.[1])) return first?.[1] ?? "none";
  return each.map(([name, seen]) => `${name}: ${seen}`).join("; ");
}

function coreFacts(core: ResolvedCore, fences: readonly FencePlan[], isOneOfSeveral: boolean): Ungraded[] {
  const about = isOneOfSeveral ? `${core.name}: ` : "";
  const statements = flattened(fences.flatMap((fence) => blocksOf(lower(fence))));
  const maintained = statements.flatMap((statement) =>
    statement.kind === "block" && statement.maintains ? [statement.maintains] : [],
  );
  const used = new Set(maintained.map(({ mechanism }) => mechanism));
  const mechanisms = new Map(
    [...core.caches, ...core.masterCaches].flatMap(({ mechanism }) =>
      mechanism && used.has(mechanism.id) ? [[mechanism.instance, mechanism] as const] : [],
    ),
  );
  return [
    { kind: "core", name: `${about}core`, value: core.title, sources: core.sources },
    ...(core.caches.length === 0
      ? [{ kind: "cache" as const, name: `${about}data cache`, value: "none", sources: core.noCacheSources }]
      : core.caches.flatMap((level) => levelFacts(about, level, used))),
    ...core.masterCaches.flatMap((level) => levelFacts(`${about}${level.masters?.join(", ")}: `, level, used)),
    ...relevantErrata(core, mechanisms.size > 0).map(({ id, title, sources }) => ({
      kind: "erratum" as const,
      name: `${about}erratum ${id}`,
      value: title,
      sources,
    })),
    ...core.requires.map(({ text, sources }) => ({
      kind: "promise" as const,
      name: `${about}promise`,
      value: text,
      sources,
    })),
    ...[...mechanisms.values()].flatMap((mechanism) => mechanismFacts(mechanism, maintained)),
    ...barrierFacts(core, statements),
  ];
}

function levelFacts(about: string, level: CacheLevel, used: ReadonlySet<string>): Ungraded[] {
  const { name, smallestLineBytes, largestLineBytes, writePolicy, enabled, mechanism, sourcesOf } = level;
  const line =
    smallestLineBytes === largestLineBytes ? `${smallestLineBytes}` : `${smallestLineBytes} to ${largestLineBytes}`;
  return [
    { kind: "cache", name: `${about}${name}: line`, value: `${line} bytes`, sources: sourcesOf.lineBytes },
    { kind: "cache", name: `${about}${name}: write policy`, value: writePolicy, sources: sourcesOf.writePolicy },
    ...(enabled === "always"
      ? []
      : [{ kind: "cache" as const, name: `${about}${name}: enabled`, value: enabled, sources: sourcesOf.enabled }]),
    ...(mechanism && used.has(mechanism.id)
      ? [
          {
            kind: "maintenance" as const,
            name: `${about}${name}: maintenance`,
            value: mechanism.instance,
            sources: level.maintenanceSources,
          },
        ]
      : []),
  ];
}

function mechanismFacts(mechanism: Mechanism, maintained: readonly Maintained[]): Ungraded[] {
  const { id, ordering, completion } = mechanism;
  const names = new Set(maintained.flatMap((each) => (each.mechanism === id ? [each.operation] : [])));
  const operations = mechanism.operations.filter(({ name }) => names.has(name));
  return [
    {
      kind: "maintenance",
      name: `${id}: addresses`,
      value: `${mechanism.addressKind}, ${ignoredBits(mechanism)}, ${mechanism.uncachedAddress} outside cached memory`,
      sources: mechanism.addressSources,
    },
    ...operations.map(({ name, effect, sequence, repeat, sources }) => ({
      kind: "maintenance" as const,
      name: `${id}: ${name}`,
      value: `${effect}${repeat > 1 ? `, ${repeat} times` : ""}: ${words(lowerSequence(sequence))}`,
      sources: [...sources, ...sequence.flatMap((item) => ("register" in item ? item.register.sources : []))],
    })),
    {
      kind: "maintenance",
      name: `${id}: order`,
      value: [
        `seen by barriers as ${ordering.accessClass}`,
        `done when ${ordering.doneWhen}`,
        ...(ordering.earlierMustComplete ? ["after earlier accesses have completed"] : []),
        ...(ordering.afterEarlierSameLine ? ["after earlier accesses of the line"] : []),
        ...(ordering.beforeLaterSameLine ? ["before later accesses of the line"] : []),
      ].join(", "),
      sources: ordering.sources,
    },
    ...(completion
      ? [
          {
            kind: "maintenance" as const,
            name: `${id}: completion`,
            value: words(lowerSequence(completion.sequence)),
            sources: completion.sources,
          },
        ]
      : []),
    ...(mechanism.interruptsMasked && mechanism.maskingSources.length > 0
      ? [
          {
            kind: "maintenance" as const,
            name: `${id}: interrupts`,
            value: "masked",
            sources: mechanism.maskingSources,
          },
        ]
      : []),
    ...(mechanism.writeBuffer?.off
      ? [
          {
            kind: "maintenance" as const,
            name: `${id}: write buffer`,
            value: mechanism.writeBuffer.off.text,
            sources: mechanism.writeBuffer.off.sources,
          },
        ]
      : []),
    ...mechanism.requires.map(({ text, sources }) => promise(id, text, sources)),
    ...operations.flatMap(({ name, requires }) =>
      requires.map(({ text, sources }) => promise(`${id}: ${name}`, text, sources)),
    ),
  ];
}

/** What whoever uses the fence is asked to keep. */
function promise(of: string, text: string, sources: readonly Citation[]): Ungraded {
  return { kind: "promise", name: `${of}: promise`, value: text, sources };
}

function ignoredBits({ ignoredLowBits }: Mechanism): string {
  if (ignoredLowBits === "line") return "any byte of a line";
  return ignoredLowBits === 0 ? "the start of a line" : `the low ${ignoredLowBits} bits ignored`;
}

function barrierFacts({ architecture }: ResolvedCore, statements: readonly Statement[]): Ungraded[] {
  const barriers = statements.flatMap((statement): Ungraded[] => {
    if (statement.kind !== "barrier") return [];
    const { instruction, earlier, later, completes, domain, sources } = statement.effect;
    return [
      {
        kind: "barrier",
        name: `${architecture.title}: ${instruction}`,
        value: `${earlier.join(", ")} before ${later.join(", ")}${completes.length > 0 ? `; completes ${completes.join(", ")}` : ""}; ${domain}`,
        sources,
      },
    ];
  });
  const relies = statements.some(({ kind }) => kind === "compiler-barrier");
  const order = architecture.programOrder.map(({ earlier, later, sources }) => ({
    kind: "barrier" as const,
    name: `${architecture.title}: program order`,
    value: `${earlier.join(", ")} before ${later.join(", ")}`,
    sources,
  }));
  const masks = statements.some(({ kind }) => kind === "interrupts") && architecture.assembly.interrupts;
  return [
    ...barriers,
    ...(relies || barriers.length > 0 ? order : []),
    ...(masks
      ? [
          {
            kind: "barrier" as const,
            name: `${architecture.title}: masking`,
            value: masks.mask.join("; "),
            sources: masks.sources,
          },
        ]
      : []),
  ];
}
