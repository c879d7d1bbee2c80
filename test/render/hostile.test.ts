// Whatever a description says, what is emitted stays the same program: texts end up in comments, strings and names, and
// nowhere else. The descriptions' own checks are left out here; this is what holds without them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replaceUnseen } from "../../generator/diagnostics/characters.ts";
import { type PlannedChip, renderChip, renderShared } from "../../generator/render/render-outputs.ts";
import { planAllOf, planOf } from "../support/pipeline.ts";
import { shapes } from "../support/shapes.ts";
import { testChip } from "../support/test-chip.ts";
import { fragments, hostileText, hostility, withTexts } from "./hostile.ts";
import { type Token, tokensOf } from "./rust/tokens.ts";
import { type Syntax, syntaxOf } from "./typescript/syntax.ts";

const chips: PlannedChip[] = [
  ...planAllOf({}).planned.filter(({ fences }) => fences.length > 0),
  ...Object.values(shapes).map((shape) => planOf("test-chip", { "chips/test-chip.yaml": testChip(shape) }).planned!),
];

// Instructions that fencegen does not know are named in the head, so texts get there too.
chips.push({ ...chips[0]!, chip: { ...chips[0]!.chip, id: "with-foreign" }, foreign: ["mine {address}", "theirs"] });

const options = { traitPath: "kernel::DmaFence", licence: ["A licence."] };

interface Emitted {
  readonly rust: string;
  readonly typescript: string;
}

function emit(planned: PlannedChip, optimize: "size" | "speed", licence = options.licence): Emitted {
  const files = renderChip(planned, { ...options, licence, optimize });
  const of = (end: string) => files.find(({ path }) => path.endsWith(end))!.content;
  return { rust: of(".rs"), typescript: of(".ts") };
}

interface Program {
  readonly syntax: Syntax;
  readonly tokens: readonly Token[];
}

const programs = new Map<string, Program>();

function honestly(planned: PlannedChip, optimize: "size" | "speed"): Program {
  const key = `${chips.indexOf(planned)} ${optimize}`;
  const known = programs.get(key);
  if (known) return known;
  const { rust, typescript } = emit(planned, optimize);
  const program = { syntax: syntaxOf(typescript), tokens: codeOf(rust) };
  programs.set(key, program);
  return program;
}

/** Where each text stands, made visible: everything but comments and contents of strings. Names may be others. */
function sameProgram(planned: PlannedChip, change: (index: number) => string, optimize: "size" | "speed"): void {
  const honest = honestly(planned, optimize);
  const hostile = emit(withTexts(planned, change), optimize, [change(1000)]);
  for (const text of [hostile.rust, hostile.typescript]) seenThroughout(text);

  const { syntax, tokens } = honest;
  const hostileSyntax = syntaxOf(hostile.typescript);
  expect(hostileSyntax.nodes).toEqual(syntax.nodes);
  renamedOnly(syntax.names, hostileSyntax.names);

  const hostileTokens = codeOf(hostile.rust);
  expect(shape(hostileTokens)).toEqual(shape(tokens));
  renamedOnly(namesOf(tokens), namesOf(hostileTokens));
  for (const { text } of tokensOf(hostile.rust).filter(({ kind }) => kind === "doc")) isPlainMarkdown(text);
  templatesAreWhole(hostileTokens);
}

function seenThroughout(text: string): void {
  for (const line of text.split("\n"))
    replaceUnseen(line, (character) => {
      throw new Error(`U+${character.codePointAt(0)!.toString(16)} in ${JSON.stringify(line)}`);
    });
}

function codeOf(source: string): Token[] {
  return tokensOf(source).filter(({ kind }) => kind !== "doc" && kind !== "comment");
}

/** A comma before a closing bracket only says that the line was too long. */
function shape(tokens: readonly Token[]): string[] {
  return tokens
    .filter(({ text }, index, all) => text !== "," || !/^[)\]}]$/.test(all[index + 1]?.text ?? ""))
    .map(({ kind, text }) => (kind === "name" || kind === "string" ? kind : text));
}

/** Names in the order of the text. An operand of asm! may be called like a variable of the template's own. */
function namesOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap(({ kind, text }, index) => {
    if (kind !== "name") return [];
    const [next, then] = [tokens[index + 1]?.text, tokens[index + 2]?.text ?? ""];
    return next === "=" && ["in", "out", "inout", "const"].includes(then) ? [`operand:${text}`] : [text];
  });
}

/** Each name is one other name throughout, and no two are the same one. */
function renamedOnly(before: readonly string[], after: readonly string[]): void {
  expect(after.length).toBe(before.length);
  const renamed = new Map<string, string>();
  const origins = new Map<string, string>();
  for (const [index, name] of before.entries()) {
    const other = after[index]!;
    if ((renamed.get(name) ?? other) !== other || (origins.get(other) ?? name) !== name)
      throw new Error(`${name} is ${other}; ${renamed.get(name)} and ${origins.get(other)} before`);
    renamed.set(name, other);
    origins.set(other, name);
  }
}

