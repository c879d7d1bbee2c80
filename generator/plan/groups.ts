// Levels that are maintained together, and what may be dirty there when `acquire` is called.
import type { CacheLevel, DmaController, LineSize, Mechanism, Register, ResolvedCore } from "../model/chip.ts";
import { cachesOf } from "../semantics/instruction.ts";
import { caches, connectionsOf, mayBeDirty, mayLeaveDirty, reachableRegions } from "../semantics/ports.ts";
import { isQuietWhileMasked } from "../semantics/quiet.ts";
import { type FenceSubject, memoryOf } from "./fence-request.ts";
import type { LevelNeed } from "./needs.ts";

/** Levels that one pass of operations of one mechanism maintains, inner to outer. */
export interface Group {
  readonly mechanism: Mechanism;
  /** The most that the core loads or stores at once. */
  readonly accessBits: number;
  readonly needs: readonly LevelNeed[];
  /** The smallest that a line of these levels may be, and the largest. */
  readonly lineBytes: number;
  readonly largestLineBytes: number;
  /** Where the size of a line is read at run time. */
  readonly lineSize: LineSize | undefined;
  readonly mayBeDirty: boolean;
  /** Whether the mechanism maintains no other level of the core: an operation of one level could be meant for that one. */
  readonly isOnlyLevel: boolean;
  /** Whether nothing makes a line of the mechanism's levels dirty while interrupts are masked. */
  readonly isQuietWhileMasked: boolean;
  /** Whether its levels are in front of a master. */
  readonly isFront: boolean;
  /** The masters of which what they wrote may be dirty in a level of the mechanism when `acquire` is called, or in one inside it. */
  readonly keepsWritesOf: readonly string[];
  /** So may what the CPU stored: `release` does not clean that level. */
  readonly keepsWhatCpuWrote: boolean;
}

/** Whether a level is maintained for the sake of others only. */
export function isForOthers({ clean, invalidate }: LevelNeed): boolean {
  return !clean && !invalidate;
}

/** Whether two mechanisms have one set of facts, wherever those were read, and whatever their registers are called. */
export function haveSameFacts(one: Mechanism, other: Mechanism): boolean {
  return factsOf(one) === factsOf(other);
}

const aboutFacts = new Set(["sources", "addressSources", "maskingSources", "called", "withheld"]);

function factsOf(mechanism: Mechanism): string {
  return JSON.stringify(mechanism, (key, value: unknown) => {
    if (key === "register") {
      const { address, widthBits, bits } = value as Register;
      return `${address} ${widthBits} ${bits}`;
    }
    return aboutFacts.has(key) ? undefined : typeof value === "bigint" ? `${value}` : value;
  });
}

/**
 * Neighbouring levels with one mechanism go together where its operations reach the point of coherency. That it has the same
 * facts at each has been looked at (`refuseTwoWays`).
 */
export function groupLevels(needs: readonly LevelNeed[], subject: FenceSubject): Group[] {
  const { core } = subject;
  const groups: LevelNeed[][] = [];
  for (const need of needs) {
    const last = groups.at(-1);
    const mechanism = need.level.mechanism!;
    const together =
      last?.[0]?.level.mechanism?.instance === mechanism.instance &&
      mechanism.operations.some(({ effect, to }) => effect !== "discard-dirty" && to === "coherency");
    if (last && together) last.push(need);
    else groups.push([need]);
  }
  // One register is asked, once for all passes; levels whose size another one says are maintained by the smallest.
  const asked = groups.map(sizeOfAll).find((lineSize) => lineSize !== undefined);
  return groups.map((group) => {
    const mechanism = group[0]!.level.mechanism!;
    const levels = cachesOf(core).filter((level) => level.mechanism?.instance === mechanism.instance);
    const mayWriteInto = inner(levels, subject);
    return {
      mechanism,
      accessBits: accessBitsOf(core),
      needs: group,
      lineBytes: Math.min(...group.map(({ level }) => level.smallestLineBytes)),
      largestLineBytes: Math.max(...group.map(({ level }) => level.largestLineBytes)),
      lineSize: isSameField(sizeOfAll(group), asked) ? asked : undefined,
      // An operation that reaches coherency acts on every level of its mechanism, also on one that needs no maintenance.
      mayBeDirty: levels.some((level) => level.enabled !== "never" && mayBeDirty(level)),
      isOnlyLevel: levels.length === 1,
      isQuietWhileMasked: levels.every((level) => isQuietWhileMasked(level, subject.chip, core)),
      isFront: group[0]!.level.masters !== undefined,
      keepsWritesOf: mastersThatLeaveDirty(mayWriteInto, subject),
      keepsWhatCpuWrote: mayWriteInto.some((level) => !isReleased(level, groups)),
    };
  });
}

/** Some levels, and those inside one of them that may write out a dirty line of the same memory, of buffers in it. */
function inner(levels: readonly CacheLevel[], subject: FenceSubject): CacheLevel[] {
  const memory = memoryOf(subject);
  return subject.core.caches.filter((level, index) => {
    const outer = levels.filter((other) => subject.core.caches.indexOf(other) >= index);
    const isOnWay = (other: CacheLevel) => memory.some((region) => caches(region, level) && caches(region, other));
    return level.enabled !== "never" && mayBeDirty(level) && outer.some(isOnWay);
  });
}

/** The masters that may leave dirty what they write, in some of these levels. */
export function mastersThatLeaveDirty(
  levels: readonly CacheLevel[],
  { chip, core, controllers }: FenceSubject,
): string[] {
  const writesTo = (controller: DmaController, level: CacheLevel) =>
    reachableRegions(chip, controller).some(({ region, writes }) => writes && caches(region, level));
  const leaves = (controller: DmaController) =>
    connectionsOf(controller, core).some((each) =>
      levels.some((level) => level.enabled !== "never" && mayLeaveDirty(each, level, core) && writesTo(each, level)),
    );
  return controllers.filter(leaves).map(({ name }) => name);
}

/** Whether `release` cleans a level, for its own sake or with others of its mechanism. */
function isReleased({ mechanism }: CacheLevel, groups: readonly (readonly LevelNeed[])[]): boolean {
  return groups.some(
    (needs) => needs.some(({ clean }) => clean) && needs[0]!.level.mechanism?.instance === mechanism?.instance,
  );
}

/** The core's levels that operations of a group act on: also such as need no maintenance. */
export function actedOn({ mechanism, isFront }: Group, core: ResolvedCore): CacheLevel[] {
  return core.caches.filter(
    (level) => !isFront && level.enabled !== "never" && level.mechanism?.instance === mechanism.instance,
  );
}

/** How wide an access of a core is at most: as wide as its addresses. */
export function accessBitsOf({ addressBits = 64 }: ResolvedCore): number {
  return addressBits;
}

/** Where the size of all lines of these levels is read; undefined where it is certain, or no one register says it. */
function sizeOfAll(needs: readonly LevelNeed[]): LineSize | undefined {
  const { lineSize } = needs[0]!.level;
  const isUncertain = needs.some(({ level }) => level.smallestLineBytes !== level.largestLineBytes);
  return isUncertain && needs.every(({ level }) => isSameField(level.lineSize, lineSize)) ? lineSize : undefined;
}

function isSameField(one: LineSize | undefined, other: LineSize | undefined): boolean {
  if (!one || !other) return one === other;
  return (["register", "lowBit", "bits", "unitBytes"] as const).every((key) => one[key] === other[key]);
}
