// Rules on who sees a memory, and where: cores and DMA masters.
import { once } from "../../model/once.ts";
import { everyCore, everyMaster } from "../../model/viewers.ts";
import { baseFor, lastAddressFor } from "../addresses.ts";
import { listedReach, reachedBy, reachKeys } from "./master-rules.ts";
import { entryAddressBits, findCore, masterSites, memorySites, namedIn, type RuleContext, sites } from "./rule.ts";

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

export const viewersOf = once((context: RuleContext): readonly Viewer[] => {
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
  const masters = masterSites(context).map(({ value }): Viewer => {
    const reached = reachKeys.flatMap((key) => reachedBy(context, value, key));
    return { kind: "master", names: [value.name], reached };
  });
  return [...cores, ...masters];
});

export function viewersAreKnown(context: RuleContext): void {
  const viewers = viewersOf(context);
  for (const { value, pointer } of memorySites(context)) {
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
  const memoryOf = namedIn(memorySites(context));
  for (const { value: master, pointer } of masterSites(context)) {
    for (const key of reachKeys) {
      if (!Array.isArray(master[key])) continue;
      for (const { value: name, pointer: at } of sites(master[key], [...pointer, key])) {
        const memory = memoryOf(name);
        const bases = [memory?.base, memory?.aliasOf === undefined ? undefined : memoryOf(memory.aliasOf)?.base];
        const isForEach = bases.every((base) => base === undefined || (typeof base === "object" && base !== null));
        if (!memory?.base || !isForEach || lastAddressFor(master, memory, memoryOf) !== undefined) continue;
        context.report(
          "rule/no-address-for-master",
          at,
          `\`${master.name}\` reaches \`${name}\`, whose \`base\` says where for other viewers only`,
        );
      }
    }
  }
}

/** A core that sees a memory by an alias alone is told of every master that reaches the memory. */
export function memoriesComeWithTheirOnlyAlias(context: RuleContext): void {
  const memories = memorySites(context);
  const memoryOf = namedIn(memories);
  const cores = viewersOf(context).filter(({ kind }) => kind === "core");
  for (const { master, memory, at, reached } of listedReach(context)) {
    const blind = cores.filter((core) => baseFor(core, memoryOf(memory)?.base) === undefined);
    const alias = memories.find(
      ({ value }) =>
        value.aliasOf === memory &&
        !reached.includes(value.name) &&
        blind.some((core) => baseFor(core, value.base) !== undefined),
    );
    if (!alias) continue;
    context.report(
      "rule/memory-without-alias",
      at,
      `\`${master}\` reaches \`${memory}\`, which a core sees as \`${alias.value.name}\` alone, and that is not listed`,
    );
  }
}
