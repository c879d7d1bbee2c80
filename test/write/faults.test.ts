// A fault at each step of a run that changes something, and what the next plain run makes of it.
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import type { ListedChip, OutputFile } from "../../generator/render/printer.ts";
import { listRenderer, renderChip, renderCommon } from "../../generator/render/render-outputs.ts";
import type { Disk } from "../../generator/write/disk.ts";
import {
  compareOutputs,
  type OutputComparison,
  partsIn,
  type WantedOutputs,
  wantedFile,
  wantedLists,
} from "../../generator/write/output-set.ts";
import { tryUpdate } from "../../generator/write/update-outputs.ts";
import { temporaryFolder } from "../support/command.ts";
import { type Fault, faults, faultyDisk, Stopped } from "../support/faulty-disk.ts";
import { testProcesses } from "../support/host.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

/** The real one, which does not wait for the medium. */
const quickDisk = faultyDisk().disk;
const options = { traitPath: "a::DmaFence", licence: ["One line."] };

/** What a project describes: chips by id, each with what its table says. */
interface Project {
  readonly chips: Readonly<Record<string, readonly OutputFile[]>>;
  readonly table: string;
}

function chip(id: string, parts: Parameters<typeof testChip>[0] = {}): readonly OutputFile[] {
  const text = testChip(parts).replace("chip: test-chip", `chip: ${id}`);
  return renderChip(planOf(id, { [`chips/${id}.yaml`]: text }).planned!, options);
}

const [one, two, three] = ["one", "two", "three"].map((id) => chip(id)) as [OutputFile[], OutputFile[], OutputFile[]];
const changed = (id: string) =>
  chip(id, {
    regions: "\n  SRAM: { base: 0x3000_0000, size: 32KiB, cachedBy: all }",
    dma: "\n  DMA: { reaches: [SRAM], snoops: none }",
  });

const nothing: Project = { chips: {}, table: "none\n" };
const full: Project = { chips: { one, two, three }, table: "one, two, three\n" };
const scenarios: readonly (readonly [name: string, before: Project | undefined, after: Project])[] = [
  ["no folder", undefined, { chips: { one, two }, table: "one, two\n" }],
  ["a folder with files made by hand", nothing, { chips: { one, two }, table: "one, two\n" }],
  [
    "an update of several chips",
    full,
    { chips: { one: changed("one"), two, three: changed("three") }, table: "new\n" },
  ],
  ["a removal", full, { chips: { two }, table: "two\n" }],
  ["a removal of all", full, nothing],
];

const handMade = {
  "out/notes.txt": "mine\n",
  "out/rust/src/mine.rs": "// mine\n",
  "out/rust/src/one.rs.fencegen-new": "mine, whatever it is called\n",
  "out/typescript/staged/0": "mine\n",
};

const none = { architectures: [], cores: [] };
const lists = listRenderer(options, none);
const rendered = new Map<string, readonly OutputFile[]>();

function sharedFiles(chips: readonly ListedChip[]): readonly OutputFile[] {
  const key = JSON.stringify(chips);
  const files = rendered.get(key) ?? renderCommon(chips, options, none);
  rendered.set(key, files);
  return files;
}

function wantedOf({ chips }: Project): WantedOutputs {
  return {
    chips: Object.entries(chips).map(([id, files]) => ({ id, files: files.map(wantedFile) })),
    others: [],
    shared: (listed) => wantedLists(sharedFiles(listed), sharedFiles([])),
    partsOf: (chip) => partsIn(lists([chip]), lists([])),
  };
}

/** A run as `generate` makes it. */
function run(cwd: string, project: Project, disk: Disk = quickDisk, processId = 1) {
  const folder = join(cwd, "out");
  const table = join(cwd, "README.md");
  const diagnostics = new Diagnostics();
  const compare = (): OutputComparison => {
    const outputs = compareOutputs(folder, wantedOf(project), disk);
    const before = disk.read(table)?.toString("utf8");
    const isStale = before !== project.table;
    const change = { kind: "update", path: table, before, after: project.table } as const;
    return { ...outputs, changes: [...outputs.changes, ...(isStale ? [change] : [])] };
  };
  const refused: string[] = [];
  const request = {
    place: { folder, outside: [table], disk, shown: (path: string) => path },
    // Each run is a process of its own, and those before it are dead.
    processes: testProcesses([], processId),
    compare,
    isOutdated: () => false,
    refuses({ editedByHand, inTheWay, obstacles }: OutputComparison) {
      refused.push(...editedByHand, ...inTheWay, ...obstacles.map(({ path }) => path));
      return refused.length > 0;
    },
  };
  const update = tryUpdate(request, diagnostics);
  return { update, refused, problems: diagnostics.sorted() };
}

