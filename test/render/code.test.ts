// That a forgotten encoding does not compile: asked of the compiler, with a program for each way to forget it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { root } from "../support/command.ts";

const head = `
import { type Code, join } from "../../generator/render/code.ts";
import { markdown } from "../../generator/render/markdown.ts";
import { renderTemplate } from "../../generator/render/render.ts";
import { commentLine, docText, doc, formatLiteral, identifier, rust, stringLiteral } from "../../generator/render/rust/encode.ts";
import { instruction } from "../../generator/render/rust/assembler.ts";
import { toml, tomlKey } from "../../generator/render/toml.ts";
import { stringLiteral as typeScriptString, typescript } from "../../generator/render/typescript/encode.ts";
declare const text: string;
declare const generated: Code<"rust">;
declare const docs: Code<"rustdoc">;
`;

const allowed: Readonly<Record<string, string>> = {
  "encoded text, code and numbers in a hole":
    "export const x = rust`let ${identifier(text)} = ${stringLiteral(text)} + ${generated} + ${2};`;",
  "prose in documentation": 'export const x = doc(docText(text), "///", 100);',
  "text in a format string, whose holes encode": "export const x = formatLiteral`${text}: {name}`;",
  "an encoded view": 'export const x = renderTemplate("rust/reach", { licence: [commentLine(text)], generated });',
  "keys of the manifest": "export const x = toml`${tomlKey(text)} = []`;",
};

const forgotten: Readonly<Record<string, string>> = {
  "a string in a hole": "export const x = rust`let ${text} = 1;`;",
  "a template without the tag": 'export const x: Code<"rust"> = `let ${identifier(text)} = 1;`;',
  "a changed code": 'export const x: Code<"rust"> = identifier(text).toUpperCase();',
  "code and a string": 'export const x: Code<"rust"> = generated + text;',
  "a bigint, which the languages spell in their own ways": "export const x = rust`${2n}`;",
  "another language's string": "export const x = typescript`${stringLiteral(text)}`;",
  "the other way round": "export const x = rust`${typeScriptString(text)}`;",
  "an instruction that is no string of Rust yet": "export const x = rust`${instruction(text)}`;",
  "documentation as code": "export const x = rust`${docs}`;",
  "a string as documentation": 'export const x = doc(text, "///", 100);',
  "a string in a cell": "export const x = markdown`| ${text} |`;",
  "a string in a list of code": "export const x = join([generated, text], rust`, `);",
  "a string that separates": "export const x = join([generated], text);",
  "a string in a view": 'export const x = renderTemplate("rust/reach", { licence: [], generated: text });',
  "a string in a view's list": 'export const x = renderTemplate("rust/reach", { licence: [text], generated });',
  "a view of another language": 'export const x = renderTemplate("rust/cargo", { licence: [], generated });',
  "a number in a view": 'export const x = renderTemplate("rust/reach", { licence: [1], generated });',
};

/** What the compiler finds in each program, by name. */
function problemsOf(programs: Readonly<Record<string, string>>): Record<string, string[]> {
  const files = new Map(
    Object.entries(programs).map(([name, text], index) => [
      join(root, `test/render/program-${index}.ts`),
      { name, text },
    ]),
  );
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => files.has(path) || fileExists.call(host, path);
  host.getSourceFile = (path, ...rest) => {
    const file = files.get(path);
    return file
      ? ts.createSourceFile(path, head + file.text, ts.ScriptTarget.ES2023)
      : getSourceFile.call(host, path, ...rest);
  };
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true }, host);
  return Object.fromEntries(
    [...files].map(([path, { name }]) => {
      const source = program.getSourceFile(path)!;
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [
        name,
        found.map(({ code, messageText }) => `${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`),
      ];
    }),
  );
}

const problems = problemsOf({ ...allowed, ...forgotten });

describe("compiles", () => {
  it.each(Object.keys(allowed))("%s", (name) => {
    expect(problems[name]).toEqual([]);
  });
});

describe("does not compile", () => {
  it.each(Object.keys(forgotten))("%s", (name) => {
    // 2322, 2345, 2769: not assignable. Anything else would be a mistake in the program itself.
    expect(problems[name]).toEqual([expect.stringMatching(/^(?:2322|2345|2769) /)]);
  });
});

it("only encoders say that a text is encoded", () => {
  const encoders = [
    "code.ts",
    "html.ts",
    "markdown.ts",
    "render.ts",
    "rust/assembler.ts",
    "rust/encode.ts",
    "toml.ts",
    "typescript/encode.ts",
  ];
  const generator = join(root, "generator");
  const files = (readdirSync(generator, { recursive: true }) as string[]).filter((name) => name.endsWith(".ts"));
  const saying = files.filter((name) =>
    /\bencoded\b\W|\bas (?:readonly )?(?:Code|View|Lines|Text|Name)\b/.test(
      readFileSync(join(generator, name), "utf8").replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, ""),
    ),
  );
  expect(saying.map((name) => name.replaceAll("\\", "/")).sort()).toEqual(
    encoders.map((name) => `render/${name}`).sort(),
  );
});
