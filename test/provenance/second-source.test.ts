// Two people described a chip: one in chips/, one here, from other sources. They agree. A chip that is new has no second
// record until somebody else writes one.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { chipRecords, disagreements } from "./second-source.ts";
import { operationDisagreements } from "./second-source-operations.ts";

const recorded = chipRecords.map(({ chip }) => chip);

it("has a file for each chip, named after it", () => {
  const files = readdirSync(join(import.meta.dirname, "second-source"));
  expect(files.sort()).toEqual([...recorded.map((id) => `${id}.yaml`), "README.md", "encodings.yaml"].sort());
});

it("has records of chips that are here", () => {
  expect(shippedChips).toEqual(expect.arrayContaining(recorded));
  const others = shippedChips.filter((id) => !recorded.includes(id));
  if (others.length > 0) console.log(`without a second record: ${others.join(", ")}`);
});

it.each(recorded)("agrees about %s", (id) => {
  expect(disagreements(planOf(id).planned!)).toEqual([]);
});

it("agrees about the operations of every mechanism", () => {
  expect(operationDisagreements(shippedChips.flatMap((id) => planOf(id).planned!.chip.cores))).toEqual([]);
});
