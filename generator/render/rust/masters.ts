// What each DMA master of a chip reaches: memory as a table, masters as constants with a bit for each memory.
import type { DmaController } from "../../model/chip.ts";
import { constantName, typeStem } from "../../notation/names.ts";
import { deviceAddresses, lastAddress, reachInWords, reachOf, type SeenChip } from "../../semantics/memory-map.ts";
import { type Code, hexInCapitals, join } from "../code.ts";
import { uniqueNames } from "../names.ts";
import type { RenderInput } from "../printer.ts";
import { deviceText } from "../reach-tables.ts";
import { comment, doc, docText, identifier, rust, stringLiteral } from "./encode.ts";
import { filled, type Lines, separated, width } from "./lines.ts";
import { type Placed, pathFrom, placeOf } from "./placement.ts";
import { Sources } from "./sources.ts";
import type { FenceUnit, MastersUnit } from "./units.ts";
import { type HeadView, headOf } from "./view.ts";

export type MastersView = HeadView & {
  readonly reach: Code<"rust">;
  readonly chip: Code<"rust">;
  readonly memory: Lines;
  readonly groups: readonly { readonly opening: Lines; readonly masters: Lines }[];
  readonly sources: Lines;
};

/** Masters for which the same fences are right. */
interface Group {
  readonly name: string;
  readonly about: string;
  readonly masters: readonly DmaController[];
  readonly fences: readonly FenceUnit[];
}

/** Columns left of a line in the macro's table. */
const indent = 8;

export function viewMasters({ table, fences, place }: MastersUnit, input: RenderInput): MastersView {
  const { chip, coreName } = table;
  const sources = new Sources();
  const names = namesIn(chip);
  return {
    ...headOf(
      { ...input, warning: undefined },
      `DMA masters of the ${chip.vendor} ${chip.title}, and the memory that each reaches${coreName === "" ? "" : `, as its ${coreName} sees it`}.`,
    ),
    reach: pathFrom(place, placeOf("shared", "reach", input.settings.rust)!.module),
    chip: stringLiteral(chip.title),
    memory: chip.regions.map(
      (region) =>
        rust`${names.memory(region.name)} ${stringLiteral(region.name)} ${hexInCapitals(region.base)}..=${hexInCapitals(lastAddress(region))},`,
    ),
    groups: groupsOf(chip, fences).map((group) => ({
      opening: [...doc(docText(group.about), "///", width - 4), ...groupLine(group, place)],
      masters: withSameReach(group, chip).flatMap((masters) => masterLines(masters, chip, names, sources)),
    })),
    sources: sources.foot(width),
  };
}

interface Names {
  master(name: string): Code<"rust">;
  memory(name: string): Code<"rust">;
}

function namesIn(chip: SeenChip): Names {
  const namer = (names: readonly string[]) => {
    const constants = uniqueNames(
      names.map((name) => constantName(name.replace(/[^A-Za-z0-9]+$/, ""))),
      "_",
    );
    return (name: string) => identifier(constants[names.indexOf(name)]!);
  };
  return { master: namer(chip.dma.map(({ name }) => name)), memory: namer(chip.regions.map(({ name }) => name)) };
}

/** Masters that the table says once, because they reach the same by the same sources. */
function withSameReach({ masters }: Group, chip: SeenChip): DmaController[][] {
  const groups = new Map<string, DmaController[]>();
  for (const master of masters) {
    const key = JSON.stringify([reachInWords(master), deviceText(chip, master), master.sourcesOf.reach]);
    groups.set(key, [...(groups.get(key) ?? []), master]);
  }
  return [...groups.values()];
}

/** `DMA1 "DMA1", DMA2 "DMA2": { reaches SRAM; reads FLASH; 0x3000_0000 is SRAM_2; } // [1a]` */
function masterLines(masters: readonly DmaController[], chip: SeenChip, names: Names, sources: Sources): Lines {
  const [master] = masters;
  const called = masters.map(({ name }) => rust`${names.master(name)} ${stringLiteral(name)}`);
  const cited = comment(sources.cited("", master!.sourcesOf.reach), width - indent);
  const clauses = [...reachClauses(master!, chip, names), ...viewClauses(master!, chip, names)];
  const line = rust`${join(called, rust`, `)}: { ${join(
    clauses.map((clause) => join(clause, rust` `)),
    rust` `,
  )} }`;
  const [cite, ...more] = cited;
  const end = cite && more.length === 0 ? rust` ${cite}` : rust``;
  if (line.length + end.length <= width - indent && (!cite || more.length === 0)) return [rust`${line}${end}`];
  if (line.length <= width - indent) return [...cited, line];
  const head = filled(separated(called, rust`,`, rust`:`), width - indent - 2);
  const last = rust`${head.at(-1)!} {`;
  const isShort = last.length + end.length <= width - indent && more.length === 0;
  return [
    ...(isShort ? [] : cited),
    ...head.slice(0, -1),
    isShort ? rust`${last}${end}` : last,
    ...filled(clauses.flat(), width - indent - 4).map((each) => rust`    ${each}`),
    rust`}`,
  ];
}

