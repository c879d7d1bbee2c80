// Rules on cache levels and on the mechanisms that maintain them.
import { isExact, parseQuantity } from "../../notation/quantity.ts";
import {
  definedCores,
  definedLevels,
  entries,
  findCore,
  findMechanism,
  type LooseLevel,
  levelsHere,
  levelsOfEntry,
  maintenanceOf,
  masterCaches,
  type RuleContext,
  type Site,
  sites,
  usedCores,
} from "./rule.ts";

/** From a word to what no known cache exceeds: what is beyond was meant for another key. */
const [smallestLine, largestLine] = [4n, 4096n];

export function linesArePowersOfTwo(context: RuleContext): void {
  for (const { value, pointer } of definedLevels(context)) {
    const line = value.lineBytes;
    const sizes: [string[], number | string | undefined][] =
      typeof line === "object" && line !== null
        ? [
            [["lineBytes", "smallest"], line.smallest],
            [["lineBytes", "largest"], line.largest],
          ]
        : [[["lineBytes"], line]];
    for (const [path, size] of sizes) {
      if (size === undefined || !isExact(size)) continue;
      const bytes = parseQuantity(size);
      const problem =
        bytes === 0n || (bytes & (bytes - 1n)) !== 0n
          ? "is not a power of two"
          : bytes < smallestLine || bytes > largestLine
            ? "is no size that a line has"
            : undefined;
      if (problem) {
        context.report(
          "rule/line-not-power-of-two",
          [...pointer, ...path],
          `the cache line of ${value.name ?? "this level"}, ${bytes} bytes, ${problem}`,
        );
      }
    }
  }
}

export function lineRangesAreInOrder(context: RuleContext): void {
  for (const { value, pointer } of definedLevels(context)) {
    const line = value.lineBytes;
    if (typeof line !== "object" || line?.smallest === undefined || line.largest === undefined) continue;
    if (isExact(line.smallest) && isExact(line.largest) && parseQuantity(line.smallest) > parseQuantity(line.largest)) {
      context.report(
        "rule/line-range-reversed",
        [...pointer, "lineBytes", "smallest"],
        `the smallest line of ${value.name ?? "this level"} is larger than its largest`,
      );
    }
  }
}

/** Words that stand where names of levels do. */
const words: ReadonlySet<string> = new Set(["all", "none", "unknown", "run-time"]);

/** Regions and masters refer to levels by name. */
export function levelsHaveNamesOfTheirOwn(context: RuleContext): void {
  const { description } = context;
  const ofMasters = masterCaches(context);
  const mend =
    "Give each its own name. A cache that masters share stands once: under a key with their names, or under `everyMaster`.";
  const twice = (site: Site<LooseLevel>) =>
    context.report(
      "rule/duplicate-name",
      [...site.pointer, "name"],
      `two cache levels are called \`${site.value.name}\``,
      ofMasters.includes(site) ? { mend } : {},
    );
  const check = (levels: readonly Site<LooseLevel>[], taken: readonly (string | undefined)[]) => {
    for (const [index, site] of levels.entries()) {
      const before = [...taken, ...levels.slice(0, index).map(({ value }) => value.name)];
      if (site.value.name !== undefined && before.includes(site.value.name)) twice(site);
    }
  };
  for (const { value, pointer } of definedLevels(context))
    if (words.has(value.name ?? "") && pointer.at(-1) !== value.name)
      context.report(
        "rule/name-of-the-language",
        [...pointer, "name"],
        `\`${value.name}\` is a word of descriptions, and no name for a cache level`,
      );
  for (const { value, pointer } of definedCores(context)) check(sites(value.caches, [...pointer, "caches"]), []);
  if (description.kind !== "chip") return;
  for (const { value, pointer } of entries(context)) {
    const own = sites(findCore(context, value.core)?.caches, []).map(({ value: level }) => level.name);
    check(sites(value.caches, [...pointer, "caches"]), own);
  }
  const ofCores = entries(context).flatMap(({ value }) => levelsHere(context, value).map(({ name }) => name));
  const ofChip = sites(description.value.caches, ["caches"]) as Site<LooseLevel>[];
  check(ofChip, ofCores);
  check(ofMasters, [...ofCores, ...ofChip.map(({ value }) => value.name)]);
}

export function maintenanceIsKnown(context: RuleContext): void {
  for (const { value, pointer } of definedLevels(context)) {
    const id = maintenanceOf(value);
    if (id === undefined) continue;
    const at = typeof value.maintenance === "object" ? ["maintenance", "mechanism"] : ["maintenance"];
    const mechanism = findMechanism(context, id);
    if (!mechanism) {
      context.report("rule/unknown-reference", [...pointer, ...at], `no mechanism \`${id}\` is described`, {
        mend: context.library.suggestion("mechanism", id),
      });
      continue;
    }
    const hasBase =
      mechanism.base !== undefined || (typeof value.maintenance === "object" && value.maintenance?.base !== undefined);
    if (mechanism.registers && !hasBase) {
      context.report(
        "rule/no-register-base",
        [...pointer, ...at],
        `the registers of \`${id}\` have no address on this chip`,
      );
    }
  }
}

export function mechanismsFitTheCore(context: RuleContext): void {
  for (const { value: level, pointer, architectures } of levelsOnCores(context)) {
    const id = maintenanceOf(level);
    const fitting = id === undefined ? undefined : findMechanism(context, id)?.architectures;
    const others = fitting ? architectures.filter((own) => !fitting.includes(own)) : [];
    if (!fitting || others.length === 0) continue;
    const at = typeof level.maintenance === "object" ? ["maintenance", "mechanism"] : ["maintenance"];
    context.report(
      "rule/mechanism-of-other-architecture",
      [...pointer, ...at],
      `\`${id}\` is for ${fitting.join(" and ")}, and a core that has this level is ${others.join(" and ")}`,
    );
  }
}

/** The cache levels that this description defines, each with the architectures of the cores that have it. */
export function levelsOnCores(
  context: RuleContext,
): (Site<LooseLevel> & { readonly architectures: readonly string[] })[] {
  const ofCores = definedCores(context).flatMap(({ value, pointer }) =>
    sites(value.caches, [...pointer, "caches"]).map((site) => ({
      ...site,
      architectures: known([value.architecture]),
    })),
  );
  const { description } = context;
  if (description.kind !== "chip") return ofCores;
  const ofEntries = entries(context).flatMap((entry) =>
    levelsOfEntry(entry).map((site) => ({
      ...site,
      architectures: known([findCore(context, entry.value.core)?.architecture]),
    })),
  );
  const all = known(usedCores(context).map(({ architecture }) => architecture));
  const shared = [...sites(description.value.caches, ["caches"]), ...masterCaches(context)];
  const ofChip = shared.map((site) => ({
    pointer: site.pointer,
    value: site.value as LooseLevel,
    architectures: all,
  }));
  return [...ofCores, ...ofEntries, ...ofChip];
}

function known(ids: readonly (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}
