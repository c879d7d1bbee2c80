// Real processes of `generate`, killed: what they leave, the next plain `generate` brings to the new set.
// FENCEGEN_TEST_KILLS=300, or `npm run test:kills`, for the long form; FENCEGEN_TEST_SEED for other points.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { testChip } from "../support/test-chip.ts";

const kills = Number(process.env["FENCEGEN_TEST_KILLS"] ?? 15);
const seed = Number(process.env["FENCEGEN_TEST_SEED"] ?? 1);

/** A linear congruential generator, so that the same points are tried in every run. */
function randomNumbers(from: number): (below: number) => number {
  let state = from >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const other = testChip({
  regions: "\n  SRAM: { base: 0x3000_0000, size: 32KiB, cachedBy: all }",
  dma: "\n  DMA: { reaches: [SRAM], snoops: none }",
});
/** Each differs from the next in chips that come, that change and that go. */
const projects: readonly Readonly<Record<string, string>>[] = [
  { one: testChip(), two: testChip(), three: testChip() },
  { one: other, two: testChip(), four: testChip() },
  { four: other },
];
const handMade = { "out/notes.txt": "mine\n", "out/rust/src/mine.rs": "// mine\n" };
const readme = "# Mine\n\n<!-- fencegen:chips -->\n<!-- /fencegen:chips -->\n";

function describeChips(cwd: string, chips: Readonly<Record<string, string>>): void {
  rmSync(join(cwd, "chips"), { recursive: true, force: true });
  mkdirSync(join(cwd, "chips"));
  for (const [id, text] of Object.entries(chips))
    writeFileSync(join(cwd, `chips/${id}.yaml`), text.replace("chip: test-chip", `chip: ${id}`));
}

function project(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "out/rust/src"), { recursive: true });
  for (const [path, text] of Object.entries(handMade)) writeFileSync(join(cwd, path), text);
  writeFileSync(join(cwd, ".fencegen.yaml"), "tables: [README.md]\n");
  writeFileSync(join(cwd, "README.md"), readme);
  return cwd;
}

/** Everything that `generate` may write, and what lies beside it. */
function state(cwd: string): Record<string, string> {
  const entries = readdirSync(cwd, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(cwd.length + 1)).sort();
  const isFile = new Map(
    entries.map((entry) => [join(entry.parentPath, entry.name).slice(cwd.length + 1), entry.isFile()]),
  );
  return Object.fromEntries(
    paths
      .filter((path) => path.startsWith("out") || path === "README.md")
      .map((path) => [path, isFile.get(path) ? readFileSync(join(cwd, path), "utf8") : ""]),
  );
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly text: string;
}

function start(cwd: string, env: Readonly<Record<string, string>>): { ended: Promise<Ending> } {
  const { FORCE_COLOR: _, ...environment } = process.env;
  const preload = join(root, "test/support/kill-at.cjs");
  const child = spawn(process.execPath, ["--require", preload, join(root, "dist/fencegen.js"), "generate"], {
    cwd,
    env: { ...environment, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (data: Buffer) => {
    text += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    text += data.toString();
  });
  const ended = new Promise<Ending>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, text }));
  });
  return { ended };
}

/** How many calls change something, or with FENCEGEN_KILL_READS ask for something, when the project goes from one state to the next. */
async function countCalls(cwd: string, env: Readonly<Record<string, string>> = {}): Promise<number> {
  const path = join(temporaryFolder(), "count");
  await start(cwd, { ...env, FENCEGEN_COUNT_TO: path }).ended;
  return Number(readFileSync(path, "utf8"));
}