function tree(cwd: string): Record<string, string> {
  const entries = readdirSync(cwd, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths
      .map((path) => [path.slice(cwd.length + 1), readFileSync(path, "utf8")] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Makes the folder hold exactly these files; touches only what differs. */
function put(cwd: string, files: Readonly<Record<string, string>>): void {
  const there = tree(cwd);
  for (const path of Object.keys(there)) if (!Object.hasOwn(files, path)) rmSync(join(cwd, path));
  rmSync(join(cwd, "out/.fencegen"), { recursive: true, force: true });
  // Deepest first, so that a folder is empty when its turn comes.
  const folders = readdirSync(cwd, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const path of folders.map((entry) => join(entry.parentPath, entry.name)).sort((a, b) => b.length - a.length))
    if (readdirSync(path).length === 0) rmdirSync(path);
  for (const [path, text] of Object.entries(files)) {
    if (there[path] === text && !path.startsWith("out/.fencegen/")) continue;
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
}

/** What lies there after an undisturbed run for the project, with the files made by hand. */
function stateAfter(project: Project | undefined, beside: Readonly<Record<string, string>>): Record<string, string> {
  const cwd = temporaryFolder();
  put(cwd, { ...beside, "README.md": "none\n" });
  if (project) expect(run(cwd, project).update).toMatchObject({ outcome: "done" });
  return tree(cwd);
}

const figures = { injected: 0, healed: 0 };
afterAll(() => console.log(`faults injected ${figures.injected}, healed by a plain run ${figures.healed}`));

describe.each(scenarios)("%s", (_, before, after) => {
  it.each(faults)("heals where the disk %s", { timeout: 300_000 }, (fault) => {
    const beside = before ? handMade : {};
    const [old, next] = [stateAfter(before, beside), stateAfter(after, beside)];
    const back = before ? old : stateAfter(nothing, beside);
    const cwd = temporaryFolder();
    put(cwd, old);
    const counting = faultyDisk();
    run(cwd, after, counting.disk);
    expect(tree(cwd)).toEqual(next);
    expect(counting.steps.length).toBeGreaterThan(20);
    for (const at of counting.steps.keys()) {
      put(cwd, old);
      disturb(cwd, after, fault, at, old, next);
      figures.injected++;
      if (at % 3 === 0) {
        // Back to what was described before, as after a change of mind.
        const left = tree(cwd);
        heal(cwd, before ?? nothing, back, at);
        put(cwd, left);
      }
      heal(cwd, after, next, at);
      figures.healed++;
    }
  });
});

it("an edit made after a kill is kept and named, and nothing else is", { timeout: 300_000 }, () => {
  const [, before, after] = scenarios.find(([name]) => name.startsWith("an update"))!;
  const [old, next] = [stateAfter(before, handMade), stateAfter(after, handMade)];
  const cwd = temporaryFolder();
  put(cwd, old);
  const counting = faultyDisk();
  run(cwd, after, counting.disk);
  const edited = "out/rust/src/one.rs";
  let sealed = 0;
  for (const at of counting.steps.keys()) {
    put(cwd, old);
    disturb(cwd, after, "stops before", at, old, next);
    if (tree(cwd)["out/.fencegen/journal"] === undefined) continue;
    sealed++;
    writeFileSync(join(cwd, edited), "edited\n");
    for (const processId of [2, 3]) {
      const { update, refused } = run(cwd, after, quickDisk, processId);
      expect({ update, refused }, `stopped at ${at}`).toMatchObject({
        update: { outcome: "nothing" },
        refused: ["rust/src/one.rs"],
      });
      expect(tree(cwd)[edited]).toBe("edited\n");
    }
    writeFileSync(join(cwd, edited), (sealed % 2 ? old : next)[edited]!);
    heal(cwd, after, next, at);
  }
  expect(sealed).toBeGreaterThan(5);
});

it("a folder that nobody may write to is left as it is, and read where there is nothing to write", () => {
  const cwd = temporaryFolder();
  put(cwd, stateAfter(full, handMade));
  const before = tree(cwd);
  const refuse = (path: string) => {
    throw Object.assign(new Error("EACCES"), { code: "EACCES", path });
  };
  const readOnly: Disk = {
    ...quickDisk,
    create: refuse,
    makeFolder: refuse,
    rename: refuse,
    unlink: refuse,
    removeFolder: refuse,
  };
  expect(run(cwd, full, readOnly)).toMatchObject({ update: { outcome: "done" }, problems: [] });
  const { update, problems } = run(cwd, nothing, readOnly);
  expect(update).toMatchObject({ outcome: "nothing" });
  expect(problems.map(({ code }) => code)).toEqual(["io/cannot-write"]);
  expect(tree(cwd)).toEqual(before);
});

it("a file that vanishes while the set is compared and written is no harm", { timeout: 300_000 }, () => {
  const [, before, after] = scenarios.find(([name]) => name.startsWith("an update"))!;
  const [old, next] = [stateAfter(before, handMade), stateAfter(after, handMade)];
  const cwd = temporaryFolder();
  const victim = "out/rust/src/one.rs";
  const reads: string[] = [];
  const read: Disk["read"] = (path) => {
    reads.push(path);
    return quickDisk.read(path);
  };
  put(cwd, old);
  run(cwd, after, { ...quickDisk, read });
  for (let at = 0; at < reads.length; at++) {
    put(cwd, old);
    let left = at;
    const vanishing: Disk["read"] = (path) => {
      if (left-- === 0) rmSync(join(cwd, victim), { force: true });
      return quickDisk.read(path);
    };
    const { update, refused, problems } = run(cwd, after, { ...quickDisk, read: vanishing });
    expect(refused).toEqual([]);
    expect(problems.every(({ code }) => code === "io/cannot-write")).toBe(true);
    expect(update.kind).toBe("finished");
    heal(cwd, after, next, at);
  }
});

/** A run with a fault, which says the truth of what it left. */
function disturb(
  cwd: string,
  project: Project,
  fault: Fault,
  at: number,
  old: Readonly<Record<string, string>>,
  next: Readonly<Record<string, string>>,
): void {
  const { disk, steps } = faultyDisk(fault, at);
  try {
    const { update, refused, problems } = run(cwd, project, disk);
    expect(refused).toEqual([]);
    if (update.kind !== "finished") return;
    const visible = Object.fromEntries(
      Object.entries(tree(cwd)).filter(([path]) => !path.startsWith("out/.fencegen/")),
    );
    const context = `${fault} at ${at}, ${steps[at]}`;
    if (update.outcome === "done") expect(visible, context).toEqual(next);
    if (update.outcome === "nothing") expect(visible, context).toEqual(old);
    expect(
      problems.map(({ code }) => code),
      context,
    ).toEqual({ done: [], nothing: ["io/cannot-write"], unfinished: ["output/unfinished"] }[update.outcome]);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  expect(steps.length).toBeGreaterThan(at);
}

function heal(cwd: string, project: Project, wanted: Readonly<Record<string, string>>, at: number): void {
  const seen = tree(cwd);
  compareOutputs(join(cwd, "out"), wantedOf(project));
  expect(tree(cwd), `a comparison writes nothing, fault at ${at}`).toEqual(seen);
  const { update, refused, problems } = run(cwd, project, quickDisk, 2);
  expect({ refused, problems, update }, `fault at ${at}`).toMatchObject({
    refused: [],
    problems: [],
    update: { outcome: "done" },
  });
  expect(tree(cwd), `fault at ${at}`).toEqual(wanted);
  expect(readdirSync(join(cwd, "out"))).not.toContain(".fencegen");
  if (at % 3 === 0) expect(run(cwd, project, quickDisk, 3).update).toMatchObject({ comparison: { changes: [] } });
}
