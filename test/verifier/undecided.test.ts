// What is too large to search is undecided: never sound, and never unsound either.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planKey } from "../../generator/plan/plan-key.ts";
import { type Effort, fullEffort } from "../../generator/verifier/effort.ts";
import { brokenProperty, verifyFence } from "../../generator/verifier/verify-fence.ts";
import { fencegen, temporaryFolder } from "../support/command.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";
import states from "./states.json" with { type: "json" };
import { planSubject } from "./subject.ts";

const { plan, chip, core } = planSubject({ chip: "rp2040" });
const judged = (effort: Partial<Effort>, execute?: Parameters<typeof verifyFence>[3]) =>
  verifyFence(plan, chip, core, execute, { ...fullEffort, ...effort });
const whole = judged({});

it("has ten times as much room as the largest shipped fence needs", () => {
  const largest = Math.max(...Object.values(states).flatMap((fences) => Object.values(fences)));
  expect(largest).toBeGreaterThan(10_000);
  expect(fullEffort.fence).toBeGreaterThanOrEqual(10 * largest);
});

describe("a fence is undecided, and no change to it is searched,", () => {
  it.each<[string, Partial<Effort>]>([
    ["one scenario of which has too many states", { scenario: 10 }],
    ["whose scenarios together have too many", { fence: whole.states - 1 }],
  ])("%s", (_, effort) => {
    const verdict = judged(effort);
    expect(verdict).toMatchObject({ sound: false, necessary: false, reachable: false });
    expect(verdict.undecided).toMatch(/states/);
    expect(verdict.counterexamples).toEqual([]);
    expect(brokenProperty(verdict)).toBeUndefined();
    expect(verdict.mutants).toEqual({ total: 0, killed: 0 });
    expect(verdict.properties).toContainEqual(expect.objectContaining({ holds: false, undecided: true }));
  });
});

it("needs no more states than it counts", () => {
  expect(judged({ fence: whole.states })).toEqual(whole);
  expect(whole).toMatchObject({ sound: true, necessary: true, reachable: true });
  expect(whole).not.toHaveProperty("undecided");
});

it("a fence is sound all the same where only its changes are too many to search", () => {
  const verdict = judged({ changes: 10 });
  expect(verdict).toMatchObject({ sound: true, necessary: false, undecided: expect.stringMatching(/states/) });
});

it("a fence that goes wrong in a small scenario is unsound, whatever the others are", () => {
  const nothing = judged({}, () => []);
  expect(brokenProperty(nothing)).toBeDefined();
  const most = judged({ fence: Math.floor(nothing.states / 2) }, () => []);
  expect(most.undecided).toBeDefined();
  expect(brokenProperty(most)).toBe(brokenProperty(nothing));
});

// Each level is maintained by a mechanism of its own, so that driver and fence have more accesses to a line than a state holds.
const levels = Array.from({ length: 32 }, (_, index) => index);
const deep = testChip({
  coreCaches: `[${levels.map((index) => `{ name: L${index}, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back, maintenance: m${index} }`).join(", ")}]`,
  mechanisms: levels
    .map((index) => testMechanism({ id: `m${index}` }).replace("base: 0x4000_0000", `base: 0x4000_${index + 10}00`))
    .join(""),
});

it("the command says so, exits with 1, and generate treats the fence as one that was never verified", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  writeFileSync(join(folder, "chips/test-chip.yaml"), deep);
  const shown = fencegen(["verify"], { cwd: folder });
  expect(shown.stdout).toMatch(
    /^test-chip TestChipDmaFence: SOUNDNESS UNDECIDED, NECESSITY UNDECIDED, REACH UNDECIDED.*\n {2}undecided: .*accesses/m,
  );
  expect(shown.code).toBe(1);
  const { code, stdout } = fencegen(["verify", "--json"], { cwd: folder });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    results: [{ sound: false, undecided: expect.stringMatching(/accesses/) }],
  });
  expect(existsSync(join(folder, "chips/.unsound.json"))).toBe(false);
  const generated = fencegen(["generate"], { cwd: folder });
  expect({ code: generated.code, stderr: generated.stderr }).toEqual({ code: 0, stderr: "" });
});

it("a fence that was once found unsound stays refused where it is undecided now", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  writeFileSync(join(folder, "chips/test-chip.yaml"), deep);
  const planned = planSubject({ chip: "test-chip", texts: { "test-chip.yaml": deep } });
  const unsound = { [planKey(planned.plan, planned.chip, planned.core)]: "outbound" };
  writeFileSync(join(folder, "chips/.unsound.json"), JSON.stringify({ schemaVersion: 1, unsound }));
  expect(fencegen(["verify"], { cwd: folder }).code).toBe(1);
  expect(JSON.parse(readFileSync(join(folder, "chips/.unsound.json"), "utf8"))).toEqual({ schemaVersion: 1, unsound });
  expect(fencegen(["generate"], { cwd: folder }).stderr).toContain("plan/found-unsound");
});
