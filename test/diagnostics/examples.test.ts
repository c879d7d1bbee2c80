// Examples of problems: what fails has the problem that it is an example of, what is mended has none.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Host } from "../../generator/cli/environment.ts";
import { type Code, codes } from "../../generator/diagnostics/codes.ts";
import type { Diagnostic } from "../../generator/diagnostics/diagnostic.ts";
import type { Example } from "../../generator/diagnostics/explain-code.ts";
import { readExamples } from "../../generator/load/read-examples.ts";
import { planDescription } from "../../generator/pipeline.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { faultyDisk } from "../support/faulty-disk.ts";
import { hastyDisk, testHost, testProcesses } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { loadWithoutChips } from "../support/pipeline.ts";

const examples = readExamples(join(root, "dist"))!;
const folder = "test/fixtures/examples";
const textOf = (name: string) => readFileSync(join(root, folder, name), "utf8");
/** What runs only in a project of its own is no description that is loaded with the others. */
const ofProjects = ["board.yaml", "settings.yaml", "litmus.json"];
const bases = Object.fromEntries(
  readdirSync(join(root, folder))
    .filter((name) => !ofProjects.includes(name))
    .map((name) => [`${folder}/${name}`, textOf(name)]),
);

/** The text in which the lines stand as they are right, with the failing ones in their place. */
function broken(text: string, { failing, mended }: Example): string {
  expect(text.split(`${mended}\n`), "the mended lines stand once in the file").toHaveLength(2);
  return text.replace(`${mended}\n`, () => `${failing}\n`);
}

function problemsOf(texts: Readonly<Record<string, string>>, isPlanned = true): readonly Diagnostic[] {
  const loaded = loadWithoutChips(texts);
  if (isPlanned) for (const chip of loaded.chips) planDescription(chip, loaded);
  return loaded.diagnostics.sorted().filter(({ path }) => Object.hasOwn(texts, path));
}

/** A folder with the board, and with settings and a file that has a place for the table. */
function project(settings?: string): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips"));
  cpSync(join(root, folder, "board.yaml"), join(cwd, "chips/board.yaml"));
  if (settings === undefined) return cwd;
  writeFileSync(join(cwd, ".fencegen.yaml"), settings);
  writeFileSync(join(cwd, "README.md"), "<!-- fencegen:chips -->\n<!-- /fencegen:chips -->\n");
  return cwd;
}

/** The codes that a command reports; of a bug, what `main.ts` makes of it. */
async function codesOf(args: readonly string[], cwd: string, host?: Host): Promise<string[]> {
  const { code, stdout } = await inProcess([...args, "--json"], cwd, host ?? testHost(hastyDisk));
  if (code === 70) return ["bug/exception"];
  const { diagnostics, error } = JSON.parse(stdout) as { diagnostics: { code: string }[]; error?: { code: string } };
  return [...diagnostics, ...(error ? [error] : [])].map((each) => each.code);
}

/** What no line of a shell brings about; the example says it in a comment. */
const circumstances: Readonly<Partial<Record<Code, { readonly comment: string; host(): Promise<Host> }>>> = {
  "io/cannot-write": { comment: "# The disk is full.", host: async () => testHost(faultyDisk("is full", 0).disk) },
  "output/unfinished": {
    comment: "# The disk fails when a part of the set is written.",
    async host() {
      const { disk, steps } = faultyDisk();
      expect(await codesOf(["generate"], project(), testHost(disk))).toEqual([]);
      return testHost(faultyDisk("fails from there on", steps.lastIndexOf("rename")).disk);
    },
  },
  "bug/exception": {
    comment: "# This version of fencegen has a bug.",
    host: async () =>
      testHost({
        ...hastyDisk,
        kindOf() {
          throw new TypeError("planted");
        },
      }),
  },
};

/** Runs the lines, each command of fencegen in this process and all else by a shell; the codes that the last command reports. */
async function transcript(text: string, cwd: string, host?: Host): Promise<string[]> {
  let reported: string[] = [];
  for (const line of text.split("\n").filter((each) => !each.startsWith("#"))) {
    const [, command] = /^\$ (.+)$/.exec(line) ?? [];
    if (command === undefined) throw new Error(`neither a command nor a comment: ${line}`);
    const [, args] = /^fencegen (.+)$/.exec(command) ?? [];
    if (args === undefined) execFileSync("bash", ["-euc", command], { cwd });
    else reported = await codesOf(wordsOf(args), cwd, host);
  }
  return reported;
}

/** As a shell parts them. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare!);
}

describe("what an example is a part of", () => {
  it("has no problem: descriptions", () => {
    expect(problemsOf(bases).map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  });

  it("has no problem: the project, its settings and litmus programs", async () => {
    const cwd = project(textOf("settings.yaml"));
    writeFileSync(join(cwd, "litmus.json"), textOf("litmus.json"));
    for (const args of [["generate"], ["litmus", "litmus.json"]]) expect(await codesOf(args, cwd)).toEqual([]);
  });
});

it("every code has one, and no other has", () => {
  expect(Object.keys(examples).sort()).toEqual(Object.keys(codes).sort());
});

describe.each(Object.entries(examples) as [Code, Example][])("%s", (code, example) => {
  it("is what the failing example yields, and the mended one does not", async () => {
    const { in: place, failing, mended } = example;
    expect(failing).not.toBe(mended);
    switch (place) {
      case "shell": {
        const cwd = project();
        const circumstance = circumstances[code];
        if (circumstance) expect(failing.split("\n")).toContain(circumstance.comment);
        expect(await transcript(failing, cwd, await circumstance?.host())).toContain(code);
        const left = await transcript(mended, cwd, { ...testHost(hastyDisk), processes: testProcesses([], 2) });
        expect(left).not.toContain(code);
        expect(left.filter((each) => codes[each as Code].severity === "error")).toEqual([]);
        return;
      }
      case "settings":
        expect(await codesOf(["generate"], project(broken(textOf("settings.yaml"), example)))).toContain(code);
        return;
      case "litmus": {
        const cwd = project();
        writeFileSync(join(cwd, "litmus.json"), broken(textOf("litmus.json"), example));
        expect(await codesOf(["litmus", "litmus.json"], cwd)).toContain(code);
        return;
      }
      default: {
        const [path, text] = Object.entries(bases).find(([, each]) => each.includes(`${mended}\n`))!;
        expect(text).toMatch(new RegExp(`^${place}: `, "m"));
        // A chip of an architecture beside shows what that does.
        const beside = Object.entries(bases).filter(
          ([other]) => /example-arch/.test(other) && /example-arch/.test(path),
        );
        const texts = { ...Object.fromEntries(beside), [path]: broken(text, example) };
        expect(problemsOf(texts, code.startsWith("plan/")).map((each) => each.code)).toContain(code);
      }
    }
  });
});
