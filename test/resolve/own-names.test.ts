// Names that every object of JavaScript has are names like others, wherever a description may choose one.

import { describe, expect, it } from "vitest";
import { renderOutputs } from "../../generator/pipeline.ts";
import { deviceAddresses, seenBy } from "../../generator/semantics/memory-map.ts";
import { loadWith, planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const names = ["constructor", "toString", "hasOwnProperty", "valueOf", "__proto__"];

describe.each(names)("%s", (name) => {
  const renamed = (text: string, from: RegExp) => text.replaceAll(from, name);
  const texts = (text: string) => ({ "chips/test-chip.yaml": text });
  const planned = (text: string) => {
    const { planned, diagnostics } = planOf("test-chip", texts(text));
    expect(diagnostics).toEqual([]);
    renderOutputs([planned!], { traitPath: "a::DmaFence", licence: [] });
    return planned!;
  };
  const codesOf = (text: string) =>
    loadWith(texts(text))
      .diagnostics.sorted()
      .map(({ code }) => code);

  it("is a region, and a master with an address of its own for it", () => {
    const regions = `\n  RAM: { base: { cores: 0x2000_0000, RAM: 0x10 }, size: 64KiB, cachedBy: all }`;
    const dma = `\n  RAM: { reaches: [RAM], snoops: none }`;
    const { chip } = planned(renamed(testChip({ regions, dma }), /\bRAM\b/g));
    expect(chip.memories[0]!.addresses.own).toEqual([[name, 0x10n]]);
    expect(deviceAddresses(seenBy(chip, chip.cores[0]!), chip.dma[0]!)).toEqual([{ region: name, first: 0x10n }]);
  });

  it("is a region at the same address for all", () => {
    const { chip } = planned(renamed(testChip(), /\bRAM\b/g));
    expect(deviceAddresses(seenBy(chip, chip.cores[0]!), chip.dma[0]!)).toEqual([]);
  });

  it("is a master, a cache level, a parameter and an operation", () => {
    planned(renamed(testChip(), /\bDMA\b/g));
    planned(renamed(testChip(), /\bL1D\b/g));
    expect(
      planned(testChip({ more: `parameters: { ${name}: fast }` })).fences[0]!.obligations.map(({ text }) => text),
    ).toContainEqual(expect.stringContaining(name));
    planned(renamed(testChip(), /\bclean-line\b/g));
  });

  it("is a register, and one that an erratum puts in the place of another", () => {
    const registers = (chip: ReturnType<typeof planned>) =>
      chip.chip.cores[0]!.caches[0]!.mechanism!.operations.flatMap(({ sequence }) =>
        sequence.flatMap((item) => ("register" in item ? [item.register.name] : [])),
      );
    expect(registers(planned(renamed(testChip(), /\bCLEAN\b/g)))).toContain(name);
    const mechanisms = testMechanism({
      more: `\n    errata: [{ erratum: E, title: T., affects: all, replaceRegister: { CLEAN: ${name} } }]`,
    }).replace("STATUS:", `${name}:`);
    expect(registers(planned(testChip({ mechanisms })))).toContain(name);
  });

  it("is replaced by an erratum where it is an operation", () => {
    const mechanisms = renamed(
      testMechanism({
        more: "\n    errata: [{ erratum: E, title: T., affects: all, replaceOperation: { clean-line: clean-invalidate-line } }]",
      }),
      /(?<!-)\bclean-line\b/g,
    );
    const { operations } = planned(testChip({ mechanisms })).chip.cores[0]!.caches[0]!.mechanism!;
    expect(operations.map((operation) => operation.name)).not.toContain(name);
  });

  it("is no source, register, operation or region that nobody declared", () => {
    const undeclared = `register: ${name}`;
    expect(
      codesOf(testChip({ more: `evidence: { masters: ${name === "constructor" ? name : "constructor"} }` })),
    ).toEqual(["rule/unknown-source"]);
    expect(codesOf(testChip().replace("register: CLEAN,", `${undeclared},`))).toEqual(["rule/unknown-register"]);
    expect(
      codesOf(
        testChip({ coreMore: `\n    errata: [{ erratum: E, title: T., affects: all, withoutOperation: [${name}] }]` }),
      ),
    ).toEqual(["rule/unknown-operation"]);
    expect(codesOf(testChip().replace("reaches: [RAM]", `reaches: [RAM, ${name}]`))).toEqual(["rule/unknown-memory"]);
    expect(codesOf(`${testChip()}\n${name}: 1\n`)).toEqual(["schema/unknown-key"]);
    expect(codesOf(testChip().replace("register: CLEAN,", `register: CLEAN, ${name}: 1,`))).toContain(
      "schema/unknown-key",
    );
  });

  it("is a source that is declared", () => {
    if (!/^[a-z]+$/.test(name)) return;
    const { chip } = planned(
      testChip({ more: `evidence: { masters: ${name} 1 }\nsources: { ${name}: { document: The manual } }` }),
    );
    expect(chip.noDmaSources).toMatchObject([{ document: "The manual", place: "1" }]);
  });
});

it("registers of two mechanisms that have one name are told apart by their levels", () => {
  const second = testMechanism({ id: "second" }).replace("0x4000_0000", "0x5000_0000");
  const { planned, diagnostics } = planOf("test-chip", {
    "chips/test-chip.yaml": testChip({
      mechanisms: testMechanism() + second,
      caches:
        "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 64, writePolicy: write-back, maintenance: second }",
    }),
  });
  expect(diagnostics).toEqual([]);
  const files = renderOutputs([planned!], { traitPath: "a::DmaFence", licence: [] });
  for (const path of ["rust/src/test_chip.rs", "typescript/test-chip.ts"]) {
    const { content } = files.find((file) => file.path === path)!;
    const constants = [...content.matchAll(/^const ([A-Z0-9_]*(?:CLEAN|INVALIDATE)[A-Z_]*)\b/gm)].map(
      ([, name]) => name,
    );
    expect(constants).toContain("L2_CLEAN");
    expect(constants).toContain("L1D_CLEAN");
    expect(new Set(constants).size).toBe(constants.length);
  }
});
