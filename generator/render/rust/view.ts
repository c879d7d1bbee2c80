// From a fence to what the Rust template prints: code and lists of it, nothing to decide.

import type { FenceMethod, NamedValue, Register } from "../../model/chip.ts";
import { coreOf } from "../../plan/plan-chip.ts";
import type { Shared } from "../../plan/shared-fence.ts";
import { blocksOf, namedValuesOf, registersOf } from "../../program/statement.ts";
import { type Code, hexInCapitals, join } from "../code.ts";
import { constantNames, valueNames } from "../names.ts";
import type { PrintedFence, RenderInput, Settings } from "../printer.ts";
import { renderBody, type StepLines, stepLines } from "./body.ts";
import { cfgOf } from "./cfg.ts";
import { commentLine, doc, docText, identifier, rust } from "./encode.ts";
import { fenceDocs, grouped, promiseItems, promisesOf, soundness } from "./fence-docs.ts";
import { assigned, type Lines, sortedUses, width } from "./lines.ts";
import { operandNames } from "./operands.ts";
import { hasBuffers, type Placed, pathFrom, placeOf, traitOf } from "./placement.ts";
import { registerNotes } from "./register-notes.ts";
import { Sources } from "./sources.ts";
import { type TwinView, twinOf } from "./twin.ts";
import type { FenceUnit, MastersUnit } from "./units.ts";
import { unsafeComment } from "./unsafe-comment.ts";
import { nameWithoutCore } from "./worlds.ts";

/** What stands above everything else in a file. */
export type HeadView = { readonly licence: Lines; readonly generated: Code<"rust">; readonly head: Lines };

export type FenceView = HeadView &
  TwinView & {
    readonly allow: Lines;
    readonly uses: Lines;
    readonly constants: Lines;
    readonly docs: Lines;
    readonly name: Code<"rust">;
    /** `<const BASE: usize>`, and the same where the type is used; empty for a type without a parameter. */
    readonly parameter: Code<"rust">;
    readonly argument: Code<"rust">;
    readonly aliases: readonly { readonly docs: Lines; readonly line: Code<"rust"> }[];
    readonly promises: Lines;
    readonly soundness: Lines;
    /** The attribute under which the steps are there. */
    readonly real: Lines;
    readonly release: Lines;
    readonly acquire: Lines;
    readonly buffers: readonly BufferView[];
    readonly sources: Lines;
  };

type BufferView = {
  readonly soundness: Lines;
  readonly alignment: Code<"rust">;
  readonly type: Lines;
};

export type AliasView = HeadView & {
  readonly docs: Lines;
  readonly name: Code<"rust">;
  readonly shared: Code<"rust">;
  readonly buffers: Lines;
  readonly sources: Lines;
};

/** The head of a file. @param about its first line of documentation */
export function headOf(
  { licence, generated, warning }: Pick<RenderInput, "licence" | "generated" | "warning">,
  about: string,
): HeadView {
  return {
    licence: licence.map(commentLine),
    generated: commentLine(generated),
    head: [
      ...doc(docText(about), "//!", width),
      ...(warning === undefined ? [] : [rust`//!`, ...doc(docText(warning), "//!", width)]),
    ],
  };
}

/** What the file of a fence says of it. */
export interface FenceWords {
  /** First line of the file's documentation. */
  readonly about: string;
  docs(sources: Sources): Lines;
  promises(sources: Sources): Lines;
}

/** The file of a fence that shares nothing. */
export function viewFence(unit: FenceUnit, masters: MastersUnit | undefined, input: RenderInput): FenceView {
  return viewInWords(unit, input, {
    about: `DMA fence for the ${unit.chip.vendor} ${unit.chip.title}.`,
    docs: (sources) => fenceDocs(unit, masters, sources, input.facts),
    promises: (sources) =>
      grouped(promisesOf(unit), (promises) => promiseItems(promises, unit, masters, sources, width - 4)),
  });
}

