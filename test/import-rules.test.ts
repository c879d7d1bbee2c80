// Rooms and doors: which folder may import from which. Prose alone would drift.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./support/command.ts";

/** For each room, the rooms that it may import from; itself always. CONTRIBUTING.md says why. */
const doors: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  model: [],
  notation: [],
  runtime: [],
  toolchain: [],
  completion: [],
  disk: [],
  profile: [],
  answers: ["disk"],
  load: ["diagnostics", "disk", "notation"],
  validate: ["diagnostics", "load", "model", "notation"],
  resolve: ["model", "notation", "validate"],
  semantics: ["model"],
  plan: ["diagnostics", "load", "model", "notation", "semantics"],
  program: ["model", "notation", "plan", "runtime", "semantics"],
  provenance: ["model", "notation", "plan", "program"],
  render: ["diagnostics", "model", "notation", "picture", "plan", "program", "runtime", "semantics"],
  explain: ["model", "notation", "plan", "program", "semantics"],
  editors: ["diagnostics", "validate"],
  simulator: ["model", "program", "runtime", "semantics"],
  verifier: ["model", "plan", "program", "runtime", "semantics"],
  picture: ["diagnostics", "verifier"],
  conformance: ["model", "plan", "program", "runtime", "semantics", "simulator", "verifier"],
  trial: ["model", "program", "runtime", "semantics", "simulator", "verifier"],
  "driver-report": ["picture", "render", "report", "simulator", "trial"],
  // A second witness: what it shares with semantics/ and program/, it could not testify to.
  promela: ["model", "plan"],
  pipeline: ["diagnostics", "load", "model", "plan", "render", "resolve", "validate"],
  "load-folders": ["diagnostics", "load", "pipeline", "profile"],
  write: ["diagnostics", "disk", "notation", "render"],
  watch: [],
  project: [
    "diagnostics",
    "disk",
    "load",
    "load-folders",
    "model",
    "pipeline",
    "plan",
    "profile",
    "provenance",
    "render",
    "toolchain",
    "validate",
    "write",
  ],
  compare: [
    "diagnostics",
    "model",
    "notation",
    "picture",
    "plan",
    "program",
    "project",
    "provenance",
    "render",
    "report",
    "scaffold",
    "verifier",
  ],
  git: [],
  report: ["diagnostics", "render"],
  site: [
    "compare",
    "diagnostics",
    "editors",
    "explain",
    "load",
    "model",
    "picture",
    "pipeline",
    "plan",
    "program",
    "project",
    "provenance",
    "render",
    "simulator",
    "validate",
    "verifier",
  ],
  scaffold: ["diagnostics", "explain", "model", "notation", "witness"],
  witness: ["diagnostics", "model", "notation"],
  // The benchmark runs fences on the harness of the trace tests, which lies outside generator/.
  bench: ["load-folders", "model", "notation", "pipeline", "plan", "program", "render", "toolchain", ".."],
  cli: [
    "compare",
    "completion",
    "diagnostics",
    "disk",
    "editors",
    "explain",
    "git",
    "load",
    "load-folders",
    "model",
    "notation",
    "picture",
    "pipeline",
    "plan",
    "profile",
    "program",
    "project",
    "promela",
    "provenance",
    "render",
    "report",
    "scaffold",
    "simulator",
    "site",
    "toolchain",
    "validate",
    "verifier",
    "watch",
    "witness",
    "write",
  ],
  // Gone after the next release.
  migrate: ["notation"],
  main: ["answers", "cli", "diagnostics", "disk", "judge-pool", "load", "notation", "profile", "watch"],
  judge: ["verifier"],
  "judge-pool": ["profile", "verifier"],
  recall: ["answers", "completion"],
  "open-chip": ["diagnostics", "load", "load-folders", "model", "pipeline", "validate"],
  "driver-tests": ["conformance", "driver-report", "model", "open-chip", "simulator", "trial", "verifier"],
  index: ["driver-tests", "runtime"],
  vitest: ["runtime", "simulator", "trial"],
  "fast-check": ["program", "runtime", "simulator"],
};

