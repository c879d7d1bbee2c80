// What a target triple says, by the rows of an architecture: the wrong answer would be a fence for another one, addresses cut
// short, or an instruction that the processor does not have.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type TargetRow, targetOf, toTargets, widest } from "../../generator/notation/rust-target.ts";
import { root } from "../support/command.ts";

const folder = join(root, "chips/architectures");
const shipped = new Map(
  readdirSync(folder).map((name) => {
    const { architecture, rust } = parse(readFileSync(join(folder, name), "utf8")) as {
      architecture: string;
      rust: { targetArch: TargetRow[] };
    };
    return [architecture, toTargets(rust.targetArch)] as const;
  }),
);

it.each<[string, readonly string[], string | undefined, 32 | 64 | undefined]>([
  ["thumbv6m-none-eabi", ["armv6-m"], "arm", 32],
  ["armv6-none-eabihf", ["armv6"], "arm", 32],
  ["armv7a-none-eabihf", ["armv7-a"], "arm", 32],
  ["armv7r-none-eabihf", ["armv7-a"], "arm", 32],
  ["armebv7r-none-eabi", ["armv7-a"], "arm", 32],
  ["thumbv7m-none-eabi", ["armv7-m"], "arm", 32],
  ["thumbv8m.base-none-eabi", ["armv8-m"], "arm", 32],
  ["aarch64-unknown-none", ["armv8-a"], "aarch64", 64],
  ["riscv32imac-unknown-none-elf", ["riscv"], "riscv32", 32],
  ["riscv64gc-unknown-none-elf", ["riscv"], "riscv64", 64],
  ["i586-unknown-none", ["x86"], "x86", 32],
  ["x86_64-unknown-none", ["x86"], "x86_64", 64],
  ["xtensa-esp32-none-elf", ["xtensa"], "xtensa", 32],
  ["pdp11", [], undefined, undefined],
  ["i786-unknown-none", [], undefined, undefined],
  ["my-arm-none-eabi", [], undefined, undefined],
])("%s is a target of %j: %s, addresses of %s bits", (triple, architectures, arch, bits) => {
  const fitting = [...shipped].filter(([, targets]) => targetOf(triple, targets));
  expect(fitting.map(([id]) => id)).toEqual(architectures);
  expect(fitting.map(([, targets]) => targetOf(triple, targets)?.arch)[0]).toBe(arch);
  expect(fitting.map(([, targets]) => targetOf(triple, targets)?.addressBits)[0]).toBe(bits);
});

it.each([
  ["i486-unknown-none", []],
  ["i586-unknown-none", []],
  ["i686-unknown-linux-gnu", ["sse", "sse2"]],
  ["x86_64-unknown-none", ["sse", "sse2"]],
])("%s has the extensions %j", (triple, extensions) => {
  expect(targetOf(triple, shipped.get("x86")!)?.extensions).toEqual(extensions);
});

describe("a row", () => {
  it("that is one word stands for the triples that begin with it, and nothing is known of them", () => {
    expect(toTargets(["loongarch64"])).toEqual([
      { arch: "loongarch64", triples: ["loongarch64*"], addressBits: undefined, extensions: [] },
    ]);
  });

  it("of which parts are missing is as good as can be", () => {
    expect(toTargets([undefined, {}, { arch: "m68k", triples: [undefined, "m68k-a"] }])).toEqual([
      { arch: "m68k", triples: ["m68k-a"], addressBits: undefined, extensions: [] },
    ]);
    expect(toTargets(undefined)).toEqual([]);
  });

  it("without a star fits one triple, and the first that fits counts", () => {
    const targets = toTargets([
      { arch: "one", triples: ["a-b"] },
      { arch: "two", triples: ["a*"] },
    ]);
    expect(["a-b", "a-bc", "b-a"].map((triple) => targetOf(triple, targets)?.arch)).toEqual(["one", "two", undefined]);
  });
});

it("the widest of several targets counts, and one that is not known does not", () => {
  expect(widest([32, 64])).toBe(64);
  expect(widest([undefined, 32])).toBe(32);
  expect(widest([])).toBeUndefined();
});
