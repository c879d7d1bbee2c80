// Two people described each chip: one in chips/, one here, from other sources. They agree.
import { expect, it } from "vitest";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { chipRecords, disagreements } from "./second-source.ts";
import { operationDisagreements } from "./second-source-operations.ts";

it("has a record of every chip", () => {
  expect(chipRecords.map(({ chip }) => chip).sort()).toEqual([...shippedChips].sort());
});

it.each(shippedChips)("agrees about %s", (id) => {
  expect(disagreements(planOf(id).planned!)).toEqual([]);
});

it("agrees about the operations of every mechanism", () => {
  expect(operationDisagreements(shippedChips.flatMap((id) => planOf(id).planned!.chip.cores))).toEqual([]);
});
