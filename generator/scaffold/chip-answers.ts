// What has to be said of a chip before it can be described, and how each answer is spelled: on a command line and when
// asked, the same.
import type { Core, Mechanism, WritePolicy } from "#generated/descriptions.js";
import { visible } from "../diagnostics/characters.ts";
import type { ResolvedChip } from "../model/chip.ts";
import { wordsOfTheLanguage } from "../model/viewers.ts";
import { isExact, isQuantity, parseQuantity } from "../notation/quantity.ts";
import type { TargetRow } from "../notation/rust-target.ts";

/** In place of an answer, where somebody does not know: no fence is built on it. */
export const unknown = "unknown";
/** In place of a list: there are none. */
export const none = "none";

/** The level that is assumed of a core that nobody has described: none would be the unsafe side. */
export const assumedLevel = "L1D";

export interface ChipAnswers {
  readonly id: string;
  readonly title: string;
  readonly vendor: string;
  readonly cores: readonly CoreAnswer[];
  /** The levels between the cores and memory, beyond those of the cores themselves, inner to outer. */
  readonly caches: readonly CacheAnswer[] | typeof unknown;
  readonly memories: readonly MemoryAnswer[];
  readonly masters: readonly MasterAnswer[];
  /** Whether the masters see the caches. */
  readonly isCoherent: boolean | typeof unknown;
}

export interface CoreChoice {
  readonly id: string;
  /** The answer without the name. */
  readonly spelling: string;
  readonly architecture: string;
  /** What is described of the core; undefined where nobody has described it. */
  readonly facts: Core | undefined;
  /** Tells several kinds of core apart. */
  readonly name: string | undefined;
  /** How many there are, where a file says so. */
  readonly count?: number | undefined;
  /** What the description cites for it, where a file says so. */
  readonly source?: string;
}

export interface CoreAnswer extends CoreChoice {
  readonly rustTargets: readonly string[];
}

export interface CacheAnswer {
  readonly name: string;
  /** Name or id of the core that alone has it; left out where all have it. */
  readonly core?: string | undefined;
  readonly smallestLineBytes: bigint;
  readonly largestLineBytes: bigint;
  readonly writePolicy: WritePolicy;
  /** Undefined where no way to maintain it is known. */
  readonly maintenance: { readonly mechanism: string; readonly base: bigint | undefined } | undefined;
  /** What the description cites for it, where a file says so. */
  readonly source?: string;
}

export interface MemoryAnswer {
  readonly name: string;
  /** First address; of one that is another for each who looks, the first that was told. */
  readonly base: bigint;
  /** Who sees it, and where; left out where all do. Whoever is not named does not see it. */
  readonly seenBy?: readonly Seen[] | undefined;
  readonly sizeBytes: bigint;
  /** Whether the board decides, and the size is the most that there can be. */
  readonly isMost: boolean;
  /** The levels that may hold it; undefined where nobody said more than which levels there are. */
  readonly cachedBy: CachedBy | undefined;
  /** What the description cites for its place, where a file says so. */
  readonly source?: string;
}

export interface Seen {
  /** Name or id of a core, name of a master, or the word for all cores or all masters. */
  readonly viewer: string;
  readonly base: bigint;
}

export type CachedBy = "all" | typeof none | typeof unknown | readonly string[];

export interface MasterAnswer {
  readonly name: string;
  /** Names of memories; undefined for all that it sees. */
  readonly reaches: readonly string[] | undefined;
  /** What a file says of it: whether it sees the caches, or that this is unknown, and nothing of what it reaches. */
  readonly told?: ToldOfMaster;
  /** The key under which they stand: what it does there, or that no source says. Left out: it reads and writes. */
  readonly access?: "reaches" | "reads" | "writes" | "mayReach" | undefined;
}

export interface ToldOfMaster {
  readonly isCoherent: boolean | typeof unknown;
  readonly source: string;
}

/** What is described already, for answers to refer to. */
export interface Catalogue {
  readonly cores: ReadonlyMap<string, Core>;
  readonly mechanisms: ReadonlyMap<string, Mechanism>;
  /** Which Rust targets are of an architecture, by its id. */
  readonly targetArchitectures: ReadonlyMap<string, readonly TargetRow[]>;
  readonly chips: readonly ResolvedChip[];
}

export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** What tells a core from others of the chip: its name, or its id where it has none. */
export function nameOf({ name, id }: Pick<CoreChoice, "name" | "id">): string {
  return name ?? id;
}

