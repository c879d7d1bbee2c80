// What others may do with data that shares a line with a buffer, and where no line may be shared.
import type { CacheLevel, DmaController, Region } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { list } from "../notation/prose.ts";
import { mayHoldSeveral } from "../semantics/line-sizes.ts";
import { caches, mastersBehind, mayBeDirty, reachableRegions, sees } from "../semantics/ports.ts";
import { memoryOf } from "./fence-request.ts";
import { inTwoSteps } from "./maintenance.ts";
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
  return context.groups.some(inTwoSteps) ? "all" : "written";
}

/** A cache whose dirty lines may hold several of another one's. */
interface LargerBehind {
  readonly before: CacheLevel;
  /** Further from the core or the master, or in front of a master behind the core's. */
  readonly behind: CacheLevel;
}

/** Such a pair in which the larger line may become dirty where nothing of it is to be written back, or is dropped then. */
function largerBehind(context: Maintained): LargerBehind | undefined {
  const { chip, core, controllers, groups } = context;
  const levels = [...groups.flatMap(({ needs }) => needs), ...drivenNeeds(chip, core, controllers)].map(
    ({ level }) => level,
  );
  return levels
    .flatMap((behind, index) => levels.slice(0, index).map((before): LargerBehind => ({ before, behind })))
    .find(
      (pair) =>
        mayBeDirty(pair.before) &&
        mayBeDirty(pair.behind) &&
        mayHoldSeveral(pair.behind, pair.before, core) &&
        isLost(pair, context),
    );
}

/**
 * Whether something is lost with such a larger line. Of a core's level that is dropped in two steps, what comes into it in between.
 * Else, where a master does not see it, what that writes while the line has an old copy of the buffer. Of a cache in front of a master
 * that writes, what is dirty beside the buffer in a level that the master does not see, or in another such cache.
 */
function isLost({ before, behind }: LargerBehind, context: Maintained): boolean {
  const { chip, core, controllers, groups } = context;
  const holdBoth = (region: Region) => caches(region, before) && caches(region, behind);
  const isWritten = (master: DmaController, where: (region: Region) => boolean) =>
    reachableRegions(chip, master).some(({ region, writes }) => writes && where(region));
  const { masters } = behind;
  if (masters === undefined) {
    const isDroppedApart = groups.some(
      (group) => inTwoSteps(group) && group.needs.some(({ level }) => level === behind),
    );
    return (
      (isDroppedApart && memoryOf(context).some(holdBoth)) ||
      controllers.some((master) => !sees(master, behind, core) && isWritten(master, holdBoth))
    );
  }
  const own = controllers.filter(({ name }) => masters.includes(name));
  if (before.masters !== undefined)
    return own.some((master) => before.masters!.includes(master.name) && isWritten(master, () => true));
  return own.some((master) => !sees(master, before, core) && isWritten(master, (region) => caches(region, before)));
}

/** Whether lines that somebody wrote to are written back or dropped while the buffer is handed over. */
function dropsDirty({ level, clean, invalidate }: LevelNeed): boolean {
  return mayBeDirty(level) && (level.masters === undefined ? invalidate : clean);
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
