// What a run of `litmus` rests on beside its file: architectures, and nothing else of a project.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/command.ts";
import { inProcess } from "../support/in-process.ts";

const program = {
  ...{ arch: "AArch64", name: "one store", threads: [[{ op: "store", loc: "x", value: 1 }]], exists: { x: 1 } },
};

interface Answer {
  readonly results: readonly { readonly outcomes?: unknown }[];
  readonly diagnostics?: readonly { readonly code: string; readonly path: string }[];
}

/** Runs the program for people and for programs in a folder with these files; the two say the same. */
async function litmus(files: Readonly<Record<string, string>>, ...more: readonly string[]) {
  const cwd = temporaryFolder();
  for (const [path, text] of Object.entries({ "one.json": JSON.stringify([program]), ...files })) {
    mkdirSync(join(cwd, path, ".."), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  const people = await inProcess(["litmus", "one.json", ...more], cwd);
  const { code, stdout } = await inProcess(["litmus", "one.json", "--json", ...more], cwd);
  const { results, diagnostics = [] } = JSON.parse(stdout) as Answer;
  expect(people.code).toBe(code);
  for (const problem of diagnostics) expect(people.stderr).toContain(`error ${problem.code}: `);
  if (diagnostics.length === 0) expect(people.stderr).not.toContain(" error ");
  return { code, answered: results.length, codes: diagnostics.map((each) => each.code) };
}

it("needs no chips", async () => {
  expect(await litmus({})).toEqual({ code: 0, answered: 1, codes: [] });
});

it("is not about the problems of a chip", async () => {
  expect(await litmus({ "chips/broken.yaml": "chip: [" })).toEqual({ code: 0, answered: 1, codes: [] });
});

it("fails with the problems of an architecture, in JSON as well", async () => {
  const { code, answered, codes } = await litmus({ "chips/architectures/broken.yaml": "architecture: [" });
  expect({ code, answered }).toEqual({ code: 1, answered: 1 });
  expect(codes).toContain("yaml/syntax");
});

it("fails where the folder that was named is not there, or is none", async () => {
  expect(await litmus({}, "--chips", "nowhere")).toEqual({ code: 1, answered: 1, codes: ["io/cannot-read"] });
  expect(await litmus({ chips: "" })).toEqual({ code: 1, answered: 1, codes: ["io/cannot-read"] });
});
