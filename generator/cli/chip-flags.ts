// What the flags of `fencegen new` say, and what is wrong with them.
import { parseCache } from "../scaffold/cache-answers.ts";
import {
  type CacheAnswer,
  type Catalogue,
  none,
  type Parsed,
  parseText,
  parseYesOrNo,
  unknown,
} from "../scaffold/chip-answers.ts";
import { type Draft, emptyDraft, type Growing } from "../scaffold/chip-draft.ts";
import { parseCore, parseTarget, problemsOfCores, withTargets } from "../scaffold/core-answers.ts";
import { masterForm, memoryForm, parseMaster, parseMemory } from "../scaffold/memory-answers.ts";
import type { CommandOptions } from "./environment.ts";

export interface ReadFlags {
  /** What is said in a way that will do. */
  readonly draft: Draft;
  readonly problems: readonly string[];
}

export function readFlags(id: string, options: CommandOptions, catalogue: Catalogue): ReadFlags {
  const problems: string[] = [];
  const one = <T>(flag: string, text: string | undefined, parse: (text: string) => Parsed<T>): T | undefined => {
    if (text === undefined) return undefined;
    const parsed = parse(text);
    if ("value" in parsed) return parsed.value;
    problems.push(`${flag}: ${parsed.problem}`);
    return undefined;
  };
  /** Of several, one that will not do leaves none: the order and the names of all of them matter. */
  const many = <T>(flag: string, texts: readonly string[], parse: (text: string) => Parsed<T>): T[] | undefined => {
    const items = texts.flatMap((text) => one(flag, text, parse) ?? []);
    return texts.length === 0 || items.length < texts.length ? undefined : items;
  };
  const complete = <T>(items: T[] | undefined): Growing<T> => ({ items: items ?? [], isComplete: items !== undefined });
  const chosen = many("--core", options.core, (text) => parseCore(text, catalogue));
  const clashes = problemsOfCores(chosen ?? []).map((problem) => `--core: ${problem}`);
  const cores = clashes.length > 0 ? undefined : chosen;
  const triples = many("--target", options.target, parseTarget);
  const misfits = cores && triples ? withTargets(cores, triples, catalogue).problems : [];
  problems.push(...clashes, ...misfits.map((problem) => `--target: ${problem}`));
  const draft: Draft = {
    ...emptyDraft(id),
    vendor: one("--vendor", options.vendor, parseText),
    title: one("--title", options.title, parseText),
    cores: complete(cores),
    givenTargets: misfits.length > 0 ? undefined : triples,
    caches: cachesOf(options.cache, (text) => many("--cache", text, (each) => parseCache(each, catalogue))),
    memories: complete(many("--memory", options.memory, parseMemory)),
    masters: complete(options.master.join() === none ? [] : many("--master", options.master, parseMaster)),
    isCoherent: one("--coherent", options.coherent, parseYesOrNo),
  };
  return { draft, problems };
}

function cachesOf(
  texts: readonly string[],
  parse: (texts: readonly string[]) => CacheAnswer[] | undefined,
): Draft["caches"] {
  if (texts.join() === unknown) return unknown;
  if (texts.join() === none) return { items: [], isComplete: true };
  const items = parse(texts);
  return { items: items ?? [], isComplete: items !== undefined };
}

/** The flags without which nothing can be described; what else is left out has a default, or is unknown. */
export function missingFlags({ vendor, cores, memories, masters }: Draft, hasTargets: boolean): string[] {
  return [
    ...(vendor === undefined ? ["--vendor TEXT"] : []),
    ...(cores.isComplete ? [] : ["--core ID"]),
    ...(hasTargets ? [] : ["--target TRIPLE"]),
    ...(memories.isComplete ? [] : [`--memory "${memoryForm}"`]),
    ...(masters.isComplete ? [] : [`--master "${masterForm}" (or --master none)`]),
  ];
}
