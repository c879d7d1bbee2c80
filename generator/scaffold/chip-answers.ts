// What has to be said of a chip before it can be described, and how each answer is spelled: on a command line and when
// asked, the same.
import type { Core, Mechanism, WritePolicy } from "#generated/descriptions.js";
import { nearest } from "../diagnostics/diagnostic.ts";
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
  readonly regions: readonly RegionAnswer[];
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
  readonly smallestLineBytes: bigint;
  readonly largestLineBytes: bigint;
  readonly writePolicy: WritePolicy;
  /** Undefined where no way to maintain it is known. */
  readonly maintenance: { readonly mechanism: string; readonly base: bigint | undefined } | undefined;
  /** What the description cites for it, where a file says so. */
  readonly source?: string;
}

export interface RegionAnswer {
  readonly name: string;
  readonly base: bigint;
  readonly sizeBytes: bigint;
  /** Whether the board decides, and the size is the most that there can be. */
  readonly isMost: boolean;
  /** The levels that may hold it; undefined where nobody said more than which levels there are. */
  readonly cachedBy: CachedBy | undefined;
  /** What the description cites for its place, where a file says so. */
  readonly source?: string;
}

export type CachedBy = "all" | typeof none | typeof unknown | readonly string[];

export interface MasterAnswer {
  readonly name: string;
  /** Names of regions; undefined for all of them. */
  readonly reaches: readonly string[] | undefined;
  /** What a file says of it: whether it sees the caches, or that this is unknown, and nothing of what it reaches. */
  readonly told?: { readonly isCoherent: boolean | typeof unknown; readonly source: string };
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

/** Whether there may be a cache at all. Of a core that nobody has described one is assumed. */
export function mayHaveCaches({ cores, caches }: Pick<ChipAnswers, "cores" | "caches">): boolean {
  return caches === unknown || caches.length > 0 || cores.some(({ facts }) => !facts || facts.caches.length > 0);
}

/** Every level that may hold memory of which nobody said otherwise. */
export function cachedByOf({ cachedBy }: RegionAnswer, answers: Pick<ChipAnswers, "cores" | "caches">): CachedBy {
  // All of the levels are not all that there may be, where nobody said which levels there are.
  if (answers.caches === unknown && (cachedBy === undefined || cachedBy === "all")) return unknown;
  if (cachedBy !== undefined) return cachedBy;
  return mayHaveCaches(answers) ? "all" : none;
}

const idPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** What no eye sees: control and formatting characters, ends of lines, halves of surrogate pairs. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export function parseId(text: string): Parsed<string> {
  const id = text.trim();
  if (idPattern.test(id)) return { value: id };
  return { problem: `\`${id}\` is no id: ids are lower-case letters and digits, with single hyphens between them` };
}

/** A title or name: anything that fits on one line. */
export function parseText(text: string): Parsed<string> {
  const value = text.trim();
  if (value === "") return { problem: "the text is empty" };
  if (invisible.test(value)) return { problem: `${JSON.stringify(value)} holds characters that cannot be seen` };
  return { value };
}

export function parseYesOrNo(text: string): Parsed<boolean | typeof unknown> {
  const word = text.trim().toLowerCase();
  if (word === "yes" || word === "y") return { value: true };
  if (word === "no" || word === "n") return { value: false };
  if (word === unknown) return { value: unknown };
  return { problem: `\`${text.trim()}\` is neither yes nor no, nor \`${unknown}\`` };
}

const writePolicies: readonly WritePolicy[] = ["write-back", "write-through", "read-only", "configurable"];
export const cacheForm = "NAME=LINE[:POLICY][:MECHANISM[@BASE]]";

/** `NAME=LINE`, then perhaps the write policy, and what maintains the level and where its registers are. */
export function parseCache(text: string, catalogue: Catalogue): Parsed<CacheAnswer> {
  const [, before = "", line = "", after = ""] = /^([^=]*)=([^=:@]*)((?::[^:]*)*)$/u.exec(text.trim()) ?? [];
  if (line === "") return { problem: `\`${text.trim()}\` is not of the form ${cacheForm}` };
  const name = parseText(before);
  if ("problem" in name) return { problem: `the name of the cache \`${text.trim()}\`: ${name.problem}` };
  const lineBytes = parseLine(line);
  if ("problem" in lineBytes) return lineBytes;
  const parts = after.split(":").slice(1);
  const policy = writePolicies.find((each) => each === parts[0]?.trim());
  const [maintained, ...more] = policy ? parts.slice(1) : parts;
  if (more.length > 0) {
    const [first] = policy ? [] : parts;
    return {
      problem:
        first === undefined
          ? `\`${text.trim()}\` is not of the form ${cacheForm}`
          : `\`${first.trim()}\` is no write policy; there are ${writePolicies.join(", ")}`,
    };
  }
  const maintenance = maintained === undefined ? { value: undefined } : parseMaintenance(maintained, catalogue);
  if ("problem" in maintenance) return maintenance;
  return {
    value: {
      name: name.value,
      ...lineBytes.value,
      // What software may choose counts as write-back, in which more can go wrong.
      writePolicy: policy ?? "configurable",
      maintenance: maintenance.value,
    },
  };
}

type LineAnswer = Pick<CacheAnswer, "smallestLineBytes" | "largestLineBytes">;

/** `32`, or `16-64` where builds differ. */
export function parseLine(text: string): Parsed<LineAnswer> {
  const [first = "", second = first] = text.split(/-(.*)/su);
  const [smallest, largest] = [parseBytes(first), parseBytes(second)];
  if ("problem" in smallest) return smallest;
  if ("problem" in largest) return largest;
  return { value: { smallestLineBytes: smallest.value, largestLineBytes: largest.value } };
}

export function parseWritePolicy(text: string): Parsed<WritePolicy> {
  const policy = writePolicies.find((each) => each === text.trim());
  return policy
    ? { value: policy }
    : { problem: `\`${text.trim()}\` is no write policy; there are ${writePolicies.join(", ")}` };
}

/** `MECHANISM`, or `MECHANISM@BASE` where its registers are at another address on each chip. */
export function parseMaintenance(
  text: string,
  { mechanisms }: Catalogue,
): Parsed<NonNullable<CacheAnswer["maintenance"]>> {
  const [, id = "", at] = /^([^@]*)(?:@(.*))?$/su.exec(text.trim()) ?? [];
  const mechanism = mechanisms.get(id.trim());
  if (!mechanism) {
    const meant = nearest(id.trim(), mechanisms.keys());
    return {
      problem: `no mechanism \`${id.trim()}\` is described${meant ? `; did you mean \`${meant}\`?` : `; known are ${[...mechanisms.keys()].join(", ")}`}`,
    };
  }
  if (at === undefined) {
    if (needsBase(mechanism))
      return {
        problem: `the registers of \`${mechanism.mechanism}\` need an address: \`${mechanism.mechanism}@BASE\``,
      };
    return { value: { mechanism: mechanism.mechanism, base: undefined } };
  }
  if (!mechanism.registers)
    return { problem: `\`${mechanism.mechanism}\` has no registers that could be at \`${at}\`` };
  const base = parseBytes(at);
  return "problem" in base ? base : { value: { mechanism: mechanism.mechanism, base: base.value } };
}

