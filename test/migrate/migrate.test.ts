// Descriptions of the language before this one become valid ones of this one, and say the same.
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { migrate } from "../../generator/migrate/migrate.ts";
import { chipOf } from "../resolve/resolved.ts";

function migrated(text: string) {
  const { files } = migrate([{ path: "chips/test-chip.yaml", text }], undefined, false);
  return files[0]!;
}

const head = `# yaml-language-server: $schema=../dist/schema/chip.schema.json
chip: test-chip
title: Test chip # as its vendor spells it
vendor: Nobody
cores:
  - core: cortex-m7
    revision: r1p1
    rustTargets: [thumbv7em-none-eabi]
`;

const old = `${head}    source: manual 1.1
regions:
  # What the core has for itself.
  - { name: TCM, base: 0x2000_0000, size: 64KiB, cachedBy: none, source: &map "manual 2.1, table 3" }
  - { name: SRAM, base: 0x3000_0000, size: 64KiB, cachedBy: all, source: *map }
  - name: SDRAM
    base: 0xC000_0000 # the board decides how much
    cachedBy: [L1D]
    note: "behind the controller, which start-up code sets up"
    source: { place: *map, cachedBy: unverified }
dma:
  - { name: DMA1, reaches: [TCM, SRAM, SDRAM], snoops: none, source: { reach: sdk dma.c:12-34, snoops: &coherence manual 3 } }
  - { name: DMA2, reaches: [TCM, SRAM, SDRAM], snoops: none, source: { reach: sdk dma.c:12-34, snoops: *coherence } }
  # It only reads.
  - name: LTDC
    reaches: []
    reads: &memories [SRAM, SDRAM]
    snoops: none
    requires:
      - { text: Its clock is on., source: manual 5 }
    source: { reach: port lcd.c:7, snoops: *coherence }
  - { name: Ethernet, reaches: *memories, snoops: [L1D], alignmentBytes: 8, source: [port eth.c Ethernet_Init, unverified for the SDRAM] }
sources:
  manual: { document: "Manual, RM0001", revision: B }
  sdk:
    repository: owner/sdk
    revision: 0123abc
  port:
    repository: other/port
`;

const now = `${head}memories:
  # What the core has for itself.
  TCM: { base: 0x2000_0000, size: 64KiB, cachedBy: none }
  SRAM: { base: 0x3000_0000, size: 64KiB }
  # the board decides how much
  SDRAM: { base: 0xC000_0000, cachedBy: [L1D], note: "behind the controller, which start-up code sets up" }
masters:
  DMA1, DMA2:
    reaches: all
  # It only reads.
  LTDC:
    reads: [SRAM, SDRAM]
    requires:
      - text: Its clock is on.
        source: manual 5
  Ethernet:
    reaches: [SRAM, SDRAM]
    snoops: [L1D]
    alignmentBytes: 8
evidence:
  cores: manual 1.1
  memories:
    TCM, SRAM: manual 2.1, table 3
    SDRAM:
      place: manual 2.1, table 3
      cachedBy: unverified
  masters:
    DMA1, DMA2: { reach: sdk@0123abc dma.c:12-34 }
    LTDC: { reach: port lcd.c }
    DMA1, DMA2, LTDC: { snoops: manual 3 }
    Ethernet: [port eth.c Ethernet_Init, unverified for the SDRAM]
sources:
  manual:
    document: Manual, RM0001
    revision: B
  sdk:
    repository: owner/sdk
  port:
    repository: other/port
`;

it("says the same in the new language, with its comments", () => {
  expect(migrated(old).text).toBe(now);
});

it("says what only an author can know", () => {
  expect(migrated(old).remarks).toEqual([
    "`port lcd.c:7`: the lines are left out, as no commit is known",
    "the memory `SDRAM` has no size: write it, or the most that a board may have",
  ]);
});

it("leaves a description that it cannot rewrite as it is, and says so", () => {
  const inOneMap =
    "{ chip: a, title: A, vendor: V, cores: [{ core: cortex-m4, rustTargets: [thumbv7em-none-eabi], source: unverified }], regions: [{ name: R, base: 0, size: 1KiB, cachedBy: none, source: unverified }], dma: [{ name: D, reaches: [R], snoops: none, source: unverified }], sources: {} }\n";
  const { text, remarks } = migrated(inOneMap);
  expect(text).toBe(inOneMap);
  expect(remarks).toEqual([expect.stringMatching(/^is left as it is, because what would be written is no YAML/)]);
});

