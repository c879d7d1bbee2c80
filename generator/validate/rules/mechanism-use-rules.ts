// Rules on how cache levels use the mechanisms that maintain them.
import type { Pointer } from "../../load/source-file.ts";
import { type FactsInUse, factsInUse, type LooseUse } from "../mechanism-facts.ts";
import {
  definedCores,
  entries,
  findMechanism,
  type LooseLevel,
  levelsHere,
  levelsOfEntry,
  maintenanceOf,
  type RuleContext,
  type Site,
  sites,
} from "./rule.ts";

/** A level with what it has of its mechanism. */
interface UsingLevel {
  readonly level: LooseLevel;
  readonly mechanism: string;
  readonly use: LooseUse;
  readonly facts: FactsInUse;
}

/**
 * One mechanism of a core that maintains several levels is one thing, with one set of facts: the planner makes one pass for them
 * all, and everything behind it takes a command for one of that thing.
 */
export function mechanismsAreUsedAlike(context: RuleContext): void {
  const reported = new Set<string>();
  for (const { levels, written } of levelsOfCores(context)) {
    const using = levels.flatMap((level) => usingLevel(context, level) ?? []);
    for (const [index, one] of using.entries()) {
      const other = using.slice(0, index).find((each) => isOneThing(each, one) && difference(each, one));
      if (!other) continue;
      // Said of the level that this file says something of; of two, of the outer one.
      const site = [one, other].flatMap(({ level }) => siteOf(level, written) ?? [])[0];
      const found = difference(other, one)!;
      const at = site && [...site.pointer, "maintenance", ...keyOf(site.value, found.keys)];
      if (!at || reported.has(at.join("\n"))) continue;
      reported.add(at.join("\n"));
      context.report("rule/mechanism-in-two-ways", at, `\`${one.mechanism}\` maintains ${found.message}`, {
        at: "key",
      });
    }
  }
}

/** The levels that each core has together, and those of them that this file writes. */
function levelsOfCores(
  context: RuleContext,
): { readonly levels: readonly LooseLevel[]; readonly written: readonly Site<LooseLevel>[] }[] {
  const { description } = context;
  const inCores = definedCores(context).map(({ value, pointer }) => sites(value.caches, [...pointer, "caches"]));
  const ofCores = inCores.map((written) => ({ levels: written.map(({ value }) => value), written }));
  if (description.kind !== "chip") return ofCores;
  const shared = sites(description.value.caches, ["caches"]) as Site<LooseLevel>[];
  const ofEntries = entries(context).map((entry) => ({
    levels: [...levelsHere(context, entry.value), ...shared.map(({ value }) => value)],
    written: [...levelsOfEntry(entry), ...inCores.flat(), ...shared],
  }));
  return [...ofCores, ...ofEntries];
}

function usingLevel(context: RuleContext, level: LooseLevel): UsingLevel | undefined {
  const id = maintenanceOf(level);
  const mechanism = id === undefined ? undefined : findMechanism(context, id);
  if (id === undefined || !mechanism) return undefined;
  const { maintenance } = level;
  const use = typeof maintenance === "object" && maintenance !== null ? (maintenance as LooseUse) : {};
  return { level, mechanism: id, use, facts: factsInUse(mechanism, use) };
}

/** Whether two levels are maintained by one mechanism at one place. */
function isOneThing(one: UsingLevel, other: UsingLevel): boolean {
  return one.mechanism === other.mechanism && one.facts.base === other.facts.base;
}

/** What is said of a mechanism at one of two levels and not at the other, and the keys that may say it. */
function difference(
  one: UsingLevel,
  other: UsingLevel,
): { readonly message: string; readonly keys: readonly (keyof LooseUse)[] } | undefined {
  const both = `${one.level.name} and ${other.level.name}`;
  const between = (holdsAtOne: boolean) => {
    const [is, isNot] = holdsAtOne ? [one, other] : [other, one];
    return `for ${is.level.name} and not for ${isNot.level.name}`;
  };
  if (one.facts.others !== other.facts.others)
    return { message: `${both}, and does not differ there in the same`, keys: ["differs"] };
  const [erratum] = [...one.facts.errata, ...other.facts.errata].filter(
    (each) => !one.facts.errata.includes(each) || !other.facts.errata.includes(each),
  );
  if (erratum !== undefined) {
    const where = between(one.facts.errata.includes(erratum));
    return { message: `${both}, and ${erratum} holds ${where}`, keys: ["differs", "revision"] };
  }
  if (one.facts.interruptsMasked !== other.facts.interruptsMasked) {
    const where = between(one.facts.interruptsMasked);
    return { message: `${both}, and interrupts are masked ${where}`, keys: ["lock"] };
  }
  return undefined;
}

function siteOf(level: LooseLevel, written: readonly Site<LooseLevel>[]): Site<LooseLevel> | undefined {
  return written.find(({ value }) => value.name === level.name && value.maintenance === level.maintenance);
}

/** The key of a level's `maintenance` that says what is otherwise; none where that is silent. */
function keyOf({ maintenance }: LooseLevel, keys: readonly (keyof LooseUse)[]): Pointer {
  const said = typeof maintenance === "object" && maintenance !== null ? (maintenance as LooseUse) : {};
  return keys.filter((key) => said[key] !== undefined).slice(0, 1);
}
