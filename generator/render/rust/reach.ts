// What each DMA master of a chip reaches: the masters as an enum, memory as a table with a bit for each.

import type { DmaController, Region } from "../../model/chip.ts";
import { typeStem } from "../../notation/names.ts";
import { lastAddress, reachInWords, reachOf, type SeenChip, unreachedRegions } from "../../semantics/memory-map.ts";
import { type Code, hexInCapitals, join } from "../code.ts";
import { uniqueNames } from "../names.ts";
import { deviceText, type ReachTable } from "../reach-tables.ts";
import { doc, docText, identifier, rust, stringLiteral } from "./encode.ts";

type Lines = readonly Code<"rust">[];

export type RustReachView = {
  readonly name: Code<"rust">;
  readonly docs: Lines;
  readonly memoryDocs: Lines;
  readonly memoryCount: Code<"rust">;
  readonly memory: Lines;
  readonly masters: readonly { readonly docs: Lines; readonly variant: Code<"rust"> }[];
  readonly names: Lines;
  /** For each master the memory that it reaches, and that of which nobody knows, as masks. */
  readonly reads: Lines;
  readonly writes: Lines;
  readonly mask: Code<"rust">;
};

/** Name of the masters' enum that belongs to a table. */
export function masterType({ chip, coreName }: ReachTable): Code<"rust"> {
  return identifier(`${typeStem(chip.id)}${coreName}DmaMaster`);
}

/** The masters' enum with its tables. */
export function viewRustReach(table: ReachTable, mask: Code<"rust">, width: number): RustReachView {
  const { chip, coreName } = table;
  const whose = coreName === "" ? "" : ` as its ${coreName} sees it`;
  const variants = uniqueNames(
    chip.dma.map(({ name }) => variantName(name)),
    "",
  ).map(identifier);
  const arms = (writes: boolean) =>
    chip.dma.flatMap((controller, index) => {
      const [yes, unknown] = (["yes", "unknown"] as const).map((answer) =>
        maskOf(chip, ({ name }) => reachOf(controller, name, writes) === answer),
      );
      return arm(rust`Self::${variants[index]!} => `, yes!, unknown!);
    });
  return {
    name: masterType(table),
    docs: [
      ...doc(
        docText(`The DMA masters of the ${chip.title}, and the memory that each reaches${whose && `,${whose}`}.`),
        "///",
        width,
      ),
      rust`///`,
      ...doc(
        docText(
          "Addresses are those that the CPU uses. `can_read`, `read_reach` and their like work in constants; `check_read` and `check_write` do nothing in release builds.",
        ),
        "///",
        width,
      ),
    ],
    memoryDocs: doc(docText(`Memory of the ${chip.title}${whose}: name, first and last address.`), "///", width - 4),
    memoryCount: rust`${chip.regions.length}`,
    memory: chip.regions.flatMap((region, bit) => {
      return [
        rust`// Bit ${bit}.`,
        ...call(
          rust`(`,
          [stringLiteral(region.name), hexInCapitals(region.base), hexInCapitals(lastAddress(region))],
          rust`),`,
        ),
      ];
    }),
    masters: chip.dma.map((controller, index) => ({
      docs: doc(
        docText(
          `${controller.name}: ${reachInWords(controller) || "reaches no memory described here"}.${deviceText(chip, controller)}`,
        ),
        "///",
        width - 4,
      ),
      variant: variants[index]!,
    })),
    names: chip.dma.map(({ name }, index) => rust`Self::${variants[index]!} => ${stringLiteral(name)},`),
    mask,
    reads: arms(false),
    writes: arms(true),
  };
}

/** The integer with a bit for each memory; 64 bits would call a library to shift on small targets. */
export function maskType(tables: readonly ReachTable[]): Code<"rust"> {
  return tables.every(({ chip }) => chip.regions.length <= 32) ? rust`u32` : rust`u64`;
}

export type RustChecksView = {
  readonly mask: Code<"rust">;
  /** As checks name it. */
  readonly chip: Code<"rust">;
  /** What fences check for themselves, where they do. */
  readonly ofFences: readonly { readonly mask: Code<"rust">; readonly chip: Code<"rust"> }[];
};

/**
 * What the tables of a chip share; undefined for a chip without masters.
 * @param fencesCheck whether some fence of the chip checks the memory that it is given
 */
export function viewRustChecks(tables: readonly ReachTable[], fencesCheck: boolean): RustChecksView | undefined {
  const [first] = tables;
  if (!first) return undefined;
  const checks = { mask: maskType(tables), chip: stringLiteral(first.chip.title) };
  return { ...checks, ofFences: fencesCheck ? [checks] : [] };
}

/** An arm of a match that gives two masks, as rustfmt breaks it. */
function arm(pattern: Code<"rust">, yes: Code<"rust">, unknown: Code<"rust">): Lines {
  const line = rust`${pattern}(${yes}, ${unknown}),`;
  // Within the function and the match.
  if (line.length <= 100 - 12) return [line];
  return [rust`${pattern}(`, rust`    ${yes},`, rust`    ${unknown},`, rust`),`];
}

/** The memory that some master of a fence reaches or may reach, as a mask. */
export function rustReached(chip: SeenChip, controllers: readonly DmaController[]): Code<"rust"> {
  const unreached = unreachedRegions(chip, controllers);
  return maskOf(chip, (region) => !unreached.includes(region));
}

/** Arguments or a tuple as rustfmt breaks them. */
export function call(open: Code<"rust">, items: Lines, close: Code<"rust">): Lines {
  const joined = join(items, rust`, `);
  if (joined.length <= 60) return [rust`${open}${joined}${close}`];
  return [open, ...items.map((item) => rust`    ${item},`), close];
}

/** One bit for each memory, the first on the right. */
function maskOf({ regions }: SeenChip, isIn: (region: Region) => boolean): Code<"rust"> {
  const bits = regions.map((region) => (isIn(region) ? rust`1` : rust`0`)).reverse();
  const grouped = bits.map((bit, index) => (index > 0 && (bits.length - index) % 4 === 0 ? rust`_${bit}` : bit));
  return rust`0b${join(grouped, rust``)}`;
}

/** `UsbOtg` for `USB OTG`. */
function variantName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const joined = words
    .map((word) => word.charAt(0).toUpperCase() + (isAcronym(word) ? word.slice(1).toLowerCase() : word.slice(1)))
    .join("");
  // What Rust takes for no name, or for a word of its own.
  if (/^(Self)?$/.test(joined)) return `Master${joined}`;
  return /^[0-9]/.test(joined) ? `M${joined}` : joined;
}

function isAcronym(word: string): boolean {
  return word === word.toUpperCase();
}
