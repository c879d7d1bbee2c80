// A chip builds on a described core: what it adds and what it has otherwise, and that everything else stays.
import { describe, expect, it } from "vitest";
import type { ResolvedCore } from "../../generator/model/chip.ts";
import { testMechanism } from "../support/test-chip.ts";
import { chipOf, coreOf } from "./resolved.ts";

/** A chip whose entries of `cores` are these lines. */
function chipWith(entries: string, more = ""): string {
  return `chip: test-chip
title: Test chip
vendor: Nobody
cores:
${entries}
memories: { RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all } }
masters: { DMA: { reaches: [RAM], snoops: none } }
${more}
sources:
  manual: { document: The chip's manual }
`;
}

function coreWith(lines: string, core = "cortex-a53", target = "aarch64-unknown-none"): ResolvedCore {
  return chipOf(chipWith(`  - core: ${core}\n    rustTargets: [${target}]\n${lines}`)).cores[0]!;
}

const ids = ({ errata }: ResolvedCore) => errata.map(({ id }) => id);
const documents = (citations: readonly { readonly document: string }[]) => citations.map(({ document }) => document);
const plain = coreWith("");

describe("levels that a chip adds", () => {
  const two = `  - name: A
    core: cortex-a53
    rustTargets: [aarch64-unknown-none]
    caches: [{ name: L2, lineBytes: 64, writePolicy: write-back, maintenance: aarch64-dc, source: manual 1 }]
  - { name: M, core: cortex-m4, rustTargets: [thumbv7em-none-eabi] }`;

  it("are behind the core's own, before those of the chip, and no other core has them", () => {
    const shared = "caches: [{ name: L3, lineBytes: 64, writePolicy: read-only }]";
    const [a, m] = chipOf(chipWith(two, shared)).cores;
    expect(a!.caches.map(({ name }) => name)).toEqual(["L1D", "L2", "L3"]);
    expect(m!.caches.map(({ name }) => name)).toEqual(["L3"]);
  });

  it("cite the chip's sources, and the core keeps its errata and its own", () => {
    const [a] = chipOf(chipWith(two)).cores;
    expect(documents(a!.caches[1]!.sourcesOf.lineBytes)).toEqual(["The chip's manual"]);
    expect(a!.caches[0]).toEqual(plain.caches[0]);
    expect(a!.errata).toEqual(plain.errata);
    expect(ids(a!)).toEqual(["ARM 819472, 824069, 827319", "ARM 855873"]);
  });

  it("leave nothing to say of a core that has none where one was added", () => {
    const [a, m] = chipOf(chipWith(two)).cores;
    expect(documents(m!.noCacheSources)).toContain("Cortex-M4 Technical Reference Manual, ARM 100166");
    expect(a!.noCacheSources).toEqual([]);
  });
});

describe("what a chip has otherwise", () => {
  it("of a level is replaced with its source, and all else is as the core has it", () => {
    const [level] = coreWith(`    differs:
      caches: { L1D: { lineBytes: { smallest: 32, largest: 64 }, source: manual 2 } }`).caches;
    const before = plain.caches[0]!;
    expect(level).toMatchObject({ smallestLineBytes: 32, largestLineBytes: 64 });
    expect(documents(level!.sourcesOf.lineBytes)).toEqual(["The chip's manual"]);
    expect({ ...level, smallestLineBytes: 64, sourcesOf: before.sourcesOf }).toEqual(before);
    expect(level!.sourcesOf.writePolicy).toEqual(before.sourcesOf.writePolicy);
  });

  it("of how a level is maintained takes the place of the core's", () => {
    const core = coreWith(
      `    differs:
      caches: { L1D: { maintenance: { mechanism: sifive-ccache, base: 0x0201_0000, source: manual 3 } } }`,
      "sifive-u74",
      "riscv64gc-unknown-none-elf",
    );
    expect(core.caches[0]!.mechanism?.instance).toBe("sifive-ccache at 0x0201_0000");
    expect(documents(core.caches[0]!.maintenanceSources)).toEqual(["The chip's manual"]);
  });

  it("may be that an optional level is not there, with the source for having no cache", () => {
    const core = coreWith(
      "    differs: { caches: { L1D: { absent: true, source: manual 4 } } }",
      "cortex-r5",
      "armv7r-none-eabi",
    );
    expect(core.caches).toEqual([]);
    expect(documents(core.noCacheSources)).toEqual(["The chip's manual"]);
  });

  it.each([
    [
      "does not hold",
      "revision: r0p2",
      '"ARM 819472, 824069, 827319": { holds: false, source: manual 5 }',
      ["ARM 855873"],
    ],
    ["holds", "revision: r0p4", '"ARM 819472, 824069, 827319": { holds: true, source: manual 5 }', ids(plain)],
  ])("may be that an erratum %s, whatever the revision", (_, revision, erratum, expected) => {
    const core = coreWith(`    ${revision}\n    differs: { errata: { ${erratum} } }`);
    expect(ids(core)).toEqual(expected);
    expect(core.errata.every(({ certain }) => certain)).toBe(true);
    // Either way an A53 cleans by clean and invalidate; which errata demand it is what differs.
    expect(core.caches[0]!.mechanism!.operations.map(({ name }) => name)).not.toContain("dc cvac");
  });

  it("may be the name by which the chip knows the core", () => {
    expect(coreWith("    title: The core of this chip").title).toBe("The core of this chip");
    expect(plain.title).toBe("Arm Cortex-A53");
  });
});

