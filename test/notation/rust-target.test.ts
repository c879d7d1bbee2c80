// What a target triple says: the wrong answer would be a fence for another architecture, or addresses cut short.
import { expect, it } from "vitest";
import { addressBitsOf, targetArchOf } from "../../generator/notation/rust-target.ts";

it.each<[string, string | undefined, 32 | 64 | undefined]>([
  ["thumbv6m-none-eabi", "arm", 32],
  ["armv7a-none-eabihf", "arm", 32],
  ["armebv7r-none-eabi", "arm", 32],
  ["aarch64-unknown-none", "aarch64", 64],
  ["riscv32imac-unknown-none-elf", "riscv32", 32],
  ["riscv64gc-unknown-none-elf", "riscv64", 64],
  ["i586-unknown-none", "x86", 32],
  ["x86_64-unknown-none", "x86_64", 64],
  ["xtensa-esp32-none-elf", "xtensa", 32],
  ["pdp11", undefined, undefined],
  ["i786-unknown-none", undefined, undefined],
  ["my-arm-none-eabi", undefined, undefined],
])("%s: %s, addresses of %s bits", (triple, arch, bits) => {
  expect(targetArchOf(triple)).toBe(arch);
  expect(addressBitsOf([triple])).toBe(bits);
});

it("the widest of several targets counts, and one that is not known does not", () => {
  expect(addressBitsOf(["thumbv7em-none-eabi", "aarch64-unknown-none"])).toBe(64);
  expect(addressBitsOf(["pdp11", "thumbv7em-none-eabi"])).toBe(32);
  expect(addressBitsOf([])).toBeUndefined();
});
