// Cases of rules beside their fixtures: each is a fact that a porter got wrong.
import { describe, expect, it } from "vitest";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const level = (facts: string) => `[{ name: L1D, lineBytes: 32, writePolicy: write-back, ${facts} }]`;

it.each([
  [
    "a core that takes the place of a described one",
    { core: " { core: cortex-m7, title: Mine, architecture: armv7-m, caches: [] }" },
    "rule/duplicate-id",
    /described in .*cortex-m7/,
  ],
  [
    "a mechanism that takes the place of a described one",
    { mechanisms: testMechanism() + testMechanism({ id: "arm-scb" }).replace("0x4000_0000", "0x5000_0000") },
    "rule/duplicate-id",
    /described in .*arm-scb/,
  ],
  [
    "two mechanisms of one id",
    { mechanisms: testMechanism() + testMechanism().replace("0x4000_0000", "0x5000_0000") },
    "rule/duplicate-id",
    /another mechanism `test-mechanism` is defined above/,
  ],
  [
    "two levels of one core with one name",
    { coreCaches: `${level("maintenance: test-mechanism").slice(0, -1)}, ${level("enabled: always").slice(1)}` },
    "rule/duplicate-name",
    /two cache levels are called `L1D`/,
  ],
  [
    "a line as large as a cache",
    { coreCaches: level("maintenance: test-mechanism").replace("32", "32KiB") },
    "rule/line-not-power-of-two",
    /no size that a line has/,
  ],
  [
    "a line smaller than a word",
    { coreCaches: level("maintenance: test-mechanism").replace("32", "2") },
    "rule/line-not-power-of-two",
    /no size that a line has/,
  ],
  [
    // A level of the chip lies behind all of its cores.
    "a level behind a core that cannot maintain it",
    { caches: "\n  - { name: L2, lineBytes: 64, writePolicy: write-back, maintenance: aarch64-dc }" },
    "rule/mechanism-of-other-architecture",
    /`aarch64-dc` is for armv8-a, and a core that has this level is armv7-m/,
  ],
])("%s", (_, parts, code, message) => {
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
  expect(planned).toBeUndefined();
  expect(diagnostics.filter((diagnostic) => diagnostic.code === code).map((diagnostic) => diagnostic.message)).toEqual([
    expect.stringMatching(message),
  ]);
});

describe("two entries that define a core of one id", () => {
  const entry = (name: string, title: string) => `
  - name: ${name}
    core: { core: own, title: ${title}, architecture: armv7-m, caches: [] }
    rustTargets: [thumbv7em-none-eabi]`;
  const codesOf = (cores: string) =>
    planOf("test-chip", {
      "chips/test-chip.yaml": testChip({ mechanisms: " []" }).replace(/cores:.*(?=mechanisms:)/s, `cores:${cores}\n`),
    }).diagnostics.map(({ code, message }) => [code, message]);

  it("are two worlds of it where they are the same", () => {
    expect(codesOf(entry("A", "Own") + entry("B", "Own"))).toEqual([]);
  });

  it("are refused where they differ", () => {
    expect(codesOf(entry("A", "Own") + entry("B", "Other"))).toEqual([
      ["rule/duplicate-id", "another core `own` is defined above"],
    ]);
  });
});

// What cannot be compared counts as affected: a fence that does more is right on silicon that does not need it.
it.each([
  ["r0p0", true],
  ["R0P0", true],
  ["r00p0", true],
  ["r0p0-00rel0", true],
  ["unknown", true],
  ["rev 0.0", true],
  ["r9p9", false],
])("silicon of revision %s is affected by an erratum of r0p0: %s", (revision, affected) => {
  const coreMore = `
    errata: [{ erratum: E1, title: Something., affects: [r0p0], obligation: Start-up code sees to it. }]`;
  const { planned } = planOf("test-chip", {
    "chips/test-chip.yaml": testChip({ coreMore, revision: `"${revision}"` }),
  });
  expect(planned!.fences[0]!.obligations.some(({ kind }) => kind === "erratum")).toBe(affected);
});
