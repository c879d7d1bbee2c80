// What mechanisms need beyond stores and polls: each is verified as it is, and each weaker form of it is caught.
import { describe, expect, it } from "vitest";
import { mutantsOf } from "../../generator/verifier/mutants.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { fenceOf, planOf } from "../support/pipeline.ts";
import { largeMemory, pieceMechanism } from "../support/shapes.ts";
import { type TestChip, testChip, testMechanism } from "../support/test-chip.ts";

function verdictOf(parts: TestChip) {
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const { chip, fences } = planned!;
  const verdict = verifyFence(fences[0]!, chip, chip.cores[0]!);
  return { verdict, plan: fences[0]!, core: chip.cores[0]! };
}

const right = { sound: true, necessary: true, reachable: true };
const completed = "{ accessClass: device-write, doneWhen: completed }";
const ordered = "{ accessClass: device-write, earlierMustComplete: true, doneWhen: ordered }";
const shared = (text: string) => text.replace("reentrancy: atomic", "reentrancy: shared-registers");

describe("a read-back", () => {
  const operations = ["clean: clean", "invalidate: invalidate", "clear: clean-and-invalidate"]
    .map((entry, index) => {
      const [name, effect] = entry.split(": ");
      return `\n      ${name}: { effect: ${effect}, sequence: [write: { register: START, value: address }, write: { register: CLEAN, value: ${index} }, read: { register: STATUS }] }`;
    })
    .join("");

  it("in an operation is what makes it done", () => {
    const { verdict } = verdictOf({ mechanisms: testMechanism({ operations, ordering: completed }) });
    expect(verdict).toMatchObject(right);
    const left = verdict.steps.filter(({ change }) => change === "STATUS not read back");
    expect(left.map(({ verdict }) => verdict)).toEqual(["property", "property"]);
  });

  it("as the completion is a step that is needed", () => {
    const mechanisms = testMechanism({
      ordering: completed,
      more: "\n    completion: { sequence: [read: { register: STATUS }] }",
    });
    const { verdict } = verdictOf({ mechanisms });
    expect(verdict).toMatchObject(right);
    const removed = verdict.steps.filter(
      ({ step, change }) => /read STATUS .* back/.test(step) && change === "removed",
    );
    expect(removed.map(({ verdict }) => verdict)).toEqual(["property", "property"]);
  });
});

describe("an operation of two commands", () => {
  const command = (number: number) =>
    `write: { register: START, value: ${number} }, poll: { register: STATUS, mask: 1, until: set }`;
  const operation = (name: string, effect: string, ...numbers: readonly number[]) =>
    `\n      ${name}: { effect: ${effect}, sequence: [write: { register: CLEAN, value: address }, ${numbers.map(command).join(", ")}] }`;
  const operations =
    operation("flush", "clean", 1) +
    operation("both", "clean-and-invalidate", 1, 2) +
    operation("drop", "invalidate", 2);
  const text = shared(testMechanism({ operations, ordering: ordered }));
  const quiet = ["edge-lines-quiet", "edge-lines-quiet-elsewhere"];
  const kinds = (plan: { obligations: readonly { kind: string }[] }) =>
    plan.obligations.flatMap(({ kind }) => (quiet.includes(kind) ? [kind] : []));

  it("under masked interrupts asks other cores only to be quiet", () => {
    const mechanisms = `${text}\n    execution: { interruptsMasked: true }`;
    const { verdict, plan } = verdictOf({ mechanisms });
    expect(verdict).toMatchObject(right);
    expect(kinds(plan)).toEqual(["edge-lines-quiet-elsewhere"]);
    expect(verdict.obligations.find(({ kind }) => kind === "edge-lines-quiet-elsewhere")!.verdict).toBe("needed");
  });

  it("without asks interrupt handlers as well", () => {
    const { verdict, plan } = verdictOf({ mechanisms: text });
    expect(verdict).toMatchObject(right);
    expect(kinds(plan)).toEqual(["edge-lines-quiet"]);
  });
});

it("single bits are changed under the eyes of nobody else", () => {
  const operations = `
      all: { effect: clean-and-invalidate, unit: whole-cache, sequence: [modify: { register: CLEAN, set: 2 }, modify: { register: CLEAN, clear: 2 }] }`;
  const mechanisms = shared(testMechanism({ operations, ordering: ordered }));
  const { verdict, plan } = verdictOf({ mechanisms });
  expect(verdict).toMatchObject(right);
  const texts = (of: typeof plan) => of.obligations.map(({ text }) => text).join("\n");
  expect(texts(plan)).toContain("no interrupt handler and no other core writes to CLEAN");
  const locked = fenceOf("test-chip", {
    "chips/test-chip.yaml": testChip({ mechanisms: `${mechanisms}\n    execution: { interruptsMasked: true }` }),
  });
  expect(texts(locked)).toContain("no handler of an unmaskable interrupt writes to CLEAN");
});

