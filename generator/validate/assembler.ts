// What the text of an instruction in a description may be: one instruction, spelled out of a mnemonic and operands. Nothing else
// that an assembler reads fits: no second instruction, label, directive, comment or quoted text.
import type { Pointer } from "../load/source-file.ts";

/** A text of a description that becomes assembly, with what it may contain beside names and numbers. */
export interface AssemblyText {
  readonly pointer: Pointer;
  readonly text: string;
  /** Names that may stand in braces. */
  readonly placeholders: readonly string[];
  /** access: a load or store, of which Xtensa puts a barrier in front. */
  readonly form: "instruction" | "access";
}

const mostCharacters = 80;

const labels = ["label", "tail", "end"];
const number = "-?(?:0x[0-9A-Fa-f]{1,16}|[0-9]{1,20})";
const name = "[$%]?[A-Za-z][A-Za-z0-9_]*";
const placeholder = "\\{[A-Za-z]+(?::[a-z])?\\}";
const value = `(?:#?${number}|#?-?${placeholder}|${name})`;
const memory = `(?:(?:(?:byte|word|dword|qword) ptr )?\\[${value}(?:, ${value})*\\]!?|(?:${value})?\\((?:${placeholder}|${name})\\))`;
const operand = `(?:${memory}|${placeholder}[bf]|${value})`;
const instruction = new RegExp(`^[A-Za-z][A-Za-z0-9]*(?:\\.[A-Za-z0-9]+)*(?: ${operand}(?:, ?${operand})*)?$`);
/** An instruction that an assembler does not know by name, as its encoding. */
const encoding = /^(?:\.(?:word|inst|insn) (?:0x[0-9A-Fa-f]{1,8}|[0-9]{1,10})|\.insn [248], 0x[0-9A-Fa-f]{1,16})$/;
/** Xtensa orders each access to a device by a barrier of its own. */
const accessWithBarrier = /^memw; /;

/** Why the text is no instruction; undefined where it is one. @param hashIsNumber whether `#` begins a number, not a comment */
export function problemOfInstruction(
  { text, placeholders, form }: AssemblyText,
  hashIsNumber: boolean,
): string | undefined {
  if (text.length > mostCharacters)
    return `has ${text.length} characters; an instruction has at most ${mostCharacters}`;
  const single = form === "access" ? text.replace(accessWithBarrier, "") : text;
  if (!instruction.test(single) && !encoding.test(single)) return "is not one instruction with its operands";
  if (!hashIsNumber && single.includes("#")) return "has a `#`, which begins a comment for this assembler";
  for (const [whole, used = "", suffix] of single.matchAll(/\{([A-Za-z]+)(?::[a-z])?\}([bf]?)/g)) {
    if (!placeholders.includes(used))
      return `has \`{${used}}\`; ${placeholders.length > 0 ? `only ${placeholders.map((known) => `{${known}}`).join(", ")} may stand here` : "nothing in braces may stand here"}`;
    if (labels.includes(used) !== (suffix !== "") || (suffix !== "" && whole.includes(":")))
      return suffix === "" ? `has the label \`{${used}}\` without a direction` : `has \`${whole}\`, which is no label`;
  }
  return undefined;
}

/** Which lines may open and close the scope of an extension, one by one. */
const scopes: readonly (readonly [open: readonly string[], close: readonly string[]])[] = [
  [[".option push", ".option arch, +{extension}"], [".option pop"]],
  [[".arch_extension {extension}"], [".arch_extension no{extension}"]],
];

export function isExtensionScope(open: readonly unknown[], close: readonly unknown[]): boolean {
  return scopes.some((scope) => JSON.stringify(scope) === JSON.stringify([open, close]));
}

/** Any of the lists and maps of a description of which parts may be missing. */
type Parts = Readonly<Record<string, unknown>>;

/** The texts of an architecture's description that become assembly. */
export function assemblyOfArchitecture(architecture: Parts): AssemblyText[] {
  const assembly = partsOf(architecture["assembly"]);
  const blocks = partsOf(assembly["blockLoop"]);
  const at = (...steps: Pointer) => ["assembly", ...steps];
  const loop = ["line", "lineBytes", "remaining", "label"];
  const block = ["remaining", "blockBytes", "label", "tail", "end"];
  const poll = ["value", "mask", "label"];
  const arithmetic = ["result", "value", "operand", "count"];
  const interrupts = partsOf(assembly["interrupts"]);
  return [
    ...assemblyOfBarriers(architecture["barriers"], ["barriers"]),
    ...texts(partsOf(architecture["lineSize"])["instruction"], ["lineSize", "instruction"], ["value"]),
    ...["release", "acquire"].flatMap((fence) =>
      texts(partsOf(architecture["tockFence"])[fence], ["tockFence", fence], []).filter(({ text }) => text !== ""),
    ),
    ...["lineLoop", "lineLoopBySize"].flatMap((key) => texts(assembly[key], at(key), loop)),
    ...texts(blocks["advance"], at("blockLoop", "advance"), ["line", "lineBytes"]),
    ...["enter", "again", "leave"].flatMap((key) => texts(blocks[key], at("blockLoop", key), block)),
    ...["store", "load"].flatMap((key) =>
      Object.entries(partsOf(assembly[key])).flatMap(([bits, text]) =>
        texts(text, at(key, bits), ["value", "offset", "registers"], "access"),
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
  ];
}

function assemblyOfBarriers(barriers: unknown, pointer: Pointer): AssemblyText[] {
  return listOf(barriers).flatMap((barrier, index) => {
    const { instruction, select } = partsOf(barrier);
    return texts(instruction, [...pointer, index, "instruction"], select ? ["earlier", "later"] : ["zero"]);
  });
}

function texts(
  value: unknown,
  pointer: Pointer,
  placeholders: readonly string[],
  form: AssemblyText["form"] = "instruction",
): AssemblyText[] {
  if (typeof value === "string") return [{ pointer, text: value, placeholders, form }];
  return listOf(value).flatMap((item, index) => texts(item, [...pointer, index], placeholders, form));
}

function partsOf(value: unknown): Parts {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Parts) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