export function viewInWords(
  unit: FenceUnit,
  input: Pick<RenderInput, "licence" | "generated" | "warning" | "settings">,
  words: FenceWords,
): FenceView {
  const { fences, core, takesBase } = unit;
  const [fence] = fences;
  const sources = new Sources();
  const { body, registers, base, called } = spellingOf(unit, sources, input.settings);
  const { constants, values } = body;
  const cfg = cfgOf(core.targetArch, input.settings.rust);
  const notes = registerNotes(fence);
  const all = [
    ...registers.map((register) =>
      noted(registerConstant(register, constants, base), notes.registers.get(register.address)),
    ),
    ...called.map((named) => noted(valueConstant(named, values), notes.values.get(named.name))),
  ];
  // In the order in which the file is read: sources are numbered as they are met.
  const docs = words.docs(sources);
  const promises = words.promises(sources);
  const release = renderBody(fence.program.release, body);
  const acquire = renderBody(fence.program.acquire, body);
  const generics = takesBase
    ? { parameter: rust`<const BASE: usize>`, argument: rust`<BASE>` }
    : { parameter: rust``, argument: rust`` };
  return {
    ...headOf(input, words.about),
    allow: all.length > 0 ? cfg.allowUnused : [],
    uses: usesOf(unit.place, fence.bufferAlignmentBytes, input.settings),
    constants: all.length > 0 ? [rust``, ...all] : [],
    docs,
    name: identifier(unit.name),
    ...generics,
    aliases: fences.length > 1 ? worldAliases(unit) : [],
    promises,
    soundness: unsafeComment(soundness, body.unsafeComment, width),
    real: cfg.real,
    release,
    acquire,
    ...twinOf(
      { name: unit.name, ...generics, target: core.architecture.title },
      cfg.twin,
      input.settings,
      body.unsafeComment,
    ),
    buffers: bufferViews(unit.name, fence.bufferAlignmentBytes, input.settings),
    sources: sources.foot(width),
  };
}

/** What the file of a fence calls registers, values and operands. */
function spellingOf(
  { fences, core, takesBase }: Pick<FenceUnit, "fences" | "core" | "takesBase">,
  sources: Sources,
  settings: Settings,
) {
  const [fence] = fences;
  const blocks = blocksOf(fence.program);
  const registers = registersOf(blocks).map((register) =>
    fences.length > 1 ? { ...register, name: nameWithoutCore(register, fence.coreName) } : register,
  );
  const constants = constantNames(registers);
  const called = namedValuesOf(blocks);
  const values = valueNames(called, constants);
  return {
    registers,
    called,
    base: takesBase ? registers[0]?.address : undefined,
    body: {
      architecture: core.architecture,
      optimize: settings.optimize,
      sources,
      constants,
      values,
      operands: operandNames(registers, constants),
      takesBase,
      unsafeComment: settings.rust.unsafeComment ?? "SAFETY:",
    } as const,
  };
}

/** What each step of a fence's methods is in its file: lines of Rust or of assembly. */
export function rustSteps(
  { chip, fences, settings }: Pick<RenderInput, "chip" | "fences" | "settings">,
  index: number,
): Readonly<Record<FenceMethod, readonly StepLines[]>> {
  const fence = fences[index]!;
  const unit = { fences: [fence], core: coreOf(chip, fence), takesBase: false } as const;
  const { body } = spellingOf(unit, new Sources(), settings);
  return { release: stepLines(fence.program.release, body), acquire: stepLines(fence.program.acquire, body) };
}

/** The file of a fence that is the one of its architecture or core. */
export function viewAlias(unit: FenceUnit, masters: MastersUnit | undefined, input: RenderInput): AliasView {
  const { fences, chip, shared } = unit;
  const [fence] = fences;
  const sources = new Sources();
  const about = fenceDocs(unit, masters, sources, input.facts);
  const promises = promiseItems(shared!.ownPromises, unit, masters, sources, width);
  const docs = [
    ...about,
    ...(promises.length > 0 ? [rust`///`, rust`/// Use it only while:`, rust`///`, ...promises] : []),
  ];
  const module = pathFrom(unit.place, placeOf("architecture", shared!.module, input.settings.rust)!.module);
  return {
    ...headOf(input, `DMA fence for the ${chip.vendor} ${chip.title}: that of ${shared!.of}.`),
    docs,
    name: identifier(fence.name),
    shared: rust`${module}::${identifier(shared!.name)}`,
    buffers: bufferAlias(fence, shared!, module, input.settings),
    sources: sources.foot(width),
  };
}

