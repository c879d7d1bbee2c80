// What each DMA master of a chip reaches: memory as a table, masters as constants with a bit for each memory.
import type { Citation, DmaController, Region } from "../../model/chip.ts";
import { constantName, typeStem } from "../../notation/names.ts";
import { lastAddress, reachInWords, reachOf, type SeenChip } from "../../semantics/memory-map.ts";
import { type Code, hexInCapitals } from "../code.ts";
import { uniqueNames } from "../names.ts";
import type { RenderInput } from "../printer.ts";
import { deviceText } from "../reach-tables.ts";
import { doc, docText, identifier, rust, rustdoc, stringLiteral } from "./encode.ts";
import { assigned, call, type Lines, width } from "./lines.ts";
import { placeOf } from "./placement.ts";
import { Sources } from "./sources.ts";
import type { FenceUnit, MastersUnit } from "./units.ts";
import { type HeadView, headOf } from "./view.ts";

export type MastersView = HeadView & {
  readonly reach: Code<"rust">;
  readonly chip: Code<"rust">;
  readonly memory: Lines;
  readonly groups: readonly { readonly docs: Lines; readonly name: Code<"rust"> }[];
  readonly right: Lines;
  readonly masters: readonly { readonly docs: Lines; readonly constant: Lines }[];
  readonly sources: Lines;
};

/** Masters for which the same fences are right. */
interface Group {
  readonly name: string;
  readonly about: string;
  readonly masters: readonly DmaController[];
  readonly fences: readonly FenceUnit[];
}

export function viewMasters({ table, fences }: MastersUnit, input: RenderInput): MastersView {
  const { chip, coreName } = table;
  const sources = new Sources();
  const groups = groupsOf(chip, fences);
  const names = uniqueNames(
    chip.dma.map(({ name }) => constantName(name.replace(/[^A-Za-z0-9]+$/, ""))),
    "_",
  );
  return {
    ...headOf(
      { ...input, warning: undefined },
      `DMA masters of the ${chip.vendor} ${chip.title}, and the memory that each reaches${coreName === "" ? "" : `, as its ${coreName} sees it`}.`,
    ),
    reach: placeOf("shared", "reach", input.settings.rust)!.module,
    chip: stringLiteral(chip.title),
    memory: chip.regions.flatMap(memoryLine),
    groups: groups.map(({ name, about }) => ({ docs: doc(docText(about), "///", width), name: identifier(name) })),
    right: groups.flatMap((group) => rightFences(group)),
    masters: chip.dma.map((master, index) => {
      const group = groups.find(({ masters }) => masters.includes(master))!;
      return {
        docs: doc(
          masterDocs(master, chip, (other) => names[chip.dma.indexOf(other)]!, sources),
          "///",
          width,
        ),
        constant: masterLine(identifier(names[index]!), group, master, chip),
      };
    }),
    sources: sources.foot(width),
  };
}

/** What a master reaches, once where several reach the same. */
function masterDocs(
  master: DmaController,
  chip: SeenChip,
  nameOf: (master: DmaController) => string,
  sources: Sources,
): Code<"rustdoc"> {
  const textOf = (each: DmaController) => `${reachInWords(each)}.${deviceText(chip, each)}`;
  const first = chip.dma.find(
    (other) => textOf(other) === textOf(master) && sameSources(other.sourcesOf.reach, master.sourcesOf.reach),
  )!;
  if (first !== master) return rustdoc`Reaches what [\`${docText(nameOf(first))}\`] does.`;
  const text = textOf(master);
  const sentence = text.startsWith(".") ? "Reaches no memory described here." : text;
  return docText(sources.cited(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`, master.sourcesOf.reach));
}

function sameSources(one: readonly Citation[], other: readonly Citation[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
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

/** A line for each type of fence, once where several names stand for one type. */
function rightFences({ name, fences }: Group): Lines {
  const lines = fences.map((unit) => {
    const { place, shared, takesBase } = unit;
    const type = identifier(shared || unit.fences.length === 1 ? unit.fences[0].name : unit.name);
    const generic = takesBase ? rust`<const BASE: usize>` : rust``;
    const argument = takesBase ? rust`<BASE>` : rust``;
    const opening = rust`impl${generic} RightFor<${identifier(name)}>`;
    const subject = rust`for ${place.module}::${type}${argument}`;
    const line = rust`${opening} ${subject}`;
    const broken = line.length <= width - 2 ? [rust`${line} {}`] : [opening, rust`    ${subject}`, rust`{`, rust`}`];
    return { type: shared?.name ?? unit.name, lines: broken };
  });
  return [...new Map(lines.reverse().map((each) => [each.type, each.lines])).values()].reverse().flat();
}

function masterLine(name: Code<"rust">, group: Group, master: DmaController, chip: SeenChip): Lines {
  const masks = [maskOf(chip, master, false, "yes"), maskOf(chip, master, true, "yes")];
  const unknown = [maskOf(chip, master, false, "unknown"), maskOf(chip, master, true, "unknown")];
  const isKnown = unknown.every((mask) => mask === 0n);
  const arguments_ = [
    stringLiteral(master.name),
    rust`&MEMORY`,
    ...[...masks, ...(isKnown ? [] : unknown)].map(hexInCapitals),
  ];
  const made = isKnown ? rust`new` : rust`partly_known`;
  return assigned(
    rust`pub const ${name}: Master<${identifier(group.name)}> =`,
    call(rust`Master::${made}(`, arguments_, rust`);`),
  );
}

function memoryLine(region: Region): Lines {
  const parts = [stringLiteral(region.name), hexInCapitals(region.base), hexInCapitals(lastAddress(region))];
  return call(rust`(`, parts, rust`),`);
}

/** One bit for each memory, the first lowest. */
function maskOf({ regions }: SeenChip, master: DmaController, writes: boolean, answer: "yes" | "unknown"): bigint {
  return regions.reduce(
    (mask, { name }, bit) => (reachOf(master, name, writes) === answer ? mask | (1n << BigInt(bit)) : mask),
    0n,
  );
}
