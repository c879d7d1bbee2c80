// Programs whose outcomes were computed elsewhere: fencegen must find exactly those. See test/litmus/README.md.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, root, temporaryFolder } from "../support/command.ts";

interface Program {
  readonly arch: string;
  readonly name: string;
  readonly threads: readonly (readonly Record<string, string | number>[])[];
  readonly exists: Readonly<Record<string, number>>;
  readonly outcomes: readonly Readonly<Record<string, number>>[];
}

const folder = join(root, "test/litmus");
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const programsIn = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Program[];

/** As a set: neither the outcomes nor their keys are in an order that means something. */
function spelled(outcomes: Program["outcomes"]): string[] {
  return outcomes
    .map((outcome) =>
      Object.entries(outcome)
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(" "),
    )
    .sort();
}

describe.each(files)("%s", (file) => {
  const programs = programsIn(file);

  it("has exactly the outcomes that herd7 computed", () => {
    // Without what is expected, so that the command cannot know it.
    const path = join(temporaryFolder(), file);
    writeFileSync(path, JSON.stringify(programs.map(({ outcomes: _, ...program }) => program)));
    const { code, stdout } = fencegen(["litmus", path, "--json"]);
    const { schemaVersion, results } = JSON.parse(stdout) as { schemaVersion: number; results: Program[] };
    expect({ code, schemaVersion }).toEqual({ code: 0, schemaVersion: 1 });
    expect(results.map(({ arch, name }) => `${arch} ${name}`)).toEqual(
      programs.map(({ arch, name }) => `${arch} ${name}`),
    );
    for (const [index, { name, outcomes }] of results.entries())
      expect(spelled(outcomes), name).toEqual(spelled(programs[index]!.outcomes));
  });

  it("has every shape", () => {
    const shapes = new Set(programs.map(({ name }) => /^(?:2\+2W|[A-Z]+)/.exec(name)![0]));
    expect([...shapes].sort()).toEqual(["2+2W", "LB", "MP", "R", "S", "SB"]);
  });
});

it("all architectures are there, in about 120 programs", () => {
  const programs = files.flatMap(programsIn);
  expect(new Set(programs.map(({ arch }) => arch))).toEqual(new Set(["AArch64", "ARM", "RISCV", "X86_64"]));
  expect(programs.length).toBeGreaterThanOrEqual(120);
});

describe("what is not as expected", () => {
  const [program] = programsIn("riscv.json");

  function run(content: unknown) {
    const path = join(temporaryFolder(), "programs.json");
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return fencegen(["litmus", path]);
  }

  it("is a difference from the outcomes that the file expects", () => {
    const { code, stderr } = run([{ ...program, outcomes: program!.outcomes.slice(1) }]);
    expect(code).toBe(1);
    expect(stderr).toContain(`RISCV ${program!.name}: not the outcomes that the file expects`);
  });

  const broken: readonly [what: string, content: unknown, message: string][] = [
    ["an unknown architecture", [{ ...program, arch: "Alpha" }], "no architecture is called `Alpha`"],
    [
      "an unknown barrier",
      [{ ...program, threads: [[{ op: "barrier", instr: "dmb sy" }]] }],
      "has no barrier `dmb sy`",
    ],
    ["text that is no JSON", "[{", "programs.json"],
    ["an object", { programs: [program] }, "not a list of programs"],
    ["a program without threads", [{ arch: "RISCV", name: "MP", exists: {} }], "not a list of programs"],
    ["an unknown operation", [{ ...program, threads: [[{ op: "swap", loc: "x" }]] }], "not a list of programs"],
    ["a store without a value", [{ ...program, threads: [[{ op: "store", loc: "x" }]] }], "not a list of programs"],
  ];

  it.each(broken)("is wrong usage: %s", (_, content, message) => {
    const { code, stdout, stderr } = run(content);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("is wrong usage: a file that does not exist", () => {
    expect(fencegen(["litmus", "nowhere.json"]).code).toBe(64);
  });
});
