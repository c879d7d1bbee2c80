// `dma-ranges`: what buses of a device tree show to the masters on them.
import { describe, expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { readDeviceTree } from "../../generator/witness/read-device-tree.ts";
import type { DmaWindow } from "../../generator/witness/witness.ts";
import { type BoardParts, boardTree, flattened, type WrittenNode } from "../support/flattened-tree.ts";

const cells = { "#address-cells": [1], "#size-cells": [1], ranges: new Uint8Array() };
const master: WrittenNode = { name: "dma@100", properties: { reg: [0x100, 0x10], "#dma-cells": [1] } };

function windowsIn(tree: WrittenNode): (readonly DmaWindow[] | undefined)[] {
  const diagnostics = new Diagnostics();
  const witness = readDeviceTree(flattened(tree), "board.dtb", diagnostics);
  expect(diagnostics.sorted()).toEqual([]);
  return witness!.masters.map(({ windows }) => windows);
}

/** A master on a bus on a bus. */
function nested(outer: readonly number[] | undefined, inner: readonly number[] | undefined): WrittenNode {
  const ranges = (words: readonly number[] | undefined) => (words ? { "dma-ranges": words } : {});
  const bus = { name: "bus", properties: { ...cells, ...ranges(inner) }, children: [master] };
  const soc = { name: "soc", properties: { ...cells, ...ranges(outer) }, children: [bus] };
  return { properties: cells, children: [soc] };
}

describe("a master", () => {
  it("sees what its bus shows it, at other addresses", () => {
    const bus: BoardParts["bus"] = { ranges: new Uint8Array(), "dma-ranges": [0xc000_0000, 0, 0x3f00_0000] };
    const window = { seenAt: 0xc000_0000n, base: 0n, sizeBytes: 0x3f00_0000n, place: "/soc" };
    expect(windowsIn(boardTree({ bus }))).toEqual([[window], [window]]);
  });

  it("has the addresses of the cores where no bus says otherwise", () => {
    expect(windowsIn(boardTree())).toEqual([undefined, undefined]);
    expect(windowsIn(nested(undefined, []))).toEqual([undefined]);
    expect(windowsIn(nested([], []))).toEqual([undefined]);
  });

  it("behind a PCI bridge sees what the bridge shows of memory", () => {
    const [io, memory, memory64] = [0x0100_0000, 0x0200_0000, 0x4300_0000];
    const bridge = {
      name: "pcie@100",
      properties: {
        ...{ device_type: "pci", reg: [0x100, 0x10], "#address-cells": [3], "#size-cells": [2] },
        // A row each: three words on PCI, one at the parent, two of size.
        "dma-ranges": [
          ...[io, 0, 0, 0x7000_0000, 0, 0x1000],
          ...[memory, 0, 0x4000_0000, 0x8000_0000, 0, 0x1000_0000],
          ...[memory64, 4, 0, 0x9000_0000, 0, 0x1000_0000],
        ],
      },
    };
    const place = "/pcie@100";
    expect(windowsIn({ properties: cells, children: [bridge] })).toEqual([
      [
        { seenAt: 0x4000_0000n, base: 0x8000_0000n, sizeBytes: 0x1000_0000n, place },
        { seenAt: 0x4_0000_0000n, base: 0x9000_0000n, sizeBytes: 0x1000_0000n, place },
      ],
    ]);
  });

  it("sees through every bus above it", () => {
    const outer = [0x1000_0000, 0x8000_0000, 0x1000_0000];
    const place = "/soc/bus";
    expect(windowsIn(nested(outer, undefined))).toEqual([
      [{ seenAt: 0x1000_0000n, base: 0x8000_0000n, sizeBytes: 0x1000_0000n, place: "/soc" }],
    ]);
    expect(windowsIn(nested(outer, [0, 0x1800_0000, 0x100_0000]))).toEqual([
      [{ seenAt: 0n, base: 0x8800_0000n, sizeBytes: 0x100_0000n, place }],
    ]);
    // What the outer bus does not show is not there.
    expect(windowsIn(nested(outer, [0, 0x2800_0000, 0x100_0000]))).toEqual([[]]);
    expect(windowsIn(nested(undefined, [0, 0x2800_0000, 0x100_0000]))).toEqual([
      [{ seenAt: 0n, base: 0x2800_0000n, sizeBytes: 0x100_0000n, place }],
    ]);
  });

  it("that does its DMA over an interconnect sees what that shows", () => {
    const mbus = { reg: [0x200, 0x10], phandle: [7], "dma-ranges": [0, 0x4000_0000, 0x8000_0000] };
    const tree = (names: string): WrittenNode => ({
      properties: cells,
      children: [
        { name: "mbus@200", properties: { ...cells, ...mbus } },
        {
          ...master,
          properties: { ...master.properties, interconnects: [7, 1], "interconnect-names": names },
        },
      ],
    });
    expect(windowsIn(tree("dma-mem"))).toEqual([
      [{ seenAt: 0n, base: 0x4000_0000n, sizeBytes: 0x8000_0000n, place: "/mbus@200" }],
    ]);
    expect(windowsIn(tree("register"))).toEqual([undefined]);
  });

  it("of a tree of Zephyr is not asked", () => {
    const bus: BoardParts["bus"] = { ranges: new Uint8Array(), "dma-ranges": [0xc000_0000, 0, 0x3f00_0000] };
    expect(windowsIn(boardTree({ bus, chosen: { "zephyr,sram": "/soc/sram@900000" } }))).toEqual([
      undefined,
      undefined,
    ]);
  });
});

it("gives up on buses that ask for more than any tree needs", () => {
  const rows = Array.from({ length: 3000 }, (_, at) => [at * 16, at * 16, 16]).flat();
  const diagnostics = new Diagnostics();
  expect(readDeviceTree(flattened(nested(rows, rows)), "board.dtb", diagnostics)).toBeUndefined();
  expect(diagnostics.sorted().map(({ code }) => code)).toEqual(["witness/beyond-limit"]);
});
