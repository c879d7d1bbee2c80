// Writes flattened device trees, right and wrong: what tests need of `dtc`, which not every machine has.

export interface WrittenNode {
  readonly name?: string;
  /** Texts, numbers of 32 bits, or bytes. */
  readonly properties?: Readonly<Record<string, string | readonly string[] | readonly number[] | Uint8Array>>;
  readonly children?: readonly WrittenNode[];
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const text = (value: string): Buffer => Buffer.from(`${value}\0`, "latin1");

function bytesOf(value: NonNullable<WrittenNode["properties"]>[string]): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === "string") return text(value);
  return Buffer.concat(value.map((each) => (typeof each === "string" ? text(each) : word(each))));
}

export interface Header {
  readonly magic?: number;
  readonly totalSize?: number;
  readonly structureAt?: number;
  readonly stringsAt?: number;
  readonly version?: number;
  readonly compatible?: number;
  readonly stringsSize?: number;
  readonly structureSize?: number;
}

/** @param header fields that are otherwise than what follows from the tree */
export function flattened(root: WrittenNode, header: Header = {}): Buffer {
  const names: string[] = [];
  const offsets = new Map<string, number>();
  let length = 0;
  const offsetOf = (name: string): number => {
    const known = offsets.get(name);
    if (known !== undefined) return known;
    const at = length;
    offsets.set(name, at);
    names.push(name);
    length += name.length + 1;
    return at;
  };
  const node = ({ name = "", properties = {}, children = [] }: WrittenNode): Buffer =>
    Buffer.concat([
      ...[word(1), padded(text(name))],
      ...Object.entries(properties).map(([key, value]) => {
        const bytes = bytesOf(value);
        return Buffer.concat([word(3), word(bytes.length), word(offsetOf(key)), padded(bytes)]);
      }),
      ...children.map(node),
      word(2),
    ]);
  return assembled(Buffer.concat([node(root), word(9)]), Buffer.concat(names.map(text)), header);
}

/** A file of two blocks as they are given. */
export function assembled(structure: Buffer, strings: Buffer, header: Header = {}): Buffer {
  const structureAt = 56;
  const stringsAt = structureAt + structure.length;
  return Buffer.concat([
    word(header.magic ?? 0xd00dfeed),
    word(header.totalSize ?? stringsAt + strings.length),
    word(header.structureAt ?? structureAt),
    word(header.stringsAt ?? stringsAt),
    word(40),
    word(header.version ?? 17),
    word(header.compatible ?? 16),
    word(0),
    word(header.stringsSize ?? strings.length),
    word(header.structureSize ?? structure.length),
    Buffer.alloc(16),
    structure,
    strings,
  ]);
}

/** The words of a structure block, with texts padded. */
export function structureOf(...parts: readonly (number | string | readonly (number | string)[])[]): Buffer {
  return Buffer.concat(parts.flat().map((part) => (typeof part === "number" ? word(part) : padded(text(part)))));
}

/** As much of a board as readers look at: two cores, two levels, on-chip and main memory, masters and a bus. */
export function boardTree(more: Partial<BoardParts> = {}): WrittenNode {
  const parts: BoardParts = {
    core: ["arm,cortex-a53"],
    lineBytes: 64,
    l2LineBytes: 64,
    memory: [0x8000_0000, 0x4000_0000],
    ethernet: {},
    chosen: {},
    bus: { ranges: new Uint8Array() },
    ...more,
  };
  const cpu = (at: number): WrittenNode => ({
    name: `cpu@${at}`,
    properties: {
      device_type: "cpu",
      compatible: parts.core,
      reg: [at],
      "d-cache-size": [0x8000],
      "d-cache-line-size": [parts.lineBytes],
      "d-cache-sets": [128],
      "next-level-cache": [1],
    },
  });
  const l2 = {
    compatible: ["cache"],
    "cache-level": [2],
    "cache-size": [0x8_0000],
    "cache-line-size": [parts.l2LineBytes],
    "cache-sets": [512],
    phandle: [1],
  };
  return {
    properties: { model: "Test board", compatible: ["test,board"], "#address-cells": [1], "#size-cells": [1] },
    children: [
      { name: "chosen", properties: parts.chosen },
      {
        name: "cpus",
        properties: { "#address-cells": [1], "#size-cells": [0] },
        children: [cpu(0), cpu(1), { name: "l2-cache", properties: l2 }],
      },
      ...(parts.memory ? [{ name: "memory@80000000", properties: { device_type: "memory", reg: parts.memory } }] : []),
      {
        name: "soc",
        properties: { compatible: "simple-bus", "#address-cells": [1], "#size-cells": [1], ...parts.bus },
        children: [
          { name: "sram@900000", properties: { compatible: "mmio-sram", reg: [0x90_0000, 0x4_0000] } },
          {
            name: "dma-controller@30000000",
            properties: { compatible: "test,sdma", reg: [0x3000_0000, 0x1_0000], "#dma-cells": [3] },
          },
          {
            name: "ethernet@30010000",
            properties: { compatible: "test,gem", reg: [0x3001_0000, 0x1000], ...parts.ethernet },
          },
          { name: "serial@30020000", properties: { compatible: "test,uart", reg: [0x3002_0000, 0x1000], dmas: [1] } },
        ],
      },
    ],
  };
}

export interface BoardParts {
  readonly core: readonly string[];
  readonly lineBytes: number;
  readonly l2LineBytes: number;
  /** `reg` of the node; undefined for a tree without one. */
  readonly memory: readonly number[] | undefined;
  readonly ethernet: NonNullable<WrittenNode["properties"]>;
  readonly chosen: NonNullable<WrittenNode["properties"]>;
  readonly bus: NonNullable<WrittenNode["properties"]>;
}
