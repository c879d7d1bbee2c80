// `fencegen facts`: every fact behind a chip's code, how well each is known, and what rests on a document.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chipFacts } from "../../generator/provenance/chip-facts.ts";
import { fencegen, temporaryFolder } from "../support/command.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

interface Coverage {
  readonly facts: number;
  readonly manual: number;
  readonly code: number;
  readonly partly: number;
  readonly unverified: number;
  readonly sourcedPercent: number;
}

const factsOf = (parts: Parameters<typeof testChip>[0]) =>
  chipFacts(planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) }).planned!);

describe("the facts of a chip", () => {
  const sources = `
sources:
  manual: { document: The manual, revision: B }
  code: { repository: some/where }`;
  const withSource = (source: string) =>
    factsOf({
      more: `evidence: { memories: ${source} }${sources}`,
    });

  it.each([
    ["manual 2.1", "manual"],
    ["[manual 2.1, code src/a.c]", "manual"],
    ["code src/a.c", "code"],
    ["[manual 2.1, unverified for the size]", "partly"],
    ["unverified", "unverified"],
    ["TODO", "unverified"],
  ])("%s is graded %s", (source, grade) => {
    expect(withSource(source).find(({ name }) => name === "memory RAM")).toMatchObject({
      grade,
      value: "at 0x2000_0000, 64KiB",
    });
  });

  it("can have a source each within one entry; a fact that is not named has none", () => {
    const facts = factsOf({
      coreCaches:
        "[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism, source: { lineBytes: manual 4 } }]",
      coreMore: "\n    sources: { manual: { document: The manual } }",
      dma: "\n  DMA: { reaches: [RAM], alignmentBytes: 8 }",
      more: `evidence:
  memories: { RAM: { place: manual 2.1, cachedBy: code src/a.c } }
  masters: { DMA: { reach: unverified, snoops: [manual 3, code src/b.c] } }${sources}`,
    });
    const grades = Object.fromEntries(facts.map(({ name, grade }) => [name, grade]));
    expect(grades).toMatchObject({
      "L1D: line": "manual",
      "L1D: write policy": "unverified",
      // A source of the line says nothing of what maintains it.
      "L1D: maintenance": "unverified",
      "memory RAM": "manual",
      "memory RAM: cached by": "code",
      "DMA: reach": "unverified",
      "DMA: snoops": "manual",
      "DMA: alignment": "unverified",
    });
  });

  it.each([
    ["maintenance: test-mechanism, source: manual 4", "manual"],
    ["maintenance: test-mechanism, source: { lineBytes: manual 4, writePolicy: manual 4 }", "unverified"],
    ["maintenance: { mechanism: test-mechanism, source: manual 5 }, source: { lineBytes: code a.c }", "manual"],
    ["maintenance: { mechanism: test-mechanism, source: code a.c }, source: manual 4", "code"],
  ])("of a level, %s, say how well known it is what maintains it: %s", (level, grade) => {
    const facts = factsOf({
      coreCaches: `[{ name: L1D, lineBytes: 32, writePolicy: write-back, ${level} }]`,
      more: sources,
    });
    expect(facts.find(({ name }) => name === "L1D: maintenance")).toMatchObject({ grade });
  });

  it("of a mechanism and an architecture are those that the fence uses", () => {
    const names = factsOf({}).map(({ name }) => name);
    expect(names).toContain("test-mechanism: clean-line");
    expect(names).toContain("test-mechanism: clean-invalidate-line");
    expect(names).not.toContain("test-mechanism: invalidate-line");
    expect(names).toContain("Armv7-M: dsb sy");
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

it("what nobody has looked up is unknown, and not the safe side that it is taken for", () => {
  // No fence depends on either: no master reaches the one, and the other reaches nothing cached.
  const facts = factsOf({
    regions: `
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }
  TCM: { base: 0, size: 64KiB, cachedBy: none }
  OCTOSPI: { base: 0x9000_0000, size: 64KiB, cachedBy: unknown }`,
    dma: "\n  A: { reaches: [RAM], snoops: none }\n  B: { reaches: [TCM], snoops: unknown }",
  });
  const valueNamed = (fact: string) => facts.find(({ name }) => name === fact)!.value;
  expect(valueNamed("memory OCTOSPI: cached by")).toBe("unknown");
  expect(valueNamed("B: snoops")).toBe("unknown");
});

it.each(shippedChips)("%s has a value for every fact", (id) => {
  const facts = chipFacts(planOf(id).planned!);
  expect(facts.length).toBeGreaterThan(3);
  for (const { name, value } of facts)
    expect([name, value]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
});

describe("--coverage", () => {
  it("counts every fact in one grade, and holds the project's threshold", () => {
    const { code, stdout } = fencegen(["facts", "--coverage", "--json"]);
    const answer = JSON.parse(stdout) as {
      chips: (Coverage & { chip: string })[];
      total: Coverage;
      leastPercent: number;
    };
    expect(code).toBe(answer.total.sourcedPercent >= answer.leastPercent ? 0 : 1);
    expect(answer.chips.map(({ chip }) => chip)).toEqual(shippedChips);
    for (const { facts, manual, code: read, partly, unverified } of [...answer.chips, answer.total])
      expect(manual + read + partly + unverified).toBe(facts);
  });

  it("fails below it", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "chips"));
    writeFileSync(join(folder, "chips/test-chip.yaml"), testChip());
    writeFileSync(join(folder, ".fencegen.yaml"), "sourcedFactsPercent: 99.5\n");
    const { code, stderr } = fencegen(["facts", "--coverage"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain("asks for 99.5 %");
  });
});

describe("--sources", () => {
  it("lists every source behind a fact, first what most facts rest on alone", () => {
    const answer = JSON.parse(fencegen(["facts", "stm32h743", "--sources", "--json"]).stdout) as {
      chips: { chip: string; sources: { document: string; facts: number; factsAlone: number; places: object[] }[] }[];
    };
    const [{ chip, sources }] = answer.chips as [(typeof answer.chips)[number]];
    const cited = chipFacts(planOf(chip).planned!).flatMap((fact) => fact.sources.map(({ document }) => document));
    expect(sources.map(({ document }) => document).sort()).toEqual([...new Set(cited)].sort());
    const read = sources.filter(({ document }) => document !== "");
    expect(read.map(({ factsAlone }) => factsAlone)).toEqual(read.map((each) => each.factsAlone).sort((a, b) => b - a));
    expect(read[0]!.factsAlone).toBeGreaterThan(0);
    for (const { facts, factsAlone, places } of sources)
      expect({ isPart: factsAlone <= facts, hasPlaces: places.length > 0 }).toEqual({ isPart: true, hasPlaces: true });
  });

  it("says when and in which edition a fact was read, and what differs", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "chips"));
    const evidence = `evidence:
  memories:
    RAM:
      place: manual 2.1
      readOn: 2026-01-31
      readIn: Rev. 4
      differs: { source: tree@1 a.dts, says: 0x2000_0000 + 32KiB, because: The tree keeps a part. }
sources:
  manual: { document: Manual, revision: Rev. 3, url: "https://example.org/manual" }
  tree: { repository: owner/trees }`;
    writeFileSync(join(folder, "chips/test-chip.yaml"), testChip({ more: evidence }));
    const { stdout } = fencegen(["facts", "test-chip", "--sources"], { cwd: folder });
    expect(stdout).toContain(`
  Manual, Rev. 3 (1 fact, 1 on nothing else) https://example.org/manual
    2.1 (read: Rev. 4, 2026-01-31)
      memory RAM = at 0x2000_0000, 64KiB
`);
    expect(stdout).toContain("owner/trees at 1 (0 facts, 0 on nothing else)\n    a.dts\n      memory RAM = at");
    expect(stdout).toMatch(/\n {2}Read nowhere \(\d+ facts\)\n[\s\S]*no remark/);
    expect(fencegen(["facts", "--sources"])).toMatchObject({ code: 64, stdout: "" });
  });
});

describe("--document", () => {
  const find = (text: string) =>
    (
      JSON.parse(fencegen(["facts", "--document", text, "--json"]).stdout) as {
        chips: { chip: string; outputs: string[] }[];
      }
    ).chips;

  it("finds what rests on a manual, by a part of its name", () => {
    const found = find("DUI 0646");
    expect(found.length).toBeGreaterThan(2);
    for (const { chip, outputs } of found) expect(outputs).toContain(`out/typescript/${chip}.ts`);
  });

  it("finds what rests on an erratum, and nothing for what nobody cites", () => {
    expect(find("855873").length).toBeGreaterThan(0);
    expect(find("no such document")).toEqual([]);
  });
});

it("asks what is wanted", () => {
  expect(fencegen(["facts"])).toMatchObject({ code: 64, stdout: "" });
});
