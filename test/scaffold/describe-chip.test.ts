// The text of a first description: every answer is in it, every fact says that nobody has looked it up, and it loads.
import { describe, expect, it } from "vitest";
import type { Chip, Core } from "#generated/descriptions.js";
import type { ChipAnswers, CoreAnswer } from "../../generator/scaffold/chip-answers.ts";
import { describeChip, type ExpectedRefusal } from "../../generator/scaffold/describe-chip.ts";
import { loadDependents, loadWith } from "../support/pipeline.ts";

const { library } = loadWith({});
const path = "chips/my-chip.yaml";

function core(id: string, facts: Partial<CoreAnswer> = {}): CoreAnswer {
  const known = library.get("core", id)?.value as Core | undefined;
  return {
    ...{ id, spelling: id, architecture: known?.architecture ?? "armv7-m", facts: known, name: undefined },
    rustTargets: ["thumbv7em-none-eabi"],
    ...facts,
  };
}

const answers = (changes: Partial<ChipAnswers> = {}): ChipAnswers => ({
  ...{ id: "my-chip", title: "My chip", vendor: "Acme", cores: [core("cortex-m7")], caches: [], isCoherent: false },
  memories: [
    { name: "SRAM", base: 0x2000_0000n, sizeBytes: 64n * 1024n, isMost: false, cachedBy: undefined },
    { name: "TCM", base: 0x1000_0000n, sizeBytes: 1000n, isMost: false, cachedBy: "none" },
    { name: "SDRAM", base: 0x8000_0000n, sizeBytes: 1n << 29n, isMost: true, cachedBy: undefined },
  ],
  masters: [
    { name: "DMA", reaches: undefined },
    { name: "Ethernet", reaches: ["SRAM"] },
  ],
  ...changes,
});

/** What is refused for want of an answer. */
const open = ["plan/caching-unknown", "plan/snooping-unknown"];

/** The description as it loads; nothing in it is wrong but that nobody has looked it up. */
function described(changes: Partial<ChipAnswers> = {}, refusals?: readonly (ExpectedRefusal | undefined)[]) {
  const text = describeChip(answers(changes), "schema.json", refusals);
  const { chips, diagnostics } = loadDependents(path, text);
  const own = diagnostics.sorted().filter((diagnostic) => diagnostic.path === path);
  expect(own.filter(({ code }) => !["rule/source-to-do", ...open].includes(code))).toEqual([]);
  return { text, chip: chips[0]!.value as Chip, todos: own.filter(({ code }) => code === "rule/source-to-do").length };
}

it("says what was answered, and of each fact that its source is still to be found", () => {
  const { chip, todos } = described();
  expect(chip).toMatchObject({ chip: "my-chip", title: "My chip", vendor: "Acme" });
  expect(chip.memories).toEqual({
    SRAM: { base: "0x2000_0000", size: "64KiB", cachedBy: "all" },
    TCM: { base: "0x1000_0000", size: 1000, cachedBy: "none" },
    SDRAM: { base: "0x8000_0000", size: { most: "512MiB" }, cachedBy: "all" },
  });
  expect(chip.masters).toEqual({
    DMA: { reaches: ["SRAM", "TCM", "SDRAM"], snoops: "none" },
    Ethernet: { reaches: ["SRAM"], snoops: "none" },
  });
  // One for the core, one for the memories, one for the masters.
  expect(todos).toBe(3);
});

it("takes no cache for granted away: memory is cached unless the core has none or somebody says so", () => {
  const cachedBy = (...cores: readonly CoreAnswer[]) => described({ cores }).chip.memories["SRAM"]!.cachedBy;
  expect(cachedBy(core("cortex-m4"))).toBe("none");
  expect(cachedBy(core("cortex-m7"))).toBe("all");
  expect(cachedBy(core("my-core"))).toBe("all");
  expect(cachedBy(core("cortex-m4", { name: "M4" }), core("cortex-m7", { name: "M7" }))).toBe("all");
});

