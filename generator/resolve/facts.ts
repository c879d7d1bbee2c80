// The small facts that every kind of description shares, from YAML to model.
import type {
  Assembly as AssemblyYaml,
  Barrier as BarrierYaml,
  Document,
  Source,
  StatedObligations,
} from "#generated/descriptions.js";
import type { AccessClass, Assembly, Barrier, Citation, FactSources, Obligation } from "../model/chip.ts";

/** What is cited, by key. */
export type Sources = ReadonlyMap<string, Document>;

/** The declared sources of several files; where two declare a key, the last one's counts. */
export function toSources(...declared: readonly (Readonly<Record<string, Document>> | undefined)[]): Sources {
  return new Map(declared.flatMap((sources) => Object.entries(sources ?? {})));
}

export function toCitations(source: Source | undefined, sources: Sources): Citation[] {
  if (source === undefined) return [];
  return (Array.isArray(source) ? source : [source]).map((citation) => {
    const [key, ...rest] = citation.split(" ");
    const place = rest.join(" ");
    if (key === "unverified") return { document: "", place, verified: false, kind: "none" };
    if (key === "TODO") return { document: "", place: `TODO ${place}`.trim(), verified: false, kind: "none" };
    const entry = sources.get(key!)!;
    const title = entry.document ?? entry.repository ?? key!;
    const revision = entry.revision ? (entry.document ? `, ${entry.revision}` : ` at ${entry.revision}`) : "";
    return { document: title + revision, place, verified: true, kind: entry.document ? "document" : "repository" };
  });
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

export function toBarrier(barrier: BarrierYaml, sources: Sources): Barrier {
  return {
    instruction: barrier.instruction,
    earlier: barrier.earlier,
    later: barrier.later,
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
