// Rules on memories and the numbers in a description.
import type { Pointer } from "../../load/source-file.ts";
import { formatAddress, isExact, isQuantity } from "../../notation/quantity.ts";
import { baseFor, bytesOf } from "../addresses.ts";
import {
  entries,
  levelsHere,
  masterTexts,
  memorySites,
  type RuleContext,
  sites,
  usedLevels,
  visitLeaves,
} from "./rule.ts";
import { type Viewer, viewersOf } from "./viewer-rules.ts";

export function numbersAreExact(context: RuleContext): void {
  visitLeaves(context.description.file.value, (value, pointer) => {
    if (typeof value === "boolean" || !isWholeNumber(value) || isExact(value)) return;
    context.report("rule/number-too-large", [...pointer], `${value} cannot be represented exactly`);
  });
}

function isWholeNumber(value: number | string): boolean {
  return typeof value === "number" ? Number.isInteger(value) : isQuantity(value);
}

export interface Span {
  readonly name: string;
  /** The memory that an alias shows, or the memory's own name. */
  readonly memory: string;
  readonly pointer: Pointer;
  readonly base: bigint;
  /** Exclusive. */
  readonly end: bigint;
}

export function memoriesHaveBytes(context: RuleContext): void {
  for (const { value, pointer } of memorySites(context)) {
    if (bytesOf(value.size) === 0n)
      context.report("rule/memory-empty", [...pointer, "size"], `\`${value.name}\` has no bytes`);
  }
}

/** For each who looks; memory that two see at different addresses may lie anywhere. */
export function memoriesDoNotOverlap(context: RuleContext): void {
  const reported = new Set<string>();
  for (const viewer of viewersOf(context)) {
    const spans: Span[] = [];
    for (const span of spansSeenBy(viewer, context)) {
      // A master may find a memory and its alias at one address.
      const other = spans.find(
        ({ base, end, memory }) =>
          span.base < end && base < span.end && !(viewer.kind === "master" && memory === span.memory),
      );
      spans.push(span);
      const pair = other && JSON.stringify([span.name, other.name].sort());
      if (!other || !pair || reported.has(pair)) continue;
      reported.add(pair);
      context.report(
        "rule/memories-overlap",
        [...span.pointer, "base"],
        `\`${span.name}\` (${formatAddress(span.base)} to ${formatAddress(span.end - 1n)}) overlaps \`${other.name}\` (${formatAddress(other.base)} to ${formatAddress(other.end - 1n)})`,
      );
    }
  }
}

/** The memories that a viewer sees, from the lowest on: of two that overlap, the one that begins later is told of. */
export function spansSeenBy(viewer: Viewer, context: RuleContext): Span[] {
  const spans = memorySites(context).flatMap(({ value, pointer }): Span[] => {
    const { name, aliasOf } = value;
    const base = baseFor(viewer, value.base);
    const isSeen = viewer.kind === "core" || viewer.reached.includes(name);
    if (base === undefined || !isSeen) return [];
    return [{ name, memory: aliasOf ?? name, pointer, base, end: base + (bytesOf(value.size) ?? 1n) }];
  });
  return spans.sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));
}

/** What a write-combining buffer holds back, no cache holds: software that may choose between the two says so. */
export function writeCombiningMemoryIsUncached(context: RuleContext): void {
  for (const { value, pointer } of memorySites(context)) {
    const { name, memoryType, cachedBy } = value;
    const isUncached = cachedBy === "none" || (Array.isArray(cachedBy) && cachedBy.length === 0);
    if (memoryType !== "write-combining" || isUncached) continue;
    const says = cachedBy === undefined ? "left out, `cachedBy` means all levels" : "`cachedBy` says otherwise";
    context.report(
      "rule/write-combining-cached",
      [...pointer, cachedBy === undefined ? "memoryType" : "cachedBy"],
      `no cache holds \`${name}\` while it is write-combining, and ${says}`,
    );
  }
}

export function aliasesShowMemory(context: RuleContext): void {
  const memories = memorySites(context);
  for (const { value, pointer } of memories) {
    if (value.aliasOf === undefined) continue;
    const at = [...pointer, "aliasOf"];
    const shown = memories.find((other) => other.value.name === value.aliasOf)?.value;
    if (!shown) context.report("rule/unknown-memory", at, `no memory is called \`${value.aliasOf}\``);
    else if (shown.aliasOf !== undefined)
      context.report(
        "rule/alias-of-alias",
        at,
        shown.name === value.name
          ? `\`${value.name}\` is said to show itself`
          : `\`${value.aliasOf}\` is an alias itself, of \`${shown.aliasOf}\``,
      );
    else if ((bytesOf(value.size) ?? 0n) > (bytesOf(shown.size) ?? 1n << 64n))
      context.report(
        "rule/alias-larger-than-memory",
        [...pointer, "size"],
        `\`${value.name}\` has more bytes than \`${value.aliasOf}\`, which it shows`,
      );
  }
}

/** A core sees no more than its pointers hold. */
export function memoryIsAddressable(context: RuleContext): void {
  const reported = new Set<string>();
  for (const viewer of viewersOf(context)) {
    const bits = viewer.kind === "core" ? viewer.addressBits : undefined;
    if (bits === undefined) continue;
    for (const { value, pointer } of memorySites(context)) {
      const base = baseFor(viewer, value.base);
      if (base === undefined || reported.has(value.name)) continue;
      const size = bytesOf(value.size);
      const end = base + (size ?? 1n);
      if (end <= 1n << BigInt(bits)) continue;
      reported.add(value.name);
      context.report(
        "rule/beyond-address-space",
        [...pointer, size === undefined ? "base" : "size"],
        `\`${value.name}\` ends at ${formatAddress(end - 1n)}, and the addresses of ${viewer.names[0]} have ${bits} bits`,
      );
    }
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
