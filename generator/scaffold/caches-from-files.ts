// What files of others say of a new chip's cache levels, as answers.
import type { Core } from "#generated/descriptions.js";
import { parseQuantity } from "../notation/quantity.ts";
import { coreOf } from "../witness/compare-cores.ts";
import type { WitnessedLevel } from "../witness/witness.ts";
import { type CacheAnswer, type CoreChoice, nameOf as nameOfCore, unknown } from "./chip-answers.ts";
import type { Draft } from "./chip-draft.ts";
import { cited, type Told } from "./told.ts";

const anyLine = { smallestLineBytes: 16n, largestLineBytes: 128n };

/** The levels beyond those of the cores' own descriptions. Where no file shows one, whether there is any stays open. */
export function cachesFrom(
  caches: Draft["caches"],
  told: readonly Told[],
  cores: readonly CoreChoice[],
): Draft["caches"] {
  if (caches === unknown || caches.isComplete) return caches;
  const outer: ToldLevel[] = [];
  for (const { witness, source } of told) {
    const beyond = witness.levels
      .map((level) => ({ levels: [level], core: coreOfLevel(level, cores), source }))
      .filter(({ levels: [level], core }) => level!.level > ownLevels(core, cores));
    for (const each of withAllOfOne(beyond)) {
      const isTold = outer.some(
        ({ levels: [level], core }) =>
          level!.level === each.levels[0]!.level && (core === each.core || !core || !each.core),
      );
      if (!isTold) outer.push(each);
    }
  }
  const items = outer
    .filter((each, at) => outer.findIndex((other) => isSameLevel(other, each)) === at)
    .sort((a, b) => a.levels[0]!.level - b.levels[0]!.level)
    .map((each) => {
      const isOfOne = outer.some(
        (other) => other.levels[0]!.level === each.levels[0]!.level && !isSameLevel(other, each),
      );
      return levelAnswer(each, isOfOne ? each.core : undefined);
    });
  return { items, isComplete: items.length > 0 };
}

function coreOfLevel({ ofCore }: WitnessedLevel, cores: readonly CoreChoice[]): CoreChoice | undefined {
  const known = cores.map(({ id, facts }) => ({ id, alsoCalled: facts?.alsoCalled ?? [] }));
  return cores.find(({ id }) => id === coreOf(ofCore, known)?.id);
}

/** How many levels the core's own description has; of a core that is not told, the least of all, as a level too many is only refused. */
function ownLevels(core: CoreChoice | undefined, cores: readonly CoreChoice[]): number {
  const counts = (core ? [core] : cores).map(({ facts }) => facts?.caches.length ?? 0);
  return counts.length === 0 ? 0 : Math.min(...counts);
}

/** What a file says of one level of one core, where its clusters differ, as one. */
function withAllOfOne(each: readonly ToldLevel[]): ToldLevel[] {
  const merged: { levels: WitnessedLevel[]; core: CoreChoice | undefined; source: string }[] = [];
  for (const { levels, core, source } of each) {
    const same = merged.find((other) => other.core === core && other.levels[0]!.level === levels[0]!.level);
    if (same) same.levels.push(...levels);
    else merged.push({ levels: [...levels], core, source });
  }
  return merged;
}

/** Lines of a core's own levels that the file has otherwise than the core's description, from which they are taken. */
export function otherOwnLines(caches: Draft["caches"], told: readonly Told[], cores: readonly CoreChoice[]): string[] {
  if (caches === unknown) return [];
  return told.flatMap(({ witness: { path, levels } }) =>
    levels.flatMap((level) => {
      const core = coreOfLevel(level, cores);
      const own = core?.facts?.caches[level.level - 1];
      const { lineBytes, place } = level;
      if (!core || !own || lineBytes === undefined) return [];
      const { smallest, largest } = linesOf(own.lineBytes);
      if (BigInt(lineBytes) >= smallest && BigInt(lineBytes) <= largest) return [];
      return [
        `${path} has lines of ${lineBytes} bytes in level ${level.level} (${place}), and the description of ${core.id}, which is taken, others: look which is right.`,
      ];
    }),
  );
}

export function unplacedCaches(caches: Draft["caches"], told: readonly Told[]): string[] {
  if (caches === unknown || caches.isComplete) return [];
  return told.flatMap(({ witness: { path, unplacedCaches } }) => unplacedCaches.map((each) => `${path}: ${each}`));
}

interface ToldLevel {
  /** One, or several where clusters of the core differ in it. */
  readonly levels: readonly WitnessedLevel[];
  readonly core: CoreChoice | undefined;
  readonly source: string;
}

/** Two kinds of core share a level where the file has one entry for it. */
function isSameLevel({ levels: a }: ToldLevel, { levels: b }: ToldLevel): boolean {
  return a.length === b.length && a.every((one, at) => one.level === b[at]!.level && one.place === b[at]!.place);
}

/** @param core that alone has it; undefined where all have it */
function levelAnswer({ levels, source }: ToldLevel, core?: CoreChoice): CacheAnswer {
  const { level } = levels[0]!;
  const lines = levels.flatMap(({ lineBytes }) => lineBytes ?? []);
  const line =
    lines.length < levels.length
      ? anyLine
      : { smallestLineBytes: BigInt(Math.min(...lines)), largestLineBytes: BigInt(Math.max(...lines)) };
  const name = core === undefined ? `L${level}` : `${nameOfCore(core)} L${level}`;
  return {
    ...{ name, core: core && nameOfCore(core), ...line, writePolicy: "configurable", maintenance: undefined },
    source: cited(source, levels.map(({ place }) => place).join(", ")),
  };
}

function linesOf(line: Core["caches"][number]["lineBytes"]): { readonly smallest: bigint; readonly largest: bigint } {
  const { smallest, largest } = typeof line === "object" ? line : { smallest: line, largest: line };
  return { smallest: parseQuantity(smallest), largest: parseQuantity(largest) };
}
