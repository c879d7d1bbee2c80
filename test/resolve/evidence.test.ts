// Facts and evidence apart: names that share a key, defaults for all masters, and whose sources are whose.
import { describe, expect, it } from "vitest";
import { testChip } from "../support/test-chip.ts";
import { chipOf } from "./resolved.ts";

const sources = "sources: { manual: { document: Manual }, code: { repository: o/n } }";
const places = (cited: readonly { place: string }[]) => cited.map(({ place }) => place);

describe("a master", () => {
  const regions = `
  RAM, ROM: { base: 0, size: 64KiB }
  DDR: { base: 0x8000_0000, size: 1GiB }`;
  const masters = (dma: string, more = "") =>
    chipOf(testChip({ regions: regions.replace("RAM, ROM", "RAM"), dma, more })).dma.map(
      ({ name, reaches, reads, writes, snoops }) => [name, reaches, reads, writes, snoops[""]],
    );

  it("shares its facts with others that stand in its key", () => {
    expect(masters("\n  DMA1, DMA2: { reaches: [RAM], snoops: all }")).toEqual([
      ["DMA1", ["RAM"], [], [], "all"],
      ["DMA2", ["RAM"], [], [], "all"],
    ]);
  });

  it("has what every master has, but for what it says itself", () => {
    const dma = "\n  DMA1: {}\n  DMA2: { snoops: none, reads: [] }\n  DMA3: { reaches: [DDR] }";
    expect(masters(dma, "everyMaster: { reaches: [RAM], reads: [DDR], snoops: [L1D] }")).toEqual([
      ["DMA1", ["RAM"], ["DDR"], [], ["L1D"]],
      ["DMA2", ["RAM"], [], [], []],
      ["DMA3", ["DDR"], [], [], ["L1D"]],
    ]);
  });

  it("reaches all memory that it has an address for", () => {
    const dma =
      "\n  DMA1: { reaches: all }\n  DMA2: { addressBits: 31, reads: all }\n  DMA3: { addressBits: 32, writes: all }";
    expect(masters(dma)).toEqual([
      ["DMA1", ["RAM", "DDR"], [], [], []],
      ["DMA2", [], ["RAM"], [], []],
      ["DMA3", [], [], ["RAM", "DDR"], []],
    ]);
  });

  it("reads and writes what is on both lists, and each memory once", () => {
    expect(masters("\n  DMA: { reaches: [RAM], reads: all, writes: [DDR] }")).toEqual([
      ["DMA", ["RAM", "DDR"], [], [], []],
    ]);
  });
});

it("memory that nobody says anything of is cached by all", () => {
  const { memories } = chipOf(
    testChip({
      regions: "\n  RAM: { base: 0, size: 64KiB }\n  TCM: { base: 0x8000_0000, size: 64KiB, cachedBy: none }",
    }),
  );
  expect(memories.map(({ cachedBy }) => cachedBy)).toEqual(["all", []]);
});

describe("evidence", () => {
  const chip = (evidence: string) =>
    chipOf(
      testChip({
        regions: "\n  A: { base: 0, size: 1 }\n  B: { base: 16, size: 1 }",
        dma: "\n  DMA1, DMA2: { reaches: [A] }\n  DMA3: { reaches: [B] }",
        more: `evidence: ${evidence}\n${sources}`,
      }),
    );

  it("of a part speaks for each of its entries and facts", () => {
    const { memories, dma, cores } = chip("{ cores: manual 1, memories: manual 2, masters: [manual 3, unverified] }");
    expect(places(cores[0]!.sources)).toEqual(["1"]);
    for (const { sourcesOf } of memories) expect(Object.values(sourcesOf).map(places)).toEqual([["2"], ["2"]]);
    for (const { sourcesOf } of dma) expect(places(sourcesOf.snoops)).toEqual(["3", ""]);
  });

  it("of a name is found under each key that the name stands in", () => {
    const { memories, dma, cores } = chip(`
  cores: { test-core: manual 1 }
  memories: { "A, B": { place: manual 2 }, B: { cachedBy: code@abc a.c } }
  masters: { "DMA3, DMA1": { reach: manual 3 }, "DMA1, DMA2": { snoops: manual 4, alignment: manual 5 } }`);
    expect(places(cores[0]!.sources)).toEqual(["1"]);
    expect(memories.map(({ sourcesOf }) => [places(sourcesOf.place), places(sourcesOf.cachedBy)])).toEqual([
      [["2"], []],
      [["2"], ["a.c"]],
    ]);
    expect(memories[1]!.sourcesOf.cachedBy).toMatchObject([{ document: "o/n at abc", kind: "repository" }]);
    expect(dma.map(({ sourcesOf: { reach, snoops } }) => [places(reach), places(snoops)])).toEqual([
      [["3"], ["4"]],
      [[], ["4"]],
      [["3"], []],
    ]);
  });
});

it("a file's own key goes before one of sources.yaml, which every file may cite", () => {
  const cited = (more: string) =>
    chipOf(testChip({ more: `evidence: { memories: linux a.c }\n${more}` })).memories[0]!.sourcesOf.place;
  expect(cited("")).toMatchObject([{ document: "torvalds/linux" }]);
  expect(cited("sources: { linux: { document: Another } }")).toMatchObject([{ document: "Another" }]);
});

it("the targets of a chip's core are those of the core where the chip lists none", () => {
  const targets = (entry: string) =>
    chipOf(`chip: test-chip
title: Test chip
vendor: Nobody
cores: [{ core: cortex-m0${entry} }]
memories: { RAM: { base: 0, size: 64KiB } }
masters: {}
`).cores.map(({ rustTargets, targetArch }) => [rustTargets, targetArch]);
  expect(targets("")).toEqual([[["thumbv6m-none-eabi"], ["arm"]]]);
  expect(targets(", rustTargets: [thumbv6m-nuttx-eabi]")).toEqual([[["thumbv6m-nuttx-eabi"], ["arm"]]]);
});