/** Neither link, HTML nor code that rustdoc would run. */
function isPlainMarkdown(line: string): void {
  const live = line
    .replace(/\[`\w+::new`\]/, "")
    .replace(/\\[!-/:-@[-`{-~]/g, "x")
    .replace(/^(\/\/[/!]) (?:- |\d+\. |# Safety$)?/, "$1 ");
  expect(live).not.toMatch(/[[\]<\\]|```|~~~|^\/\/[/!] (?:[#>|~=+*:-]|\d+[.)](?: |$)| {6}|\t)/);
}

/** Every string of asm! is one instruction, or one that the assembler refuses; its holes are operands of the block. */
function templatesAreWhole(tokens: readonly Token[]): void {
  for (const [start, { text }] of tokens.entries()) {
    if (text === "asm" && tokens[start + 1]?.text === "!") {
      const body = tokens.slice(start + 3);
      const block = body.slice(
        0,
        body.findIndex(({ text }) => text === ";"),
      );
      const operands = block.flatMap(({ kind, text }, index) =>
        block[index + 1]?.text === "=" && (kind === "name" || kind === "keyword") ? [text] : [],
      );
      for (const { text } of block.filter(({ kind }) => kind === "string")) isWholeTemplate(text, operands);
    }
    const format = tokens[start + 3];
    if ((text === "panic" || text === "unimplemented") && tokens[start + 1]?.text === "!" && format?.kind === "string")
      expect(["who", "cannot", "name", "address:#x"]).toEqual(expect.arrayContaining(holesOf(format.text)));
  }
}

function isWholeTemplate(text: string, operands: readonly string[]): void {
  const holes = holesOf(text).map((hole) => hole.replace(/:[a-z]$/, ""));
  expect(operands).toEqual(expect.arrayContaining(holes));
  expect(text).toMatch(
    /^(?:\/\* \{buffer\} \*\/|\.error "[^"\n]*"|\d+:|\.(?:option|arch_extension|word) [\w.,+? ]+|(?:memw; )?[a-z][a-z0-9.]*(?: [\w .,+\-#%![\](){}:]*)?)$/i,
  );
}

/** @throws where braces are not paired as format strings pair them */
function holesOf(text: string): string[] {
  const holes = [...text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g)];
  if (holes.some(([whole]) => whole === "{" || whole === "}")) throw new Error(`not a format: ${text}`);
  return holes.flatMap(([, hole]) => (hole === undefined ? [] : [hole]));
}

describe("every chip", () => {
  const worst = (index: number) =>
    `${fragments[index % fragments.length]}x${index}${fragments[(index * 7) % fragments.length]}${fragments[(index * 13 + 5) % fragments.length]}`;

  it.each(chips.map((planned) => [planned.chip.id, planned] as const))("%s keeps its program", (_, planned) => {
    sameProgram(planned, worst, "size");
    sameProgram(planned, worst, "speed");
  });
});

it("any text leaves the program as it is", () => {
  fc.assert(
    fc.property(fc.nat(chips.length - 1), hostility, fc.constantFrom("size", "speed"), (chip, change, optimize) =>
      sameProgram(chips[chip]!, change, optimize),
    ),
    {
      numRuns: 100,
    },
  );
});

it("each fragment by itself leaves the program as it is", () => {
  const [planned] = chips.filter(({ chip }) => chip.id === "stm32h743");
  for (const fragment of fragments)
    for (const change of [
      (index: number) => `${fragment}${index}`,
      (index: number) => `${index}${fragment}`,
      (index: number) => `a ${index} ${fragment} b`,
    ])
      sameProgram(planned!, change, "size");
});

it("ids cannot lead out of the folder, nor to a file that lists the chips", () => {
  const listing = new Set(renderShared([], options).map(({ path }) => path));
  const planned = chips[0]!;
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...fragments, "main", "mod"), hostileText), (id) => {
      for (const { path } of renderChip({ ...planned, chip: { ...planned.chip, id } }, options)) {
        expect(path).toMatch(/^(?:rust\/src|typescript)\/[A-Za-z0-9_-]+\.(?:rs|ts)$/);
        expect(listing.has(path)).toBe(false);
        expect(path).not.toMatch(/\/(?:lib|main|mod)\.rs$/);
      }
    }),
    { numRuns: 300 },
  );
});

it("the files that list the chips hold any id and any licence", () => {
  const honest = renderShared(["a", "b"], { ...options, licence: ["One.", "Two."] });
  const text = (files: typeof honest, path: string) => files.find((file) => file.path === path)!.content;
  fc.assert(
    fc.property(hostileText, hostileText, (one, two) => {
      const files = renderShared([`1${one}`, `2${two}`], { ...options, licence: [one, two] });
      for (const { content } of files) seenThroughout(content);
      for (const path of ["rust/src/lib.rs", "rust/kernel/src/lib.rs"])
        expect(shape(codeOf(text(files, path)))).toEqual(shape(codeOf(text(honest, path))));
      expect(syntaxOf(text(files, "typescript/index.ts"))).toEqual(syntaxOf(text(honest, "typescript/index.ts")));
      for (const path of ["rust/Cargo.toml", "rust/kernel/Cargo.toml"]) {
        const facts = (toml: string) => toml.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
        const asNamed = (line: string) => line.replace(/^[A-Za-z0-9_-]+ = \[\]$/, "feature = []");
        expect(facts(text(files, path)).map(asNamed)).toEqual(facts(text(honest, path)).map(asNamed));
      }
    }),
    { numRuns: 200 },
  );
});
