// Rules on memories and the numbers in a description.
import { formatAddress, isExact, isQuantity, parseQuantity } from "../../notation/quantity.ts";
import {
  addressBits,
  entries,
  levelsHere,
  masterTexts,
  memorySites,
  type RuleContext,
  sites,
  usedLevels,
  visitLeaves,
} from "./rule.ts";

export function numbersAreExact(context: RuleContext): void {
  visitLeaves(context.description.file.value, (value, pointer) => {
    if (typeof value === "boolean" || !isWholeNumber(value) || isExact(value)) return;
    context.report("rule/number-too-large", [...pointer], `${value} cannot be represented exactly`);
  });
}

function isWholeNumber(value: number | string): boolean {
  return typeof value === "number" ? Number.isInteger(value) : isQuantity(value);
}

interface Span {
  readonly name: string;
  readonly base: bigint;
  /** Exclusive; one byte past the base where the board decides the size. */
  readonly end: bigint;
}

/** Of two that overlap, the one that begins later is told of. */
function byAddress(memories: ReturnType<typeof memorySites>): typeof memories {
  const start = ({ value: { base } }: (typeof memories)[number]) =>
    base !== undefined && isExact(base) ? parseQuantity(base) : 0n;
  return memories.sort((a, b) => (start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0));
}

export function memoriesDoNotOverlap(context: RuleContext): void {
  const spans: Span[] = [];
  for (const { value, pointer } of byAddress(memorySites(context))) {
    const { name } = value;
    if (value.base === undefined || !isExact(value.base)) continue;
    const base = parseQuantity(value.base);
    const size = value.size === undefined || !isExact(value.size) ? 1n : parseQuantity(value.size);
    if (size === 0n) context.report("rule/region-empty", [...pointer, "size"], `\`${name}\` has no bytes`);
    const span = { name, base, end: base + size };
    const other = spans.find(({ base, end }) => span.base < end && base < span.end);
    if (other) {
      context.report(
        "rule/regions-overlap",
        [...pointer, "base"],
        `\`${name}\` (${formatAddress(span.base)} to ${formatAddress(span.end - 1n)}) overlaps \`${other.name}\` (${formatAddress(other.base)} to ${formatAddress(other.end - 1n)})`,
      );
    }
    spans.push(span);
  }
}

export function aliasesShowMemory(context: RuleContext): void {
  const memories = memorySites(context);
  for (const { value, pointer } of memories) {
    if (value.aliasOf === undefined) continue;
    const at = [...pointer, "aliasOf"];
    const shown = memories.find((other) => other.value.name === value.aliasOf)?.value;
    if (!shown) context.report("rule/unknown-region", at, `no memory is called \`${value.aliasOf}\``);
    else if (shown.aliasOf !== undefined)
      context.report(
        "rule/alias-of-alias",
        at,
        shown.name === value.name
          ? `\`${value.name}\` is said to show itself`
          : `\`${value.aliasOf}\` is an alias itself, of \`${shown.aliasOf}\``,
      );
    else if (
      value.size !== undefined &&
      shown.size !== undefined &&
      [value.size, shown.size].every(isExact) &&
      parseQuantity(value.size) > parseQuantity(shown.size)
    )
      context.report(
        "rule/alias-larger-than-memory",
        [...pointer, "size"],
        `\`${value.name}\` has more bytes than \`${value.aliasOf}\`, which it shows`,
      );
  }
}

/** Addresses have as many bits as the widest of the chip's cores. */
export function memoryIsAddressable(context: RuleContext): void {
  const bits = addressBits(context);
  if (bits === undefined) return;
  for (const { value, pointer } of memorySites(context)) {
    if (value.base === undefined || !isExact(value.base)) continue;
    const hasSize = value.size !== undefined && isExact(value.size);
    const end = parseQuantity(value.base) + (hasSize ? parseQuantity(value.size!) : 1n);
    if (end <= 1n << BigInt(bits)) continue;
    context.report(
      "rule/beyond-address-space",
      [...pointer, hasSize ? "size" : "base"],
      `\`${value.name}\` ends at ${formatAddress(end - 1n)}, and the addresses of these cores have ${bits} bits`,
    );
  }
}

export function cacheLevelsAreKnown(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const all = usedLevels(context).flatMap(({ name }) => name ?? []);
  const check = (names: unknown, pointer: readonly (string | number)[], levels = all, whose = "chip") => {
    if (!Array.isArray(names)) return;
    for (const [index, name] of names.entries()) {
      if (typeof name === "string" && !levels.includes(name)) {
        context.report(
          "rule/unknown-cache-level",
          [...pointer, index],
          `this ${whose} has no cache level \`${name}\``,
          {
            mend:
              levels.length > 0
                ? `Its levels are ${[...new Set(levels)].join(", ")}.`
                : "Its cores and `caches` describe no level.",
          },
        );
      }
    }
  };
  for (const { value, pointer } of memorySites(context)) check(value.cachedBy, [...pointer, "cachedBy"]);
  const ofAll = sites(description.value.caches, []).map(({ value }) => value.name);
  for (const { value, pointer } of masterTexts(context)) {
    const at = [...pointer, "snoops"];
    check(value.snoops, at);
    if (typeof value.snoops !== "object" || value.snoops === null || Array.isArray(value.snoops)) continue;
    const byCore = new Map<string, unknown>(Object.entries(value.snoops));
    for (const { value: entry } of entries(context)) {
      const levels = [...levelsHere(context, entry).map(({ name }) => name), ...ofAll].flatMap((name) => name ?? []);
      check(byCore.get(entry.name ?? ""), [...at, entry.name ?? ""], levels, "core");
    }
  }
}
