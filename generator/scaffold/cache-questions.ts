// The questions on cache levels beyond those of the cores, and on which of them may hold a memory.
import {
  assumedLevel,
  cacheForm,
  mayHaveCaches,
  none,
  parseCache,
  parseCachedBy,
  parseLine,
  parseMaintenance,
  parseText,
  parseWritePolicy,
  unknown,
} from "./chip-answers.ts";
import {
  added,
  answersSoFar,
  changed,
  type Draft,
  type PartialCache,
  type Question,
  type Surroundings,
} from "./chip-draft.ts";
import * as help from "./question-help.ts";

export function cacheQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  const { caches, partialCache } = draft;
  if (caches === unknown || caches.isComplete) return undefined;
  if (partialCache) return partQuestion(draft, partialCache, surroundings);
  const { catalogue } = surroundings;
  const isFirst = caches.items.length === 0;
  return {
    text: isFirst
      ? `Cache between the cores and memory, beyond those of the cores: ${none}, ${unknown}, or its NAME`
      : "Another such cache, further out, or nothing",
    fallback: isFirst ? unknown : undefined,
    help: `${help.cache}\nOr all at once: ${cacheForm}, such as L2=32:write-back:pl310@0xF8F0_2000.`,
    take: (text) => {
      if (isFirst && text === unknown) return { value: { ...draft, caches: unknown } };
      if (text === (isFirst ? none : "")) return { value: { ...draft, caches: { ...caches, isComplete: true } } };
      if (text.includes("=")) return withCache(draft, parseCache(text, catalogue), surroundings);
      return changed(parseText(text), (name) => ({
        ...draft,
        partialCache: { name, line: undefined, writePolicy: undefined },
      }));
    },
  };
}

function partQuestion(draft: Draft, cache: PartialCache, surroundings: Surroundings): Question {
  const { name, line, writePolicy } = cache;
  const { mechanisms } = surroundings.catalogue;
  const filled = (part: Partial<PartialCache>): Draft => ({ ...draft, partialCache: { ...cache, ...part } });
  if (!line)
    return {
      text: `Bytes in a line of ${name}, or SMALLEST-LARGEST where builds differ`,
      help: help.line,
      take: (text) => changed(parseLine(text), (line) => filled({ line })),
    };
  if (!writePolicy)
    return {
      text: `Write policy of ${name}: write-back, write-through, read-only or configurable`,
      fallback: "configurable",
      help: help.writePolicy,
      take: (text) => changed(parseWritePolicy(text), (writePolicy) => filled({ writePolicy })),
    };
  return {
    text: `What maintains ${name}, as MECHANISM or MECHANISM@BASE, or ${unknown}`,
    introduction: `Described mechanisms: ${[...mechanisms.keys()].join(", ")}.`,
    fallback: unknown,
    help: help.maintenance,
    take: (text) => {
      const maintenance = text === unknown ? { value: undefined } : parseMaintenance(text, surroundings.catalogue);
      if ("problem" in maintenance) return maintenance;
      return withCache(draft, { value: { name, ...line, writePolicy, maintenance: maintenance.value } }, surroundings);
    },
  };
}

function withCache(draft: Draft, parsed: ReturnType<typeof parseCache>, surroundings: Surroundings) {
  const items = draft.caches === unknown ? [] : draft.caches.items;
  return added(
    changed(parsed, (cache) => ({
      ...draft,
      partialCache: undefined,
      caches: { items: [...items, cache], isComplete: false },
    })),
    surroundings,
  );
}

/** Of the region answered last, where there are caches and nobody has said yet which of them may hold it. */
export function cachedByQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  const { regions, caches } = draft;
  const last = regions.items.at(-1);
  // What flags give is complete, and says with its form what caches it.
  if (!last || last.cachedBy !== undefined || regions.isComplete || caches === unknown) return undefined;
  const answers = answersSoFar(draft, surroundings.catalogue);
  if (!mayHaveCaches(answers)) return undefined;
  return {
    text: `Which caches may hold ${last.name}: all, ${none}, ${unknown}, or names with commas (${levelsOf(answers).join(", ")})`,
    fallback: "all",
    help: help.cachedBy,
    take: (text) =>
      added(
        changed(parseCachedBy(text), (cachedBy) => ({
          ...draft,
          regions: { ...regions, items: [...regions.items.slice(0, -1), { ...last, cachedBy }] },
        })),
        surroundings,
      ),
  };
}

function levelsOf({ cores, caches }: ReturnType<typeof answersSoFar>): string[] {
  // Of a core that nobody has described, one level is assumed.
  const own = cores.flatMap(({ facts }) => facts?.caches.map(({ name }) => name) ?? [assumedLevel]);
  return [...new Set([...own, ...(caches === unknown ? [] : caches.map(({ name }) => name))])];
}