/** What a master does with memory, in the words of the table: each clause as the parts between which a line may end. */
function reachClauses(master: DmaController, chip: SeenChip, names: Names): Lines[] {
  const words: Readonly<Record<string, string>> = {
    "yes yes": "reaches",
    "yes no": "reads",
    "no yes": "writes",
    "unknown unknown": "may_reach",
    "unknown no": "may_read",
    "no unknown": "may_write",
  };
  const byWord = new Map<string, Code<"rust">[]>();
  const add = (word: string, name: string) => byWord.set(word, [...(byWord.get(word) ?? []), names.memory(name)]);
  for (const { name } of chip.regions) {
    const [reads, writes] = [reachOf(master, name, false), reachOf(master, name, true)];
    const word = words[`${reads} ${writes}`];
    if (word !== undefined) add(word, name);
    else if (reads !== "no" || writes !== "no") {
      add(words[`${reads} no`]!, name);
      add(words[`no ${writes}`]!, name);
    }
  }
  return Object.values(words).flatMap((word) => {
    const [first, ...others] = byWord.get(word) ?? [];
    return first === undefined ? [] : [separated([rust`${identifier(word)} ${first}`, ...others], rust`,`, rust`;`)];
  });
}

function viewClauses(master: DmaController, chip: SeenChip, names: Names): Lines[] {
  return deviceAddresses(chip, master).map(({ region, first }) => [
    rust`${hexInCapitals(first)} is ${names.memory(region)};`,
  ]);
}

/** One group, or one for each set of fences that is right for some master. */
function groupsOf(chip: SeenChip, fences: readonly FenceUnit[]): Group[] {
  const byFences = new Map<string, { masters: DmaController[]; fences: readonly FenceUnit[] }>();
  for (const master of chip.dma) {
    const right = fences.filter(({ fences: [fence] }) => fence.controllers.includes(master.name));
    const key = right.map(({ name }) => name).join(" ");
    const known = byFences.get(key) ?? { masters: [], fences: right };
    byFences.set(key, { ...known, masters: [...known.masters, master] });
  }
  const all = [...byFences.values()];
  const stem = typeStem(chip.id);
  if (all.length === 1)
    return [
      {
        ...all[0]!,
        name: `${stem}Masters`,
        about: `All DMA masters of the ${chip.title}: the same fences are right for them.`,
      },
    ];
  const names = uniqueNames(
    all.map((group) => `${stem}${isCoherent(group.fences) ? "Coherent" : "Other"}Masters`),
    "",
  );
  return all.map((group, index) => ({
    ...group,
    name: names[index]!,
    about: isCoherent(group.fences)
      ? "Masters that a coherent fence is right for as well."
      : "Masters that need the fence which is right for all.",
  }));
}

function isCoherent(fences: readonly FenceUnit[]): boolean {
  return fences.some(({ fences: [fence] }) => !fence.forAllDma);
}

/** `Stm32h743Masters for crate::stm32h743::Stm32h743DmaFence {`: each type of fence once, whatever its names. */
function groupLine({ name, fences }: Group, file: Placed): Lines {
  const types = fences.map((unit) => {
    const { shared, takesBase } = unit;
    const type = identifier(shared || unit.fences.length === 1 ? unit.fences[0].name : unit.name);
    const path = rust`${pathFrom(file, unit.place.module)}::${type}`;
    return { type: shared?.name ?? unit.name, path: takesBase ? rust`const BASE: ${path}<BASE>` : path };
  });
  const paths = [...new Map(types.reverse().map(({ type, path }) => [type, path])).values()].reverse();
  const opening = rust`${identifier(name)} for`;
  const line = rust`${opening} ${join(paths, rust`, `)} {`;
  if (line.length <= width - 4) return [line];
  return [opening, ...separated(paths, rust`,`).map((path) => rust`    ${path}`), rust`{`];
}
