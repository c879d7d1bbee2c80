// What makes a mechanism finish may take several accesses, to registers that nothing else uses.
import { describe, expect, it } from "vitest";
import { Interpreter } from "../../generator/program/interpret.ts";
import type { RecordedOperation } from "../../generator/runtime/recording-machine.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const status = 0x4000_0014n;
const end = 0x4000_0010n;
const write = (address: bigint): RecordedOperation => ({ kind: "write-register", address, value: 0n, widthBits: 32 });
const poll: RecordedOperation = { kind: "poll-register", address: status, mask: 1n, until: "clear", widthBits: 32 };

const writeStatus = "write: { register: STATUS, value: 0 }";
const writeEnd = "write: { register: END, value: 0 }";
const pollStatus = "poll: { register: STATUS, mask: 0x1, until: clear }";

/** Sequences, what they execute, and what each access means: `sent` for one that has not waited, `waited`, or nothing. */
const sequences: readonly (readonly [
  sequence: readonly string[],
  executed: readonly RecordedOperation[],
  meanings: readonly ("sent" | "waited" | undefined)[],
])[] = [
  [[writeStatus], [write(status)], ["sent"]],
  [[pollStatus], [poll], ["waited"]],
  [
    [writeStatus, pollStatus],
    [write(status), poll],
    [undefined, "waited"],
  ],
  [
    [writeEnd, writeStatus, pollStatus],
    [write(end), write(status), poll],
    [undefined, undefined, "waited"],
  ],
  [
    [writeEnd, writeStatus],
    [write(end), write(status)],
    [undefined, "sent"],
  ],
  [
    [pollStatus, writeEnd],
    [poll, write(end)],
    [undefined, "sent"],
  ],
  [
    [writeStatus, pollStatus, writeEnd],
    [write(status), poll, write(end)],
    [undefined, undefined, "sent"],
  ],
];

describe.each(sequences)("a completion of [%s]", (sequence, executed, meanings) => {
  const text = testChip({
    mechanisms: testMechanism({
      ordering: "{ accessClass: device-write, doneWhen: completed }",
      more: `\n    completion: { sequence: [${sequence.join(", ")}] }`,
    }),
  });
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
  const chip = planned!.chip;
  const plan = planned!.fences[0]!;

  it("is one at the access that finishes the operations", () => {
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const interpreter = new Interpreter(chip.cores[0]!);
    const found = executed.map((operation) =>
      interpreter
        .next(operation)
        .map((meaning) => (meaning.kind === "complete" ? meaning.item.accessClass : meaning.kind)),
    );
    const classes = { sent: ["device-write"], waited: ["device-read"], nothing: [] };
    expect(found).toEqual(meanings.map((meaning) => classes[meaning ?? "nothing"]));
  });

  it("makes a fence that is sound, and each of whose steps is needed", () => {
    const verdict = verifyFence(plan, chip, chip.cores[0]!);
    expect({ sound: verdict.sound, necessary: verdict.necessary, reachable: verdict.reachable }).toEqual({
      sound: true,
      necessary: true,
      reachable: true,
    });
  });
});

it("a part of a completion is none", () => {
  const text = testChip({
    mechanisms: testMechanism({
      ordering: "{ accessClass: device-write, doneWhen: completed }",
      more: `\n    completion: { sequence: [${writeEnd}, ${writeStatus}] }`,
    }),
  });
  const core = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!.chip.cores[0]!;
  const interpreter = new Interpreter(core);
  for (const operation of [write(status), write(end), write(end)]) expect(interpreter.next(operation)).toEqual([]);
  expect(interpreter.next(write(status))).toMatchObject([{ kind: "complete" }]);
});

it("an operation that polls before its trigger is not waited for by that", () => {
  const operations = ["clean: clean", "invalidate: invalidate", "clean-invalidate: clean-and-invalidate"].map(
    (entry) => {
      const [name, effect] = entry.split(": ") as [string, string];
      const register = name.toUpperCase().replace("-", "_");
      return `\n      ${name}: { effect: ${effect}, sequence: [${pollStatus}, write: { register: ${register}, value: address }] }`;
    },
  );
  const ordering = "{ accessClass: device-write, doneWhen: completed }";
  const text = testChip({ mechanisms: testMechanism({ operations: operations.join(""), ordering }) });
  const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;
  expect(new Interpreter(chip.cores[0]!).next(poll)).toEqual([]);
  expect(fences[0]!.release.flatMap((step) => (step.kind === "barrier" ? step.instruction : []))).toContain("dsb sy");
  expect(verifyFence(fences[0]!, chip, chip.cores[0]!)).toMatchObject({
    sound: true,
    necessary: true,
    reachable: true,
  });
});