/** From text to verdict: what runs where there is no Node, such as in a browser. */
const core = [
  "completion",
  "diagnostics",
  "model",
  "notation",
  "runtime",
  "compare/comparison.ts",
  "compare/renamed.ts",
  "compare/text-diff.ts",
  "load/limits.ts",
  "load/node-at.ts",
  "load/parse-yaml.ts",
  "load/parts-beyond-limits.ts",
  "load/positions.ts",
  "load/shipped.ts",
  "load/source-file.ts",
  "validate",
  "resolve",
  "semantics",
  "plan",
  "program",
  "promela",
  "provenance",
  "render",
  "simulator",
  "verifier",
  "picture",
  "conformance",
  "trial",
  "driver-report",
  "explain",
  "report",
  "editors",
  "witness",
  "pipeline.ts",
  "site/playground",
];

/** The only files that may use a package or a part of Node that reaches outside. */
const outside: Readonly<Record<string, readonly string[]>> = {
  handlebars: ["render/render.ts"],
  "@codemirror": ["site/browser/editor.ts"],
  "@lezer": ["site/browser/editor.ts"],
  yaml: [
    "load/node-at.ts",
    "load/edit-project.ts",
    "load/parse-yaml.ts",
    "load/positions.ts",
    "migrate/addresses.ts",
    "migrate/chip.ts",
    "migrate/citations.ts",
    "migrate/edits.ts",
    "migrate/entries.ts",
    "migrate/evidence.ts",
    "migrate/gone.ts",
    "migrate/migrate.ts",
    "migrate/print.ts",
    "migrate/share.ts",
    "migrate/targets.ts",
  ],
  diff: ["cli/check.ts", "compare/text-diff.ts"],
  saxes: ["witness/xml.ts"],
  // Whoever imports these entries has the package; nobody else needs it.
  vitest: ["vitest.ts"],
  "fast-check": ["fast-check.ts"],
  // SECURITY.md says who starts other programs: doctor, diff (git), and the benchmark.
  "node:child_process": ["bench/fences.ts", "bench/measure.ts", "git/revision.ts", "toolchain/find-tools.ts"],
  "node:fs": [
    "bench/crates.ts",
    "bench/experts.ts",
    "bench/fences.ts",
    "bench/measure.ts",
    "bench/results.ts",
    "answers/answers.ts",
    "answers/build.ts",
    "answers/kept-file.ts",
    "disk/entry-kind.ts",
    "disk/looks.ts",
    "git/revision.ts",
    "load/read-shipped.ts",
    "load/read-site-assets.ts",
    "main.ts",
    "recall.ts",
    "toolchain/find-tools.ts",
    "toolchain/targets.ts",
    "watch/watch-folders.ts",
    "write/disk.ts",
  ],
};

const generator = join(root, "generator");
const files = (readdirSync(generator, { recursive: true }) as string[])
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replaceAll("\\", "/"))
  .sort();

interface Imports {
  readonly text: string;
  /** What stands in its imports and re-exports. */
  readonly specifiers: readonly string[];
  /** Those of them that are files of generator/. */
  readonly targets: readonly string[];
}

const importsOf = new Map(
  files.map((file): [string, Imports] => {
    const text = readFileSync(join(generator, file), "utf8");
    const specifiers = [...text.matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)].map((match) => match[1]!);
    const targets = specifiers
      .filter((name) => name.startsWith("."))
      .map((name) => relative(generator, resolve(generator, dirname(file), name)));
    return [file, { text, specifiers, targets }];
  }),
);

it("has no circle of files", () => {
  expect(circle(new Map([...importsOf].map(([file, { targets }]) => [file, targets])))).toEqual([]);
});

it("has no circle of rooms", () => {
  const rooms = new Map(Object.keys(doors).map((room) => [room, new Set<string>()]));
  for (const [file, { targets }] of importsOf)
    for (const target of targets) if (roomOf(target) !== roomOf(file)) rooms.get(roomOf(file))?.add(roomOf(target));
  expect(circle(rooms)).toEqual([]);
});

