// The reader of flattened device trees: what is right is read, and whatever is wrong has a code and ends soon.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  nodesOf,
  pathOf,
  readFlattenedTree,
  type TreeNode,
  textsOf,
  wordsOf,
} from "../../generator/witness/flattened-tree.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";
import { assembled, boardTree, flattened, structureOf } from "../support/flattened-tree.ts";

function rootOf(bytes: Uint8Array): TreeNode {
  const read = readFlattenedTree(bytes);
  if (!("root" in read)) throw new Error(read.message);
  return read.root;
}

it("reads every node with its path and its properties", () => {
  const root = rootOf(flattened(boardTree()));
  const nodes = [...nodesOf(root)];
  expect(nodes.map(pathOf)).toEqual([
    "/",
    "/chosen",
    "/cpus",
    "/cpus/cpu@0",
    "/cpus/cpu@1",
    "/cpus/l2-cache",
    "/memory@80000000",
    "/soc",
    "/soc/sram@900000",
    "/soc/dma-controller@30000000",
    "/soc/ethernet@30010000",
    "/soc/serial@30020000",
  ]);
  expect(textsOf(root, "model")).toEqual(["Test board"]);
  expect(wordsOf(nodes[6]!, "reg")).toEqual([0x8000_0000, 0x4000_0000]);
  // What is of another form is not taken for one.
  expect(textsOf(nodes[6]!, "reg")).toEqual([]);
  expect(wordsOf(root, "model")).toBeUndefined();
});

it("reads version 16, which does not say how long the structure is", () => {
  const bytes = flattened(boardTree(), { version: 16, structureSize: 0xffff_ffff });
  expect([...nodesOf(rootOf(bytes))]).toHaveLength(12);
});

const [begin, end, property, nothing, last] = [1, 2, 3, 4, 9];
const whole = flattened(boardTree());

describe("what does not hold together", () => {
  it.each<[string, Buffer, string]>([
    ["nothing", Buffer.alloc(0), "does not begin"],
    ["another number", Buffer.from("not a device tree"), "does not begin"],
    ["a header alone", whole.subarray(0, 8), "header"],
    ["half a header", whole.subarray(0, 20), "header"],
    ["half a file", whole.subarray(0, 200), "its header says that it has"],
    ["an old version", flattened({}, { version: 3, compatible: 2 }), "version 3"],
    ["a version to come", flattened({}, { version: 99, compatible: 99 }), "version 99"],
    ["a structure beyond the end", flattened({}, { structureAt: 0x7fff_fff0 }), "structure"],
    ["a structure that is too long", flattened({}, { structureSize: 0xffff_fff0 }), "structure"],
    ["a structure between words", flattened({}, { structureAt: 57, structureSize: 8 }), "between two words"],
    ["strings beyond the end", flattened({}, { stringsAt: 0xffff_ffff }), "strings"],
    ["no node", assembled(structureOf(last), Buffer.alloc(0)), "within a node"],
    ["no end", assembled(structureOf(begin, "", end), Buffer.alloc(0)), "without saying so"],
    ["a node without an end", assembled(structureOf(begin, "", last), Buffer.alloc(0)), "within a node"],
    ["an end without a node", assembled(structureOf(end, last), Buffer.alloc(0)), "has not begun"],
    ["two roots", assembled(structureOf(begin, "", end, begin, "", end, last), Buffer.alloc(0)), "second root"],
    ["an unknown word", assembled(structureOf(begin, "", 7, last), Buffer.alloc(0)), "has 7"],
    [
      "a name without an end",
      assembled(Buffer.concat([structureOf(begin), Buffer.alloc(400, 65)]), Buffer.alloc(0)),
      "does not end",
    ],
    ["a name that is no text", assembled(structureOf(begin, "\u00ff", end, last), Buffer.alloc(0)), "no text"],
    [
      "a property outside",
      assembled(structureOf(nothing, property, 0, 0, last), Buffer.from("a\0")),
      "outside of any node",
    ],
    [
      "a property without a name",
      assembled(structureOf(begin, "", property, 0, 9, end, last), Buffer.from("a\0")),
      "does not end",
    ],
    [
      "a property that is too long",
      assembled(structureOf(begin, "", property, 0xffff_ffff, 0, end, last), Buffer.from("a\0")),
      "longer than the rest",
    ],
    [
      "a property twice",
      assembled(structureOf(begin, "", property, 0, 0, property, 0, 0, end, last), Buffer.from("a\0")),
      "twice",
    ],
    [
      "a node twice",
      assembled(structureOf(begin, "", begin, "a", end, begin, "a", end, end, last), Buffer.from("")),
      "has two nodes called `a` in one node",
    ],
  ])("%s", (_, bytes, words) => {
    expect(readFlattenedTree(bytes)).toEqual({
      code: "witness/malformed",
      message: expect.stringContaining(words),
    });
  });

  it("a tree too deep, and one of too many nodes", () => {
    const deep = structureOf(Array.from({ length: 1000 }, () => [begin, "a"]).flat(), last);
    const wide = structureOf(
      begin,
      "",
      Array.from({ length: 60_000 }, (_, at) => [begin, `a${at}`, end]).flat(),
      end,
      last,
    );
    for (const structure of [deep, wide])
      expect(readFlattenedTree(assembled(structure, Buffer.alloc(0)))).toMatchObject({ code: "witness/beyond-limit" });
  });
});

it("takes time in proportion to the file, however its names overlap", () => {
  const nodes = Array.from({ length: 45_000 }, (_, at) => [begin, `a${at}`, property, 0, at % 200, end]).flat();
  const strings = Buffer.concat([Buffer.alloc(255, 65), Buffer.alloc(1)]);
  const bytes = assembled(structureOf(begin, "", nodes, end, last), strings);
  const took = cpuMilliseconds(() => expect(rootOf(bytes).children.length).toBe(45_000));
  expect(took).toBeLessThan(3000);
});

it("never throws, whatever the bytes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(whole.length),
      (changes, length) => {
        const bytes = Buffer.from(whole.subarray(0, Math.max(length, whole.length / 2)));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const read = readFlattenedTree(bytes);
        expect("root" in read || read.message.length > 0).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});
