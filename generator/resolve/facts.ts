// The small facts that every kind of description shares, from YAML to model.
import type {
  Assembly as AssemblyYaml,
  Barrier as BarrierYaml,
  Document,
  KnownDifferences,
  Source,
  StatedObligations,
} from "#generated/descriptions.js";
import type {
  AccessClass,
  Assembly,
  Barrier,
  Citation,
  FactSources,
  KnownDifference,
  Obligation,
} from "../model/chip.ts";
import { onceWithin } from "../model/once.ts";
import { parseCitation, titleOf } from "../notation/citation.ts";
import { namesIn } from "../notation/shared-keys.ts";
import { barrierRows } from "../validate/barrier-rows.ts";
import type { Library } from "../validate/library.ts";

/** What is cited, by key. */
export type Sources = ReadonlyMap<string, Document>;

/** The declared sources of several files; where two declare a key, the last one's counts. */
export function toSources(...declared: readonly (Readonly<Record<string, Document>> | undefined)[]): Sources {
  return new Map(declared.flatMap((sources) => Object.entries(sources ?? {})));
}

/** What a description that is no part of another may cite. */
export const sourcesFor = onceWithin(({ sources }: Declaring, library: Library) => toSources(library.sources, sources));

interface Declaring {
  readonly sources?: Readonly<Record<string, Document>>;
}

export function toCitations(source: Source | undefined, sources: Sources): Citation[] {
  if (source === undefined) return [];
  return (Array.isArray(source) ? source : [source]).map((citation) => citationOf(citation, sources));
}

const citations = new WeakMap<Sources, Map<string, Citation>>();

/** A place is cited for many facts, and what a core or a mechanism cites again by every chip that has it. */
function citationOf(text: string, sources: Sources): Citation {
  const known = citations.get(sources) ?? new Map<string, Citation>();
  citations.set(sources, known);
  const citation = known.get(text) ?? toCitation(text, sources);
  known.set(text, citation);
  return citation;
}

function toCitation(text: string, sources: Sources): Citation {
  const { key, revision: commit, place } = parseCitation(text);
  if (key === "unverified") return { document: "", place, verified: false, kind: "none" };
  if (key === "TODO") return { document: "", place: `TODO ${place}`.trim(), verified: false, kind: "none" };
  const { document, repository, revision } = sources.get(key)!;
  return document !== undefined
    ? { document: titleOf(document, revision), place, verified: true, kind: "document" }
    : { document: repository! + (commit ? ` at ${commit}` : ""), place, verified: true, kind: "repository" };
}

/** What is said of an entry's sources beside them. */
interface Remarks {
  readonly differs?: KnownDifferences;
  readonly readOn?: string;
  readonly readIn?: string;
}
/** One source for all facts of an entry, or one for each with remarks. */
type FactsYaml = Source | (Remarks & Readonly<Partial<Record<string, unknown>>>);
/** One source for all of a section's entries, or one for each name. */
type Evidence = Source | Readonly<Record<string, FactsYaml>>;

/** The sources of an entry's facts, which may stand under several keys. */
export function factSourcesIn<Fact extends string>(
  evidence: Evidence | undefined,
  name: string,
  facts: readonly Fact[],
  sources: Sources,
): FactSources<Fact> {
  if (isSource(evidence)) return toFactSources(evidence, facts, sources);
  const own = entriesFor(evidence, name).map((source) => {
    const found = toFactSources(source as Source, facts, sources);
    return isSource(source) ? found : withReading(found, facts, source);
  });
  return Object.fromEntries(facts.map((fact) => [fact, own.flatMap((each) => each[fact])])) as Record<Fact, Citation[]>;
}

/** The sources that say something else of an entry. */
export function differencesIn(evidence: Evidence | undefined, name: string, sources: Sources): KnownDifference[] {
  if (isSource(evidence)) return [];
  return entriesFor(evidence, name).flatMap((entry) => (isSource(entry) ? [] : toDifferences(entry.differs, sources)));
}