/** Whether no file says of a master that it sees the caches, or that it does not, so that the answer for all of them holds. */
export function isLeftOpen(
  told: ToldOfMaster | undefined,
): told is undefined | (ToldOfMaster & { isCoherent: typeof unknown }) {
  return told === undefined || told.isCoherent === unknown;
}

/** Why answers do not go together that no description could be made of. */
export function clashesOf({ cores, caches }: Pick<ChipAnswers, "cores" | "caches">): string[] {
  const names = cores.map(nameOf);
  const levels = caches === unknown ? [] : caches;
  return levels.flatMap(({ name, core }) =>
    core === undefined || names.includes(core) ? [] : [`no core is called \`${core}\`, which \`${name}\` would be of`],
  );
}

/** The same for one core alone: its caches, what it and the masters see, and the masters that reach any of that. */
export function answersFor(core: CoreAnswer, answers: ChipAnswers): ChipAnswers {
  const { cores, caches } = answers;
  const own = [core.name, core.id];
  const others = cores.flatMap(({ name, id }) => [name, id]).filter((each) => !own.includes(each));
  const memories = answers.memories.flatMap((memory): MemoryAnswer[] => {
    const seenBy = memory.seenBy?.filter(({ viewer }) => !others.includes(viewer));
    return seenBy?.length === 0 ? [] : [{ ...memory, seenBy }];
  });
  const isThere = (name: string) => memories.some((memory) => memory.name === name);
  const masters = answers.masters.flatMap((master): MasterAnswer[] => {
    const reaches = master.reaches?.filter(isThere);
    return reaches?.length === 0 ? [] : [{ ...master, reaches }];
  });
  return {
    ...answers,
    ...{ cores: [core], memories, masters },
    caches:
      caches === unknown ? caches : caches.filter((level) => level.core === undefined || own.includes(level.core)),
  };
}

/** Whether there may be a cache at all. Of a core that nobody has described one is assumed. */
export function mayHaveCaches({ cores, caches }: Pick<ChipAnswers, "cores" | "caches">): boolean {
  return caches === unknown || caches.length > 0 || cores.some(({ facts }) => !facts || facts.caches.length > 0);
}

/** Every level that may hold memory of which nobody said otherwise. */
export function cachedByOf({ cachedBy }: MemoryAnswer, answers: Pick<ChipAnswers, "cores" | "caches">): CachedBy {
  // All of the levels are not all that there may be, where nobody said which levels there are.
  if (answers.caches === unknown && (cachedBy === undefined || cachedBy === "all")) return unknown;
  if (cachedBy !== undefined) return cachedBy;
  return mayHaveCaches(answers) ? "all" : none;
}

const idPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export function parseId(text: string): Parsed<string> {
  const id = text.trim();
  if (idPattern.test(id)) return { value: id };
  return { problem: `\`${id}\` is no id: ids are lower-case letters and digits, with single hyphens between them` };
}

/** A title or name: anything that fits on one line. */
export function parseText(text: string): Parsed<string> {
  const value = text.trim();
  if (value === "") return { problem: "the text is empty" };
  if (visible(value) !== value) return { problem: `${JSON.stringify(value)} holds characters that cannot be seen` };
  return { value };
}

export function parseYesOrNo(text: string): Parsed<boolean | typeof unknown> {
  const word = text.trim().toLowerCase();
  if (word === "yes" || word === "y") return { value: true };
  if (word === "no" || word === "n") return { value: false };
  if (word === unknown) return { value: unknown };
  return { problem: `\`${text.trim()}\` is neither yes nor no, nor \`${unknown}\`` };
}

/** A name that is a key of the description, where commas stand between names. */
export function parseName(text: string): Parsed<string> {
  if (text.includes(",")) return { problem: "a name holds no comma" };
  if (wordsOfTheLanguage.has(text.trim()))
    return { problem: `\`${text.trim()}\` is a word of descriptions, and no name` };
  return parseText(text);
}

export function parseBytes(text: string): Parsed<bigint> {
  const quantity = text.trim();
  if (!isQuantity(quantity))
    return {
      problem: `\`${quantity}\` is no number of bytes or address, such as 0x2000_0000, 4096 or 64KiB (1 KiB is 1024 bytes; K, KB and k are no units)`,
    };
  if (!isExact(quantity)) return { problem: `\`${quantity}\` does not fit into 64 bits` };
  return { value: parseQuantity(quantity) };
}
