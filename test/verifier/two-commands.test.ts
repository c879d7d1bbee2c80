// Operations of several commands, of which the first is an operation by itself, and what comes after it need not be one.
import { describe, expect, it } from "vitest";
import { Interpreter } from "../../generator/program/interpret.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const clean = "\n      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }";
const drop = "\n      drop-line: { effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }] }";
const both = (second: string) =>
  `\n      both: { effect: clean-and-invalidate, sequence: [write: { register: CLEAN, value: address }, ${second}] }`;
const withAddress = both("write: { register: INVALIDATE, value: address }");
const withNumber = both("write: { register: START, value: 1 }");
const masked = "\n    execution: { interruptsMasked: true }";

function planned(operations: string, ordering: string, more: string) {
  const mechanisms = testMechanism({ operations, ordering, more });
  const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": testChip({ mechanisms }) }).planned!;
  return { chip, core: chip.cores[0]!, plan: fences[0]! };
}

describe.each([
  ["of which each is an operation", clean + drop + withAddress],
  ["of which the second is none, and has an address", clean + withAddress],
  ["of which the second is none, and has a number", clean + withNumber],
])("a clean-and-invalidate of two commands, %s", (_, operations) => {
  it.each([
    ["done when ordered", "{ accessClass: device-write, doneWhen: ordered }", ""],
    ["done when completed", "{ accessClass: maintenance, doneWhen: completed }", ""],
    ["done when ordered, interrupts masked", "{ accessClass: device-write, doneWhen: ordered }", masked],
    ["done when completed, interrupts masked", "{ accessClass: maintenance, doneWhen: completed }", masked],
  ])("%s, makes a sound fence", (_, ordering, more) => {
    const { chip, core, plan } = planned(operations, ordering, more);
    expect(plan.acquire.flatMap((step) => ("operation" in step ? [step.operation] : []))).toEqual(["both"]);
    const verdict = verifyFence(plan, chip, core);
    expect(verdict.properties.filter(({ holds }) => !holds)).toEqual([]);
    expect(verdict.obligations.filter(({ verdict: how }) => how === "not needed")).toEqual([]);
    expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
  });
});

describe("interrupts are restored", () => {
  const orderOf = (ordering: string) =>
    planned(clean + withAddress, ordering, masked).plan.acquire.flatMap(({ kind }) =>
      ["maintain-lines", "barrier", "restore-interrupts"].includes(kind) ? [kind] : [],
    );

  it("once what was commanded has taken effect: a handler's store beside the buffer would be dropped", () => {
    const kinds = orderOf("{ accessClass: maintenance, doneWhen: completed }");
    expect(kinds.slice(-3)).toEqual(["maintain-lines", "barrier", "restore-interrupts"]);
  });

  it("at once, where it has by then", () => {
    const kinds = orderOf("{ accessClass: device-write, doneWhen: ordered }");
    expect(kinds.slice(kinds.indexOf("maintain-lines")).at(1)).toBe("restore-interrupts");
  });

  it("too early is found", () => {
    const { chip, core, plan } = planned(
      clean + withAddress,
      "{ accessClass: maintenance, doneWhen: completed }",
      masked,
    );
    const restore = plan.acquire.findIndex(({ kind }) => kind === "restore-interrupts");
    const acquire = plan.acquire.with(restore, plan.acquire[restore - 1]!).with(restore - 1, plan.acquire[restore]!);
    const { properties } = verifyFence({ ...plan, acquire }, chip, core);
    expect(properties.filter(({ holds }) => !holds).map(({ name }) => name)).toContain("neighbour");
  });
});

it("the end of such an operation is what the first command left of it, on the same line only", () => {
  const { core } = planned(clean + withAddress, "{ accessClass: maintenance, doneWhen: completed }", "");
  const registers: Record<string, bigint> = { CLEAN: 0x4000_0000n, INVALIDATE: 0x4000_0004n };
  const read = (...accesses: readonly (readonly [string, bigint])[]) => {
    const interpreter = new Interpreter(core);
    return accesses
      .flatMap(([name, value]) =>
        interpreter.next({ kind: "write-register", address: registers[name]!, value, widthBits: 32 }),
      )
      .map((meaning) => (meaning.kind === "maintenance" ? [meaning.operation.name, meaning.after?.name] : []));
  };
  expect(read(["CLEAN", 64n], ["INVALIDATE", 64n])).toEqual([
    ["clean-line", undefined],
    ["both", "clean-line"],
  ]);
  expect(read(["CLEAN", 64n], ["INVALIDATE", 96n])).toEqual([["clean-line", undefined]]);
});

describe("what is read back between two commands", () => {
  const readBack = "read: { register: STATUS }";
  const operations =
    `\n      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }, ${readBack}] }` +
    both(`${readBack}, write: { register: INVALIDATE, value: address }, ${readBack}`);
  const ordering = "{ accessClass: device-write, doneWhen: completed }";

  it("is needed: nothing else is known to make the second wait for the first", () => {
    const { chip, core, plan } = planned(operations, ordering, masked);
    const { sound, necessary, steps } = verifyFence(plan, chip, core);
    expect({ sound, necessary }).toEqual({ sound: true, necessary: true });
    const left = steps.filter(({ change }) => change === "STATUS not read back in place 1");
    expect(left.map(({ fence, verdict }) => [fence, verdict])).toEqual([["acquire", "property"]]);
  });
});
