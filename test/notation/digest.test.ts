// Node computes digests for the command, and plain JavaScript for the core elsewhere: what is kept or remembered by one is found by the other.
import { hash } from "node:crypto";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";

type Digest = typeof import("../../generator/notation/digest.ts");
let module: Digest;

beforeEach(async () => {
  vi.resetModules();
  module = await import("../../generator/notation/digest.ts");
});
afterAll(() => vi.resetModules());

const inNode = (text: string) => hash("sha256", text, "hex");

describe.each(["", "abc", "x".repeat(1000), "Größe ≥ 1 🦀", "half of a pair: \ud83e.", "\0"])("%j", (text) => {
  it("has one digest", () => {
    expect(module.fullDigest(text)).toBe(inNode(text));
    expect(module.digest(text)).toBe(inNode(text).slice(0, 16));
    module.useSha256(inNode);
    expect(module.fullDigest(text)).toBe(inNode(text));
  });
});

it("is computed by what was given for that", () => {
  module.useSha256((text) => `${text} summed`);
  expect(module.fullDigest("all")).toBe("all summed");
  expect(module.digest("a long text, of which")).toBe("a long text, of ");
});