export function toDifferences(differs: KnownDifferences | undefined, sources: Sources): KnownDifference[] {
  const list = differs === undefined ? [] : Array.isArray(differs) ? differs : [differs];
  return list.map(({ fact, source, says, because }) => ({
    fact,
    says: String(says),
    because,
    source: toCitations(source, sources)[0]!,
  }));
}

function isSource(given: Evidence | FactsYaml | undefined): given is Source | undefined {
  return given === undefined || typeof given === "string" || Array.isArray(given);
}

function entriesFor(evidence: Readonly<Record<string, FactsYaml>>, name: string): FactsYaml[] {
  return Object.entries(evidence).flatMap(([key, source]) => (namesIn(key).includes(name) ? [source] : []));
}

function withReading<Fact extends string>(
  found: FactSources<Fact>,
  facts: readonly Fact[],
  { readOn, readIn }: Remarks,
): FactSources<Fact> {
  const reading = { ...(readOn !== undefined && { readOn }), ...(readIn !== undefined && { readIn }) };
  const read = (citation: Citation) => (citation.verified ? { ...citation, ...reading } : citation);
  return Object.fromEntries(facts.map((fact) => [fact, found[fact].map(read)])) as unknown as FactSources<Fact>;
}

/** The sources of an entry's facts, from one source for all of them or one for each. */
export function toFactSources<Fact extends string>(
  source: Source | Readonly<Partial<Record<Fact, Source>>> | undefined,
  facts: readonly Fact[],
  sources: Sources,
): FactSources<Fact> {
  const isForEach = typeof source === "object" && !Array.isArray(source);
  const each = isForEach ? (source as Readonly<Partial<Record<Fact, Source>>>) : undefined;
  const of = (fact: Fact) => toCitations(each ? each[fact] : (source as Source | undefined), sources);
  return Object.fromEntries(facts.map((fact) => [fact, of(fact)])) as Record<Fact, Citation[]>;
}

export function toObligations(obligations: StatedObligations | undefined, sources: Sources): Obligation[] {
  return (obligations ?? []).map(({ text, source }) => ({ text, sources: toCitations(source, sources) }));
}

export function toBarriers(rows: readonly BarrierYaml[] | undefined, sources: Sources): Barrier[] {
  return (rows ?? []).flatMap(barrierRows).map((barrier) => toBarrier(barrier, sources));
}

function toBarrier(barrier: ReturnType<typeof barrierRows<BarrierYaml>>[number], sources: Sources): Barrier {
  return {
    instruction: barrier.instruction,
    earlier: barrier.earlier ?? [],
    later: barrier.later ?? [],
    completes: barrier.completes ?? [],
    domain: barrier.domain ?? "full-system",
    select: Object.entries(barrier.select ?? {}) as [AccessClass, string][],
    extension: barrier.requiresExtension,
    changesFlags: barrier.changesFlags ?? false,
    sources: toCitations(barrier.source, sources),
  };
}

export function toAssembly(assembly: AssemblyYaml, sources: Sources): Assembly {
  const { interrupts } = assembly;
  return {
    lineAdvance: assembly.lineAdvance,
    lineLoop: assembly.lineLoop ?? [],
    lineLoopBySize: assembly.lineLoopBySize ?? [],
    blockLoop: assembly.blockLoop,
    store: (assembly.store ?? {}) as Record<string, string>,
    load: (assembly.load ?? {}) as Record<string, string>,
    pollUntilClear: assembly.pollUntilClear ?? [],
    pollUntilSet: assembly.pollUntilSet ?? [],
    extensionScope: assembly.extensionScope,
    loopChangesFlags: assembly.loopChangesFlags ?? true,
    arithmetic: assembly.arithmetic ?? {},
    interrupts: interrupts && {
      mask: interrupts.mask,
      restore: interrupts.restore,
      requires: toObligations(interrupts.requires, sources),
      sources: toCitations(interrupts.source, sources),
    },
  };
}
