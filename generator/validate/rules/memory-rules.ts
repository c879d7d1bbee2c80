// Rules on memory regions, DMA controllers and the numbers in a description.
import { formatAddress, isExact, isQuantity, parseQuantity } from "../../resolve/quantity.ts";
import { type RuleContext, sites, usedLevels, visitLeaves } from "./rule.ts";

export function numbersAreExact(context: RuleContext): void {
  visitLeaves(context.description.file.value, (value, pointer) => {
    if (typeof value === "boolean" || !isWholeNumber(value) || isExact(value)) return;
    context.report("rule/number-too-large", [...pointer], `${value} cannot be represented exactly`);
  });
}

function isWholeNumber(value: number | string): boolean {
  return typeof value === "number" ? Number.isInteger(value) : isQuantity(value);
}

interface Span {
  readonly name: string;
  readonly index: number;
  readonly base: bigint;
  /** Exclusive; one byte past the base where the board decides the size. */
  readonly end: bigint;
}

export function regionsDoNotOverlap(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const spans: Span[] = [];
  const names = new Set<string>();
  for (const { value, pointer } of sites(description.value.regions, ["regions"])) {
    const name = value.name ?? "";
    if (names.has(name))
      context.report("rule/duplicate-name", [...pointer, "name"], `two regions are called \`${name}\``);
    names.add(name);
    if (value.base === undefined || !isExact(value.base)) continue;
    const base = parseQuantity(value.base);
    const size = value.size === undefined || !isExact(value.size) ? 1n : parseQuantity(value.size);
    if (size === 0n) context.report("rule/region-empty", [...pointer, "size"], `the region \`${name}\` has no bytes`);
    const span = { name, index: Number(pointer.at(-1)), base, end: base + size };
    const other = spans.find(({ base, end }) => span.base < end && base < span.end);
    if (other) {
      context.report(
        "rule/regions-overlap",
        [...pointer, "base"],
        `\`${name}\` (${formatAddress(span.base)} to ${formatAddress(span.end - 1n)}) overlaps \`${other.name}\` (${formatAddress(other.base)} to ${formatAddress(other.end - 1n)})`,
      );
    }
    spans.push(span);
  }
  for (const { value, pointer } of sites(description.value.regions, ["regions"])) {
    if (value.aliasOf !== undefined && !names.has(value.aliasOf)) {
      context.report("rule/unknown-region", [...pointer, "aliasOf"], `no region is called \`${value.aliasOf}\``);
    }
  }
}

export function controllersReachDeclaredRegions(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const regions = new Set(sites(description.value.regions, []).flatMap(({ value }) => value.name ?? []));
  const names = new Set<string>();
  for (const { value, pointer } of sites(description.value.dma, ["dma"])) {
    if (value.name !== undefined && names.has(value.name))
      context.report("rule/duplicate-name", [...pointer, "name"], `two DMA controllers are called \`${value.name}\``);
    names.add(value.name ?? "");
    for (const key of ["reaches", "reads"] as const) {
      for (const { value: region, pointer: at } of sites(value[key], [...pointer, key])) {
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
    if (typeof value.deviceAddressOffset === "object" && value.deviceAddressOffset !== null) {
      for (const region of Object.keys(value.deviceAddressOffset)) {
        if (!regions.has(region))
          context.report(
            "rule/unknown-region",
            [...pointer, "deviceAddressOffset", region],
            `no region is called \`${region}\``,
            { at: "key" },
          );
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

export function cacheLevelsAreKnown(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const levels = usedLevels(context).flatMap(({ name }) => name ?? []);
  const check = (names: unknown, pointer: readonly (string | number)[]) => {
    if (!Array.isArray(names)) return;
    for (const [index, name] of names.entries()) {
      if (typeof name === "string" && !levels.includes(name)) {
        context.report("rule/unknown-cache-level", [...pointer, index], `this chip has no cache level \`${name}\``, {
          mend:
            levels.length > 0
              ? `Its levels are ${[...new Set(levels)].join(", ")}.`
              : "Its cores and `caches` describe no level.",
        });
      }
    }
  };
  for (const { value, pointer } of sites(description.value.regions, ["regions"]))
    check(value.cachedBy, [...pointer, "cachedBy"]);
  for (const { value, pointer } of sites(description.value.dma, ["dma"])) check(value.snoops, [...pointer, "snoops"]);
  const own = sites(description.value.caches, ["caches"]);
  for (const { value, pointer } of own) {
    if (levels.filter((name) => name === value.name).length > 1) {
      context.report("rule/duplicate-name", [...pointer, "name"], `two cache levels are called \`${value.name}\``);
    }
  }
}