describe("a fact of a mechanism that is otherwise", () => {
  const mechanism = (differs: string) =>
    coreWith(`    differs: { caches: { L1D: { maintenance: { mechanism: aarch64-dc, differs: { ${differs} } } } } }`)
      .caches[0]!.mechanism!;
  const before = plain.caches[0]!.mechanism!;

  it.each<[string, object]>([
    [
      "address: { kind: physical, source: manual 6 }",
      { addressKind: "physical", uncachedAddress: before.uncachedAddress },
    ],
    [
      "ordering: { earlierMustComplete: true, source: manual 6 }",
      { ordering: { earlierMustComplete: true, doneWhen: before.ordering.doneWhen } },
    ],
    ["ordering: { afterEarlierSameLine: false, source: manual 6 }", { ordering: { afterEarlierSameLine: false } }],
  ])("%s, and all else stays", (differs, expected) => {
    expect(mechanism(differs)).toMatchObject(expected);
    expect(mechanism(differs).operations).toEqual(before.operations);
  });

  it("is cited in place of what the mechanism cites for it, beside what it cites for the others", () => {
    const { addressSources } = mechanism("address: { kind: physical, source: manual 6 }");
    expect(new Set(documents(addressSources))).toEqual(
      new Set([...documents(before.addressSources), "The chip's manual"]),
    );
    const { ordering } = mechanism("ordering: { accessClass: write, source: manual 6 }");
    expect(documents(ordering.sources)).toContain("The chip's manual");
  });

  it("may be one of an operation", () => {
    const { operations } = mechanism("operations: { dc ivac: { repeat: 2, source: manual 6 } }");
    const ivac = operations.find(({ name }) => name === "dc ivac");
    expect(ivac).toMatchObject({ repeat: 2, effect: "invalidate" });
    expect(documents(ivac!.sources)).toContain("The chip's manual");
  });
});

