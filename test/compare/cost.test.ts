// What a fence costs is counted from its program; here the count is held beside what was measured of the emitted Rust.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { costChanges } from "../../generator/compare/cost.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { root } from "../support/command.ts";
import { planAllOf } from "../support/pipeline.ts";

/** Of the table of sizes at -Oz: by fence and method, the executed instructions for 4096 bytes. */
function measured(): Map<string, number> {
  const text = readFileSync(join(root, "generator/bench/RESULTS.md"), "utf8").split("## With `optimize: speed`")[0]!;
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .flatMap((section) => {
        const names = section.split("\n")[0]!.split(", ");
        return [...section.matchAll(/^\| emitted \| (both|release|acquire) \|(.*)\|$/gm)].flatMap(
          ([, which, cells]) => {
            const whole = Number(
              cells!
                .split("|")
                .map((cell) => cell.trim())
                .filter(Boolean)
                .at(-2),
            );
            const methods = which === "both" ? ["release", "acquire"] : [which!];
            return names.flatMap((name) => methods.map((method) => [`${name} ${method}`, whole] as const));
          },
        );
      }),
  );
}

function counted(plan: FencePlan, method: "release" | "acquire"): number {
  return costChanges(undefined, plan).find((each) => each.method === method && each.of === "4 KiB")!.after!;
}

it("is at most what was measured, and at least a tenth of it but for the way in and out", () => {
  const table = measured();
  const plans = planAllOf({}).planned.flatMap(({ fences }) => fences);
  const compared = plans.flatMap((plan) =>
    (["release", "acquire"] as const).flatMap((method) => {
      const instructions = table.get(`${plan.name} ${method}`);
      return instructions === undefined
        ? []
        : [{ fence: plan.name, method, instructions, operations: counted(plan, method) }];
    }),
  );
  expect(compared.length).toBeGreaterThan(100);
  const wrong = compared.filter(
    ({ instructions, operations }) => operations > instructions || instructions > 10 * operations + 30,
  );
  expect(wrong).toEqual([]);
});