it("is as CONTRIBUTING.md's map says", () => {
  const map = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const rows = [...map.matchAll(/^\| `generator\/([a-z-]+)(?:\/|\.ts)` \|.*\| (nothing|`.*`) \|$/gm)];
  const told = Object.fromEntries(
    rows.map(([, room, names]) => [room, [...names!.matchAll(/`([^`]+)`/g)].map((match) => match[1]).sort()]),
  );
  // What cli/ may not import is shorter to say than what it may; "..", which the benchmark's harness is, is told in prose.
  const { cli: _, ...others } = doors;
  const held = Object.entries(others).map(([room, names]) => [room, names.filter((name) => name !== "..").sort()]);
  expect(told).toEqual(Object.fromEntries(held));
});

it("has a folder of tests for each room", () => {
  const rooms = [...new Set(files.filter((file) => file.includes("/")).map(roomOf))];
  const tested = readdirSync(join(root, "test"));
  // test/toolchain/ has the tests of the benchmark as well: both need compilers.
  expect(rooms.filter((room) => room !== "bench" && !tested.includes(room))).toEqual([]);
});

it("opens no door that nobody goes through", () => {
  const used = new Set(
    [...importsOf].flatMap(([file, { targets }]) => targets.map((to) => `${roomOf(file)} ${roomOf(to)}`)),
  );
  const unused = Object.entries(doors).flatMap(([room, others]) =>
    others.flatMap((other) => (used.has(`${room} ${other}`) ? [] : [`${room} → ${other}`])),
  );
  expect(unused).toEqual([]);
});

describe.each(files)("%s", (file) => {
  const { text, specifiers: imports, targets } = importsOf.get(file)!;
  const room = roomOf(file);

  it("imports only from rooms that its room has a door to", () => {
    expect(doors, `no doors are declared for ${room}`).toHaveProperty(room);
    for (const target of targets.map(roomOf))
      if (target !== room) expect(doors[room], `${file} imports ${target}`).toContain(target);
  });

  it("reaches outside only where that is its business", () => {
    for (const specifier of imports) {
      const name = Object.keys(outside).find((key) => specifier === key || specifier.startsWith(`${key}/`));
      if (name) expect(outside[name], `${file} imports ${specifier}`).toContain(file);
    }
    if (!["main", "recall", "toolchain", "bench"].includes(room)) expect(text).not.toMatch(/\bprocess\./);
  });

  it("names no chip", () => {
    const chips = readdirSync(join(root, "chips")).flatMap((name) => /^(?!sources\.)(.*)\.yaml$/.exec(name)?.[1] ?? []);
    // The examples of --help are for people and decide nothing.
    const code = text.replace(/examples: \[[\s\S]*?\n {2}\],/, "").replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "");
    for (const chip of chips) expect(code.toLowerCase()).not.toContain(chip);
  });
});

describe("the core, from text to verdict", () => {
  const isCore = (file: string) => core.some((part) => part === file || file.startsWith(`${part}/`));

  it.each(files.filter(isCore))("%s needs no Node", (file) => {
    const { text, specifiers, targets } = importsOf.get(file)!;
    expect(specifiers.filter((specifier) => specifier.startsWith("node:"))).toEqual([]);
    expect(text).not.toMatch(/\b(process|Buffer|require|__dirname)\b\s*[.(]/);
    expect(targets.filter((target) => !isCore(target))).toEqual([]);
  });
});

/** The files or rooms of some circle, in its order; empty where there is none. */
function circle(graph: ReadonlyMap<string, Iterable<string>>): string[] {
  const done = new Set<string>();
  const walk = (at: string, way: readonly string[]): string[] => {
    if (way.includes(at)) return [...way.slice(way.indexOf(at)), at];
    if (done.has(at)) return [];
    for (const next of graph.get(at) ?? []) {
      const found = walk(next, [...way, at]);
      if (found.length > 0) return found;
    }
    done.add(at);
    return [];
  };
  for (const start of graph.keys()) {
    const found = walk(start, []);
    if (found.length > 0) return found;
  }
  return [];
}

function roomOf(path: string): string {
  return path.includes("/") ? path.split("/")[0]! : path.replace(/\.ts$/, "");
}
