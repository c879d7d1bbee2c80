// The questions on memories, which caches may hold them and who sees them, and on the masters that reach them.

import { everyMaster } from "../model/viewers.ts";
import {
  assumedLevel,
  type MemoryAnswer,
  mayHaveCaches,
  nameOf,
  none,
  type Parsed,
  parseBytes,
  type Seen,
  unknown,
} from "./chip-answers.ts";
import {
  added,
  answersSoFar,
  changed,
  type Draft,
  type PartialMemory,
  type Question,
  type Surroundings,
} from "./chip-draft.ts";
import { masterForm, memoryExample, memoryForm, parseCachedBy, parseMaster, parseMemory } from "./memory-answers.ts";
import * as help from "./question-help.ts";

/** Undefined where there are no more. */
export function memoryQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  const { memories, partialMemory } = draft;
  if (memories.isComplete) return undefined;
  if (partialMemory) return viewerQuestion(draft, partialMemory, surroundings);
  const cachedBy = cachedByQuestion(draft, surroundings);
  if (cachedBy) return cachedBy;
  const isFirst = memories.items.length === 0;
  return {
    text: isFirst ? `Memory, as ${memoryForm}, such as ${memoryExample}` : "Another memory, or nothing",
    help: help.memory,
    take: (text) => {
      if (text === "" && !isFirst) return { value: { ...draft, memories: { ...memories, isComplete: true } } };
      if (isNoName(text))
        return { problem: `\`${text}\` is no memory: ${isFirst ? `name one, such as ${memoryExample}` : nothingMore}` };
      const parsed = parseMemory(text);
      if ("problem" in parsed) return parsed;
      const memory = parsed.value;
      // Where several cores look, it is asked which of them see it, before anything is held against it.
      const isOpen = memory.seenBy === undefined && draft.cores.items.length > 1;
      return isOpen
        ? { value: { ...draft, partialMemory: { memory } } }
        : withMemory(draft, { value: memory }, surroundings);
    },
  };
}

const nothingMore = "where there is no other, press Enter alone";

/** What somebody says who takes a question for one of yes or no. A flag may give such a name: nobody was asked there. */
function isNoName(text: string): boolean {
  return ["yes", "y", "no", "n", none, "nothing", unknown].includes(text.toLowerCase());
}

function withMemory(draft: Draft, parsed: Parsed<MemoryAnswer>, surroundings: Surroundings): Parsed<Draft> {
  const { memories } = draft;
  return added(
    changed(parsed, (memory) => ({
      ...draft,
      partialMemory: undefined,
      memories: { ...memories, items: [...memories.items, memory] },
    })),
    surroundings,
  );
}

/** In place of an address: that of the cores. */
const same = "same";

function viewerQuestion(draft: Draft, { memory, cores }: PartialMemory, surroundings: Surroundings): Question {
  const all = draft.cores.items.map(nameOf);
  const { name, base } = memory;
  if (!cores)
    return {
      text: `Which cores see ${name}: all, or names with commas (${all.join(", ")})`,
      fallback: "all",
      help: help.coresThatSee,
      take: (text) => {
        if (text === "all") return withMemory(draft, { value: memory }, surroundings);
        const names = [...new Set(text.split(",").map((each) => each.trim()))];
        const odd = names.find((each) => !all.includes(each));
        if (odd !== undefined) return { problem: `no core is called \`${odd}\`` };
        return { value: { ...draft, partialMemory: { memory, cores: names } } };
      },
    };
  const ofCores = cores.map((viewer): Seen => ({ viewer, base }));
  return {
    text: `Where DMA masters see ${name}: the ${same} address, another ADDRESS, or ${none}`,
    fallback: same,
    help: help.mastersThatSee,
    take: (text) => {
      if (text === none) return withMemory(draft, { value: { ...memory, seenBy: ofCores } }, surroundings);
      const at = text === same ? { value: base } : parseBytes(text);
      const seen = (first: bigint): MemoryAnswer => ({
        ...memory,
        seenBy: [...ofCores, { viewer: everyMaster, base: first }],
      });
      return "problem" in at ? at : withMemory(draft, { value: seen(at.value) }, surroundings);
    },
  };
}

/** Of the memory answered last, where there are caches and nobody has said yet which of them may hold it. */
function cachedByQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  const { memories, caches } = draft;
  const last = memories.items.at(-1);
  // What flags give is complete, and says with its form what caches it.
  if (!last || last.cachedBy !== undefined || memories.isComplete || caches === unknown) return undefined;
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
          memories: { ...memories, items: [...memories.items.slice(0, -1), { ...last, cachedBy }] },
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

/** Undefined where there are no more. */
export function masterQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  const { masters } = draft;
  if (masters.isComplete) return undefined;
  const isFirst = masters.items.length === 0;
  return {
    text: isFirst
      ? `DMA master, as ${masterForm}, with no memory for all of them, or \`${none}\``
      : "Another DMA master, or nothing",
    help: help.master,
    take: (text) => {
      if (text === (isFirst ? none : "")) return { value: { ...draft, masters: { ...masters, isComplete: true } } };
      const instead = isFirst ? `name one, such as DMA1, or say \`${none}\` for a chip without DMA` : nothingMore;
      if (text === "") return { problem: `the answer is empty: ${instead}` };
      if (isNoName(text)) return { problem: `\`${text}\` is no DMA master: ${instead}` };
      return added(
        changed(parseMaster(text), (master) => ({
          ...draft,
          masters: { ...masters, items: [...masters.items, master] },
        })),
        surroundings,
      );
    },
  };
}