it("knows of no memory what caches it, where nobody said which caches there are", () => {
  const memories = [
    { name: "SRAM", base: 0n, sizeBytes: 1024n, isMost: false, cachedBy: undefined },
    { name: "ALL", base: 0x1000n, sizeBytes: 1024n, isMost: false, cachedBy: "all" as const },
    { name: "TCM", base: 0x2000n, sizeBytes: 1024n, isMost: false, cachedBy: "none" as const },
    { name: "L1 only", base: 0x3000n, sizeBytes: 1024n, isMost: false, cachedBy: ["L1D"] },
  ];
  const { chip, text } = described({ caches: "unknown", memories, masters: [] });
  expect(chip.memories).toMatchObject({
    SRAM: { cachedBy: "unknown" },
    ALL: { cachedBy: "unknown" },
    TCM: { cachedBy: "none" },
    "L1 only": { cachedBy: ["L1D"] },
  });
  expect(chip).not.toHaveProperty("caches");
  expect(text.replace(/\n# /g, " ")).toContain("was not answered");
});

it("describes the levels that were answered, with no more than was said of them", () => {
  const caches = [
    {
      ...{ name: "L2", smallestLineBytes: 32n, largestLineBytes: 32n, writePolicy: "write-back" as const },
      maintenance: { mechanism: "stm32-dcache", base: 0x5200_0000n },
    },
    {
      ...{ name: "System cache", smallestLineBytes: 32n, largestLineBytes: 64n, writePolicy: "configurable" as const },
      maintenance: undefined,
    },
  ];
  const { chip, todos } = described({
    caches,
    cores: [core("cortex-m33", { rustTargets: ["thumbv8m.main-none-eabi"] })],
  });
  expect(chip.caches).toEqual([
    {
      ...{ name: "L2", lineBytes: 32, writePolicy: "write-back", source: "TODO block diagram" },
      maintenance: { mechanism: "stm32-dcache", base: "0x5200_0000" },
    },
    {
      ...{ name: "System cache", lineBytes: { smallest: 32, largest: 64 }, writePolicy: "configurable" },
      source: "TODO block diagram",
    },
  ]);
  expect(chip.memories).toMatchObject({
    SRAM: { cachedBy: "all" },
    TCM: { cachedBy: "none" },
    SDRAM: { cachedBy: "all" },
  });
  expect(todos).toBe(5);
});

it("lets masters see caches only where the answer is that they do", () => {
  const snoopsOf = (isCoherent: boolean | "unknown") =>
    Object.values(described({ isCoherent }).chip.masters).map(({ snoops }) => snoops);
  expect(snoopsOf("unknown")).toEqual(["unknown", "unknown"]);
  expect(snoopsOf(true)).toEqual(["all", "all"]);
});

it("assumes a cache that nobody can maintain for a core that nobody has described", () => {
  const { core: inline } = described({
    cores: [core("my-core", { architecture: "armv7-a", rustTargets: ["armv7a-none-eabi"] })],
  }).chip.cores[0]!;
  expect(inline).toMatchObject({ core: "my-core", architecture: "armv7-a", caches: [{ writePolicy: "configurable" }] });
  expect((inline as Core).caches[0]).not.toHaveProperty("maintenance");
});

it("says which core is refused, and why", () => {
  const refusal = { code: "plan/no-maintenance", messages: ["nothing cleans: L1D", "nothing cleans L2"] };
  const cores = [
    core("cortex-m7", { name: "M7" }),
    core("cortex-m33", { name: "M33", rustTargets: ["thumbv8m.main-none-eabi"] }),
  ];
  const [first, second] = described({ cores }, [undefined, refusal]).chip.cores;
  expect(first).not.toHaveProperty("refused");
  expect(second!.refused).toMatchObject({
    code: "plan/no-maintenance",
    because: expect.stringContaining("nothing cleans: L1D; nothing cleans L2. Until"),
  });
});

it("a chip without memory or masters is one as well", () => {
  expect(described({ memories: [], masters: [] }).chip).toMatchObject({ memories: {}, masters: {} });
});

it.each([
  ...["yes", "No", "null", "~", "0x10", "1e3", "- a", "a: b", "a #b", "{a}", "[a]", "*a", "&a", "'a", '"', "\\"],
  ...["%a", "@a", "`a", "| a", "? a", "TRUE", "ß 漢字"],
])("the name %s is text to every reader of YAML", (name) => {
  const memories = [{ name, base: 0n, sizeBytes: 1024n, isMost: false, cachedBy: undefined }];
  const { chip } = described({ title: name, vendor: name, memories, masters: [{ name, reaches: [name] }] });
  expect(chip).toMatchObject({ title: name, vendor: name, masters: { [name]: { reaches: [name] } } });
  expect(Object.keys(chip.memories)).toEqual([name]);
});

describe("its comments", () => {
  const { text } = described({ cores: [core("cortex-a53", { rustTargets: ["aarch64-unknown-none"] })] });
  const comments = text.split("\n").filter((line) => /^ *# /.test(line));

  it("fit into the width of the repository's lines, but for those that show an entry", () => {
    const wide = comments.filter((line) => line.length > 120 && !/^# {3}- \{/.test(line.trim()));
    expect(wide).toEqual([]);
    // And are filled: no comment is one word a line.
    expect(comments.some((line) => line.length > 110)).toBe(true);
  });

  it("name what depends on what is left out", () => {
    const all = comments.map((line) => line.trim().slice(2)).join(" ");
    expect(all).toContain("L1D with lines of 64 bytes, write-back, maintained by aarch64-dc");
    for (const { erratum } of (library.get("core", "cortex-a53")!.value as Core).errata!)
      expect(all).toContain(erratum);
  });

  it("start with the schema for editors", () => {
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=schema.json");
  });
});
