// SVD files and descriptions of packs: what they state, and what becomes of hostile ones.
import { describe, expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { readPack } from "../../generator/witness/read-pack.ts";
import { readSvd } from "../../generator/witness/read-svd.ts";
import { numberIn } from "../../generator/witness/xml.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";

const svd = (
  peripherals: string,
  cpu = "<cpu><name>CM7</name><revision>r9p9</revision><dcachePresent>false</dcachePresent></cpu>",
) => `<?xml version="1.0"?><device><name>TEST</name>${cpu}<peripherals>${peripherals}</peripherals></device>`;
const dma = `<peripheral><name>DMA1</name><groupName>DMA</groupName><baseAddress>0x40020000</baseAddress>
  <addressBlock><offset>0x0</offset><size>0x400</size><usage>registers</usage></addressBlock>
  <registers><register><name>baseAddress</name></register></registers></peripheral>`;

function read(text: string) {
  const diagnostics = new Diagnostics();
  const witness = readSvd(Buffer.from(text), "TEST.svd", diagnostics);
  return { witness, codes: diagnostics.sorted().map(({ code }) => code), diagnostics: diagnostics.sorted() };
}

const derived = (name: string, from: string, base = 0) =>
  `<peripheral derivedFrom="${from}"><name>${name}</name><baseAddress>${base}</baseAddress></peripheral>`;

function readDevice(text: string, device?: string, like = "td32") {
  const diagnostics = new Diagnostics();
  const witness = readPack(Buffer.from(text), "T.pdsc", device, like, diagnostics);
  return { witness, codes: diagnostics.sorted().map(({ code }) => code), diagnostics: diagnostics.sorted() };
}

describe("an SVD file", () => {
  it("derives a peripheral from one that is derived", () => {
    const { witness } = read(svd(`${dma}${derived("STREAM", "DMA1")}${derived("LAST", "STREAM", 0x8000_0000)}`));
    expect(witness!.registers.at(-1)).toMatchObject({ name: "LAST", base: 0x8000_0000n, sizeBytes: 0x400n });
    expect(witness!.masters.map(({ name }) => name)).toEqual(["DMA1", "STREAM", "LAST"]);
  });

  it("states the core by name, registers and what may be a master", () => {
    const { witness } = read(
      svd(`${dma}<peripheral derivedFrom="DMA1"><name>DMA2</name><baseAddress>0x40020400</baseAddress></peripheral>
        <peripheral><name>UART[%s]</name><dim>2</dim><dimIncrement>0x1000</dimIncrement><baseAddress>0x40000000</baseAddress>
        <addressBlock><offset>4</offset><size>0x10</size></addressBlock>
        <addressBlock><offset>0x100</offset><size>0x100</size><usage>buffer</usage></addressBlock></peripheral>`),
    );
    expect(witness).toMatchObject({ kind: "svd", title: "TEST", levels: [], memories: [], statesMemories: false });
    expect(witness!.cores).toEqual([{ names: ["CM7"], count: undefined, place: "line 1" }]);
    expect(witness!.registers.map(({ name, base, sizeBytes }) => [name, base, sizeBytes])).toEqual([
      ["DMA1", 0x4002_0000n, 0x400n],
      ["DMA2", 0x4002_0400n, 0x400n],
      ["UART[%s]", 0x4000_0004n, 0x10n],
      ["UART[%s]", 0x4000_1004n, 0x10n],
    ]);
    expect(witness!.masters.map(({ name, isController, isCoherent }) => [name, isController, isCoherent])).toEqual([
      ["DMA1", true, undefined],
      ["DMA2", true, undefined],
    ]);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ["also those that draw", ["DMA2D", "GPU2D", "CHROM-ART", "LTDC"], ["DMA2D", "GPU2D", "CHROM-ART", "LTDC"]],
    ["and not what only serves one", ["DMAMUX1", "DMAMUX2", "DELAY_Block_SDMMC1", "DLYB_SD1", "SDMMC1"], ["SDMMC1"]],
    [
      "and DMA controllers by whatever name their maker has for them, without their channels",
      [
        "XDMAC",
        "LDMA",
        "GPDMA0",
        "GPDMA0_CH0",
        "GPDMA0_CH1",
        "HPDMA_CH0",
        "HPDMA_CH1",
        "DMACTRL_0",
        "DMAXBAR_0",
        "FDMAX",
      ],
      ["XDMAC", "LDMA", "GPDMA0", "HPDMA", "DMACTRL_0"],
    ],
    [
      "and a USB core once, whatever its parts",
      ["OTG1_HS_GLOBAL", "OTG1_HS_HOST", "OTG2_HS_HOST", "OTG1_HS_DEVICE", "OTG1_HS_PWRCLK", "USB_DEVICE"],
      ["OTG1_HS", "OTG2_HS_HOST", "USB_DEVICE"],
    ],
  ])("has masters: %s", (_, names, masters) => {
    const peripherals = names.map(
      (name) => `<peripheral><name>${name}</name><baseAddress>0</baseAddress></peripheral>`,
    );
    expect(read(svd(peripherals.join(""))).witness!.masters.map(({ name }) => name)).toEqual(masters);
  });

  it.each<[string, string, string]>([
    ["nothing", "", "witness/malformed"],
    ["no XML", "chip: test", "witness/malformed"],
    ["half a file", svd(dma).slice(0, 150), "witness/malformed"],
    ["another document", "<package/>", "witness/malformed"],
    ["an address that is no number", svd(dma.replace("0x40020000", "0x4002000O")), "witness/malformed"],
    ["an address beyond 64 bits", svd(dma.replace("0x40020000", "0x1FFFFFFFFFFFFFFFF")), "witness/malformed"],
    ["a size that is no number", svd(dma.replace("0x400<", "large<")), "witness/malformed"],
    ["an entity of its own", `<!DOCTYPE d [<!ENTITY a "b">]>${svd("").replace("TEST", "&a;")}`, "witness/malformed"],
    [
      "entities that expand to gigabytes",
      `<!DOCTYPE d [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><device><name>&c;</name></device>`,
      "witness/malformed",
    ],
    [
      "an entity of another file",
      `<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><device><name>&a;</name></device>`,
      "witness/malformed",
    ],
    ["deep", `${"<device>".repeat(100_000)}`, "witness/beyond-limit"],
    [
      "many attributes",
      `<device ${Array.from({ length: 100 }, (_, at) => `a${at}=""`).join(" ")}/>`,
      "witness/beyond-limit",
    ],
    ["many peripherals", svd("<peripheral/>".repeat(20_001)), "witness/beyond-limit"],
    [
      "many registers, all derived",
      svd(
        `<peripheral><name>A</name><dim>256</dim><dimIncrement>4</dimIncrement>${"<addressBlock><offset>0</offset><size>4</size></addressBlock>".repeat(256)}</peripheral>${`<peripheral derivedFrom="A"><dim>256</dim></peripheral>`.repeat(4)}`,
      ),
      "witness/beyond-limit",
    ],
    ["an array of too many", svd(dma.replace("<name>", "<dim>257</dim><name>")), "witness/beyond-limit"],
    ["an array of no number", svd(dma.replace("<name>", "<dim>4x</dim><name>")), "witness/malformed"],
    [
      "a step that is no number",
      svd(dma.replace("<name>", "<dimIncrement>x</dimIncrement><name>")),
      "witness/malformed",
    ],
    [
      "a peripheral of too many blocks",
      svd(`<peripheral>${"<addressBlock><offset>0</offset><size>4</size></addressBlock>".repeat(257)}</peripheral>`),
      "witness/beyond-limit",
    ],
    ["a circle", svd(`${derived("A", "B")}${derived("B", "C")}${derived("C", "B")}`), "witness/malformed"],
    [
      "a long way back",
      svd(Array.from({ length: 100 }, (_, at) => derived(`A${at}`, `A${at + 1}`)).join("")),
      "witness/beyond-limit",
    ],
    ["bytes", "\u0000\u0001\u0002", "witness/malformed"],
  ])("%s is refused", (_, text, code) => {
    const { witness, codes, diagnostics } = read(text);
    expect({ witness, codes }).toEqual({ witness: undefined, codes: [code] });
    expect(diagnostics[0]!.message).not.toMatch(/root:|passwd|lol/);
  });

  it("has its problems where they are", () => {
    expect(read("<device>\n  <name></nome>\n</device>").diagnostics[0]?.range?.start.line).toBe(2);
  });

  it("of 20 MB is read in seconds", () => {
    const fields = "<field><name>F</name><description>What it does.</description></field>".repeat(200);
    const large = svd(dma.replace("<registers>", `<registers><register>${fields}</register>`).repeat(1500));
    expect(large.length).toBeGreaterThan(20e6);
    const took = cpuMilliseconds(() => expect(read(large).witness?.registers).toHaveLength(1500));
    expect(took).toBeLessThan(10_000);
  });
});

describe("a pack", () => {
  const pack = (devices: string) => `<package><name>T</name><devices>${devices}</devices></package>`;
  const family = pack(`<family Dfamily="TD"><processor Dcore="Cortex-M7" DcoreVersion="r1p0"/>
    <memory id="IRAM1" start="0x20000000" size="0x10000"/>
    <subFamily DsubFamily="TD32">
      <device Dname="TD32A"><memory name="FLASH" access="rx" start="0x08000000" size="0x100000"/></device>
      <device Dname="TD32B"><memory id="IRAM1" start="0x20000000" size="0x20000"/>
        <memory name="FLASH" access="rx" start="0x08000000" size="0x100000"/>
        <memory name="PERI" access="rwp" start="0x40000000" size="0x1000"/></device>
      <device Dname="TD32C"><variant Dvariant="TD32CX"/></device>
    </subFamily></family>`);
  const memories = (device?: string, like?: string) =>
    readDevice(family, device, like).witness?.memories.map(({ name, use, sizeBytes }) => `${name} ${use} ${sizeBytes}`);

  it("states of a device what it and its families say", () => {
    expect(memories("td32b")).toEqual(["IRAM1 ram 131072", "FLASH flash 1048576"]);
    expect(memories("TD32C")).toEqual(["IRAM1 ram 65536"]);
    expect(memories("TD3")).toEqual([]);
    expect(memories("TD32CX")).toEqual(["IRAM1 ram 65536"]);
    expect(readDevice(family, "TD32A").witness?.cores).toEqual([
      { names: ["Cortex-M7"], count: undefined, place: "line 1" },
    ]);
  });

  it("tells memories of one name apart by the processor that has them", () => {
    const ram = (Pname: string, start: string) =>
      `<memory name="RAM" Pname="${Pname}" access="rwx" start="${start}" size="0x1000"/>`;
    const both = pack(
      `<family Dfamily="T"><device Dname="TD32">${ram("CM7", "0x20000000")}${ram("CM4", "0x10000000")}</device></family>`,
    );
    expect(readDevice(both).witness?.memories.map(({ base }) => base)).toEqual([0x2000_0000n, 0x1000_0000n]);
  });

  it("states of several what they agree on", () => {
    expect(memories(undefined, "td-32")).toEqual([]);
    expect(memories(undefined, "td32a")).toEqual(["IRAM1 ram 65536", "FLASH flash 1048576"]);
  });

  it("asks for the device where none is like the chip", () => {
    const { codes, diagnostics } = readDevice(family, undefined, "other");
    expect(codes).toEqual(["witness/unknown-device"]);
    expect(diagnostics[0]!.mend).toBe("Write `T.pdsc#DEVICE`. It has TD32A, TD32B, TD32CX.");
    expect(readDevice(family, "TD32Z").codes).toEqual(["witness/unknown-device"]);
  });

  it.each<[string, string, string]>([
    ["another document", "<device/>", "witness/malformed"],
    ["a size that is no number", family.replace('0x10000"', '64K"'), "witness/malformed"],
    ["no pack at all", "{}", "witness/malformed"],
    [
      "families in families with ever more",
      pack(
        `<family Dfamily="a">${'<memory name="m" start="0" size="1"/>'.repeat(3)}${Array.from({ length: 210_000 }, () => "<device Dname='d'/>").join("")}</family>`,
      ),
      "witness/beyond-limit",
    ],
  ])("%s is refused", (_, text, code) => {
    expect(readDevice(text).codes).toEqual([code]);
  });
});

it.each<[string | undefined, bigint | undefined]>([
  ["0x10", 16n],
  ["#101", 5n],
  ["0b11", 3n],
  ["12", 12n],
  ["0x4000_0000UL", 0x4000_0000n],
  ["0x1FFFFFFFFFFFFFFFF", undefined],
  ["99999999999999999999", undefined],
  ["-1", undefined],
  ["", undefined],
  [undefined, undefined],
])("%s is the number %s", (text, value) => {
  expect(numberIn(text)).toBe(value);
});