function needsBase({ registers, base }: Mechanism): boolean {
  return registers !== undefined && base === undefined;
}

export const regionForm = "NAME=BASE+SIZE[:most][:uncached]";

/** `NAME=BASE+SIZE`, then perhaps `:most`, and `:uncached` or `:cached-by LEVEL,LEVEL`. */
export function parseRegion(text: string): Parsed<RegionAnswer> {
  const whole = text.trim();
  // The last `=` counts, so that a name may hold one.
  const match = /^(.*)=([^=+:]*)\+([^=+:]*)(:most)?(?:(:uncached)|:cached-by ([^=:]*))?$/su.exec(whole);
  if (!match) {
    const hint = whole.includes("+")
      ? ""
      : "; where the board decides, SIZE is the most that there can be, and `:most` says so";
    return { problem: `\`${whole}\` is not of the form ${regionForm}${hint}` };
  }
  const [, before = "", from = "", length = "", most, uncached, levels] = match;
  const name = parseName(before);
  if ("problem" in name) return { problem: `the name of the region \`${whole}\`: ${name.problem}` };
  const base = parseBytes(from);
  if ("problem" in base) return base;
  const size = parseBytes(length);
  if ("problem" in size) return size;
  if (base.value + size.value > 1n << 64n) return { problem: `\`${name.value}\` ends above the 64-bit address space` };
  const stated = { name: name.value, base: base.value, sizeBytes: size.value, isMost: most !== undefined };
  if (levels === undefined) return { value: { ...stated, cachedBy: uncached === undefined ? undefined : none } };
  const cachedBy = parseCachedBy(levels);
  return "problem" in cachedBy ? cachedBy : { value: { ...stated, cachedBy: cachedBy.value } };
}

/** `all`, `none`, `unknown`, or names of levels with commas between them. */
export function parseCachedBy(text: string): Parsed<CachedBy> {
  const word = text.trim();
  if (word === "all" || word === none || word === unknown) return { value: word };
  const names = word.split(",").map((name) => name.trim());
  if (names.includes("")) return { problem: `\`${word}\` names no cache where one is expected` };
  return { value: [...new Set(names)] };
}

/** `NAME`, or `NAME=REGION,REGION` for a master that does not reach every region. */
export function parseMaster(text: string): Parsed<MasterAnswer> {
  const [, before = "", list] = /^([^=]*)(?:=(.*))?$/su.exec(text.trim()) ?? [];
  const name = parseName(before);
  if ("problem" in name) return { problem: `the name of the DMA master \`${text.trim()}\`: ${name.problem}` };
  if (list === undefined) return { value: { name: name.value, reaches: undefined } };
  const reaches = list.split(",").map((region) => region.trim());
  if (reaches.includes("")) return { problem: `\`${text.trim()}\` names no region where one is expected` };
  return { value: { name: name.value, reaches: [...new Set(reaches)] } };
}

/** A name that is a key of the description, where commas stand between names. */
function parseName(text: string): Parsed<string> {
  if (text.includes(",")) return { problem: "a name holds no comma" };
  if (wordsOfTheLanguage.has(text.trim()))
    return { problem: `\`${text.trim()}\` is a word of descriptions, and no name` };
  return parseText(text);
}

function parseBytes(text: string): Parsed<bigint> {
  const quantity = text.trim();
  if (!isQuantity(quantity))
    return { problem: `\`${quantity}\` is no number of bytes or address, such as 0x2000_0000, 4096 or 64KiB` };
  if (!isExact(quantity)) return { problem: `\`${quantity}\` does not fit into 64 bits` };
  return { value: parseQuantity(quantity) };
}
