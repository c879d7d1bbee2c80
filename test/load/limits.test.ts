// How large a description may be, and what is said of one that is larger; and that nothing but files is read.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Diagnostics, mostShown, mostShownOfFile } from "../../generator/diagnostics/diagnostic.ts";
import * as limits from "../../generator/load/limits.ts";
import { readDescriptions, readSource } from "../../generator/load/read-descriptions.ts";
import { kindOf, parseSource } from "../../generator/load/source-file.ts";
import { validateSchema } from "../../generator/validate/validate-schema.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { shippedPaths, shippedText } from "../support/pipeline.ts";

function parsed(text: string) {
  const diagnostics = new Diagnostics();
  const file = parseSource("chips/x.yaml", text, diagnostics);
  return { file, problems: diagnostics.sorted() };
}

describe("a file at a limit is read, and one beyond it is refused with the limit", () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  it.each<[string, (size: number) => string, number]>([
    ["entries of a list", (size) => `notes: [${numbers(size).join(",")}]`, limits.mostEntries],
    [
      "entries of a map",
      (size) =>
        `notes: {${numbers(size)
          .map((key) => `k${key}: 1`)
          .join(",")}}`,
      limits.mostEntries,
    ],
    ["characters of a text", (size) => `notes: ${"x".repeat(size)}`, limits.mostTextLength],
    ["characters of a key", (size) => `${"x".repeat(size)}: 1`, limits.mostKeyLength],
    [
      "aliases",
      (size) =>
        `${numbers(20)
          .map((each) => `a${each}: &a${each} x`)
          .join("\n")}\n${numbers(20)
          .map(
            (each) =>
              `b${each}: [${numbers(Math.ceil(size / 20))
                .map(() => `*a${each}`)
                .join(",")}]`,
          )
          .join("\n")}`,
      limits.mostAliases,
    ],
  ])("%s", (_, text, most) => {
    expect(parsed(text(most)).problems).toEqual([]);
    const { file, problems } = parsed(text(most + 1));
    expect(problems).toMatchObject([{ code: "yaml/beyond-limit", message: expect.stringContaining(String(most)) }]);
    expect(problems[0]!.range).toBeDefined();
    expect(file.value).toBeUndefined();
  });

  it("values, those behind an alias as often as they are used", () => {
    const list = `[${numbers(999).join(",")}]`;
    const text = (uses: number) =>
      `a: &a ${list}\nb: [${numbers(uses)
        .map(() => "*a")
        .join(",")}]`;
    expect(parsed(text(18)).problems).toEqual([]);
    expect(parsed(text(20)).problems).toMatchObject([
      { code: "yaml/beyond-limit", message: expect.stringContaining(String(limits.mostValues)) },
    ]);
  });

  it("bytes", () => {
    const folder = temporaryFolder();
    const read = (bytes: number) => {
      const path = join(folder, "x.yaml");
      writeFileSync(path, "# ".padEnd(bytes, "x"));
      const diagnostics = new Diagnostics();
      const file = readSource(path, "x.yaml", diagnostics);
      return { file, codes: diagnostics.sorted().map(({ code }) => code) };
    };
    expect(read(limits.mostFileBytes).codes).toEqual([]);
    const { file, codes } = read(limits.mostFileBytes + 1);
    expect(file).toBeUndefined();
    expect(codes).toEqual(["io/too-large"]);
  });

  it("files, and the bytes of all", () => {
    const diagnostics = new Diagnostics();
    const many = temporaryFolder();
    for (const index of numbers(limits.mostFiles + 1)) writeFileSync(join(many, `c${index}.yaml`), "");
    expect(readDescriptions({ shared: [], own: many, shown: (path) => path }, diagnostics)).toEqual([]);
    const large = temporaryFolder();
    const files = limits.mostBytesOfAllFiles / limits.mostFileBytes + 1;
    const text = "# ".padEnd(limits.mostFileBytes, "x");
    for (const index of numbers(files)) writeFileSync(join(large, `c${index}.yaml`), text);
    expect(readDescriptions({ shared: [], own: large, shown: (path) => path }, diagnostics)).toEqual([]);
    const dense = temporaryFolder();
    const list = `a: [${"1,".repeat(40_000)}1]`;
    for (const index of numbers(limits.mostMarksOfAllFiles / 40_000))
      writeFileSync(join(dense, `c${index}.yaml`), list);
    expect(readDescriptions({ shared: [], own: dense, shown: (path) => path }, diagnostics)).toEqual([]);
    expect(
      diagnostics
        .sorted()
        .filter(({ code }) => code === "io/too-large")
        .map(({ message, path }) => [path, /more than (.*) together|at most/.exec(message)?.[1]])
        .sort(),
    ).toEqual(
      [
        [large, `${limits.mostBytesOfAllFiles} bytes`],
        [many, undefined],
        [dense, `${limits.mostMarksOfAllFiles} line breaks, commas, colons and brackets`],
      ].sort(),
    );
  });
});

