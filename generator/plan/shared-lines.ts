// What others may do with data that shares a line with a buffer, and where no line may be shared.
import type { CacheLevel } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { list } from "../notation/prose.ts";
import { mayHoldSeveral } from "../semantics/line-sizes.ts";
import { mastersBehind, mayBeDirty } from "../semantics/ports.ts";
import { acquirePass, type Group, releasePass } from "./maintenance.ts";
import { drivenNeeds } from "./master-caches.ts";
import type { LevelNeed } from "./needs.ts";
import type { ObligationContext, Stated } from "./obligation-facts.ts";

/** Which buffers must share no line at all, not even with data that nobody writes to. */
export type Alone = "none" | "written" | "all";

type Maintained = Pick<ObligationContext, "chip" | "core" | "controllers" | "groups">;

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
function largerBehind(context: Maintained): { before: CacheLevel; behind: CacheLevel } | undefined {
  const { chip, core, controllers, groups } = context;
  const needs = [...groups.flatMap((group) => group.needs), ...drivenNeeds(chip, core, controllers)];
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
function droppedLevels({ chip, core, controllers, groups }: ObligationContext): CacheLevel[] {
  const together = [...groups.map(({ needs }) => needs), drivenNeeds(chip, core, controllers)];
  return together.filter((needs) => needs.some(dropsDirty)).flatMap((needs) => needs.map(({ level }) => level));
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

/**
 * That a master writes to no other buffer beside one that it has, where a cache in front of it may keep what it writes: that is
 * dropped there, by `release` or by the driver.
 */
export function besideOtherBuffers(context: ObligationContext): Stated[] {
  const { chip, core, controllers, groups } = context;
  // Where every buffer fills its lines, nothing lies beside it.
  if (buffersAlone(context) === "all") return [];
  const sourcesOf = (levels: readonly CacheLevel[]) => distinct(levels.flatMap((level) => level.sourcesOf.lineBytes));
  const ofFence = groups.flatMap(({ isFront, needs, largestLineBytes }): Stated[] => {
    if (!isFront || !needs.some(({ clean }) => clean)) return [];
    const levels = needs.map(({ level }) => level);
    const those = mastersBehind(levels);
    const masters = list(those);
    const text = `While a buffer is released, ${masters} ${those.length === 1 ? "writes" : "write"} nothing beside it in the ${largestLineBytes}-byte lines that hold its first and last byte, and what ${those.length === 1 ? "it" : "they"} wrote there before has been acquired: ${list(levels.map(({ name }) => name))} may hold it, and \`release\` drops these lines. Of buffers that share such a line, all are released before one is handed to ${masters}, and all acquired before one is written to.`;
    return [{ section: "lines", text, sources: sourcesOf(levels) }];
  });
  const ofDrivers = drivenNeeds(chip, core, controllers).flatMap(({ level, clean }): Stated[] => {
    if (!clean) return [];
    const text = `From before \`release\` until \`acquire\` returns, ${list(mastersBehind([level]))} ${level.masters!.length === 1 ? "writes" : "write"} for no other buffer to the ${level.largestLineBytes}-byte lines of ${level.name} in which a buffer lies: the driver drops them there.`;
    return [{ section: "lines", text, sources: sourcesOf([level]) }];
  });
  return [...ofFence, ...ofDrivers];
}