it("leaves a description of this language as it is", () => {
  expect(migrated(now)).toEqual({ path: "chips/test-chip.yaml", text: now, remarks: [] });
});

it("is a valid description with the sources that the old one gave", () => {
  const chip = chipOf(now.replace("cachedBy: [L1D], note", "size: 256MiB, cachedBy: [L1D], note"));
  const cited = (sources: readonly { document: string; place: string }[]) =>
    sources.map(({ document, place }) => [document, place].filter(Boolean).join(": "));
  expect(chip.memories.map(({ cachedBy }) => cachedBy)).toEqual([[], "all", ["L1D"]]);
  expect(chip.dma.map(({ name, reaches, reads, snoops }) => [name, reaches, reads, snoops[""]])).toEqual([
    ["DMA1", ["TCM", "SRAM", "SDRAM"], [], []],
    ["DMA2", ["TCM", "SRAM", "SDRAM"], [], []],
    ["Ethernet", ["SRAM", "SDRAM"], [], ["L1D"]],
    ["LTDC", [], ["SRAM", "SDRAM"], []],
  ]);
  expect(cited(chip.dma[1]!.sourcesOf.reach)).toEqual(["owner/sdk at 0123abc: dma.c:12-34"]);
  expect(cited(chip.dma[3]!.sourcesOf.snoops)).toEqual(["Manual, RM0001, B: 3"]);
  expect(cited(chip.dma[2]!.sourcesOf.alignment)).toEqual(["other/port: eth.c Ethernet_Init", "for the SDRAM"]);
  expect(cited(chip.memories[2]!.sourcesOf.place)).toEqual(["Manual, RM0001, B: 2.1, table 3"]);
  expect(chip.memories[2]!.sourcesOf.cachedBy).toMatchObject([{ verified: false }]);
});

