// How a value is changed before a register takes it.
import { expect, it } from "vitest";
import type { RegisterValue } from "../../generator/model/chip.ts";
import { changesOf } from "../../generator/model/register-value.ts";

const unchanged: RegisterValue = {
  of: "address",
  constant: 0n,
  called: [],
  subtract: 0n,
  shiftRight: 0,
  add: 0n,
  or: 0n,
};

it("subtracts, shifts, adds and sets bits, in this order whatever the order of the keys", () => {
  const value: RegisterValue = {
    or: 1n,
    add: 2n,
    shiftRight: 3,
    subtract: 4n,
    of: "address",
    constant: 0n,
    called: [],
  };
  expect(changesOf(value)).toEqual([
    { kind: "subtract", by: 4n },
    { kind: "shiftRight", by: 3n },
    { kind: "add", by: 2n },
    { kind: "or", by: 1n },
  ]);
});

it("leaves out what changes nothing, and does not take a constant for a change", () => {
  expect(changesOf(unchanged)).toEqual([]);
  expect(changesOf({ ...unchanged, of: "constant", constant: 7n })).toEqual([]);
  expect(changesOf({ ...unchanged, add: 1n, subtract: 1n }).map(({ kind }) => kind)).toEqual(["subtract", "add"]);
});
