// Rules on DMA controllers: what they reach, see and demand.
import { isExact, parseQuantity } from "../../notation/quantity.ts";
import { entries, findCore, type LooseEntry, levelsHere, type RuleContext, sites } from "./rule.ts";

/** The lists of memory that a master reaches, or may reach. */
export const reachKeys = ["reaches", "reads", "mayReach", "mayRead"] as const;

export function controllersReachDeclaredRegions(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const regions = new Set(sites(description.value.regions, []).flatMap(({ value }) => value.name ?? []));
  const names = new Set<string>();
  for (const { value, pointer } of sites(description.value.dma, ["dma"])) {
    if (value.name !== undefined && names.has(value.name))
      context.report("rule/duplicate-name", [...pointer, "name"], `two DMA controllers are called \`${value.name}\``);
    names.add(value.name ?? "");
    if (reachKeys.every((key) => (value[key] ?? []).length === 0))
      context.report(
        "rule/controller-reaches-nothing",
        [...pointer, ...(value.reaches ? ["reaches"] : [])],
        `\`${value.name ?? "the controller"}\` reaches no memory`,
      );
    const stated = new Map<string, string>();
    for (const key of reachKeys) {
      for (const { value: region, pointer: at } of sites(value[key], [...pointer, key])) {
        const before = stated.get(region);
        stated.set(region, key);
        // What is read may be written for all that anybody knows.
        if (before !== undefined && !(before === "reads" && key === "mayReach"))
          context.report("rule/reach-stated-twice", at, `\`${region}\` is listed under \`${before}\` already`);
        if (!regions.has(region)) {
          context.report(
            "rule/unknown-region",
            at,
            `\`${value.name ?? "a controller"}\` reaches \`${region}\`, which is no declared region`,
            {
              mend: `Declared are ${[...regions].join(", ") || "none"}.`,
            },
          );
        }
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
  for (const { value, pointer } of sites(description.value.dma, ["dma"])) {
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
  const { description } = context;
  if (description.kind !== "chip") return;
  const cores = new Map<string, LooseEntry>(
    entries(context).flatMap(({ value }) => (value.name ? [[value.name, value]] : [])),
  );
  for (const { value, pointer } of sites(description.value.dma, ["dma"])) {
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
