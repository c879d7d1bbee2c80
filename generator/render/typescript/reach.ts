// What each DMA master of a chip reaches: the table that the classes carry.
import type { ResolvedChip } from "../../model/chip.ts";
import { groupHex } from "../../notation/quantity.ts";
import { extentOf } from "../../semantics/memory-map.ts";
import { deviceText } from "../reach-text.ts";
import { comment } from "../text.ts";

const highest = (1n << 64n) - 1n;

/** The table that TypeScript classes carry. */
export function typeScriptReach(chip: ResolvedChip): string[] {
  return [
    "const reach: DmaReach = {",
    `  chip: ${JSON.stringify(chip.title)},`,
    "  regions: {",
    ...chip.regions.map((region) => {
      const { first, last } = extentOf(region, chip.regions);
      return `    ${key(region.name)}: [0x${groupHex(first)}n, 0x${groupHex(last ?? highest)}n],`;
    }),
    "  },",
    "  masters: {",
    ...chip.dma.flatMap((controller) => {
      const { name, reaches, reads } = controller;
      const seen = comment(deviceText(chip, controller).trim(), "//", typeScriptWidth - 4);
      const writes = quoted(reaches);
      const all = quoted([...reaches, ...reads]);
      const line = `${key(name)}: { writes: [${writes.join(", ")}], reads: [${all.join(", ")}] },`;
      const lines =
        line.length <= typeScriptWidth - 4
          ? [line]
          : [`${key(name)}: {`, ...list("writes", writes, 6), ...list("reads", all, 6), "},"];
      return [...seen, ...lines].map((text) => `    ${text}`);
    }),
    "  },",
    "};",
  ];
}

const typeScriptWidth = 120;

/** `  name: ["a", "b"],`, in several lines where one is too long. */
function list(name: string, items: readonly string[], column: number): string[] {
  const line = `${name}: [${items.join(", ")}],`;
  const lines =
    line.length <= typeScriptWidth - column ? [line] : [`${name}: [`, ...items.map((item) => `  ${item},`), "],"];
  return lines.map((text) => `  ${text}`);
}

function quoted(names: readonly string[]): string[] {
  return names.map((name) => JSON.stringify(name));
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
