// The mutation score of the facts: of every fact changed at a time, the share that something notices which is not the
// freshness of out/, a snapshot or a pinned count. What nothing notices is listed in unnoticed.txt, so that it cannot
// grow unseen; `FENCEGEN_UPDATE_FLIPS=1 npx vitest run --config test/vitest.config.ts flips` writes the list anew.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { shippedPaths } from "../support/pipeline.ts";
import { allFlips, type Flip, type Judged, judge, siblings } from "./flips.ts";
import { chipRecords } from "./second-source.ts";

const recordedPaths = chipRecords.map(({ chip }) => `chips/${chip}.yaml`);
const path = join(import.meta.dirname, "unnoticed.txt");

const mechanisms = shippedPaths.flatMap((path) => /^chips\/mechanisms\/(.*)\.yaml$/.exec(path)?.[1] ?? []);

it.each(mechanisms)("knows what %s is most easily taken for, or why for nothing", (mechanism) => {
  const sibling = siblings[mechanism];
  expect(sibling, `${mechanism} has no entry in the siblings of flips.ts`).toBeDefined();
  if (typeof sibling === "string") expect(mechanisms.filter((id) => id !== mechanism)).toContain(sibling);
});

it("swaps no mechanism that is not there", () => {
  expect(mechanisms).toEqual(expect.arrayContaining(Object.keys(siblings)));
});

it("notices facts that are changed", { timeout: 600_000 }, () => {
  // What nobody has recorded a second time is not counted: adding a chip changes neither score nor list.
  const isRecorded = ({ path }: Flip) => !/^chips\/(?!sources\.)[^/]+$/.test(path) || recordedPaths.includes(path);
  const judged = allFlips()
    .filter(isRecorded)
    .map(judge)
    .filter(({ matters }) => matters);
  const unnoticed = judged.filter(({ noticed }) => noticed === undefined);
  console.log(score(judged));
  const list = unnoticed.map(({ flip }) => `${flip.kind}: ${flip.path}: ${flip.what}`).sort();
  if (process.env["FENCEGEN_UPDATE_FLIPS"]) writeFileSync(path, `${list.join("\n")}\n`);
  else expect(list).toEqual(readFileSync(path, "utf8").trimEnd().split("\n"));
});

/** `noticed 5/7` in all and by kind, and by whom. */
function score(judged: readonly Judged[]): string {
  const share = (list: readonly Judged[]) => `${list.filter(({ noticed }) => noticed).length}/${list.length}`;
  const kinds = [...new Set(judged.map(({ flip }) => flip.kind))];
  const byRules = judged.filter(({ noticed }) => noticed && !noticed.startsWith("second source")).length;
  return [
    `facts changed and noticed: ${share(judged)}, ${byRules} of them by rules and refusals`,
    ...kinds.map((kind) => `  ${kind}: ${share(judged.filter(({ flip }) => flip.kind === kind))}`),
  ].join("\n");
}