describe("one old shape", () => {
  const rest = "regions: [{ name: RAM, base: 0, size: 4KiB, cachedBy: all }]\n";
  const values = (text: string) => parse(migrated(head + text).text);

  it("a chip without masters, and where that was read", () => {
    const { masters, evidence } = values(`${rest}dma: []\nnoDmaSource: unverified\n`);
    expect({ masters, evidence }).toEqual({ masters: {}, evidence: { masters: "unverified" } });
  });

  it("what most masters have in common", () => {
    const each = (name: string, facts: string) => `  - { name: ${name}, ${facts} }\n`;
    const dma = ["A", "B", "C"].map((name) => each(name, `reaches: [RAM], snoops: all, note: ${name}`)).join("");
    const { everyMaster, masters } = values(`${rest}dma:\n${dma}${each("D", "reaches: [RAM], snoops: none")}`);
    expect({ everyMaster, masters }).toEqual({
      everyMaster: { reaches: ["RAM"] },
      masters: {
        A: { snoops: "all", note: "A" },
        B: { snoops: "all", note: "B" },
        C: { snoops: "all", note: "C" },
        D: {},
      },
    });
  });

  it("a name with a comma, wherever it stands", () => {
    const { text, remarks } = migrated(
      `${head}regions: [{ name: "A, B", base: 0, size: 1, cachedBy: all }]\ndma: [{ name: DMA, reaches: ["A, B"], snoops: none }]\n`,
    );
    expect(remarks).toEqual(["`A, B` is now `A and B`: a name holds no comma"]);
    expect(parse(text)).toMatchObject({
      memories: { "A and B": { base: 0 } },
      masters: { DMA: { reaches: ["A and B"] } },
    });
  });

  it("several cores, in a line or in a block", () => {
    const text = `chip: test-chip
title: T
vendor: V
cores:
  - { core: cortex-m7, name: M7, source: manual 1, rustTargets: [thumbv7em-none-eabi] }
  - name: M4
    core: cortex-m4
    source:
      - manual 2
      - unverified
    rustTargets: [thumbv7em-none-eabi]
${rest}dma: []
sources: { manual: { document: The manual } }
`;
    const { cores, evidence } = parse(migrated(text).text);
    expect(cores).toEqual([
      { core: "cortex-m7", name: "M7", rustTargets: ["thumbv7em-none-eabi"] },
      { name: "M4", core: "cortex-m4", rustTargets: ["thumbv7em-none-eabi"] },
    ]);
    expect(evidence).toEqual({ cores: { M7: "manual 1", M4: ["manual 2", "unverified"] } });
  });

  it("an anchor that something else in the file uses", () => {
    const text = `${head}regions: [{ name: RAM, base: 0, size: 1, cachedBy: all, source: &map manual 1 }]
dma: []
errata:
  - { erratum: E, title: T., affects: all, obligation: O., source: *map }
sources: { manual: { document: The manual } }
`;
    expect(parse(migrated(text).text)).toMatchObject({
      evidence: { memories: "manual 1" },
      errata: [{ source: "manual 1" }],
    });
  });

  describe("an offset of a master's addresses", () => {
    const regions = `regions:
  - { name: RAM, base: 0x2000_0000, size: 4KiB, cachedBy: all }
  - { name: ROM, base: 0x3000_0000, size: 4KiB, cachedBy: all }
`;
    const bases = (dma: string) => {
      const { text, remarks } = migrated(`${head}${regions}dma:\n${dma}`);
      const { memories, masters } = parse(text);
      expect(JSON.stringify(masters)).not.toContain("deviceAddressOffset");
      return [memories.RAM.base, memories.ROM.base, remarks];
    };

    it("that all of them have is where masters see what they reach", () => {
      const each = ["A", "B"].map(
        (name) => `  - { name: ${name}, reaches: [RAM], snoops: none, deviceAddressOffset: 0x4000_0000 }\n`,
      );
      expect(bases(each.join(""))).toEqual([{ cores: "0x2000_0000", masters: "0x6000_0000" }, "0x3000_0000", []]);
    });

    it("that one of them has, for one memory, is where that one sees it", () => {
      const dma = `  - { name: "A: 1", reaches: [RAM], reads: [ROM], snoops: none, deviceAddressOffset: { RAM: 16 } }
  - { name: B, reaches: [RAM, ROM], snoops: none }\n`;
      expect(bases(dma)).toEqual([
        { cores: "0x2000_0000", "A: 1": "0x2000_0010", masters: "0x2000_0000" },
        "0x3000_0000",
        [],
      ]);
    });

    it("that goes round the end of the addresses is pointed out", () => {
      const dma = "  - { name: A, reaches: [ROM], snoops: none, deviceAddressOffset: 0xD000_0000 }\n";
      expect(bases(dma)).toEqual([
        "0x2000_0000",
        { cores: "0x3000_0000", masters: 0 },
        ["masters see `ROM` at addresses that were taken modulo 2^32: look at its `base`"],
      ]);
    });
  });

  it.each([
    ["address: { kind: virtual, anyByteOfLine: true }", { kind: "virtual", ignoredLowBits: "line" }],
    ["address: { kind: virtual, anyByteOfLine: false }", { kind: "virtual" }],
    ["address:\n  anyByteOfLine: true\n  kind: virtual", { kind: "virtual", ignoredLowBits: "line" }],
  ])("which bytes of a line an operation takes: %j", (address, expected) => {
    expect(parse(migrated(`mechanism: m\n${address}\n`).text).address).toEqual(expected);
    const inline = `${head}mechanisms:\n  - mechanism: m\n    ${address.replaceAll("\n", "\n    ")}\n${rest}dma: []\n`;
    expect(values(inline.slice(head.length)).mechanisms[0].address).toEqual(expected);
  });

  it.each([
    ["core: c\ntitle: C\nmaintenanceBroadcast: true\n", "maintenanceBroadcast", { core: "c", title: "C" }],
    [
      "mechanism: m\noperations:\n  clean: { effect: clean, seenByOtherCores: true }\n",
      "seenByOtherCores",
      { mechanism: "m", operations: { clean: { effect: "clean" } } },
    ],
  ])("whether operations reach other cores is taken out, and said: %j", (text, key, left) => {
    const { text: now, remarks } = migrated(text);
    expect(parse(now)).toEqual(left);
    expect(remarks).toEqual([expect.stringMatching(new RegExp(`^\`${key}\` is taken out: .*otherCores`))]);
  });

  it("such a word of a core within the file goes as well", () => {
    const inline = "cores:\n  - core:\n      core: c\n      maintenanceBroadcast: false\n      title: C\n";
    expect(parse(migrated(`chip: c\n${inline}`).text).cores[0].core).toEqual({ core: "c", title: "C" });
  });

  it("what another key of a region or a master says is carried along", () => {
    const { memories, masters } = values(
      "regions: [{ name: RAM, base: { A: 0, B: 0x10 }, size: { most: 4KiB }, cachedBy: all, other: [1, x] }]\ndma: [{ name: DMA, reaches: [RAM], snoops: { A: all }, other: { a: b } }]\n",
    );
    expect(memories).toEqual({ RAM: { base: { A: 0, B: 0x10 }, size: { most: "4KiB" }, other: [1, "x"] } });
    expect(masters).toEqual({ DMA: { reaches: ["RAM"], snoops: { A: "all" }, other: { a: "b" } } });
  });

  it.each([
    ["an empty list of promises", "requires: []", { requires: [] }],
    ["promises that are none", "requires: [Its clock is on.]", { requires: ["Its clock is on."] }],
    ["one promise that is none", "requires: always", { requires: "always" }],
    ["a promise without a word", "requires: [{}]", { requires: [{}] }],
    [
      "a long note of several lines",
      `note: "${"word ".repeat(25)}\\n  two  blanks"`,
      { note: `${"word ".repeat(25)}\n  two  blanks` },
    ],
  ])("what a master says is not lost: %s", (_, fact, expected) => {
    const { masters } = values(`${rest}dma:\n  - { name: DMA, reaches: [RAM], snoops: none, ${fact} }\n`);
    expect(masters.DMA).toEqual({ reaches: ["RAM"], ...expected });
  });

  it("lines that end as those of Windows do", () => {
    const windows = (text: string) => text.replaceAll("\n", "\r\n");
    expect(migrated(windows(old)).text).toBe(windows(now));
    expect(migrated(windows(now)).text).toBe(windows(now));
    // Where nothing else is to be changed, nor are the ends of lines.
    const mixed = now.replace("\n", "\r\n");
    expect(migrated(mixed).text).toBe(mixed);
  });

  it.each([
    ["regions", "regions: [{ name: A, base: 0, size: 1 }, { name: A, base: 8, size: 1 }]\ndma: []\n"],
    ["regions", 'regions: [{ name: "A, B", base: 0, size: 1 }, { name: A and B, base: 8, size: 1 }]\ndma: []\n'],
    [
      "DMA controllers",
      `${rest}dma: [{ name: A, reaches: [RAM], snoops: none }, { name: A, reaches: [RAM], snoops: all }]\n`,
    ],
  ])("two %s of one name, which the file keeps", (what, lists) => {
    const { text, remarks } = migrated(head + lists);
    expect(text).toBe(head + lists);
    expect(remarks).toEqual([
      expect.stringMatching(`^is left as it is, because two of its ${what} are called \`A( and B)?\`: give each `),
    ]);
  });

  it("an entry without a name, which the file keeps", () => {
    const text = `${head}regions: [{ base: 0, size: 1 }]\ndma: []\n`;
    expect(migrated(text)).toMatchObject({ text, remarks: [expect.stringContaining("has no name: give it one")] });
  });

  describe("memories that perhaps one core alone sees", () => {
    const remarksOf = (cores: string, regions: string) =>
      migrated(`chip: test-chip\ntitle: T\nvendor: V\ncores: [${cores}]\nregions: [${regions}]\ndma: []\n`).remarks;
    const tcm = "{ name: TCM, base: 0x1000, size: 1KiB, cachedBy: none }";
    const alias = "{ name: At 0, base: 0, size: 1KiB, cachedBy: none, aliasOf: TCM }";
    const ram = "{ name: RAM, base: 0x2000, size: 1KiB, cachedBy: all }";
    const ofAlias = expect.stringMatching(/^does each core see `At 0`\? .*`\{ CORE: … \}`$/);
    const ofCount = expect.stringMatching(/^has each core behind the `count` of `cortex-r5` a memory for itself/);

    it.each([
      [
        "an alias on a chip of two cores",
        "{ core: cortex-r5, name: A }, { core: cortex-a9, name: B }",
        alias,
        [ofAlias],
      ],
      ["an alias on a chip of one", "{ core: cortex-r5 }", alias, []],
      ["an alias, of cores that are counted", "{ core: cortex-r5, count: 2 }", alias, [ofAlias, ofCount]],
      ["memory that no cache holds, of such cores", "{ core: cortex-r5, count: 2 }", ram, [ofCount]],
    ])("%s", (_, cores, more, expected) => {
      expect(remarksOf(cores, `${tcm}, ${more}`)).toEqual(expected);
    });

    it("are none where every cache holds all", () => {
      expect(remarksOf("{ core: cortex-r5, count: 2 }", ram)).toEqual([]);
    });
  });

  it("what is no list stays for validate to refuse", () => {
    expect(values("regions: none\ndma: none\n")).toMatchObject({ regions: "none", dma: "none" });
  });

  it("what is no YAML is left alone", () => {
    expect(migrated("chip: [")).toMatchObject({ text: "chip: [", remarks: [expect.stringMatching(/^is no YAML: /)] });
  });

  it("of a core, a mechanism and an architecture only the citations change", () => {
    const core = `core: my-core
title: T
architecture: armv7-m
caches: []
noCacheSource: [code a.h:1, lib b.h]
sources:
  code: { repository: o/n, revision: abc }
  lib: { repository: o/m, revision: v1.0 }
`;
    expect(migrated(core).text).toBe(`core: my-core
title: T
architecture: armv7-m
caches: []
noCacheSource: [code@abc a.h:1, lib@v1.0 b.h]
sources:
  code:
    repository: o/n
  lib:
    repository: o/m
`);
  });
});

