// What each DMA master of a chip reaches: the table that the classes carry.
import { lastAddress } from "../../semantics/memory-map.ts";
import { type Code, hex, indented, join } from "../code.ts";
import { deviceText, type ReachTable } from "../reach-tables.ts";
import { comment, identifier, property, stringLiteral, typescript } from "./encode.ts";

/** Name of the constant that holds a table. */
export function reachName({ coreName }: ReachTable): Code<"typescript"> {
  return identifier(`reach${coreName}`);
}

/** The table that TypeScript classes carry. */
export function typeScriptReach(table: ReachTable): Code<"typescript">[] {
  const { chip } = table;
  return [
    typescript`const ${reachName(table)} = {`,
    typescript`  chip: ${stringLiteral(chip.title)},`,
    typescript`  regions: {`,
    ...chip.regions.map((region) => {
      return typescript`    ${property(region.name)}: [${hex(region.base)}n, ${hex(lastAddress(region))}n],`;
    }),
    typescript`  },`,
    ...(chip.dma.length === 0 ? [typescript`  masters: {},`] : mastersOf(chip)),
    typescript`} as const satisfies DmaReach;`,
  ];
}

function mastersOf(chip: ReachTable["chip"]): Code<"typescript">[] {
  return [
    typescript`  masters: {`,
    ...chip.dma.flatMap((controller) => {
      const { name, reaches, reads, mayReach, mayRead } = controller;
      const seen = comment(deviceText(chip, controller).trim(), typeScriptWidth - 4);
      const lists = [
        [typescript`writes`, [...reaches, ...controller.writes].map(stringLiteral)],
        [typescript`reads`, [...reaches, ...reads].map(stringLiteral)],
        ...(mayReach.length > 0 ? [[typescript`mayWrite`, mayReach.map(stringLiteral)] as const] : []),
        ...(mayReach.length + mayRead.length > 0
          ? [[typescript`mayRead`, [...mayReach, ...mayRead].map(stringLiteral)] as const]
          : []),
      ] as const;
      const inline = lists.map(([key, items]) => typescript`${key}: [${commas(items)}]`);
      const line = typescript`${property(name)}: { ${commas(inline)} },`;
      const lines =
        line.length <= typeScriptWidth - 4
          ? [line]
          : [typescript`${property(name)}: {`, ...lists.flatMap(([key, items]) => list(key, items, 6)), typescript`},`];
      return indented([...seen, ...lines], 4);
    }),
    typescript`  },`,
  ];
}

const typeScriptWidth = 120;

/** `  name: ["a", "b"],`, in several lines where one is too long. */
function list(
  name: Code<"typescript">,
  items: readonly Code<"typescript">[],
  column: number,
): readonly Code<"typescript">[] {
  const line = typescript`${name}: [${commas(items)}],`;
  const lines =
    line.length <= typeScriptWidth - column
      ? [line]
      : [typescript`${name}: [`, ...items.map((item) => typescript`  ${item},`), typescript`],`];
  return indented(lines, 2);
}

function commas(items: readonly Code<"typescript">[]): Code<"typescript"> {
  return join(items, typescript`, `);
}
