import { expect, it } from "vitest";
import { nodeAt } from "../../generator/load/node-at.ts";

/** At `|`, which is no part of the text. */
function at(text: string) {
  return nodeAt(text.replace("|", ""), text.indexOf("|"));
}

it("leads to keys and values", () => {
  expect(at("chip: a\ncores:\n  - core: cor|tex\n    name: b\n")).toEqual({
    pointer: ["cores", "0", "core"],
    at: "value",
    text: "cortex",
    start: 25,
    end: 31,
    keysBeside: ["name"],
    rootKeys: ["chip", "cores"],
  });
  expect(at("a: { b: 1, c|d: 2 }")).toMatchObject({ pointer: ["a", "cd"], at: "key", keysBeside: ["b"] });
});

it("takes the first name of a key that several entries share", () => {
  expect(at("masters:\n  DMA1, DMA2:\n    reads|: all\n")).toMatchObject({ pointer: ["masters", "DMA1", "reads"] });
});

it("finds its way in a text that is broken elsewhere", () => {
  expect(at("a: [b\nc: d\n e|: f")).toBeDefined();
  expect(at("a: 1\nto be|")).toMatchObject({ pointer: ["to be"], at: "key" });
});

it("finds nothing between words", () => {
  expect(at("a: 1 | # b")).toBeUndefined();
  expect(at("# a|")).toBeUndefined();
  expect(at("|")).toBeUndefined();
});
