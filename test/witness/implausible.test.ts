// Files that are well formed and say what no chip has.
import { describe, expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { parseWitnessName, readWitness } from "../../generator/witness/read-witness.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";
import { flattened, type WrittenNode } from "../support/flattened-tree.ts";

function problemsIn(name: string, bytes: Uint8Array): string[] {
  const diagnostics = new Diagnostics();
  const witness = readWitness(bytes, parseWitnessName(name), name, "td32", diagnostics);
  const problems = diagnostics.sorted();
  expect(witness === undefined).toBe(problems.length > 0);
  return problems.map(({ code, message, range }) => `${range?.start.line ?? "-"} ${code}: ${message}`);
}

const pack = (memories: string) =>
  Buffer.from(`<?xml version="1.0"?><package><devices><device Dname="TD32">\n${memories}</device></devices></package>`);
const memory = (name: string, start = "0x20000000", size = "0x100") =>
  `<memory name="${name}" access="rw" start="${start}" size="${size}"/>\n`;

describe("a pack", () => {
  it.each<[string, string, string[]]>([
    ["a long name", memory("x".repeat(300)), ["2 witness/malformed: has a name of 300 characters"]],
    [
      "a name that turns the text around",
      memory("SRAM") + memory("a&#x202e;b"),
      ["3 witness/malformed: has a name with characters that cannot be seen, `a\u202eb`"],
    ],
    [
      "memory beyond 64 bits",
      memory("SRAM", "0xffffffffffffff00", "0x101"),
      ["2 witness/malformed: has a memory, `SRAM`, that ends beyond 64 bits"],
    ],
    ["memory to the end of them", memory("SRAM", "0xffffffffffffff00", "0x100"), []],
  ])("with %s", (_, memories, problems) => {
    expect(problemsIn("T.pdsc", pack(memories))).toEqual(problems);
  });

  it("of very many memories costs little", () => {
    const many = Array.from({ length: 100_000 }, (_, at) => memory(`m${at}`, `${at * 0x100}`)).join("");
    const bytes = pack(many);
    const took = cpuMilliseconds(() =>
      expect(problemsIn("T.pdsc", bytes)).toEqual(["- witness/beyond-limit: has more than 1000 memories"]),
    );
    // It takes half a second; before names were looked up, a minute.
    expect(took).toBeLessThan(20_000);
  });
});

describe("a tree", () => {
  it("with lines that no cache has", () => {
    const cpu = { name: "cpu@0", properties: { compatible: "arm,cortex-a7", reg: [0], "d-cache-line-size": [48] } };
    const tree = { children: [{ name: "cpus", children: [cpu] }] };
    expect(problemsIn("b.dtb", flattened(tree))).toEqual([
      "- witness/malformed: says that a line has 48 bytes, which no cache has (/cpus/cpu@0)",
    ]);
  });

  it("with registers that end beyond 64 bits", () => {
    const file = `<device><name>T</name><peripherals><peripheral><name>A</name><baseAddress>0xFFFFFFFFFFFFFFF0</baseAddress><addressBlock><offset>0</offset><size>0x11</size><usage>registers</usage></addressBlock></peripheral></peripherals></device>`;
    expect(problemsIn("T.svd", Buffer.from(file))).toEqual([
      "1 witness/malformed: has registers, `A`, that end beyond 64 bits",
    ]);
    expect(problemsIn("T.svd", Buffer.from(file.replace("0x11", "0x10")))).toEqual([]);
  });

  it("with windows that end beyond 64 bits", () => {
    const cells = { "#address-cells": [2], "#size-cells": [2] };
    const window = { ranges: new Uint8Array(), "dma-ranges": [0, 0, 0xffff_ffff, 0xffff_ff00, 0, 0x1000] };
    const dma = { name: "dma@100", properties: { reg: [0, 0x100, 0, 0x10], "#dma-cells": [1] } };
    const tree = {
      properties: cells,
      children: [{ name: "soc", properties: { ...cells, ...window }, children: [dma] }],
    };
    expect(problemsIn("b.dtb", flattened(tree))).toEqual([
      "- witness/malformed: has `dma-ranges` that end beyond 64 bits (/soc)",
    ]);
  });

  it("of many rows of `reg` below a block of registers costs little", () => {
    const reg = Array.from({ length: 100_000 }, (_, at) => at * 16);
    const cells = { "#address-cells": [1], "#size-cells": [1] };
    const child = (at: number): WrittenNode => ({ name: `n@${at}`, properties: { reg: [at, 1] } });
    const block = {
      name: "block@0",
      properties: { ...cells, compatible: "syscon", ranges: new Uint8Array(), reg },
      children: Array.from({ length: 5000 }, (_, at) => child(at)),
    };
    const took = cpuMilliseconds(() =>
      expect(problemsIn("b.dtb", flattened({ properties: cells, children: [block] }))).toEqual([
        "- witness/beyond-limit: has more `ranges` than are followed",
      ]),
    );
    expect(took).toBeLessThan(20_000);
  });
});
