// Forms of fences that few chips or none have: operations on the edge lines, range commands, polls, completion, guards
// of regions. Their registers lie where no device of QEMU's answers.
import { afterAll, describe, expect, it } from "vitest";
import { planOf } from "../support/pipeline.ts";
import { type TestChip, type TestMechanism, testChip, testMechanism } from "../support/test-chip.ts";
import { sideBySide } from "./trace/compare.ts";
import { canRun, renderedFiles, tracedTargets, traceFences } from "./trace/trace-chip.ts";

const mechanism = (parts: TestMechanism) =>
  testMechanism({ ordering: "{ accessClass: device-write, doneWhen: ordered }", ...parts }).replaceAll(
    "STATUS",
    "STATE",
  );
const line = (name: string, effect: string, register: string) => `
      ${name}: { effect: ${effect}, sequence: [write: { register: ${register}, value: address }] }`;
const polledLine = (name: string, effect: string, register: string) => `
      ${name}:
        effect: ${effect}
        sequence:
          - write: { register: ${register}, value: address }
          - poll: { register: STATUS, mask: 0x20, until: set }`;
const range = (name: string, effect: string, code: number) => `
      ${name}:
        effect: ${effect}
        unit: range
        sequence:
          - write: { register: START, value: first-line }
          - write: { register: END, value: last-byte }
          - write: { register: CLEAN, value: ${code} }
          - poll: { register: STATUS, mask: 0x6, until: clear }`;

const shapes: Record<string, TestChip> = {
  "operations on the edge lines": {
    mechanisms: mechanism({
      operations: line("clean", "clean", "CLEAN") + line("invalidate", "invalidate", "INVALIDATE"),
    }),
  },
  "lines whose size is read at run time": {
    coreCaches:
      // QEMU's Cortex-M7 says that its lines have 4 bytes.
      "[{ name: L1D, lineBytes: { smallest: 4, largest: 128, readFrom: architecture }, writePolicy: write-back, maintenance: test-mechanism }]",
    mechanisms: mechanism({
      address: "{ kind: virtual, ignoredLowBits: 0, uncachedAddress: ignored }",
      operations: line("clean", "clean", "CLEAN") + line("invalidate", "invalidate", "INVALIDATE"),
    }),
  },
  "a poll after each line": {
    mechanisms: mechanism({
      operations:
        polledLine("clean", "clean", "CLEAN") +
        polledLine("clean-invalidate", "clean-and-invalidate", "CLEAN_INVALIDATE"),
    }),
  },
  "a range command kept to its region": {
    mechanisms: mechanism({
      address: "{ kind: physical, uncachedAddress: wrong }",
      operations: range("clean", "clean", 2) + range("clean-invalidate", "clean-and-invalidate", 3),
    }),
    regions: `
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }
  TCM: { base: 0x1000_0000, size: 64KiB, cachedBy: none }`,
    dma: "\n  DMA: { reaches: [RAM, TCM], snoops: none }",
  },
};

/** In pieces of four lines, so that the buffers that are traced take several; bits set and cleared, and read back. */
const inPieces = (name: string, effect: string, command: number, other: number) => `
      ${name}:
        effect: ${effect}
        unit: range
        mostBytes: 128
        sequence:
          - write: { register: START, value: first-line }
          - write: { register: END, value: size-bytes }
          - modify: { register: CLEAN, set: ${command}, clear: ${0x70 | other} }
          - read: { register: STATUS }`;
shapes["a range in pieces, read back"] = {
  mechanisms: mechanism({
    ordering: "{ accessClass: device-write, doneWhen: completed }",
    operations: inPieces("clean", "clean", 2, 1) + inPieces("clean-invalidate", "clean-and-invalidate", 3, 0),
  }).replace("reentrancy: atomic", "reentrancy: shared-registers"),
};

let executions = 0;
let equal = 0;

describe.each(Object.entries(shapes))("%s", (_, parts) => {
  for (const architecture of ["armv7-m", "armv7-a", "armv8-a", "riscv"] as const) {
    const { planned, diagnostics } = planOf("test-chip", {
      "chips/test-chip.yaml": testChip({ ...parts, architecture }),
    });
    // Where the architecture says nothing of lines, rule/no-line-size refuses.
    if (diagnostics.some(({ code }) => code === "rule/no-line-size")) continue;
    it(`on ${architecture} executes what the class issues`, async ({ skip }) => {
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const [traced] = tracedTargets(planned!);
      if (!canRun(traced!)) skip();
      const result = await traceFences(await renderedFiles(planned!), traced!, "z");
      executions += result.executions;
      equal += result.equal;
      expect(result.different.slice(0, 3).map(sideBySide).join("\n\n")).toBe("");
    });
  }
});

afterAll(() => {
  console.log(`${executions} executions of test chips traced, ${equal} comparisons equal.`);
});
