// How memories and masters are spelled: on a command line and when asked, the same.
import {
  type CachedBy,
  type MasterAnswer,
  type MemoryAnswer,
  none,
  type Parsed,
  parseBytes,
  parseName,
  type Seen,
  unknown,
} from "./chip-answers.ts";

export const memoryForm = "NAME=BASE+SIZE[:most][:uncached]";
export const masterForm = "NAME[=MEMORY,MEMORY][:reads|:writes|:unknown]";

/**
 * `NAME=BASE+SIZE`, then perhaps `:most`, and `:uncached` or `:cached-by LEVEL,LEVEL`. The base may be `VIEWER@BASE` for each who
 * looks.
 */
export function parseMemory(text: string): Parsed<MemoryAnswer> {
  const whole = text.trim();
  // The last `=` counts, so that a name may hold one.
  const match = /^(.*)=([^=+:]*)\+([^=+:]*)(:most)?(?:(:uncached)|:cached-by ([^=:]*))?$/su.exec(whole);
  if (!match) {
    const hint = whole.includes("+")
      ? ""
      : "; where the board decides, SIZE is the most that there can be, and `:most` says so";
    return { problem: `\`${whole}\` is not of the form ${memoryForm}${hint}` };
  }
  const [, before = "", from = "", length = "", most, uncached, levels] = match;
  const name = parseName(before);
  if ("problem" in name) return { problem: `the name of the memory \`${whole}\`: ${name.problem}` };
  const seen = parseViewers(from);
  if ("problem" in seen) return seen;
  const size = parseBytes(length);
  if ("problem" in size) return size;
  const { base, seenBy } = seen.value;
  if ([base, ...(seenBy ?? []).map((each) => each.base)].some((first) => first + size.value > 1n << 64n))
    return { problem: `\`${name.value}\` ends above the 64-bit address space` };
  const stated = { name: name.value, base, seenBy, sizeBytes: size.value, isMost: most !== undefined };
  if (levels === undefined) return { value: { ...stated, cachedBy: uncached === undefined ? undefined : none } };
  const cachedBy = parseCachedBy(levels);
  return "problem" in cachedBy ? cachedBy : { value: { ...stated, cachedBy: cachedBy.value } };
}

/** One address for everybody, or `VIEWER@BASE` for each who looks, with commas between them. */
function parseViewers(text: string): Parsed<{ readonly base: bigint; readonly seenBy: readonly Seen[] | undefined }> {
  if (!text.includes("@")) {
    const base = parseBytes(text);
    return "problem" in base ? base : { value: { base: base.value, seenBy: undefined } };
  }
  const seenBy: Seen[] = [];
  for (const part of text.split(",")) {
    const [, viewer = "", at = ""] = /^(.*)@([^@]*)$/su.exec(part.trim()) ?? [];
    if (viewer.trim() === "") return { problem: `\`${part.trim()}\` is not of the form VIEWER@BASE` };
    const base = parseBytes(at);
    if ("problem" in base) return base;
    if (seenBy.some((each) => each.viewer === viewer.trim()))
      return { problem: `\`${viewer.trim()}\` would see the memory at two addresses` };
    seenBy.push({ viewer: viewer.trim(), base: base.value });
  }
  return { value: { base: seenBy[0]!.base, seenBy } };
}

/** `all`, `none`, `unknown`, or names of levels with commas between them. */
export function parseCachedBy(text: string): Parsed<CachedBy> {
  const word = text.trim();
  if (word === "all" || word === none || word === unknown) return { value: word };
  const names = word.split(",").map((name) => name.trim());
  if (names.includes("")) return { problem: `\`${word}\` names no cache where one is expected` };
  return { value: [...new Set(names)] };
}

/** `NAME`, or `NAME=MEMORY,MEMORY` for a master that does not reach every memory; behind it perhaps what it does there. */
export function parseMaster(text: string): Parsed<MasterAnswer> {
  const [, before = "", list, word] = /^([^=]*?)(?:=(.*?))?(?::(reads|writes|unknown))?$/su.exec(text.trim()) ?? [];
  const name = parseName(before);
  if ("problem" in name) return { problem: `the name of the DMA master \`${text.trim()}\`: ${name.problem}` };
  const access = word === unknown ? "mayReach" : word === "reads" || word === "writes" ? word : undefined;
  if (list === undefined) return { value: { name: name.value, reaches: undefined, access } };
  const reaches = list.split(",").map((memory) => memory.trim());
  if (reaches.includes("")) return { problem: `\`${text.trim()}\` names no memory where one is expected` };
  return { value: { name: name.value, reaches: [...new Set(reaches)], access } };
}
