// Rules on DMA masters: what they reach, see and demand.

import type { Pointer } from "../../load/source-file.ts";
import { once } from "../../model/once.ts";
import { formatAddress, isExact, parseQuantity } from "../../notation/quantity.ts";
import { isBeyond, lastAddressFor, seesPartOnly, seesWhole } from "../addresses.ts";
import { whereStated } from "../where-stated.ts";
import {
  entries,
  findCore,
  type LooseEntry,
  type LooseMaster,
  levelsHere,
  masterSites,
  masterTexts,
  memorySites,
  type Named,
  namedIn,
  type RuleContext,
  sites,
} from "./rule.ts";

/** The lists of memory that a master reaches, or may reach. */
export const reachKeys = ["reaches", "reads", "writes", "mayReach", "mayRead"] as const;

type ReachKey = (typeof reachKeys)[number];

/** Of two lists that name a memory, the pairs of which the second says what the first leaves open; no three do. */
const bothSayMore: ReadonlySet<string> = new Set([
  "reads writes",
  "reads mayReach",
  "writes mayReach",
  "writes mayRead",
]);

export function mastersReachDescribedMemory(context: RuleContext): void {
  const memories = memorySites(context);
  const memoryOf = namedIn(memories);
  const known = [...new Set(memories.map(({ value }) => value.name))];
  for (const { value, pointer } of masterSites(context)) {
    const isPartly = memories.some((memory) => seesPartOnly(value, memory.value, memoryOf));
    if (!isPartly && reachKeys.every((key) => reachedBy(context, value, key).length === 0))
      context.report("rule/master-reaches-nothing", pointer, `\`${value.name}\` reaches no memory`, { at: "key" });
  }
  for (const { value, pointer } of masterTexts(context)) {
    for (const key of reachKeys) {
      if (!Array.isArray(value[key])) continue;
      for (const { value: memory, pointer: at } of sites(value[key], [...pointer, key])) {
        if (!known.includes(memory))
          context.report("rule/unknown-memory", at, `\`${value.name}\` reaches \`${memory}\`, which is not described`, {
            mend: memory.split(",").every((name) => known.includes(name.trim()))
              ? "Each name is an item of the list, without quotes around several."
              : `Described are ${known.join(", ") || "none"}.`,
          });
      }
    }
    for (const key of ["alignmentBytes", "lengthMultipleBytes"] as const) {
      const quantity = value[key];
      if (quantity === undefined || !isExact(quantity)) continue;
      const bytes = parseQuantity(quantity);
      if (bytes === 0n || (key === "alignmentBytes" && (bytes & (bytes - 1n)) !== 0n)) {
        context.report(
          "rule/alignment-not-power-of-two",
          [...pointer, key],
          `an alignment of ${bytes} bytes is not a power of two`,
        );
      }
    }
  }
}

/** That what a master does with a memory has one answer. */
export function reachIsStatedOnce(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const reported = new Set<string>();
  for (const { value: master, pointer } of masterSites(context)) {
    const own = description.value.masters?.[String(pointer[1])] as LooseMaster | undefined;
    const listOf = (key: ReachKey): List => ({ key, isAll: master[key] === "all", isOwn: own?.[key] !== undefined });
    const stated = new Map<string, ReachKey[]>();
    for (const key of reachKeys) {
      for (const [index, memory] of reachedBy(context, master, key).entries()) {
        const before = stated.get(memory) ?? [];
        stated.set(memory, [...before, key]);
        // What it both reads and writes it reaches, whatever a third list says.
        const says = (each: ReachKey) => saysMore(listOf(each), listOf(key));
        const other = key === "mayReach" && before.length > 1 ? before[0] : before.find((each) => !says(each));
        const place = placeOf(context, pointer, key);
        const at = master[key] === "all" ? place : [...place, index];
        if (other === undefined || reported.has(at.join())) continue;
        reported.add(at.join());
        context.report(
          "rule/reach-stated-twice",
          at,
          `\`${memory}\` is listed under \`${other}\` of \`${master.name}\` already`,
        );
      }
    }
  }
}

interface ListedMemory {
  readonly master: string;
  readonly memory: string;
  readonly at: Pointer;
  readonly reached: readonly string[];
}

/** Each memory that a list names, once for each place where it is written, and all that this master reaches. */
export const listedReach = once((context: RuleContext): readonly ListedMemory[] => {
  const listed = masterSites(context).flatMap(({ value: master, pointer }) => {
    const reached = reachKeys.flatMap((key) => reachedBy(context, master, key));
    return reachKeys.flatMap((key) => {
      const names = Array.isArray(master[key]) ? sites(master[key], placeOf(context, pointer, key)) : [];
      return names.map(({ value, pointer: at }) => ({ master: master.name, memory: value, at, reached }));
    });
  });
  // The names of a key share its lists.
  return [...new Map([...listed].reverse().map((each) => [each.at.join("\n"), each])).values()].reverse();
});

