// A fact that nobody has read leaves no step out: it is taken as absent, and a reader of the plan is told.
import { describe, expect, it } from "vitest";
import { planText } from "../../generator/program/plan-text.ts";
import { loadWith, planOf, shippedText } from "../support/pipeline.ts";
import { type TestChip, testChip, testMechanism } from "../support/test-chip.ts";
import { coreOf } from "./resolved.ts";

const inPart = "[test-manual 1, unverified for the rest]";

type Claim = readonly [
  string,
  (source: string) => TestChip,
  (core: ReturnType<typeof coreOf>) => unknown,
  unknown,
  unknown,
];

const mechanism = (core: ReturnType<typeof coreOf>) => core.caches[0]!.mechanism!;
const ordering = (claim: string) => (source: string) => ({
  mechanisms: testMechanism({ ordering: `{ accessClass: maintenance, ${claim}, source: ${source} }` }),
});
const address = (claim: string) => (source: string) => ({
  mechanisms: testMechanism({ address: `{ kind: virtual, ${claim}, source: ${source} }` }),
});
const level = (facts: string) => (source: string) => ({
  coreCaches: `[{ name: L1D, lineBytes: 32, ${facts}, maintenance: test-mechanism, source: ${source} }]`,
});
const erratum = (facts: string) => (source: string) => ({
  coreMore: `\n    errata: [{ erratum: Nobody 1, title: T., affects: [r0p0], withoutOperation: [clean-line], ${facts}, source: ${source} }]`,
  revision: "unknown",
});

/** What is claimed, the chip that claims it, what of the model shows it, and its value where it was read and where not. */
const claims: readonly Claim[] = [
  [
    "comes after earlier accesses of its line",
    ordering("afterEarlierSameLine: true, doneWhen: completed"),
    (core) => mechanism(core).ordering.afterEarlierSameLine,
    true,
    false,
  ],
  [
    "later accesses of its line wait",
    ordering("beforeLaterSameLine: true, doneWhen: completed"),
    (core) => mechanism(core).ordering.beforeLaterSameLine,
    true,
    false,
  ],
  [
    "is done for what is ordered after it",
    ordering("doneWhen: ordered"),
    (core) => mechanism(core).ordering.doneWhen,
    "ordered",
    "completed",
  ],
  [
    "ignores the address bits within a line",
    address("ignoredLowBits: line"),
    (core) => mechanism(core).ignoredLowBits,
    "line",
    0,
  ],
  ["ignores the low 5 bits", address("ignoredLowBits: 5"), (core) => mechanism(core).ignoredLowBits, 5, 0],
  [
    "does nothing for an address that no cache covers",
    address("uncachedAddress: ignored"),
    (core) => mechanism(core).uncachedAddress,
    "ignored",
    "wrong",
  ],
  [
    "L1D is write-through",
    level("writePolicy: write-through"),
    (core) => core.caches[0]!.writePolicy,
    "write-through",
    "configurable",
  ],
  [
    "L1D is read-only",
    level("writePolicy: read-only"),
    (core) => core.caches[0]!.writePolicy,
    "read-only",
    "configurable",
  ],
  [
    "L1D is filled for nothing but loads and stores",
    level("writePolicy: write-back, speculativeFill: false"),
    (core) => core.caches[0]!.speculativeFill,
    false,
    true,
  ],
  [
    "keeps read before read",
    (source) => ({
      coreMore: `\n    differs: { programOrder: [{ earlier: [read], later: [read], source: ${source} }] }`,
    }),
    (core) => core.architecture.programOrder.length,
    1,
    0,
  ],
  [
    "erratum Nobody 1 harms nothing but speed",
    erratum("harms: speed"),
    (core) => core.errata.map(({ id }) => id),
    [],
    ["Nobody 1"],
  ],
];

