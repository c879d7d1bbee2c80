// What tells commands apart.
import { describe, expect, it } from "vitest";
import { type Command, mayBeOne, mayEndWith, storeOfNumber } from "../../generator/model/command.ts";

const bits = (set: bigint, clear: bigint, register = "R"): Command => ({ kind: "bits", register, set, clear });
const other = (text: string): Command => ({ kind: "other", text });

describe("two commands may be one", () => {
  it.each<[string, Command, Command, boolean]>([
    ["where they store one number", storeOfNumber("R", 3n), storeOfNumber("R", 3n), true],
    ["not where they store two", storeOfNumber("R", 3n), storeOfNumber("R", 1n), false],
    ["not in two registers", storeOfNumber("R", 3n), storeOfNumber("S", 3n), false],
    ["where the one sets what the other does, and more", bits(1n, 0n), bits(3n, 0n), true],
    ["not where the one sets what the other clears", bits(1n, 2n), bits(3n, 0n), false],
    // As on the Apollo4: the bits that command something go back to 0 by themselves.
    ["not where each sets a bit of its own", bits(1n, 0n), bits(2n, 0n), false],
    ["where a number has the bits", storeOfNumber("R", 3n), bits(1n, 4n), true],
    ["not where a number has a bit that is cleared", storeOfNumber("R", 5n), bits(1n, 4n), false],
    ["not where a number lacks a bit that is set", storeOfNumber("R", 4n), bits(1n, 0n), false],
    ["where they do the same otherwise", other("clean"), other("clean"), true],
    ["not where they do something else", other("clean"), other("drop"), false],
    ["not where only one changes bits", other("clean"), bits(0n, 0n), false],
  ])("%s", (_, one, two, expected) => {
    expect([mayBeOne(one, two), mayBeOne(two, one)]).toEqual([expected, expected]);
  });
});

it("a sequence ends with another as far as that goes, and with none that is empty or longer", () => {
  const sequence = [other("a"), bits(1n, 0n)];
  expect(mayEndWith(sequence, [bits(1n, 0n)])).toBe(true);
  expect(mayEndWith(sequence, sequence)).toBe(true);
  expect(mayEndWith(sequence, [other("a")])).toBe(false);
  expect(mayEndWith(sequence, [])).toBe(false);
  expect(mayEndWith([other("a")], sequence)).toBe(false);
});