describe("keys of sources in several files", () => {
  const chip = (id: string, sources: Readonly<Record<string, string>>) => ({
    path: `chips/${id}.yaml`,
    text: `chip: ${id}
title: T
vendor: V
cores: [{ core: cortex-m7 }]
regions:
${Object.keys(sources)
  .map((key, index) => `  - { name: R${index}, base: ${index}, size: 1, cachedBy: all, source: ${key} 1 }\n`)
  .join("")}dma: []
sources:
${Object.entries(sources)
  .map(([key, title]) => `  ${key}: { document: ${title} }\n`)
  .join("")}`,
  });

  /** The document that each memory's place is cited from, by what the file and the list say. */
  function documents({ text }: { readonly text: string }, list: string): string[] {
    const { evidence, sources } = parse(text);
    const declared = { ...parse(list).sources, ...sources };
    const cited = typeof evidence.memories === "string" ? [evidence.memories] : Object.values(evidence.memories);
    return (cited as string[]).map((each) => declared[each.split(" ")[0]!]?.document);
  }

  it.each<[string, readonly Readonly<Record<string, string>>[], string | undefined]>([
    ["one key for a document of its own", [{ manual: "One" }, { manual: "Two" }, { manual: "Two" }], undefined],
    ["one key for two that are shared", [{ m: "One" }, { m: "One" }, { m: "Two" }, { m: "Two" }], undefined],
    [
      "a file that has the key for something else, and cites what is shared",
      [{ m: "One", other: "Two" }, { m: "Two" }, { m: "Two" }],
      undefined,
    ],
    ["one that is in the list for something else", [{ m: "One" }, { m: "One" }], "sources:\n  m: { document: Two }\n"],
    ["one that is in the list, and its own beside it", [{ m: "One", n: "Two" }], "sources:\n  m: { document: Two }\n"],
    ["two keys for one document", [{ m: "One", n: "One" }, { m: "Two" }], undefined],
  ])("%s: every citation is of the same document as before", (_, chips, known) => {
    const files = chips.map((sources, index) => chip(`c${index}`, sources));
    const { files: after, sources: list } = migrate(files, known, true);
    expect(list).not.toContain("undefined");
    expect(after.map((file) => new Set(documents(file, list!)))).toEqual(
      chips.map((sources) => new Set(Object.values(sources))),
    );
    // And once more.
    const again = migrate(after, list, true);
    expect(again.files.map(({ text }) => text)).toEqual(after.map(({ text }) => text));
    expect(again.sources).toBe(list);
  });

  it("a core within the file that has the key for something else keeps its own, and that is said", () => {
    const text = `chip: c
title: T
vendor: V
cores:
  - core:
      core: mine
      title: T
      architecture: armv7-m
      caches: []
      noCacheSource: m 1
      sources: { m: { document: Two } }
regions: [{ name: R, base: 0, size: 1, cachedBy: none, source: m 1 }]
dma: []
sources: { m: { document: One } }
`;
    const { text: after, remarks } = migrated(text);
    expect(remarks).toEqual([
      "a core or mechanism within the file declares `m`: declare it under `sources` of the file",
    ]);
    expect(parse(after).cores[0].core.sources).toEqual({ m: { document: "Two" } });
    const same = migrated(text.replace("document: Two", "document: One"));
    expect(same.remarks).toEqual([]);
    expect(parse(same.text).cores[0].core).not.toHaveProperty("sources");
  });

  it("keeps what stands in the list, with its comments and its ends of lines", () => {
    const list = "# Ours.\nsources:\n  z: { document: Last } # not shared yet\n";
    const files = [chip("a", { m: "One" }), chip("b", { m: "One" })];
    expect(migrate(files, list, true).sources).toBe(`${list}  m:\n    document: One\n`);
    const windows = list.replaceAll("\n", "\r\n");
    expect(migrate(files, windows, true).sources).toBe(`${windows}  m:\r\n    document: One\r\n`);
    expect(migrate([chip("a", { m: "One" })], windows, true).sources).toBe(windows);
  });
});

