// The texts of a description that become assembly, and what may stand in each of them.
import type { Pointer } from "../load/source-file.ts";
import { isInstruction, partsOfAccess, placeholdersOf } from "../notation/instruction.ts";
import { barrierRows } from "./barrier-rows.ts";

/** A text of a description that becomes assembly, with what it may contain beside names and numbers. */
export interface AssemblyText {
  readonly pointer: Pointer;
  readonly text: string;
  /** Names that may stand in braces. */
  readonly placeholders: readonly string[];
  /** No part of a register may be named: the printers fill in whole ones. */
  readonly wholeRegisters?: boolean;
  /** Of the architecture, where one may stand in front: a load or store of a device may need it. */
  readonly barriers?: readonly string[];
}

const mostCharacters = 80;

const labels = ["label", "tail", "end"];

/** Why the text is no instruction; undefined where it is one. @param hashIsNumber whether `#` begins a number, not a comment */
export function problemOfInstruction(
  { text, placeholders, barriers = [], wholeRegisters = false }: AssemblyText,
  hashIsNumber: boolean,
): string | undefined {
  if (text.length > mostCharacters)
    return `has ${text.length} characters; an instruction has at most ${mostCharacters}`;
  const { access: single } = partsOfAccess(text, barriers);
  if (!isInstruction(single)) return "is not one instruction with its operands";
  if (!hashIsNumber && single.includes("#")) return "has a `#`, which begins a comment for this assembler";
  for (const { name, part, direction } of placeholdersOf(single)) {
    if (!placeholders.includes(name))
      return `has \`{${name}}\`; ${placeholders.length > 0 ? `only ${placeholders.map((known) => `{${known}}`).join(", ")} may stand here` : "nothing in braces may stand here"}`;
    if (wholeRegisters && part !== "")
      return `has \`{${name}${part}}\`, a part of a register; only whole ones may stand here`;
    if (labels.includes(name) && direction === "") return `has the label \`{${name}}\` without a direction`;
    if ((labels.includes(name) && part !== "") || (!labels.includes(name) && direction !== ""))
      return `has \`{${name}${part}}${direction}\`, which is no label`;
  }
  return undefined;
}

/** Any of the lists and maps of a description of which parts may be missing. */
type Parts = Readonly<Record<string, unknown>>;

/** The texts of an architecture's description that become assembly. */
export function assemblyOfArchitecture(architecture: Parts): AssemblyText[] {
  const assembly = partsOf(architecture["assembly"]);
  const blocks = partsOf(assembly["blockLoop"]);
  const at = (...steps: Pointer) => ["assembly", ...steps];
  const counted = ["line", "lineBytes", "remaining", "label"];
  const compared = ["line", "lastLine", "label"];
  const loop = assembly["lineAdvance"] === undefined ? counted : compared;
  const block = [...new Set([...loop, "lineBytes", "remaining", "blockBytes", "tail", "end"])];
  const poll = ["value", "mask", "label"];
  const arithmetic = ["result", "value", "operand", "count"];
  const interrupts = partsOf(assembly["interrupts"]);
  const own = assemblyOfBarriers(architecture["barriers"], []).map(({ text }) => text);
  return [
    ...assemblyOfBarriers(architecture["barriers"], ["barriers"]),
    ...texts(partsOf(architecture["lineSize"])["instruction"], ["lineSize", "instruction"], ["value"]),
    ...["release", "acquire"].flatMap((fence) =>
      texts(partsOf(architecture["tockFence"])[fence], ["tockFence", fence], []).filter(({ text }) => text !== ""),
    ),
    ...texts(assembly["lineAdvance"], at("lineAdvance"), ["line", "lineBytes"]),
    ...texts(assembly["lineLoop"], at("lineLoop"), loop),
    ...texts(assembly["lineLoopBySize"], at("lineLoopBySize"), counted),
    ...texts(blocks["advance"], at("blockLoop", "advance"), ["line", "lineBytes"]),
    ...["enter", "again", "leave"].flatMap((key) => texts(blocks[key], at("blockLoop", key), block)),
    ...["store", "load"].flatMap((key) =>
      Object.entries(partsOf(assembly[key])).flatMap(([bits, text]) =>
        texts(text, at(key, bits), ["value", "offset", "registers"], own),
      ),
    ),
    ...Object.entries(partsOf(assembly["arithmetic"])).flatMap(([key, text]) =>
      texts(text, at("arithmetic", key), arithmetic),
    ),
    ...["mask", "restore"].flatMap((key) => texts(interrupts[key], at("interrupts", key), ["saved"])),
    ...["pollUntilClear", "pollUntilSet"].flatMap((key) => texts(assembly[key], at(key), poll)),
  ];
}

/** The texts of a mechanism's description that become assembly. */
export function assemblyOfMechanism(mechanism: Parts, pointer: Pointer): AssemblyText[] {
  const sequences = [
    ...Object.entries(partsOf(mechanism["operations"])).map(
      ([name, operation]) => [partsOf(operation)["sequence"], [...pointer, "operations", name, "sequence"]] as const,
    ),
    [partsOf(mechanism["completion"])["sequence"], [...pointer, "completion", "sequence"]] as const,
  ];
  return [
    ...assemblyOfBarriers(mechanism["barriers"], [...pointer, "barriers"]),
    ...sequences.flatMap(([sequence, at]) =>
      listOf(sequence).flatMap((item, index) =>
        texts(partsOf(item)["instruction"], [...at, index, "instruction"], ["address"]),
      ),
    ),
  ].map((text) => ({ ...text, wholeRegisters: true }));
}

function assemblyOfBarriers(barriers: unknown, pointer: Pointer): AssemblyText[] {
  return listOf(barriers).flatMap((row, index) =>
    barrierRows(partsOf(row)).flatMap(({ instruction, select }: Parts) =>
      texts(instruction, [...pointer, index, "instruction"], select ? ["earlier", "later"] : ["zero"]),
    ),
  );
}

function texts(
  value: unknown,
  pointer: Pointer,
  placeholders: readonly string[],
  barriers: readonly string[] = [],
): AssemblyText[] {
  if (typeof value === "string") return [{ pointer, text: value, placeholders, barriers }];
  return listOf(value).flatMap((item, index) => texts(item, [...pointer, index], placeholders, barriers));
}

function partsOf(value: unknown): Parts {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Parts) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
