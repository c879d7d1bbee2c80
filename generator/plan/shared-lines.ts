// What others may do with data that shares a line with a buffer, and where no line may be shared.
import type { CacheLevel } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { mayHoldSeveral } from "../semantics/line-sizes.ts";
import { mayTouch } from "../semantics/memory-map.ts";
import { caches, mayBeDirty } from "../semantics/ports.ts";
import { acquirePass, type Group, releasePass } from "./maintenance.ts";
import type { ObligationContext, Stated } from "./obligation-facts.ts";

/** Which buffers must share no line at all, not even with data that nobody writes to. */
export type Alone = "none" | "written" | "all";

type Maintained = Pick<ObligationContext, "chip" | "core" | "controllers" | "groups">;

/**
 * A dirty line of an inner level that holds nothing of the buffer makes a larger one outside dirty when it is evicted, with
 * what that fetches of the buffer at that moment. Where lines are cleaned and dropped apart, it may do so in between.
 */
export function buffersAlone(context: Maintained): Alone {
  if (!largerOutside(context)) return "none";
  return context.groups.some(isApart) ? "all" : "written";
}

/** An outer level whose dirty lines may hold several of an inner one that may be dirty as well. */
function largerOutside({ chip, core, controllers, groups }: Maintained) {
  const needs = groups.flatMap((group) => group.needs);
  const shareMemory = (inner: CacheLevel, outer: CacheLevel) =>
    chip.regions.some(
      (region) =>
        caches(region, inner) && caches(region, outer) && controllers.some((each) => mayTouch(each, region.name)),
    );
  const pairs = needs.flatMap(({ level: outer, invalidate }, index) =>
    needs.slice(0, index).flatMap(({ level: inner }) => {
      const isLarger = invalidate && mayHoldSeveral(outer, inner, core) && shareMemory(inner, outer);
      return isLarger && mayBeDirty(inner) && mayBeDirty(outer) ? [{ inner, outer }] : [];
    }),
  );
  return pairs[0];
}

/** Whether something may come between where a line of these levels is cleaned and where it is dropped. */
function isApart(group: Group): boolean {
  const [release, acquire] = [releasePass(group), acquirePass(group)];
  return acquire?.losesDirty === true || [release, acquire?.step].some((step) => step?.commands !== undefined);
}

/** The levels that drop lines which may be dirty, with all that is maintained together with them. */
function droppedLevels({ groups }: ObligationContext): CacheLevel[] {
  return groups
    .filter((group) => group.needs.some(({ level, invalidate }) => invalidate && mayBeDirty(level)))
    .flatMap(({ needs }) => needs.map(({ level }) => level));
}

/** That nobody writes to what shares a line with a buffer, where a line may be shared. */
export function ownsLines(context: ObligationContext): Stated[] {
  const levels = droppedLevels(context);
  if (levels.length === 0 || buffersAlone(context) !== "none") return [];
  const lineBytes = Math.max(...levels.map(({ largestLineBytes }) => largestLineBytes));
  return [
    {
      section: "lines",
      text: `A buffer that DMA writes to owns its cache lines: from before \`release\` until \`acquire\` returns, nobody writes to other data in the ${lineBytes}-byte lines that hold its first and last byte. No fence can make up for that, because writing such a line back overwrites what DMA wrote, and dropping it loses the other data. Buffers that DMA only reads may have any alignment.`,
      sources: distinct(levels.flatMap(({ sourcesOf }) => sourcesOf.lineBytes)),
    },
  ];
}

/** That no line is shared. */
export function fillsLines(context: ObligationContext, alone: "written" | "all"): Stated[] {
  const pair = largerOutside(context);
  if (!pair || buffersAlone(context) !== alone) return [];
  const levels = droppedLevels(context);
  const lineBytes = Math.max(...levels.map(({ largestLineBytes }) => largestLineBytes));
  const why = `A line of ${pair.outer.name} may hold several of ${pair.inner.name}, and one of those with data of others, which no operation on the buffer cleans, makes the whole line dirty when it is evicted`;
  const [who, what] = {
    written: [
      "A buffer that DMA writes to",
      "writing that back overwrites what DMA wrote. Buffers that DMA only reads may have any alignment.",
    ],
    all: ["A buffer", "writing that back overwrites what DMA wrote, and dropping it loses the other data."],
  }[alone];
  return [
    {
      section: "lines",
      text: `${who} starts at a multiple of ${lineBytes} bytes and is a multiple of ${lineBytes} bytes long. ${why}: ${what}`,
      sources: distinct(levels.flatMap(({ sourcesOf }) => sourcesOf.lineBytes)),
    },
  ];
}