describe.each(claims)("that %s", (words, chip, shown, ifRead, otherwise) => {
  it("counts where it was read", () => {
    const core = coreOf(chip("test-manual 1"));
    expect(shown(core)).toEqual(ifRead);
    expect(core.unread).toEqual([]);
  });

  // What differs from another description must have been read in part at least.
  it.each([...(words.includes("keeps") ? [] : ["unverified"]), inPart])(
    "is taken as absent with the source %s",
    (source) => {
      const core = coreOf(chip(source));
      expect(shown(core)).toEqual(otherwise);
      expect(core.unread.map(({ claim }) => claim)).toEqual([expect.stringContaining(words)]);
    },
  );
});

describe("a source for each fact", () => {
  const facts = (of: string) =>
    mechanism(
      coreOf(
        ordering("afterEarlierSameLine: true, beforeLaterSameLine: true, doneWhen: completed")(
          `{ afterEarlierSameLine: test-manual 1, beforeLaterSameLine: ${of} }`,
        ),
      ),
    ).ordering;

  it("says which of them was read", () => {
    expect(facts("unverified")).toMatchObject({ afterEarlierSameLine: true, beforeLaterSameLine: false });
    expect(facts("test-manual 2")).toMatchObject({ afterEarlierSameLine: true, beforeLaterSameLine: true });
  });

  it("is cited by the fence", () => {
    expect(facts("test-manual 2").sources.map(({ place }) => place)).toEqual(["1", "2"]);
  });
});

it.each([
  ["linux 1", false],
  ["[linux 1, unverified for the rest]", true],
])("that an erratum does not hold here counts only where it was read: %s", (source, holds) => {
  const text = shippedText("chips/bcm2837.yaml").replace(
    "- core: cortex-a53\n",
    `$&    differs: { errata: { ARM 855873: { holds: false, source: ${source} } } }\n`,
  );
  const { planned } = planOf("bcm2837", { "chips/bcm2837.yaml": text });
  expect(planned!.chip.cores[0]!.errata.some(({ id }) => id === "ARM 855873")).toBe(holds);
});

describe("a plan", () => {
  const planned = (source: string) =>
    planOf("test-chip", {
      "chips/test-chip.yaml": testChip(ordering("afterEarlierSameLine: true, doneWhen: completed")(source)),
    }).planned!.fences[0]!;

  it("has a step more, and says what it does not rely on", () => {
    expect(planned("unverified").release.length).toBe(planned("test-manual 1").release.length + 1);
    expect(planText(planned("unverified"))).toContain(
      "does not rely on, as nobody has read it\n    - an operation of test-mechanism comes after earlier accesses of its line by itself; a barrier orders it.",
    );
    expect(planText(planned("test-manual 1"))).not.toContain("does not rely on");
  });

  it("that there cannot be for want of reading says so", () => {
    const { diagnostics } = planOf("test-chip", {
      "chips/test-chip.yaml": testChip({ architecture: "riscv", ...ordering("doneWhen: ordered")("unverified") }),
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["plan/no-barrier"]);
    expect(diagnostics[0]!.message).toContain(
      "nobody has read that an operation of test-mechanism is done for what is ordered after it",
    );
  });
});

it.each([
  ["test-manual 1", "inner-shareable"],
  ["unverified", "full-system"],
])("the domain of DMA masters counts only where it was read: %s", (source, domain) => {
  const text = testChip({
    more: `dmaShareability: inner-shareable\nevidence: { dmaShareability: ${source} }`,
  });
  const { chip } = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;
  expect(chip.dmaDomain).toBe(domain);
  expect(chip.cores[0]!.unread.length).toBe(domain === "full-system" ? 1 : 0);
});

it("a source for each fact may name only facts that there are", () => {
  const text = testChip(ordering("doneWhen: completed")("{ doneWhem: test-manual 1 }"));
  const { diagnostics } = loadWith({ "chips/test-chip.yaml": text });
  expect(diagnostics.sorted().map(({ code }) => code)).toContain("schema/unknown-key");
});