describe("what a barrier does on this core", () => {
  const fences = ({ architecture }: ResolvedCore) => architecture.barriers.map(({ instruction }) => instruction);
  const riscv = (differs: string) =>
    coreWith(`    differs: { ${differs} }`, "sifive-u74", "riscv64gc-unknown-none-elf");

  it("may be nothing: then there is no such barrier, and a reader is told why", () => {
    const core = riscv(`barriers: [{ instruction: fence.tso, earlier: [], later: [], source: manual 7 }]`);
    expect(fences(core)).toEqual(["fence {earlier}, {later}"]);
    expect(core.architecture.unusableBarriers.map(({ because }) => because)).toEqual(
      Array(2).fill("does nothing on SiFive U74"),
    );
  });

  it("may be less than the architecture says, for all rows of the instruction", () => {
    const core = riscv(
      `barriers: [{ instruction: fence.tso, earlier: [write], later: [write], completes: [write], source: manual 7 }]`,
    );
    const rows = core.architecture.barriers.filter(({ instruction }) => instruction === "fence.tso");
    expect(rows).toMatchObject([{ earlier: ["write"], later: ["write"], completes: ["write"], domain: "full-system" }]);
    expect(documents(rows[0]!.sources)).toEqual(["The chip's manual"]);
  });

  it("is nothing for FENCE on LiteX's VexRiscv, whose bus keeps the order instead", () => {
    const core = coreWith("", "vexriscv", "riscv32im-unknown-none-elf");
    expect(fences(core)).toEqual([]);
    const kept = core.architecture.programOrder.flatMap(({ earlier, later, of }) =>
      earlier.flatMap((one) => later.map((other) => `${of}: ${one} ${other}`)),
    );
    expect(kept).toContain("VexRiscv as LiteX builds it with a data cache: write device-write");
    // A load that hits passes a store that waits for the bus.
    expect(kept.filter((pair) => pair.endsWith("write read"))).toEqual([]);
  });

  it("is there where every target has the extension that it needs", () => {
    const x86 = (...targets: string[]) => fences(coreWith("", "x86-pc", targets.join(", ")));
    expect(x86("x86_64-unknown-none")).toEqual(["sfence", "lfence", "mfence"]);
    expect(x86("i686-unknown-none")).toEqual(["sfence", "lfence", "mfence", "lock or dword ptr [esp], 0"]);
    expect(x86("i586-unknown-none")).toEqual(["lock or dword ptr [esp], 0"]);
    // What is spelled for 32 bits is no barrier of a core that also runs code of 64.
    expect(x86("i486-unknown-none", "x86_64-unknown-none")).toEqual([]);
  });
});

describe("what a master sees", () => {
  const cores = `  - { name: A, core: cortex-a53, rustTargets: [aarch64-unknown-none] }
  - { name: R, core: cortex-r5, rustTargets: [armv7r-none-eabi] }`;
  const snoops = (written: string) =>
    chipOf(chipWith(cores).replace("snoops: none", `snoops: ${written}`)).dma[0]!.snoops;

  it.each([
    ["all", { A: "all", R: "all" }],
    ["none", { A: [], R: [] }],
    ["run-time", { A: [], R: [] }],
    ["{ A: all }", { A: "all", R: [] }],
    ["{ A: [L1D], R: none }", { A: ["L1D"], R: [] }],
  ])("is told by core: %s", (written, expected) => {
    expect(snoops(written)).toEqual(expected);
  });
});

describe("errata of one number", () => {
  const own = (number: string, bit: number, affects = "all") =>
    `{ erratum: ${number}, title: Broken., affects: ${affects}, obligation: Bit ${bit} is set. }`;
  const level = (name: string, base: string, revision: string) =>
    `{ name: ${name}, lineBytes: 32, writePolicy: write-back, maintenance: { mechanism: test-mechanism, base: ${base}, revision: ${revision} } }`;

  it("that the core, the chip and a mechanism have are three, and nothing of them is lost", () => {
    const { errata } = coreOf({
      coreMore: `\n    errata: [${own("E 1", 0)}]`,
      mechanisms: testMechanism({ more: `\n    errata: [${own("E 1", 1)}]` }),
      more: `errata: [${own("E 1", 2)}]`,
    });
    expect(errata.map(({ obligation }) => obligation).sort()).toEqual([
      "Bit 0 is set.",
      "Bit 1 is set.",
      "Bit 2 is set.",
    ]);
  });

  it("that two mechanisms have are two", () => {
    const { errata } = coreOf({
      mechanisms:
        testMechanism({ more: `\n    errata: [${own("E 1", 1)}]` }) +
        testMechanism({ id: "outer", more: `\n    errata: [${own("E 1", 2)}]` }).replace("0x4000_0000", "0x5000_0000"),
      caches: "\n  - { name: L2, lineBytes: 32, writePolicy: write-back, maintenance: outer }",
    });
    expect(errata.map(({ obligation }) => obligation)).toEqual(["Bit 1 is set.", "Bit 2 is set."]);
  });

  it("of one mechanism that is there twice are one, which is certain where it is for one of them", () => {
    const { errata } = coreOf({
      mechanisms: testMechanism({ more: `\n    errata: [${own("E 1", 1, "[r0p0]")}]` }),
      coreCaches: `[${level("L1D", "0x4000_0000", "unknown")}, ${level("L2", "0x5000_0000", "r0p0")}]`,
    });
    expect(errata).toMatchObject([{ id: "E 1", certain: true }]);
  });
});
