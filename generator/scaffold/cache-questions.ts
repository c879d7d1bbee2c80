// The questions on cache levels beyond those of the cores.
import { cacheForm, parseCache, parseLine, parseMaintenance, parseWritePolicy } from "./cache-answers.ts";
import { type CacheAnswer, nameOf, none, parseText, unknown } from "./chip-answers.ts";
import { added, changed, type Draft, type PartialCache, type Question, type Surroundings } from "./chip-draft.ts";
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
        partialCache: { name },
      }));
    },
  };
}

function partQuestion(draft: Draft, cache: PartialCache, surroundings: Surroundings): Question {
  const { name, line, writePolicy, maintenance } = cache;
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
  const cores = draft.cores.items.map(nameOf);
  const whole = (known: CacheAnswer["maintenance"], core?: string) =>
    withCache(draft, { value: { ...{ name, core, writePolicy, maintenance: known }, ...line } }, surroundings);
  if (!maintenance)
    return {
      text: `What maintains ${name}, as MECHANISM or MECHANISM@BASE, or ${unknown}`,
      introduction: `Described mechanisms: ${[...mechanisms.keys()].join(", ")}.`,
      fallback: unknown,
      help: help.maintenance,
      take: (text) => {
        const parsed = text === unknown ? { value: undefined } : parseMaintenance(text, surroundings.catalogue);
        if ("problem" in parsed) return parsed;
        return cores.length > 1 ? { value: filled({ maintenance: { known: parsed.value } }) } : whole(parsed.value);
      },
    };
  return {
    text: `Which core has ${name} for itself (${cores.join(", ")}), or all where they share it`,
    fallback: "all",
    help: help.cacheOfCore,
    take: (text) => whole(maintenance.known, text === "all" ? undefined : text),
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
