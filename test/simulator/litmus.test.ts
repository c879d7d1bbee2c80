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

const [program] = programsIn("riscv.json");

/** Runs the command on a file with this content. */
function run(content: unknown) {
  const path = join(temporaryFolder(), "programs.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  const { code, stdout, stderr } = fencegen(["litmus", path, "--json"]);
  const answer = JSON.parse(stdout) as {
    readonly results: readonly (Partial<Program> & { readonly undecided?: string })[];
    readonly diagnostics?: readonly {
      readonly code: string;
      readonly message: string;
      readonly range?: { readonly start: { readonly line: number; readonly column: number } };
    }[];
  };
  expect(stderr).toBe("");
  return { code, path, ...answer };
}

const store = (loc: string, value: number) => ({ op: "store", loc, value });
const load = (loc: string, reg: string) => ({ op: "load", loc, reg });
type Access = (at: number) => unknown;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const one = (arch: string, threads: readonly unknown[], keys: readonly string[]) => [
  { arch, name: "test", threads, exists: Object.fromEntries(keys.map((key) => [key, 0])) },
];

describe("what is not as expected", () => {
  it("is a difference from the outcomes that the file expects", () => {
    const path = join(temporaryFolder(), "programs.json");
    writeFileSync(path, JSON.stringify([{ ...program, outcomes: program!.outcomes.slice(1) }]));
    const { code, stderr } = fencegen(["litmus", path]);
    expect(code).toBe(1);
    expect(stderr).toContain(`RISCV ${program!.name}: not the outcomes that the file expects`);
  });

  it("is no difference where an outcome is expected twice", () => {
    expect(run([{ ...program, outcomes: [...program!.outcomes, ...program!.outcomes] }]).code).toBe(0);
  });

  const withThread = (...thread: unknown[]) => [{ ...program, threads: [thread], exists: { x: 1 } }];
  const broken: readonly [what: string, content: unknown, code: string, message: string][] = [
    [
      "an unknown architecture",
      [{ ...program, arch: "Alpha" }],
      "litmus/unknown-architecture",
      "no architecture is called `Alpha`",
    ],
    [
      "an unknown barrier",
      withThread({ op: "barrier", instr: "dmb sy" }),
      "litmus/unknown-barrier",
      "no barrier `dmb sy`",
    ],
    [
      "a letter that no barrier has",
      withThread({ op: "barrier", instr: "fence rq, w" }),
      "litmus/unknown-barrier",
      "rq",
    ],
    ["text that is no JSON", "[{", "yaml/syntax", ""],
    ["an empty file", "", "schema/wrong-value", "must be a list"],
    ["a word", "nonsense", "schema/wrong-value", "must be a list"],
    ["null", null, "schema/wrong-value", "must be a list"],
    ["an object", { programs: [program] }, "schema/wrong-value", "must be a list"],
    ["a list of numbers", [1], "schema/wrong-value", "1"],
    [
      "a key twice",
      '[{ "arch": "RISCV", "arch": "ARM", "name": "t", "threads": [], "exists": {} }]',
      "yaml/duplicate-key",
      "arch",
    ],
    ["an unknown key", [{ ...program, thread: [] }], "schema/unknown-key", "`thread`"],
    ["a program without threads", [{ arch: "RISCV", name: "MP", exists: {} }], "schema/missing-key", "`threads`"],
    ["threads that are no lists", [{ ...program, threads: [1] }], "schema/wrong-value", "a list"],
    ["exists as a list", [{ ...program, exists: ["x"] }], "schema/wrong-value", "exists"],
    ...[5, null, "abc", {}, [5], [{ x: "1" }]].map((outcomes): (typeof broken)[number] => [
      `outcomes of ${JSON.stringify(outcomes)}`,
      [{ ...program, outcomes }],
      "schema/wrong-value",
      "",
    ]),
    ["an unknown operation", withThread({ op: "swap", loc: "x" }), "schema/wrong-value", "swap"],
    ["a store without a value", withThread({ op: "store", loc: "x" }), "litmus/wrong-instruction", "needs `value`"],
    ["a load that stores", withThread({ ...load("x", "r"), value: 1 }), "litmus/wrong-instruction", "has no `value`"],
    ["a barrier of nothing", withThread({ op: "barrier" }), "litmus/wrong-instruction", "needs `instr`"],
    ["half a value", withThread(store("x", 0.5)), "schema/wrong-value", "0.5"],
    [
      "a value that JSON rounds",
      `[{ "arch": "RISCV", "name": "t", "threads": [[{ "op": "store", "loc": "x", "value": 9007199254740993 }]], "exists": {} }]`,
      "schema/wrong-value",
      "<=",
    ],
    ["a location that reads as a register", withThread(store("0:x", 1)), "litmus/unknown-name", "`0:x`"],
    ["a register of no thread", [{ ...program, exists: { "2:x5": 0 } }], "litmus/unknown-name", "no thread 2"],
    ["a thread with a zero too many", [{ ...program, exists: { "01:x5": 0 } }], "litmus/unknown-name", "`01:x5`"],
    [
      "too many accesses",
      one("RISCV", [numbers(33).map((value) => store("x", value))], ["x"]),
      "litmus/too-large",
      "33",
    ],
    [
      "too many threads",
      one(
        "RISCV",
        numbers(9).map(() => []),
        ["x"],
      ),
      "litmus/too-large",
      "9",
    ],
    [
      "too many keys",
      one(
        "RISCV",
        [],
        numbers(33).map((at) => `x${at}`),
      ),
      "litmus/too-large",
      "33",
    ],
    [
      "too many barriers",
      one("RISCV", [numbers(65).map(() => ({ op: "barrier", instr: "fence rw, rw" }))], []),
      "litmus/too-large",
      "65",
    ],
  ];

  it.each(broken)("is a problem at its place: %s", (_, content, wanted, message) => {
    const { code, path, results, diagnostics = [] } = run(content);
    expect({ code, results }).toEqual({ code: 1, results: [] });
    const found = diagnostics.find((each) => each.code === wanted);
    expect(found, JSON.stringify(diagnostics)).toMatchObject({
      range: { start: { line: expect.any(Number), column: expect.any(Number) } },
    });
    expect(found!.message).toContain(message);
    const { code: again, stdout, stderr } = fencegen(["litmus", path]);
    expect({ again, stdout }).toEqual({ again: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`:\\d+:\\d+ error ${wanted}: `));
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("is shown with every other problem of the file", () => {
    const { diagnostics = [] } = run([
      { ...program, arch: "Alpha" },
      ...withThread({ op: "barrier" }, load("a b", "r")),
    ]);
    expect(diagnostics.map(({ code }) => code)).toEqual(["litmus/unknown-architecture", "litmus/wrong-instruction"]);
  });

  it("is none: a file as large as is stated", () => {
    const folder = temporaryFolder();
    const text = JSON.stringify([program]);
    writeFileSync(join(folder, "large.json"), text + " ".repeat(512 * 1024 - text.length));
    const { code, stderr } = fencegen(["litmus", "large.json"], { cwd: folder });
    expect(code, stderr).toBe(0);
  });

  it("is a problem: a file that cannot be read, or is too large", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "large.json"), `[${" ".repeat(512 * 1024)}]`);
    for (const [name, wanted] of [
      ["nowhere.json", "io/cannot-read"],
      [".", "io/not-a-file"],
      ["large.json", "litmus/too-large"],
    ] as const) {
      const { code, stdout } = fencegen(["litmus", name, "--json"], { cwd: folder });
      expect({ name, code, ...JSON.parse(stdout) }).toMatchObject({ name, code: 1, diagnostics: [{ code: wanted }] });
    }
  });
});