it("every limit is at least ten times what the shipped descriptions need", () => {
  const most = { bytes: 0, values: 0, entries: 0, text: 0, key: 0, aliases: 0, levels: 0 };
  const note = (name: keyof typeof most, size: number) => {
    most[name] = Math.max(most[name], size);
  };
  let marks = 0;
  for (const path of shippedPaths) {
    const text = shippedText(path);
    marks += text.match(/[\n,:[\]{}]/g)!.length;
    let values = 0;
    const walk = (value: unknown, level: number): void => {
      values += 1;
      note("levels", level);
      if (typeof value === "string") note("text", value.length);
      if (typeof value !== "object" || value === null) return;
      note("entries", Object.keys(value).length);
      for (const [key, item] of Object.entries(value)) {
        note("key", key.length);
        walk(item, level + 1);
      }
    };
    walk(parse(text), 0);
    note("bytes", Buffer.byteLength(text));
    note("values", values);
    note("aliases", [...text.matchAll(/[ []\*[a-z]/g)].length);
  }
  expect(most.bytes * 10).toBeLessThanOrEqual(limits.mostFileBytes);
  expect(marks * 10).toBeLessThanOrEqual(limits.mostMarksOfAllFiles);
  expect(most.values * 10).toBeLessThanOrEqual(limits.mostValues);
  expect(most.entries * 10).toBeLessThanOrEqual(limits.mostEntries);
  expect(most.text * 10).toBeLessThanOrEqual(limits.mostTextLength);
  expect(most.levels * 10).toBeLessThanOrEqual(limits.mostLevels);
  expect(most.aliases * 10).toBeLessThanOrEqual(limits.mostAliases);
  // YAML allows no more than 1,024.
  expect(most.key * 4).toBeLessThanOrEqual(limits.mostKeyLength);
  expect(shippedPaths.length * 10).toBeLessThanOrEqual(limits.mostFiles);
});

describe("of very many problems", () => {
  it("the first of a file are shown, and how many more there are", () => {
    const { problems } = parsed(`chip: x\nnotes: "${"\\q".repeat(15_000)}"\n`);
    expect(problems).toHaveLength(mostShownOfFile + 1);
    expect(problems.at(-1)).toMatchObject({
      code: "io/more-problems",
      severity: "error",
      message: `has ${15_000 - mostShownOfFile} more errors, not shown`,
    });
    expect(JSON.stringify(problems).length).toBeLessThan(100_000);
  });

  it("those of the schema as well", () => {
    const diagnostics = new Diagnostics();
    const keys = Array.from({ length: 950 }, (_, index) => `unknown${index}: 1\n`).join("");
    validateSchema(parseSource("chips/x.yaml", `chip: x\n${keys}`, diagnostics), diagnostics);
    const problems = diagnostics.sorted();
    expect(problems).toHaveLength(mostShownOfFile + 1);
    // Five keys are missing.
    expect(problems.at(-1)!.message).toBe(`has ${950 + 5 - mostShownOfFile} more errors, not shown`);
  });

  it("a file is no less broken for what is not shown of it", () => {
    const diagnostics = new Diagnostics();
    for (const file of Array.from({ length: 50 }, (_, index) => `${index}.yaml`))
      for (let line = 1; line <= 2 * mostShownOfFile; line++) {
        const range = { start: { line, column: 1 }, end: { line, column: 2 } };
        diagnostics.report("rule/source-to-do", { message: "To do.", path: file, range });
        if (line % 2 === 0) diagnostics.report("yaml/syntax", { message: "Wrong.", path: file, range });
      }
    expect(diagnostics.pathsWithErrors().size).toBe(50);
    const problems = diagnostics.sorted();
    expect(problems).toHaveLength(mostShown + 1);
    const shown = problems.slice(0, -1);
    const counted = shown.filter(({ code }) => code !== "io/more-problems").length;
    const announced = [...problems.filter(({ code }) => code === "io/more-problems")]
      .flatMap(({ message }) => [...message.matchAll(/(\d+) more (?:errors|warnings)/g)])
      .reduce((sum, [, more]) => sum + Number(more), 0);
    expect(counted + announced).toBe(50 * 3 * mostShownOfFile);
    expect(problems.at(-1)!.severity).toBe("error");
  });

  it("an excerpt is the part of a long line around the place", () => {
    const line = `notes: "${"a".repeat(3000)}\\q${"b".repeat(3000)}"`;
    const [problem] = parsed(`chip: x\n${line}\n`).problems;
    const { excerpt, excerptColumn, range } = problem!;
    expect(excerpt!.length).toBeLessThanOrEqual(240);
    const column = range!.start.column;
    expect(line.slice(column - 1, column + 1)).toBe("\\q");
    expect(excerpt!.slice(column - excerptColumn!, column - excerptColumn! + 2)).toBe("\\q");
  });
});

it("only files are read, behind links as well", () => {
  const own = temporaryFolder();
  mkdirSync(join(own, "folder.yaml"));
  execFileSync("mkfifo", [join(own, "pipe.yaml")]);
  symlinkSync(join(own, "pipe.yaml"), join(own, "link-to-pipe.yaml"));
  symlinkSync("/dev/zero", join(own, "device.yaml"));
  symlinkSync(join(own, "circle.yaml"), join(own, "circle.yaml"));
  symlinkSync(join(own, "nowhere"), join(own, "dangling.yaml"));
  writeFileSync(join(own, "chip"), "chip: linked\n");
  symlinkSync(join(own, "chip"), join(own, "linked.yaml"));
  mkdirSync(join(own, "cores"));
  const [shippedCore] = readdirSync(join(root, "chips/cores")).sort();
  execFileSync("mkfifo", [join(own, "cores", shippedCore!)]);
  const diagnostics = new Diagnostics();
  const files = readDescriptions({ shared: [join(root, "chips")], own, shown: (path) => path }, diagnostics);
  expect(files.filter(({ path }) => path.startsWith(own)).map(({ text }) => text)).toEqual(["chip: linked\n"]);
  expect(diagnostics.sorted().map(({ code, path, message }) => [path.slice(own.length + 1), code, message])).toEqual([
    ["circle.yaml", "io/cannot-read", "cannot be read (ELOOP)"],
    [`cores/${shippedCore}`, "io/not-a-file", "is a named pipe, no file"],
    ["dangling.yaml", "io/cannot-read", "cannot be read (ENOENT)"],
    ["device.yaml", "io/not-a-file", "is a device, no file"],
    ["folder.yaml", "io/not-a-file", "is a folder, no file"],
    ["link-to-pipe.yaml", "io/not-a-file", "is a named pipe, no file"],
    ["pipe.yaml", "io/not-a-file", "is a named pipe, no file"],
  ]);
});

it("the standard input is read up to the limit", () => {
  const input = `chip: x\n${"# more\n".repeat(200_000)}`;
  const { code, stderr } = fencegen(["validate", "-"], { cwd: root, input });
  expect(code).toBe(1);
  expect(stderr).toContain("io/too-large");
});

it("a list that contains itself many times over is looked through once", () => {
  const levels = Array.from({ length: 40 }, (_, at) => `&n${at + 1} [*n${at}, *n${at}, *n${at}]`);
  const { problems } = parsed(`a: &n0 [[*n0, *n0, *n0], ${levels.join(", ")}]`);
  expect(problems).toMatchObject([{ code: "yaml/syntax", message: "`*n0` contains itself" }]);
});

describe.each([
  ["lists", "[", "]"],
  ["maps", "{a: ", "}"],
  ["lists in blocks", "- ", ""],
])("%s within each other", (_, open, close) => {
  const nested = (levels: number) => parsed(`${open.repeat(levels)}x${close.repeat(levels)}`).problems;

  it("are read up to the limit", () => expect(nested(limits.mostLevels)).toEqual([]));

  // The parser's own calls would be nested as deeply: where the stack is nearly used up, the engine ends the process.
  it.each([limits.mostLevels + 1, 1000, 20_000])("are refused where they begin to be too many: %i", (levels) => {
    const start = { line: 1, column: limits.mostLevels * open.length + 1 };
    const message = `is nested more than ${limits.mostLevels} levels deep`;
    expect(nested(levels)).toMatchObject([{ code: "yaml/syntax", message, range: { start } }]);
  });
});

describe("nothing but what YAML 1.2 makes of a text", () => {
  it.each([
    "!!binary aGVsbG8=",
    "!!set {a, b}",
    "!!timestamp 2001-01-01",
    "!!omap [a: 1]",
    "!foo bar",
    "!!int x",
    "!<x> y",
  ])("refuses %s at its place", (value) => {
    const { file, problems } = parsed(`a: 1\nb: ${value}\n`);
    expect(problems).toMatchObject([{ code: "yaml/syntax", range: { start: { line: 2, column: 4 } } }]);
    expect(file.value).toBeUndefined();
  });

  it("reads the tags of its own, and no other version that a file asks for", () => {
    const text = "%YAML 1.1\n---\na: !!str 1\nb: !!int 2\nc: 2001-01-01\nd: yes\ne: 1:30\nf: !!map {}\n<<: { g: 1 }\n";
    const { file, problems } = parsed(text);
    expect(problems).toEqual([]);
    expect(file.value).toEqual({ a: "1", b: 2, c: "2001-01-01", d: "yes", e: "1:30", f: {}, "<<": { g: 1 } });
  });
});

it("the order of keys does not decide what is described", () => {
  const kind = (text: string) => kindOf(parsed(text).file);
  expect(kind("architecture: a\ncore: b\n")).toBe("core");
  expect(kind("architecture: a\nmechanism: b\n")).toBe("mechanism");
  expect(kind("title: a\narchitecture: b\n")).toBe("architecture");
  expect(kind("constructor: a\n")).toBeUndefined();
});
