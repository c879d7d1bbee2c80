// What others may do with data that shares a line with a buffer, and where no line may be shared.
import type { CacheLevel } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { mayHoldSeveral } from "../semantics/line-sizes.ts";
import { mayBeDirty } from "../semantics/ports.ts";
import { acquirePass, type Group, releasePass } from "./maintenance.ts";
import type { LevelNeed } from "./needs.ts";
import type { ObligationContext, Stated } from "./obligation-facts.ts";

/** Which buffers must share no line at all, not even with data that nobody writes to. */
export type Alone = "none" | "written" | "all";

type Maintained = Pick<ObligationContext, "core" | "groups">;

/**
 * A dirty line of a cache that holds nothing of the buffer makes a larger one behind it dirty when it is evicted, with what
 * that fetches of the buffer at that moment. Where lines are cleaned and dropped apart, it may do so in between.
 */
export function buffersAlone(context: Maintained): Alone {
  if (!largerBehind(context)) return "none";
  return context.groups.some(isApart) ? "all" : "written";
}

/**
 * A cache whose dirty lines may hold several of another that may be dirty as well, and lies before it: nearer to the core, or
 * to the master.
 */
function largerBehind({ core, groups }: Maintained): { before: CacheLevel; behind: CacheLevel } | undefined {
  const needs = groups.flatMap((group) => group.needs);
  return needs
    .flatMap((larger, index) =>
      needs.slice(0, index).flatMap((smaller) => {
        const [before, behind] = [smaller.level, larger.level];
        const isOnWay = before.masters?.some((master) => behind.masters?.includes(master)) ?? true;
        const shareMemory = smaller.memory.some((name) => larger.memory.includes(name));
        const staysDirty = mayBeDirty(before) && dropsDirty(larger);
        return isOnWay && shareMemory && staysDirty && mayHoldSeveral(behind, before, core) ? [{ before, behind }] : [];
      }),
    )
    .at(0);
}

/** Whether lines that somebody wrote to are written back or dropped while the buffer is handed over. */
function dropsDirty({ level, clean, invalidate }: LevelNeed): boolean {
  return mayBeDirty(level) && (level.masters === undefined ? invalidate : clean);
}

/** Whether something may come between where a line of these levels is cleaned and where it is dropped. */
function isApart(group: Group): boolean {
  if (group.isFront) return false;
  const [release, acquire] = [releasePass(group), acquirePass(group)];
  return acquire?.losesDirty === true || [release, acquire?.step].some((step) => step?.commands !== undefined);
}

/** The levels that drop lines which may be dirty, with all that is maintained together with them. */
function droppedLevels({ groups }: ObligationContext): CacheLevel[] {
  return groups.filter((group) => group.needs.some(dropsDirty)).flatMap(({ needs }) => needs.map(({ level }) => level));
}

/** That nobody writes to what shares a line with a buffer, where a line may be shared. */
export function ownsLines(context: ObligationContext): Stated[] {
  const levels = droppedLevels(context);
  if (levels.length === 0 || buffersAlone(context) !== "none") return [];
  const lineBytes = Math.max(...levels.map(({ largestLineBytes }) => largestLineBytes));
  return [
    {
      section: "lines",
      text: `From the call of \`release\` until \`acquire\` returns, no code writes to a ${lineBytes}-byte line of a buffer that DMA writes to. Buffers that DMA only reads may have any alignment.`,
      sources: distinct(levels.flatMap(({ sourcesOf }) => sourcesOf.lineBytes)),
    },
  ];
}

/** That no line is shared. */
export function fillsLines(context: ObligationContext, alone: "written" | "all"): Stated[] {
  const pair = largerBehind(context);
  if (!pair || buffersAlone(context) !== alone) return [];
  const levels = droppedLevels(context);
  const lineBytes = Math.max(...levels.map(({ largestLineBytes }) => largestLineBytes));
  const whose = { written: "buffers that DMA writes to", all: "every buffer" }[alone];
  const others = { written: " Buffers that DMA only reads may have any alignment.", all: "" }[alone];
  return [
    {
      section: "lines",
      text: `Address and length of ${whose} are multiples of ${lineBytes}: a line of ${pair.behind.name} may hold several of ${pair.before.name}, also one that is somebody else's.${others}`,
      sources: distinct(levels.flatMap(({ sourcesOf }) => sourcesOf.lineBytes)),
    },
  ];
}