describe("a right answer", () => {
  const outcomesOf = (arch: string, threads: readonly unknown[], keys: readonly string[]) => {
    const { code, results } = run(one(arch, threads, keys));
    expect(code).toBe(0);
    return results[0]!.outcomes!;
  };

  it.each(["constructor", "__proto__", "toString", "0"])("for a location and a register called %s", (name) => {
    const [outcome, ...others] = outcomesOf("AArch64", [[load(name, name)]], [name, `0:${name}`]);
    expect(others).toEqual([]);
    expect(new Map(Object.entries(outcome!))).toEqual(
      new Map([
        [name, 0],
        [`0:${name}`, 0],
      ]),
    );
    const stored = outcomesOf("AArch64", [[store(name, 7)]], [name]).map((each) => Object.entries(each));
    expect(stored).toEqual([[[name, 7]]]);
  });

  it("for the last of 32 accesses", () => {
    expect(outcomesOf("AArch64", [numbers(32).map((value) => store("x", value))], ["x"])).toEqual([{ x: 31 }]);
    const loads = [...numbers(31).map((value) => store("x", value + 1)), load("x", "r")];
    expect(outcomesOf("AArch64", [loads], ["0:r"])).toEqual([{ "0:r": 31 }]);
  });

  it("for a register that is loaded twice: the later load in program order counts", () => {
    const threads = [[load("x", "r"), load("y", "r")], [store("x", 1)], [store("y", 2)]];
    expect(outcomesOf("AArch64", threads, ["0:r"])).toEqual([{ "0:r": 0 }, { "0:r": 2 }]);
  });

  // Without barriers everything that the architecture does not order may happen: so many outcomes can be counted by hand.
  it.each<[what: string, count: number, left: Access, right: Access, keys: readonly string[]]>([
    [
      "each stored and loaded once",
      4096,
      (at: number) => store(`x${at}`, 1),
      (at: number) => load(`x${at}`, `r${at}`),
      numbers(12).map((at) => `1:r${at}`),
    ],
    [
      "each stored twice",
      4096,
      (at: number) => store(`x${at}`, 1),
      (at: number) => store(`x${11 - at}`, 2),
      numbers(12).map((at) => `x${at}`),
    ],
    // Loads of one location are in order: as many outcomes as ways to choose 3 of 13 values in order, with repetition.
    [
      "one location",
      455,
      (at: number) => store("x", at + 1),
      (at: number) => load("x", `r${at}`),
      numbers(3).map((at) => `1:r${at}`),
    ],
  ])("for two threads of 12 accesses without barriers: %s", (_, count, left, right, keys) => {
    expect(outcomesOf("AArch64", [numbers(12).map(left), numbers(12).map(right)], keys)).toHaveLength(count);
  });
});

it("is undecided where there are too many outcomes, and says so", () => {
  const threads = [numbers(12).map((at) => store("x", at + 1)), numbers(12).map((at) => load("x", `r${at}`))];
  const { code, results, diagnostics } = run([
    ...one(
      "AArch64",
      threads,
      numbers(12).map((at) => `1:r${at}`),
    ),
    program,
  ]);
  expect(code).toBe(1);
  expect(results[0]).toEqual({ arch: "AArch64", name: "test", undecided: expect.stringContaining("more than") });
  expect(spelled(results[1]!.outcomes!)).toEqual(spelled(program!.outcomes));
  expect(diagnostics).toMatchObject([{ code: "litmus/undecided", range: { start: { line: 1 } } }]);
});
