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
export const memoryExample = "SRAM=0x2000_0000+64KiB";
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
    const missing = missingOf(whole);
    const said = whole === "" ? "the answer is empty" : `\`${whole}\` is not of the form ${memoryForm}`;
    const what = missing.length === 0 ? "" : `: ${listed(missing)} ${missing.length === 1 ? "is" : "are"} missing`;
    const hint =
      missing.length === 0
        ? ""
        : `, as in ${memoryExample}; where the board decides, SIZE is the most that there can be, and \`:most\` says so`;
    return { problem: `${said}${what}${hint}` };
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

/** Which parts a text lacks that is not of the form; none where its parts are there, and something else is wrong. */
function missingOf(text: string): string[] {
  const equals = text.lastIndexOf("=");
  const behind = text.slice(equals + 1);
  const plus = behind.indexOf("+");
  const before = (plus === -1 ? behind : behind.slice(0, plus)).trim();
  // What stands alone is the name if it begins as one, and else an address or a size, which nobody can tell apart.
  const isName = equals === -1 && plus === -1 && /^[^\d]/u.test(before);
  return [
    ...(equals === -1 && !isName ? ["NAME="] : []),
    ...(isName || before === "" || (equals === -1 && plus === -1) ? ["BASE"] : []),
    ...(plus === -1 && (equals !== -1 || isName || before === "") ? ["+SIZE"] : []),
  ];
}

function listed(parts: readonly string[]): string {
  const quoted = parts.map((part) => `\`${part}\``);
  return [quoted.slice(0, -1).join(", "), ...quoted.slice(-1)].filter((part) => part !== "").join(" and ");
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
