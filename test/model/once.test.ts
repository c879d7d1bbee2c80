// What follows from values that nobody changes is worked out once for each.
import { expect, it } from "vitest";
import { once, onceWithin } from "../../generator/model/once.ts";

it("works out once for each value, also where nothing is found", () => {
  const asked: object[] = [];
  const find = once((from: { readonly found?: string }) => {
    asked.push(from);
    return from.found;
  });
  const [one, none] = [{ found: "one" }, {}];
  expect([find(one), find(none), find(one), find(none)]).toEqual(["one", undefined, "one", undefined]);
  expect(asked).toEqual([one, none]);
  // Equal is not the same.
  find({ ...one });
  expect(asked).toHaveLength(3);
});

it("keeps apart what is found of the same value within two others", () => {
  let times = 0;
  const find = onceWithin((from: { readonly name: string }, within: { readonly name: string }) => {
    times++;
    return `${from.name} in ${within.name}`;
  });
  const [core, chip, other] = [{ name: "core" }, { name: "chip" }, { name: "other" }];
  expect([find(core, chip), find(core, other), find(core, chip)]).toEqual([
    "core in chip",
    "core in other",
    "core in chip",
  ]);
  expect(times).toBe(2);
});