/** The type of buffers by the chip's name. */
function bufferAlias(fence: PrintedFence, shared: Shared, module: Code<"rust">, settings: Settings): Lines {
  if (fence.bufferAlignmentBytes === 1 || !hasBuffers(settings.rust)) return [];
  const use = rust`pub use ${module}::${bufferType(shared.name)} as ${bufferType(fence.name)};`;
  return [rust`#[allow(unused_imports, reason = "a board may have no such buffer")]`, use];
}

function registerConstant(
  register: Register,
  names: ReadonlyMap<bigint, string>,
  base: bigint | undefined,
): Code<"rust"> {
  const name = identifier(names.get(register.address)!);
  return rust`const ${name}: usize = ${hexInCapitals(register.address - (base ?? 0n))};`;
}

/** A line with a note behind it. */
function noted(line: Code<"rust">, note: string | undefined): Code<"rust"> {
  return note === undefined ? line : rust`${line} ${commentLine(note)}`;
}

function valueConstant(named: NamedValue, names: (named: NamedValue) => string): Code<"rust"> {
  return rust`const ${identifier(names(named))}: usize = ${hexInCapitals(named.value)};`;
}

/** What a fence's file takes from others. */
export function usesOf(file: Placed, alignmentBytes: number, settings: Settings): Lines {
  return sortedUses([traitLine(file, settings), bufferUse(file, alignmentBytes, settings) ?? []].flat());
}

/** Brings the trait into scope under the name that the file uses. */
export function traitLine(file: Placed, settings: Settings): Code<"rust"> {
  const trait = pathFrom(file, traitOf(settings));
  return trait.endsWith("::DmaFence") ? rust`use ${trait};` : rust`use ${trait} as DmaFence;`;
}

/** `use crate::buffer::{Align32, CacheLines};` */
export function importLine(file: Placed, from: Placed, names: readonly string[]): Code<"rust"> {
  const module = pathFrom(file, from.module);
  const all = names.map((name) => rust`${identifier(name)}`);
  return all.length === 1 ? rust`use ${module}::${all[0]!};` : rust`use ${module}::{${join(all, rust`, `)}};`;
}

function worldAliases({ fences, chip, name, takesBase }: FenceUnit): FenceView["aliases"] {
  return fences.map((fence) => {
    const base = registersOf(blocksOf(fence.program))[0]?.address;
    const argument = takesBase && base !== undefined ? rust`<${hexInCapitals(base)}>` : rust``;
    return {
      docs: doc(docText(`For the ${coreOf(chip, fence).title}.`), "///", width),
      line: rust`pub type ${identifier(fence.name)} = ${identifier(name)}${argument};`,
    };
  });
}

/** What fences take from the file that all share; undefined where the project does not want it. */
function bufferUse(file: Placed, alignmentBytes: number, { rust: settings }: Settings): Code<"rust"> | undefined {
  const place = hasBuffers(settings) ? placeOf("shared", "buffer", settings) : undefined;
  return (
    place &&
    importLine(
      file,
      place,
      alignmentBytes === 1 ? ["CacheLines"] : [`Align${alignmentBytes}`, "CacheLines", "DmaBuffer"],
    )
  );
}

function bufferType(fence: string): Code<"rust"> {
  return identifier(`${fence.replace(/DmaFence(At)?$/, "")}DmaBuffer`);
}

/** What a buffer must be to own its lines, and the type of those that are where that is more than any. */
export function bufferViews(name: string, alignmentBytes: number, { rust: settings }: Settings): BufferView[] {
  if (!hasBuffers(settings)) return [];
  const isAny = alignmentBytes === 1;
  const type = bufferType(name);
  const alias = assigned(rust`pub type ${type}<T, const N: usize> =`, [rust`DmaBuffer<Align${alignmentBytes}, T, N>;`]);
  const docs = rust`/// A buffer that shares no cache line with anything else.`;
  const why = isAny ? "the fence maintains no lines." : "no line that the fence maintains is larger.";
  return [
    {
      soundness: unsafeComment(why, settings.unsafeComment ?? "SAFETY:", width),
      alignment: rust`${alignmentBytes}`,
      type: isAny ? [] : [rust``, docs, ...alias],
    },
  ];
}
