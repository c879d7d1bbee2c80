// Rules on who sees a memory, and where: cores and DMA masters.
import { everyCore, everyMaster } from "../../model/viewers.ts";
import { isExact, parseQuantity } from "../../notation/quantity.ts";
import { reachKeys } from "./controller-rules.ts";
import { entryAddressBits, findCore, type RuleContext, sites } from "./rule.ts";

/** A core or a master of the chip that the rules look at. */
export type Viewer =
  | {
      readonly kind: "core";
      /** Of its entry, and the id of the core. */
      readonly names: readonly string[];
      /** On the widest of its Rust targets; undefined where none is known. */
      readonly addressBits: 32 | 64 | undefined;
    }
  | { readonly kind: "master"; readonly names: readonly [string]; readonly reached: readonly string[] };

export function viewersOf(context: RuleContext): Viewer[] {
  const { description } = context;
  if (description.kind !== "chip") return [];
  const cores = sites(description.value.cores, []).map(({ value }): Viewer => {
    const id = typeof value.core === "string" ? value.core : findCore(context, value.core)?.core;
    return {
      kind: "core",
      names: [value.name, id].filter((name) => name !== undefined),
      addressBits: entryAddressBits(context, value),
    };
  });
  const masters = sites(description.value.dma, []).flatMap(({ value }): Viewer[] => {
    const { name } = value;
    const reached = reachKeys.flatMap((key) => sites(value[key], []).map(({ value: region }) => region));
    return name === undefined ? [] : [{ kind: "master", names: [name], reached }];
  });
  return [...cores, ...masters];
}

type LooseBase = number | string | Readonly<Record<string, number | string | undefined>> | undefined;

/** Where a viewer sees a memory by its `base` alone; undefined where not, or where that is no address. */
export function baseFor({ kind, names }: Pick<Viewer, "kind" | "names">, base: LooseBase): bigint | undefined {
  if (base === undefined || base === null) return undefined;
  if (typeof base !== "object") return exact(base);
  const keys = [...names, kind === "core" ? everyCore : everyMaster];
  const own = keys.find((key) => Object.hasOwn(base, key));
  return own === undefined ? undefined : exact(base[own]);
}

function exact(quantity: number | string | undefined): bigint | undefined {
  return quantity === undefined || quantity === null || !isExact(quantity) ? undefined : parseQuantity(quantity);
}

export function viewersAreKnown(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const viewers = viewersOf(context);
  for (const { value, pointer } of sites(description.value.regions, ["regions"])) {
    const { base } = value;
    if (typeof base !== "object" || base === null) continue;
    const keys = Object.keys(base);
    for (const key of keys) {
      if (key === everyCore || key === everyMaster) continue;
      const kinds = new Set(viewers.filter(({ names }) => names.some((name) => name === key)).map(({ kind }) => kind));
      const at = [...pointer, "base", key];
      if (kinds.size === 0)
        context.report("rule/unknown-viewer", at, `this chip has no core and no DMA master \`${key}\``, { at: "key" });
      if (kinds.size === 2)
        context.report("rule/unknown-viewer", at, `\`${key}\` is a core and a DMA master`, { at: "key" });
    }
    for (const { names } of viewers) {
      const twice = [...new Set(names)].filter((name) => keys.includes(name));
      if (twice.length < 2) continue;
      const at = [...pointer, "base", twice[1]!];
      context.report("rule/address-stated-twice", at, `\`${twice.join("` and `")}\` are one core`, { at: "key" });
    }
  }
}

/** What a master reaches has an address for it, its own or that of the memory which an alias shows. */
export function reachedMemoryHasAnAddress(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const regions = sites(description.value.regions, []).map(({ value }) => value);
  const named = (name: string | undefined) => regions.find((region) => region.name === name);
  for (const { value, pointer } of sites(description.value.dma, ["dma"])) {
    const viewer = { kind: "master", names: [value.name ?? ""] } as const;
    for (const key of reachKeys) {
      for (const { value: name, pointer: at } of sites(value[key], [...pointer, key])) {
        const region = named(name);
        const bases = [region?.base, named(region?.aliasOf)?.base].filter((base) => base !== undefined);
        if (bases.some((base) => typeof base !== "object" || baseFor(viewer, base) !== undefined)) continue;
        if (region)
          context.report(
            "rule/no-address-for-master",
            at,
            `\`${value.name ?? "the master"}\` reaches \`${name}\`, whose \`base\` says where for other viewers only`,
          );
      }
    }
  }
}
