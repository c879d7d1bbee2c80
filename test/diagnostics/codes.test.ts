// The table of codes: every problem says why it matters and how to mend it, and is one that something reports.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codes } from "../../generator/diagnostics/codes.ts";
import { root } from "../support/command.ts";

const generator = join(root, "generator");
const sources = (readdirSync(generator, { recursive: true }) as string[])
  .filter((name) => /\.ts$/.test(name) && name !== join("diagnostics", "codes.ts"))
  .map((name) => readFileSync(join(generator, name), "utf8"));

it.each(Object.entries(codes))(
  "%s says why it matters and how to mend it, and is reported somewhere",
  (code, entry) => {
    const { severity, why, mend } = entry;
    expect(code).toMatch(
      /^(io|yaml|schema|rule|plan|output|litmus|witness|verdicts|promela|usage|bug)\/[a-z]+(-[a-z]+)*$/,
    );
    expect(["error", "warning"]).toContain(severity);
    for (const text of [why, mend]) expect(text).toMatch(/^([A-Z`]|fencegen )[^\n]*[^ .]\.$/);
    expect(mend).not.toBe(why);
    expect(sources.filter((text) => text.includes(`"${code}"`))).not.toEqual([]);
  },
);

it("codes of one group stand together", () => {
  const groups = Object.keys(codes).map((code) => code.split("/")[0]!);
  expect(groups.filter((group, index) => group !== groups[index - 1])).toEqual([...new Set(groups)]);
});

it("refusing a fence is an error: no fence must be emitted beside it", () => {
  const mild = Object.entries(codes).flatMap(([code, { severity }]) => (severity === "warning" ? [code] : []));
  expect(mild.filter((code) => code.startsWith("plan/"))).toEqual(["plan/ignored-fact"]);
});
