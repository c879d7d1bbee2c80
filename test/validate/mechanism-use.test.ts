// One mechanism of a core is one thing, however many levels it maintains, and has one set of facts there.
import { describe, expect, it } from "vitest";
import { fenceOf, loadWith, planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const errata = `
    errata:
      - { erratum: E 1, title: Broken., affects: [r0p0], replaceOperation: { clean-line: clean-invalidate-line }, replacementElsewhere: { is: right, source: manual 3 } }
      - { erratum: E 2, title: Slow., affects: [r1p1], harms: speed, obligation: Nothing is slow. }`;

const level = (name: string, maintenance: string) =>
  `{ name: ${name}, takesCleanVictims: false, lineBytes: 32, writePolicy: write-back, maintenance: ${maintenance} }`;

/** A chip whose two levels are maintained by one mechanism, each in its own words. */
const chipOf = (inner: string, outer: string) =>
  testChip({
    coreCaches: `[${level("L1D", inner)}]`,
    caches: `\n  - ${level("L2", outer)}`,
    mechanisms: testMechanism({ more: errata }),
    more: "sources: { manual: { document: A manual } }",
  });

const problemsOf = (text: string) =>
  planOf("test-chip", { "chips/test-chip.yaml": text }).diagnostics.map(({ code, message, range }) => ({
    code,
    message,
    at: text.split("\n")[range!.start.line - 1]!.slice(range!.start.column - 1),
  }));

describe("a mechanism of two levels", () => {
  it.each([
    [
      "of which an operation goes less far at one",
      "test-mechanism",
      "{ mechanism: test-mechanism, differs: { operations: { clean-line: { reaches: unification, source: manual 1 } } } }",
      /does not differ there in the same/,
      "differs",
    ],
    [
      "whose registers are written in two ways, and of which a fact differs at one",
      "{ mechanism: test-mechanism, base: 1073741824 }",
      "{ mechanism: test-mechanism, differs: { ordering: { earlierMustComplete: true, source: manual 1 } } }",
      /does not differ there in the same/,
      "differs",
    ],
    [
      "of two revisions, of which one has an erratum",
      "{ mechanism: test-mechanism, revision: r1p0 }",
      "{ mechanism: test-mechanism, revision: r0p0 }",
      /E 1 holds .*L2.* and not .*L1D/,
      "revision",
    ],
    [
      "of which one has an erratum that the chip says does not hold at the other",
      "{ mechanism: test-mechanism, revision: r0p0 }",
      "{ mechanism: test-mechanism, differs: { errata: { E 1: { holds: false, source: manual 1 } } } }",
      /E 1 holds .*L1D.* and not .*L2/,
      "differs",
    ],
    [
      "of an unknown revision at one",
      "{ mechanism: test-mechanism, revision: r1p0 }",
      "test-mechanism",
      /E 1 holds .*L2.* and not .*L1D/,
      "maintenance",
    ],
    [
      "around which interrupts are masked at one",
      "test-mechanism",
      "{ mechanism: test-mechanism, lock: interrupts-masked }",
      /interrupts are masked .*L2.* and not .*L1D/,
      "lock",
    ],
  ])("%s is refused", (_, inner, outer, message, at) => {
    const [problem, ...others] = problemsOf(chipOf(inner, outer));
    expect(others).toEqual([]);
    expect(problem).toEqual({
      code: "rule/mechanism-in-two-ways",
      message: expect.stringMatching(message),
      at: expect.stringMatching(new RegExp(`^${at}`)),
    });
  });

  it.each([
    [
      "with one spelling of its base, or another",
      "{ mechanism: test-mechanism, base: 1073741824, revision: r2p0 }",
      "{ mechanism: test-mechanism, revision: r2p0 }",
    ],
    [
      "of two revisions that have the same errata",
      "{ mechanism: test-mechanism, revision: r2p0 }",
      "{ mechanism: test-mechanism, revision: r2p1 }",
    ],
    [
      "of an unknown revision, and of one that is affected",
      "{ mechanism: test-mechanism, revision: unknown }",
      "{ mechanism: test-mechanism, revision: r0p0 }",
    ],
    [
      "whose difference has two sources",
      "{ mechanism: test-mechanism, revision: r2p0, differs: { ordering: { earlierMustComplete: true, source: manual 1 } } }",
      "{ mechanism: test-mechanism, revision: r2p0, differs: { ordering: { earlierMustComplete: true, source: manual 2 } } }",
    ],
  ])("%s is one pass", (_, inner, outer) => {
    const { release } = fenceOf("test-chip", { "chips/test-chip.yaml": chipOf(inner, outer) });
    expect(release.flatMap((step) => ("operation" in step ? [step.levels] : []))).toEqual([["L1D", "L2"]]);
  });

  // What was read in part only does not count, so that a fact may count for one level and not for the other.
  it("of which a difference was read in full for one level and in part for the other is refused", () => {
    const read = (source: string) =>
      `{ mechanism: test-mechanism, differs: { address: { uncachedAddress: ignored, source: ${source} } } }`;
    const text = chipOf(read("manual 1"), read("[manual 1, unverified for this level]")).replace(
      "ignoredLowBits: line, uncachedAddress: ignored",
      "uncachedAddress: wrong",
    );
    expect(problemsOf(text)).toMatchObject([
      { code: "rule/mechanism-in-two-ways", message: expect.stringMatching(/what was read of it is not the same/) },
    ]);
  });

  it("may differ where it has registers of its own for each", () => {
    const outer = "{ mechanism: test-mechanism, base: 0x5000_0000, revision: r0p0 }";
    expect(problemsOf(chipOf("{ mechanism: test-mechanism, revision: r1p0 }", outer))).toEqual([]);
  });
});

it("a core that says two things of one mechanism is refused in its own file", () => {
  const path = "chips/cores/own-core.yaml";
  const text = `core: own-core
title: Own core
architecture: armv8-a
rustTargets: [aarch64-unknown-none]
caches:
  - ${level("L1D", "aarch64-dc")}
  - ${level("L2", "{ mechanism: aarch64-dc, differs: { address: { uncachedAddress: wrong, source: manual 1 } } }")}
sources: { manual: { document: A manual } }
`;
  const found = loadWith({ [path]: text }).diagnostics.sorted();
  expect(found.map(({ code, path: file }) => [code, file])).toEqual([["rule/mechanism-in-two-ways", path]]);
});
