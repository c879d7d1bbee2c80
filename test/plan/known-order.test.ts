// Which order the planner takes as given between two passes over a buffer, and for which it asks for a barrier.
import { expect, it } from "vitest";
import { fenceOf, titles } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

/** Cleaning the edge lines and dropping lines are two passes of one mechanism: what `acquire` does between them. */
function between(clean: string, invalidate: string, doneWhen: "ordered" | "completed", more = ""): string[] {
  const operations = `
      clean-line: { effect: clean, sequence: [${clean}] }
      invalidate-line: { effect: invalidate, sequence: [${invalidate}] }`;
  const ordering = `{ accessClass: device-write, doneWhen: ${doneWhen} }`;
  const text = testChip({ mechanisms: testMechanism({ operations, ordering, more }) });
  const { acquire } = titles(fenceOf("test-chip", { "chips/test-chip.yaml": text }));
  const first = acquire.findIndex((title) => title.startsWith("for the first and the last line"));
  const last = acquire.findIndex((title) => title.startsWith("for each line"));
  return acquire.slice(first + 1, last);
}

const write = (register: string) => `write: { register: ${register}, value: address }`;
const poll = "poll: { register: STATUS, mask: 1, until: clear }";
const completion = `\n    completion: { sequence: [${poll}], source: unverified }`;

it.each<[string, string[], string[]]>([
  ["registers of one controller keep their order", between(write("CLEAN"), write("INVALIDATE"), "ordered"), []],
  ["what takes its time needs more", between(write("CLEAN"), write("INVALIDATE"), "completed"), ["dsb sy"]],
  ["or its end seen", between(`${write("CLEAN")}, ${poll}`, write("INVALIDATE"), "completed"), []],
  // No manual says that an instruction keeps the order of a register, whatever barriers see it as.
  [
    "instructions do not",
    between('instruction: "clean {address}"', 'instruction: "drop {address}"', "ordered"),
    ["dmb sy"],
  ],
  [
    "a completion that polls has seen the end",
    between(write("CLEAN"), write("INVALIDATE"), "completed", completion),
    ["poll STATUS (0x4000_0014) until clear 0x1"],
  ],
])("%s", (_, found, expected) => {
  expect(found).toEqual(expected);
});
