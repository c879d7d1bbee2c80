// What was found on boards stands with the fence that was tried there, and changes nothing else.
import { describe, expect, it } from "vitest";
import { renderChip } from "../../../generator/render/render-outputs.ts";
import { planOf } from "../../support/pipeline.ts";
import { type TestChip, testChip } from "../../support/test-chip.ts";

const options = { licence: ["One line."] };

function fileOf(parts: TestChip, end = "test_chip.rs"): string {
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
  expect(diagnostics).toEqual([]);
  return renderChip(planned!, options).find(({ path }) => path.endsWith(end))!.content;
}

const factsIn = (text: string) => /facts sha256:(\w+)/.exec(text)![1]!;
const found = (facts: string, result: string, more = "") =>
  `verifiedOn:\n  - { board: My board, date: 2026-01-31, fence: TestChipDmaFence, facts: ${facts}, result: ${result}${more} }`;
const paragraphs = (text: string) => text.replaceAll(/\n\/\/\/ (?=\S)/g, " ");

const coherent: TestChip = { coreCaches: "[]", mechanisms: " []" };
const without = { "a fence of its own": fileOf({}), "a shared fence": fileOf(coherent) };

describe.each([
  ["a fence of its own", {}],
  ["a shared fence", coherent],
] as const)("%s", (which, parts) => {
  const facts = factsIn(without[which]);

  it.each([
    ["right", "found it right"],
    ["wrong", "found it wrong"],
    ["inconclusive", "did not tell whether it is right"],
  ])("says what came out: %s", (result, words) => {
    const text = fileOf({ ...parts, more: found(facts, result) });
    expect(paragraphs(text)).toContain(`/// On 2026-01-31, a self-test on a board (My board) ${words}.\n`);
  });

  it("says that the facts were others, and where the line stands", () => {
    const text = fileOf({ ...parts, more: found("0123456789abcdef", "right", ", source: nuttx pull 5413") });
    expect(paragraphs(text)).toMatch(
      /\/\/\/ On 2026-01-31, .* found it right; the facts were others then, sha256:0123456789abcdef\. \\\[\d\w?\\\]\n/,
    );
    expect(text).toMatch(/^\/\/ \d\. apache\/nuttx: .*\(\w\) pull 5413/m);
  });

  it("changes no other line, and no digest of facts", () => {
    const text = fileOf({ ...parts, more: found(facts, "wrong") });
    const others = text.split("\n").filter((line) => !/2026-01-31|wrong\.$/.test(line));
    // One paragraph and the line before it.
    expect(others.length).toBe(without[which].split("\n").length + 1);
    for (const line of without[which].split("\n")) expect(others).toContain(line);
    expect(fileOf({ ...parts, more: found(facts, "wrong") }, ".ts")).toBe(fileOf(parts, ".ts"));
  });
});

describe("in a description", () => {
  const problems = (text: string) =>
    planOf("test-chip", { "chips/test-chip.yaml": testChip({ more: text }) }).diagnostics.map(({ code, message }) => [
      code,
      message,
    ]);
  const right = found("0123456789abcdef", "right");

  it.each([
    ["a day that is none", right.replace("2026-01-31", "2026-13-31"), "schema/wrong-value"],
    ["a day in another order", right.replace("2026-01-31", "31.1.2026"), "schema/wrong-value"],
    ["an unknown word", right.replace("result: right", "result: fine"), "schema/wrong-value"],
    ["facts that are no digest", right.replace("0123456789abcdef", "sha256:0123"), "schema/wrong-value"],
    ["no fence", right.replace("fence: TestChipDmaFence, ", ""), "schema/missing-key"],
    ["a source that is not described", right.replace(" }", ", source: nobody 12 }"), "rule/unknown-source"],
  ])("%s is a mistake", (_, text, code) => {
    expect(problems(text).map(([each]) => each)).toEqual([code]);
  });
});