/** Who reaches an alias reaches the memory that it shows, whose own address some core may use. */
export function aliasesComeWithTheirMemory(context: RuleContext): void {
  const memoryOf = namedIn(memorySites(context));
  for (const { master, memory, at, reached } of listedReach(context)) {
    const shown = memoryOf(memory)?.aliasOf;
    if (shown === undefined || !memoryOf(shown) || reached.includes(shown)) continue;
    context.report(
      "rule/alias-without-memory",
      at,
      `\`${master}\` reaches \`${memory}\`, which shows \`${shown}\`, and \`${shown}\` is not listed`,
    );
  }
}

/** Where a list of a master is written. */
function placeOf({ description }: RuleContext, pointer: Pointer, key: ReachKey): Pointer {
  return whereStated(description.value, [...pointer, key]);
}

/** One of a master's lists: short for all, or names; written for it alone, or for every master. */
interface List {
  readonly key: ReachKey;
  readonly isAll: boolean;
  readonly isOwn: boolean;
}

/** Whether a second list says something of a memory that the first one leaves open. */
function saysMore(first: List, second: List): boolean {
  if (bothSayMore.has(`${first.key} ${second.key}`)) return true;
  if (first.key !== "reaches" || (second.key !== "reads" && second.key !== "writes")) return false;
  // A master may reach what every master reads, and read all memory of which it reaches some; the rest would have no effect.
  const isMoreOfOne = first.isOwn && !second.isOwn;
  return second.isAll ? !first.isAll || isMoreOfOne : !first.isAll && isMoreOfOne;
}

/** The names of the memories in one of a master's lists, which may be short for all that have an address for it. */
export function reachedBy(context: RuleContext, master: Named<LooseMaster>, key: ReachKey): readonly string[] {
  const names = master[key];
  if (names !== "all") return sites(names, []).map(({ value }) => value);
  const memories = memorySites(context);
  const memoryOf = namedIn(memories);
  return memories.flatMap(({ value }) => (seesWhole(master, value, memoryOf) ? [value.name] : []));
}

/** What lies beyond the bits of a master's addresses is none that it reaches. */
export function mastersReachWhatTheyCanAddress(context: RuleContext): void {
  const memoryOf = namedIn(memorySites(context));
  for (const { value, pointer } of masterSites(context)) {
    for (const key of reachKeys) {
      // What `all` leaves out must lie beyond as a whole, or DMA would reach more than the fence is planned for.
      const part =
        value[key] === "all" && memorySites(context).find((each) => seesPartOnly(value, each.value, memoryOf));
      if (part)
        context.report(
          "rule/beyond-master-addresses",
          placeOf(context, pointer, key),
          `\`${part.value.name}\` lies within the ${value.addressBits} bits of the addresses of \`${value.name}\` only in part`,
        );
      if (!Array.isArray(value[key])) continue;
      for (const { value: name, pointer: at } of sites(value[key], [...pointer, key])) {
        const memory = memoryOf(name);
        const last = memory && lastAddressFor(value, memory, memoryOf);
        if (last === undefined || !isBeyond(value, last)) continue;
        context.report(
          "rule/beyond-master-addresses",
          at,
          `\`${name}\` ends at ${formatAddress(last)}, and the addresses of \`${value.name}\` have ${value.addressBits} bits`,
        );
      }
    }
  }
}

/** A level's name in `snoops` must mean one cache: a master may see those of one core and not those of another. */
export function snoopedLevelsAreOfOneCore(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  // Entries of one core are one core in several worlds, whose levels are the same caches.
  const owners = entries(context).map(({ value }) => ({
    id: findCore(context, value.core)?.core,
    name: value.name,
    levels: levelsHere(context, value).flatMap(({ name }) => name ?? []),
  }));
  for (const { value, pointer } of masterTexts(context)) {
    if (!Array.isArray(value.snoops)) continue; // by core, nothing is ambiguous
    for (const { value: name, pointer: at } of sites(value.snoops, [...pointer, "snoops"])) {
      const cores = [...new Set(owners.flatMap(({ id, levels }) => (levels.includes(name) ? [id ?? ""] : [])))];
      if (cores.length < 2) continue;
      context.report(
        "rule/ambiguous-cache-level",
        at,
        `each of ${cores.join(" and ")} has a level \`${name}\`, and \`${value.name}\` would see them all`,
        {
          mend: `Say whose: \`snoops: { ${owners.find(({ levels }) => levels.includes(name))?.name ?? "NAME"}: [${name}] }\`.`,
        },
      );
    }
  }
}

/** Cores by whose names a master's snooping is told apart, and the levels of each. */
export function snoopedCoresAreKnown(context: RuleContext): void {
  const cores = new Map<string, LooseEntry>(
    entries(context).flatMap(({ value }) => (value.name ? [[value.name, value]] : [])),
  );
  for (const { value, pointer } of masterTexts(context)) {
    const { snoops } = value;
    if (typeof snoops !== "object" || snoops === null || Array.isArray(snoops)) continue;
    for (const name of Object.keys(snoops)) {
      if (cores.has(name)) continue;
      context.report("rule/unknown-core", [...pointer, "snoops", name], `no core of this chip is called \`${name}\``, {
        at: "key",
        mend: cores.size > 0 ? `Its cores are ${[...cores.keys()].join(", ")}.` : "Its one core has no `name`.",
      });
    }
  }
}
