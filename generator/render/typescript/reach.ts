// What each DMA master of a chip reaches: the table that the classes carry.
import type { DmaController } from "../../model/chip.ts";
import { constantName } from "../../notation/names.ts";
import { lastAddress } from "../../semantics/memory-map.ts";
import { type Code, hex, indented, join } from "../code.ts";
import { uniqueNames } from "../names.ts";
import { deviceText, type ReachTable } from "../reach-tables.ts";
import { comment, identifier, property, stringLiteral, typescript } from "./encode.ts";

/** Name of the constant that holds a table. */
export function reachName({ coreName }: ReachTable): Code<"typescript"> {
  return identifier(`reach${coreName}`);
}

/** Name of the type of its masters' names. */
function masterType({ coreName }: ReachTable): Code<"typescript"> {
  return identifier(`Master${coreName}`);
}

/** The type of the table, spelled out: declarations can then be written without the types of everything else. */
export function reachType(table: ReachTable): Code<"typescript"> {
  return typescript`DmaReach<${masterType(table)}>`;
}

/** A type of several names, as Biome breaks it. */
function union(type: Code<"typescript">, names: readonly Code<"typescript">[]): readonly Code<"typescript">[] {
  if (names.length === 0) return [typescript`type ${type} = never;`];
  const line = typescript`type ${type} = ${join(names, typescript` | `)};`;
  if (line.length <= typeScriptWidth) return [line];
  if (names.length === 1) return [typescript`type ${type} =`, typescript`  ${names[0]!};`];
  const rest = names.slice(0, -1).map((name) => typescript`  | ${name}`);
  return [typescript`type ${type} =`, ...rest, typescript`  | ${names.at(-1)!};`];
}

/** The table that TypeScript classes carry, and before it what several masters reach alike. */
export function typeScriptReach(table: ReachTable): Code<"typescript">[] {
  const { chip } = table;
  const shared = sharedReach(table);
  return [
    ...shared.flatMap(({ name, masters: [first] }) => [
      ...entry(typescript`const ${name}: MasterReach = `, listsOf(first!), typescript`;`),
    ]),
    ...union(
      masterType(table),
      chip.dma.map(({ name }) => stringLiteral(name)),
    ),
    typescript`const ${reachName(table)}: ${reachType(table)} = {`,
    typescript`  chip: ${stringLiteral(chip.title)},`,
    typescript`  regions: {`,
    ...chip.regions.map((region) => {
      return typescript`    ${property(region.name)}: [${hex(region.base)}n, ${hex(lastAddress(region))}n],`;
    }),
    typescript`  },`,
    ...(chip.dma.length === 0 ? [typescript`  masters: {},`] : mastersOf(chip, shared)),
    typescript`};`,
  ];
}

/** What several masters reach alike, under the name of a constant. */
interface SharedReach {
  readonly name: Code<"typescript">;
  readonly masters: readonly DmaController[];
}

/** Whether a table has any, and so names their type. */
export function sharesReach(table: ReachTable): boolean {
  return sharedReach(table).length > 0;
}

function sharedReach(table: ReachTable): SharedReach[] {
  const alike = new Map<string, DmaController[]>();
  for (const controller of table.chip.dma) {
    const key = JSON.stringify(listsOf(controller));
    alike.set(key, [...(alike.get(key) ?? []), controller]);
  }
  const several = [...alike.values()].filter((masters) => masters.length > 1);
  const names = uniqueNames(
    several.map(([first]) => constantName(first!.name)),
    "_",
  );
  return several.map((masters, index) => ({ name: identifier(`${reachName(table)}Of${names[index]}`), masters }));
}

function mastersOf(chip: ReachTable["chip"], shared: readonly SharedReach[]): Code<"typescript">[] {
  return [
    typescript`  masters: {`,
    ...chip.dma.flatMap((controller) => {
      const seen = comment(deviceText(chip, controller).trim(), typeScriptWidth - 4);
      const same = shared.find(({ masters }) => masters.includes(controller));
      const name = property(controller.name);
      const lines = same
        ? [typescript`${name}: ${same.name},`]
        : entry(typescript`${name}: `, listsOf(controller), typescript`,`, 4);
      return indented([...seen, ...lines], 4);
    }),
    typescript`  },`,
  ];
}

type Lists = readonly (readonly [key: Code<"typescript">, items: readonly Code<"typescript">[]])[];

function listsOf({ reaches, reads, writes, mayReach, mayRead }: DmaController): Lists {
  const further = [
    [typescript`reads`, reads],
    [typescript`writes`, writes],
    [typescript`mayReach`, mayReach],
    [typescript`mayRead`, mayRead],
  ] as const;
  return [
    [typescript`reaches`, reaches.map(stringLiteral)],
    ...further.flatMap(([key, names]) => (names.length > 0 ? [[key, names.map(stringLiteral)] as const] : [])),
  ];
}

/** An object of lists, in several lines where one is too long. */
function entry(
  start: Code<"typescript">,
  lists: Lists,
  end: Code<"typescript">,
  column = 0,
): readonly Code<"typescript">[] {
  const line = typescript`${start}{ ${commas(lists.map(([key, items]) => typescript`${key}: [${commas(items)}]`))} }${end}`;
  if (line.length <= typeScriptWidth - column) return [line];
  return [typescript`${start}{`, ...lists.flatMap(([key, items]) => list(key, items, column + 2)), typescript`}${end}`];
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
