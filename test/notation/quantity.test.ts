// Numbers as people write them, and as fencegen writes them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { formatAddress, isExact, isQuantity, parseQuantity, sizeText } from "../../generator/notation/quantity.ts";

describe("a quantity", () => {
  it.each<[string, bigint]>([
    ["0", 0n],
    ["32", 32n],
    ["4_096", 4096n],
    ["010", 10n],
    ["0x2400_0000", 0x2400_0000n],
    ["0xdeadBEEF", 0xdead_beefn],
    ["0xFFFF_FFFF_FFFF_FFFF", (1n << 64n) - 1n],
    ["8B", 8n],
    // The last digit, and no unit.
    ["0x1B", 0x1bn],
    ["0xB", 0xbn],
    ["0x2000_000B", 0x2000_000bn],
    ["0x10 B", 0x10n],
    ["32KiB", 32n * 1024n],
    ["32 KiB", 32n * 1024n],
    ["1_024MiB", 1n << 30n],
    ["4GiB", 1n << 32n],
    ["0x10KiB", 16n * 1024n],
  ])("%s is %s", (text, value) => {
    expect(isQuantity(text)).toBe(true);
    expect(parseQuantity(text)).toBe(value);
  });

  it.each([
    ...["", " ", "KiB", "0x", "0xKiB", "x10", "0X10", "0b1", "12h", "0x1G"],
    ...["-1", "+1", "1.5", "1e3", "1,024", "1 000"],
    ...["_1", "1_", "1__0", "0x_1", "0x1_", "1_KiB"],
    ...["64KB", "64kib", "64K", "64  KiB", "64KiB ", " 64", "64KiBB", "64\n", "1TiB"],
  ])("%j is none", (text) => {
    expect(isQuantity(text)).toBe(false);
  });

  it("that YAML has read as a number is that number", () => {
    expect(parseQuantity(0x2400_0000)).toBe(0x2400_0000n);
  });

  it.each<[number | string, boolean]>([
    [Number.MAX_SAFE_INTEGER, true],
    [Number.MAX_SAFE_INTEGER + 1, false],
    [1.5, false],
    [Number.POSITIVE_INFINITY, false],
    ["0xFFFF_FFFF_FFFF_FFFF", true],
    ["0x1_0000_0000_0000_0000", false],
    ["18446744073709551615", true],
    ["17179869183GiB", true],
    ["17179869184GiB", false],
  ])("%s is held exactly: %s", (quantity, exact) => {
    expect(isExact(quantity)).toBe(exact);
  });
});

it.each<[bigint, string]>([
  [0n, "0x0"],
  [0xabcn, "0xabc"],
  [0xffffn, "0xffff"],
  [0x1_0000n, "0x0001_0000"],
  [0x2400_0000n, "0x2400_0000"],
  [0x800_0000n, "0x0800_0000"],
  [0x1_0000_0000n, "0x0001_0000_0000"],
  [(1n << 64n) - 1n, "0xffff_ffff_ffff_ffff"],
])("the address %s is written %s", (address, text) => {
  expect(formatAddress(address)).toBe(text);
});

it.each<[bigint, string]>([
  [0n, "0"],
  [1n, "1"],
  [1000n, "1000"],
  [1024n, "1KiB"],
  [1536n, "1536"],
  [64n << 10n, "64KiB"],
  [1536n << 10n, "1536KiB"],
  [1n << 20n, "1MiB"],
  [1n << 30n, "1GiB"],
  [1n << 40n, "1024GiB"],
  [(1n << 53n) - 1n, "9007199254740991"],
  [(1n << 53n) + 1n, "0x0020_0000_0000_0001"],
])("the size %s is written %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

it("what is written is read again as it was, also from YAML", () => {
  const number = fc.oneof(
    fc.bigInt(0n, (1n << 64n) - 1n),
    fc.tuple(fc.bigInt(0n, 1023n), fc.constantFrom(0n, 10n, 20n, 30n, 53n)).map(([value, shift]) => value << shift),
  );
  fc.assert(
    fc.property(number, (value) => {
      for (const text of [sizeText(value), formatAddress(value)]) {
        expect(isQuantity(text)).toBe(true);
        expect(parseQuantity(text)).toBe(value);
        const read = parse(text) as number | string;
        expect(isExact(read)).toBe(true);
        expect(parseQuantity(read)).toBe(value);
      }
    }),
  );
});
