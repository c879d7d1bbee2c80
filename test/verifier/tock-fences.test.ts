// Tock's own fences, put in place of ours and judged scenario by scenario: what each breaks, and for whom.
import { describe, expect, it } from "vitest";
import type { Architecture } from "../../generator/model/chip.ts";
import type { RecordedOperation } from "../../generator/runtime/recording-machine.ts";
import { fullEffort } from "../../generator/verifier/effort.ts";
import { type Execute, fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import type { Scenario } from "../../generator/verifier/scenario.ts";
import { judgeScenarios } from "../../generator/verifier/soundness.ts";
import { planSubject } from "./subject.ts";

function asTockDoes({ release, acquire }: NonNullable<Architecture["tockFence"]>): Execute {
  const barrier = (instruction: string): RecordedOperation[] =>
    instruction === "" ? [{ kind: "compiler-barrier" }] : [{ kind: "barrier", instruction }];
  return (method) => barrier(method === "release" ? release : acquire);
}

/**
 * Each scenario for memory that stores reach in order, that masters see as the core does and that is used at one address,
 * and what Tock's fence breaks there.
 */
function judged(chip: string): { readonly scenario: Scenario; readonly broken: string | undefined }[] {
  const subject = planSubject({ chip });
  const fence = fenceUnderTest(subject.plan, subject.chip, subject.core);
  const coherent = fence.scenarios.filter(
    ({ port, alias }) => port.seesFrom === 0 && alias === undefined && port.region.memoryType !== "write-combining",
  );
  const execute = asTockDoes(subject.core.architecture.tockFence!);
  const { result } = judgeScenarios(fence, coherent, execute, fullEffort);
  expect(result.filter(({ undecided }) => undecided !== undefined)).toEqual([]);
  expect(result.length).toBeGreaterThan(50);
  return result.map(({ scenario, broken }) => ({ scenario, broken: broken?.property }));
}

describe("for coherent memory, Tock's fence", () => {
  it.each(["nrf52840", "rp2040", "rp2350", "x86-64-pc"])("of %s is right in every scenario", (chip) => {
    expect(judged(chip).filter(({ broken }) => broken !== undefined)).toEqual([]);
  });

  describe.each(["fe310-g002", "earlgrey", "qemu-rv64-virt"])("of %s", (chip) => {
    const results = judged(chip);

    it("keeps what the trait's letter asks for", () => {
      const properties = new Set(results.flatMap(({ broken }) => broken ?? []));
      expect([...properties].sort()).toEqual(["earlier reads", "later writes", "memory start"]);
    });

    // It orders no load before the start, and no store after the end.
    it.each<[string, string, (scenario: Scenario) => boolean]>([
      [
        "is right where DMA only reads, and the driver reads the buffer before it writes to it again",
        "right",
        ({ direction, after }) => direction === "outbound" && after === "reads and writes",
      ],
      [
        "lets the driver's next store reach DMA that reads",
        "later writes",
        ({ direction, after }) => direction === "outbound" && after === "only writes",
      ],
      [
        "lets an earlier load see what DMA writes",
        "earlier reads",
        ({ direction }) => direction === "inbound" || direction === "inbound short",
      ],
      ["does both where DMA reads and writes", "both", ({ direction }) => direction === "bidirectional"],
    ])("%s", (_, expected, isMeant) => {
      const byStore = (broken: string | undefined) => broken === "memory start";
      const meant = results.filter(({ scenario }) => isMeant(scenario));
      const [stored, others] = [true, false].map((is) =>
        meant.filter(({ scenario }) => (scenario.start === "store") === is).map(({ broken }) => broken),
      );
      const allowed = { right: [undefined], both: ["earlier reads", "later writes"] }[expected] ?? [expected];
      expect([...new Set(others)].sort()).toEqual([...allowed].sort());
      expect(stored!.every((broken) => byStore(broken) === (expected !== "right"))).toBe(true);
    });
  });
});