it(`heals after each of ${kills} kills`, { timeout: kills * 60_000 }, async () => {
  const random = randomNumbers(seed);
  const cwd = project();
  const states: Record<string, string>[] = [];
  const calls: number[] = [];
  const asking = { FENCEGEN_KILL_READS: "1" };
  // A run with nothing to do asks the disk for less than each that changes something.
  let questions = 0;
  // Twice around, because the first time starts from nothing.
  for (const index of [...projects.keys(), ...projects.keys()]) {
    describeChips(cwd, projects[index]!);
    calls[index] = await countCalls(cwd);
    states[index] = state(cwd);
    questions = await countCalls(cwd, asking);
  }
  const tally = { leftOld: 0, leftNew: 0, leftBetween: 0 };
  for (let kill = 0; kill < kills; kill++) {
    const index = kill % projects.length;
    const before = state(cwd);
    describeChips(cwd, projects[index]!);
    // Two of three at a call that changes something; the third where it looks at the disk, also while nothing is written yet.
    const isAtChange = kill % 3 < 2;
    const at = random(isAtChange ? calls[index]! : questions);
    const env = { FENCEGEN_KILL_AT: String(at), FENCEGEN_KILL_SIGNAL: "SIGKILL", ...(isAtChange ? {} : asking) };
    expect((await start(cwd, env).ended).signal).toBe("SIGKILL");
    const left = JSON.stringify(state(cwd));
    if (left === JSON.stringify(before)) tally.leftOld++;
    else if (left === JSON.stringify(states[index])) tally.leftNew++;
    else tally.leftBetween++;
    const { code, stderr } = fencegen(["generate"], { cwd });
    expect({ code, stderr }, `kill ${kill} at call ${env.FENCEGEN_KILL_AT}`).toEqual({
      code: 0,
      stderr: expect.not.stringMatching(/error|warning/),
    });
    expect(state(cwd), `kill ${kill} at call ${env.FENCEGEN_KILL_AT}`).toEqual(states[index]);
  }
  console.log(`kills tried ${kills}, healed ${kills}: ${JSON.stringify(tally)}`);
});

describe.each(["SIGINT", "SIGTERM"] as const)("%s", (signal) => {
  it("while the set is written ends the process when all is written", async () => {
    const random = randomNumbers(seed);
    const cwd = project();
    describeChips(cwd, projects[0]!);
    await start(cwd, {}).ended;
    const wanted = state(cwd);
    const removeSome = () => {
      rmSync(join(cwd, "out/typescript"), { recursive: true });
      rmSync(join(cwd, "out/rust/src/one.rs"));
    };
    removeSome();
    const calls = await countCalls(cwd);
    for (const at of [0, random(calls), calls - 1]) {
      removeSome();
      const ending = await start(cwd, { FENCEGEN_KILL_AT: String(at), FENCEGEN_KILL_SIGNAL: signal }).ended;
      expect(ending).toMatchObject({ code: null, signal });
      expect(ending.text).toMatch(/create out\/typescript\/one\.ts/);
      expect(state(cwd)).toEqual(wanted);
    }
  });
});

it("check says that a run was interrupted, and changes nothing", async () => {
  const cwd = project();
  describeChips(cwd, projects[0]!);
  const calls = await countCalls(cwd);
  describeChips(cwd, projects[1]!);
  let interrupted = 0;
  for (let at = 0; at < calls; at += 4) {
    await start(cwd, { FENCEGEN_KILL_AT: String(at), FENCEGEN_KILL_SIGNAL: "SIGKILL" }).ended;
    const before = state(cwd);
    const { code, stderr } = fencegen(["check"], { cwd });
    expect(code).toBe(before["out/.fencegen/journal"] === undefined && code === 0 ? 0 : 2);
    expect(stderr).not.toContain("error");
    if (before["out/.fencegen/journal"] !== undefined) {
      expect(stderr).toContain("A run of `fencegen generate` was interrupted here, or is at work.");
      interrupted++;
    }
    expect(state(cwd)).toEqual(before);
    if (interrupted === 2) break;
  }
  expect(interrupted).toBeGreaterThan(0);
});

it("four runs at once all succeed, with one set, also where one was killed before", async () => {
  const cwd = project();
  for (const chips of [projects[0]!, projects[1]!, projects[2]!]) {
    describeChips(cwd, chips);
    await start(cwd, { FENCEGEN_KILL_AT: "12", FENCEGEN_KILL_SIGNAL: "SIGKILL" }).ended;
    expect(readdirSync(join(cwd, "out/.fencegen"))).toContain("lock");
    const endings = await Promise.all([1, 2, 3, 4].map(() => start(cwd, {}).ended));
    expect(endings.map(({ code, text }) => ({ code, text: code === 0 ? "" : text }))).toEqual(
      endings.map(() => ({ code: 0, text: "" })),
    );
    const { code, stderr } = fencegen(["check"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "Everything is up to date.\n" });
    expect(readdirSync(join(cwd, "out"))).not.toContain(".fencegen");
  }
});
