// What has been answered of a chip so far, and what a question is: its answer gives the next draft.
import {
  type CacheAnswer,
  type Catalogue,
  type ChipAnswers,
  type CoreChoice,
  type MasterAnswer,
  type MemoryAnswer,
  mayHaveCaches,
  type Parsed,
  unknown,
} from "./chip-answers.ts";
import { type TargetAnswer, withTargets } from "./core-answers.ts";

/** A list that grows by one answer at a time. */
export interface Growing<T> {
  readonly items: readonly T[];
  readonly isComplete: boolean;
}

export interface PartialCache {
  readonly name: string;
  readonly line?: Pick<CacheAnswer, "smallestLineBytes" | "largestLineBytes">;
  readonly writePolicy?: CacheAnswer["writePolicy"];
  readonly maintenance?: { readonly known: CacheAnswer["maintenance"] };
}

/** A memory of which it is asked who sees it. */
export interface PartialMemory {
  readonly memory: MemoryAnswer;
  /** The cores that do. */
  readonly cores?: readonly string[];
}

/** What has been answered so far. */
export interface Draft {
  readonly id: string;
  readonly vendor: string | undefined;
  readonly title: string | undefined;
  readonly cores: Growing<CoreChoice>;
  /** A core that nobody has described, as far as it has been answered. */
  readonly newCore: { readonly id: string | undefined } | undefined;
  /** A further core, which waits until each has a name. */
  readonly furtherCore: CoreChoice | undefined;
  /** Of the flags; undefined where there was none. */
  readonly givenTargets: readonly TargetAnswer[] | undefined;
  /** Of the first few cores. */
  readonly rustTargets: readonly (readonly string[])[];
  readonly caches: Growing<CacheAnswer> | typeof unknown;
  /** A level that is asked for part by part. */
  readonly partialCache: PartialCache | undefined;
  readonly memories: Growing<MemoryAnswer>;
  readonly partialMemory: PartialMemory | undefined;
  readonly masters: Growing<MasterAnswer>;
  readonly isCoherent: boolean | typeof unknown | undefined;
}

/** What questions depend on beside the answers. */
export interface Surroundings {
  readonly catalogue: Catalogue;
  /** What the rules on descriptions say against answers, also against the first few of them. */
  readonly check: (answers: ChipAnswers) => readonly string[];
}

/** An answer that will not do, perhaps with what was meant. */
export type Taken = Parsed<Draft> & { readonly offered?: string | undefined };

export interface Question {
  readonly text: string;
  /** What no answer at all stands for. */
  readonly fallback?: string | undefined;
  /** What is said before it is asked. */
  readonly introduction?: string;
  readonly help: string;
  take(answer: string): Taken;
}

export function emptyDraft(id: string): Draft {
  const nothing = { items: [], isComplete: false };
  return {
    ...{ id, vendor: undefined, title: undefined, newCore: undefined, furtherCore: undefined, givenTargets: undefined },
    ...{ cores: nothing, rustTargets: [], caches: nothing, memories: nothing, masters: nothing },
    ...{ partialCache: undefined, partialMemory: undefined, isCoherent: undefined },
  };
}

export function defaultTitle(id: string): string {
  return id.toUpperCase();
}

/** The answers so far, with nothing for what is still open. */
export function answersSoFar(draft: Draft, catalogue: Catalogue): ChipAnswers {
  const { id, vendor, title, cores, caches, memories, masters, rustTargets } = draft;
  const answers = {
    ...{ id, title: title ?? defaultTitle(id), vendor: vendor ?? "" },
    cores: withTargets(cores.items, draft.givenTargets ?? [], catalogue).cores.map((core, index) => ({
      ...core,
      rustTargets: rustTargets[index] ?? core.rustTargets,
    })),
    caches: caches === unknown ? caches : caches.items,
    memories: memories.items,
    masters: masters.items,
  };
  // Where there is no DMA, or no cache, nobody can see one.
  const canSee = masters.items.length > 0 && mayHaveCaches(answers);
  return { ...answers, isCoherent: draft.isCoherent ?? (canSee ? unknown : false) };
}

/** What an answer makes of the draft. */
export function changed<T>(parsed: Parsed<T>, change: (value: T) => Draft): Parsed<Draft> {
  return "value" in parsed ? { value: change(parsed.value) } : parsed;
}

/** A draft with one answer more, unless the rules say something against it. */
export function added(taken: Parsed<Draft>, { catalogue, check }: Surroundings): Parsed<Draft> {
  const problems = "value" in taken ? check(answersSoFar(taken.value, catalogue)) : [];
  return problems.length > 0 ? { problem: problems.join("\n") } : taken;
}