it("an operation on the whole cache is kept to the memory that the cache holds", () => {
  const operations = `
      all: { effect: invalidate, unit: whole-cache, sequence: [write: { register: CLEAN, value: 2 }] }`;
  const outer = testMechanism({ id: "outer", ordering: ordered }).replace("0x4000_0000", "0x5000_0000");
  const strict = "{ kind: virtual, uncachedAddress: wrong }";
  const { verdict, plan } = verdictOf({
    coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-through, maintenance: test-mechanism }]",
    caches: "\n  - { name: Side, lineBytes: 32, writePolicy: write-back, maintenance: outer }",
    mechanisms:
      testMechanism({ operations, ordering: ordered, address: strict }) +
      outer.replace("{ kind: virtual, ignoredLowBits: line, uncachedAddress: ignored }", strict),
    regions: `
  Code: { base: 0, size: 64KiB, cachedBy: [L1D] }
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: none }
  Flash: { base: 0x6000_0000, size: 64KiB, cachedBy: [Side] }`,
    dma: "\n  DMA: { reaches: [Code, RAM, Flash], snoops: none }",
  });
  expect(verdict).toMatchObject(right);
  const whole = plan.acquire.find((step) => step.kind === "maintain-whole-cache");
  expect(whole!.onlyIn!.map(({ name }) => name)).toEqual(["Code"]);
  expect(
    verdict.steps.filter(({ change }) => change === "done for all memory").map(({ because }) => because),
  ).toContain("all is executed for memory that the cache does not cover");
});

it.each(["", "\n        windowBytes: 1MiB"])("a range in pieces%s is whole, and each piece fits", (limits) => {
  const { verdict, plan, core } = verdictOf({ mechanisms: pieceMechanism(limits), ...largeMemory });
  expect(verdict).toMatchObject(right);
  const changes = mutantsOf(plan, core).map(({ change }) => change);
  expect(changes).toContain("not split");
  const split = verdict.steps.filter(({ change }) => change === "not split" || change === "pieces a line longer");
  expect(new Set(split.map(({ verdict }) => verdict))).toEqual(new Set(["footprint"]));
});

it("an address that is not the start of a line is caught where the hardware takes no other", () => {
  const { verdict } = verdictOf({
    mechanisms: testMechanism({ address: "{ kind: virtual, ignoredLowBits: 4, uncachedAddress: ignored }" }),
  });
  expect(verdict).toMatchObject(right);
  const unaligned = verdict.steps.filter(({ change }) => change === "address not aligned");
  expect(unaligned.map(({ because }) => because)).toEqual([
    "clean-line is given an address that is not the start of a line",
    "clean-invalidate-line is given an address that is not the start of a line",
  ]);
});

describe("a range command whose numbers are changed", () => {
  const operations = (end: string) =>
    ["clean", "clean-and-invalidate"]
      .map(
        (effect) =>
          `\n      ${effect}: { effect: ${effect}, unit: range, sequence: [write: { register: START, value: first-line }, write: { register: END, value: ${end} }, write: { register: CLEAN, value: ${effect.length} }] }`,
      )
      .join("");

  // A command acts on whole lines: what says in which line the last byte is says where the range ends.
  it.each([
    "{ of: size-bytes, subtract: 1, shiftRight: 5 }",
    "{ of: last-byte, shiftRight: 5 }",
    "{ of: end, subtract: 1, shiftRight: 5 }",
  ])("%s takes every line of the buffer", (end) => {
    const { verdict } = verdictOf({
      mechanisms: shared(testMechanism({ operations: operations(end), ordering: ordered })),
    });
    expect(verdict).toMatchObject(right);
  });

  it("goes in pieces below a bit that is set, and no piece may be longer", () => {
    const text = testMechanism({ operations: operations("{ of: size-bytes, or: 0x400 }"), ordering: ordered });
    const { verdict } = verdictOf({ mechanisms: shared(text) });
    expect(verdict).toMatchObject(right);
    const split = verdict.steps.filter(({ change }) => /split|pieces a line longer/.test(change));
    expect(split.map(({ verdict }) => verdict)).toEqual(Array(4).fill("footprint"));
  });
});
