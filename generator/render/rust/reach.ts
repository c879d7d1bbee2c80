// What each DMA master of a chip reaches: the masters as an enum, memory as a table with a bit for each.

import type { DmaController, Region, ResolvedChip } from "../../model/chip.ts";
import { typeStem } from "../../plan/plan-chip.ts";
import { canAccess, extentOf, unreachedRegions } from "../../semantics/memory-map.ts";
import { deviceText, hex } from "../reach-text.ts";
import { comment } from "../text.ts";

export interface RustReachView {
  readonly name: string;
  readonly docs: readonly string[];
  readonly memoryDocs: readonly string[];
  readonly memoryCount: string;
  readonly memory: readonly string[];
  readonly masters: readonly { readonly docs: readonly string[]; readonly variant: string }[];
  readonly names: readonly string[];
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** The integer with a bit for each memory; 64 bits would call a library to shift on small targets. */
  readonly mask: string;
  readonly chip: string;
}

/** The masters' enum with its tables; undefined for a chip without masters. */
export function viewRustReach(chip: ResolvedChip, width: number): RustReachView | undefined {
  if (chip.dma.length === 0) return undefined;
  const variants = uniqueNames(chip.dma.map(({ name }) => variantName(name)));
  const arms = (writes: boolean) =>
    chip.dma.map(
      (controller, index) =>
        `Self::${variants[index]} => ${maskOf(chip, ({ name }) => canAccess(controller, name, writes))},`,
    );
  return {
    name: `${typeStem(chip.id)}DmaMaster`,
    docs: [
      ...comment(`The DMA masters of the ${chip.title}, and the memory that each reaches.`, "///", width),
      "///",
      ...comment(
        "Addresses are those that the CPU uses. `can_read` and `can_write` work in constants; `check_read` and `check_write` do nothing in release builds.",
        "///",
        width,
      ),
    ],
    memoryDocs: comment(`Memory of the ${chip.title}: name, first and last address.`, "///", width),
    memoryCount: String(chip.regions.length),
    memory: chip.regions.flatMap((region, bit) => {
      const { first, last } = extentOf(region, chip.regions);
      return [
        `// Bit ${bit}.`,
        ...call(
          "(",
          [JSON.stringify(region.name), `0x${hex(first)}`, last === undefined ? "u64::MAX" : `0x${hex(last)}`],
          "),",
        ),
      ];
    }),
    masters: chip.dma.map((controller, index) => ({
      docs: comment(
        escaped(`${controller.name}: ${reachText(controller)}${deviceText(chip, controller)}`),
        "///",
        width - 4,
      ),
      variant: variants[index]!,
    })),
    names: chip.dma.map(({ name }, index) => `Self::${variants[index]} => ${JSON.stringify(name)},`),
    mask: chip.regions.length <= 32 ? "u32" : "u64",
    readable: arms(false),
    writable: arms(true),
    // Within a format string.
    chip: JSON.stringify(chip.title).slice(1, -1).replace(/[{}]/g, "$&$&"),
  };
}

/** The memory that some master of a fence reaches, as a mask; undefined where that is all. */
export function rustReached(chip: ResolvedChip, controllers: readonly DmaController[]): string | undefined {
  const unreached = unreachedRegions(chip, controllers);
  return unreached.length > 0 ? maskOf(chip, (region) => !unreached.includes(region)) : undefined;
}

/** Arguments or a tuple as rustfmt breaks them. */
export function call(open: string, items: readonly string[], close: string): string[] {
  const joined = items.join(", ");
  return joined.length <= 60 ? [`${open}${joined}${close}`] : [open, ...items.map((item) => `    ${item},`), close];
}

/** One bit for each memory, the first on the right. */
function maskOf({ regions }: ResolvedChip, isIn: (region: Region) => boolean): string {
  const bits = regions
    .map((region) => (isIn(region) ? "1" : "0"))
    .reverse()
    .join("");
  return `0b${bits.replace(/(?<=.)(?=(.{4})+$)/g, "_")}`;
}

function reachText({ reaches, reads }: DmaController): string {
  const parts = [
    ...(reaches.length > 0 ? [`reads and writes ${reaches.join(", ")}`] : []),
    ...(reads.length > 0 ? [`only reads ${reads.join(", ")}`] : []),
  ];
  return `${parts.length > 0 ? parts.join("; ") : "reaches no memory described here"}.`;
}

function escaped(text: string): string {
  return text.replace(/[[\]]/g, "\\$&");
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

/** The names, with a number where another is the same. */
function uniqueNames(names: readonly string[]): string[] {
  const taken: string[] = [];
  for (const name of names) {
    let unique = name;
    for (let number = 2; taken.includes(unique); number++) unique = `${name}${number}`;
    taken.push(unique);
  }
  return taken;
}
