// Rules on cache levels and on the mechanisms that maintain them.
import { isExact, parseQuantity } from "../../resolve/quantity.ts";
import {
  definedCores,
  definedLevels,
  definedMechanisms,
  findMechanism,
  type LooseLevel,
  maintenanceOf,
  type RuleContext,
  type Site,
  sites,
  usedCores,
} from "./rule.ts";

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
      if (bytes === 0n || (bytes & (bytes - 1n)) !== 0n) {
        context.report(
          "rule/line-not-power-of-two",
          [...pointer, ...path],
          `the cache line of ${value.name ?? "this level"}, ${bytes} bytes, is not a power of two`,
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

export function lineSizesCanBeRead(context: RuleContext): void {
  for (const { value: level, pointer, architectures } of levelsOnCores(context)) {
    const line = level.lineBytes;
    if (typeof line !== "object" || line?.readFrom !== "architecture") continue;
    const silent = architectures.find((id) => {
      const architecture = context.library.get("architecture", id);
      return architecture && !architecture.value.lineSize;
    });
    if (silent !== undefined)
      context.report("rule/no-line-size", [...pointer, "lineBytes", "readFrom"], `${silent} describes no \`lineSize\``);
  }
}

export function mechanismsFitTheCore(context: RuleContext): void {
  for (const { value: level, pointer, architectures } of levelsOnCores(context)) {
    const id = maintenanceOf(level);
    const fitting = id === undefined ? undefined : findMechanism(context, id)?.architectures;
    if (!fitting || architectures.length === 0 || architectures.some((own) => fitting.includes(own))) continue;
    const at = typeof level.maintenance === "object" ? ["maintenance", "mechanism"] : ["maintenance"];
    context.report(
      "rule/mechanism-of-other-architecture",
      [...pointer, ...at],
      `\`${id}\` is for ${fitting.join(" and ")}, and the core is ${architectures.join(" and ")}`,
    );
  }
}

/** The cache levels that this description defines, each with the architectures of the cores that have it. */
function levelsOnCores(context: RuleContext): (Site<LooseLevel> & { readonly architectures: readonly string[] })[] {
  const ofCores = definedCores(context).flatMap(({ value, pointer }) =>
    sites(value.caches, [...pointer, "caches"]).map((site) => ({
      ...site,
      architectures: known([value.architecture]),
    })),
  );
  const { description } = context;
  if (description.kind !== "chip") return ofCores;
  const all = known(usedCores(context).map(({ architecture }) => architecture));
  const ofChip = sites(description.value.caches, ["caches"]).map((site) => ({
    pointer: site.pointer,
    value: site.value as LooseLevel,
    architectures: all,
  }));
  return [...ofCores, ...ofChip];
}

function known(ids: readonly (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

export function sequencesUseDeclaredRegisters(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    const known = Object.keys(mechanism.registers ?? {});
    const check = (sequence: readonly unknown[] | undefined, at: readonly (string | number)[]) => {
      for (const [index, item] of (sequence ?? []).entries()) {
        for (const access of ["write", "poll"] as const) {
          const register = (item as Record<string, { register?: string } | undefined> | undefined)?.[access]?.register;
          if (register !== undefined && !known.includes(register)) {
            context.report(
              "rule/unknown-register",
              [...at, index, access, "register"],
              `the mechanism declares no register \`${register}\``,
              {
                mend: known.length > 0 ? `Declared are ${known.join(", ")}.` : "Declare it under `registers`.",
              },
            );
          }
        }
      }
    };
    for (const [name, operation] of Object.entries(mechanism.operations ?? {})) {
      check(operation?.sequence as unknown[] | undefined, [...pointer, "operations", name, "sequence"]);
    }
    check(mechanism.completion?.sequence as unknown[] | undefined, [...pointer, "completion", "sequence"]);
  }
}