describe("what several files share", () => {
  const chip = (id: string, core: string, own: string) => `chip: ${id}
title: T
vendor: V
cores:
  - core: ${core}
    rustTargets: [thumbv7em-none-eabi]
regions:
  - { name: RAM, base: 0, size: 1, cachedBy: none, source: kernel a.c:1 }
dma: []
sources:
  kernel: { repository: torvalds/linux, revision: ${own} }
`;
  const core = `core: mine
title: T
architecture: armv7-m
caches: []
noCacheSource: linux b.h
sources:
  linux: { repository: torvalds/linux }
  manual: { document: The manual }
`;
  const files = [
    { path: "chips/one.yaml", text: chip("one", "mine", "abc") },
    { path: "chips/two.yaml", text: chip("two", "mine", "def") },
    { path: "chips/three.yaml", text: chip("three", "cortex-m7", "def") },
    { path: "chips/cores/mine.yaml", text: core },
  ];

  it("stands once: sources, under the key that most had, and targets", () => {
    const { files: after, sources } = migrate(files, undefined, true);
    expect(parse(sources!)).toEqual({ sources: { kernel: { repository: "torvalds/linux" } } });
    const [one, two, three, mine] = after.map(({ text }) => parse(text));
    expect([one, two].map(({ cores }) => cores)).toEqual([[{ core: "mine" }], [{ core: "mine" }]]);
    expect(three.cores).toEqual([{ core: "cortex-m7", rustTargets: ["thumbv7em-none-eabi"] }]);
    expect([one, two].map(({ evidence }) => evidence.memories)).toEqual(["kernel@abc a.c:1", "kernel@def a.c:1"]);
    expect(one).not.toHaveProperty("sources");
    // Where nothing is cached nobody need say so; of the other chip's core nothing is known here.
    expect(one.memories).toEqual({ RAM: { base: 0, size: 1 } });
    expect(three.memories).toEqual({ RAM: { base: 0, size: 1, cachedBy: "none" } });
    expect(mine).toMatchObject({
      rustTargets: ["thumbv7em-none-eabi"],
      noCacheSource: "kernel b.h",
      sources: { manual: { document: "The manual" } },
    });
  });

  it("stays where it is in a second run, with what new files cite", () => {
    const first = migrate(files, undefined, true);
    const second = migrate(first.files, first.sources, true);
    expect(second).toEqual({
      files: first.files.map((file) => ({ ...file, remarks: [] })),
      sources: first.sources,
    });
  });
});
