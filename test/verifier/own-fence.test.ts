// Fences that somebody wrote by hand, judged as those of descriptions are: vendors' sequences, right and wrong.
import { describe, expect, it } from "vitest";
import type { DmaBuffer, DmaFence, FenceMachine } from "../../generator/index.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { type OwnFence, verifyOwnFence } from "../../generator/verifier/own-fence.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { Nrf52840DmaFence } from "../../out/typescript/nrf52840.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";

const [dccmvac, dccimvac, dcimvac] = [0xe000_ef68n, 0xe000_ef70n, 0xe000_ef5cn];
const chip = planOf("stm32h743").planned!.chip;

/** As CMSIS has it: a barrier, the lines, a barrier, and one for the pipeline. */
class ByAddress {
  readonly machine: FenceMachine;

  constructor(machine: FenceMachine) {
    this.machine = machine;
  }

  dsb(): void {
    this.machine.barrier({ instruction: "dsb sy" } as Parameters<FenceMachine["barrier"]>[0]);
  }

  lines(register: bigint, { address, lengthBytes }: DmaBuffer, from = address & ~31n): void {
    if (lengthBytes === 0) return;
    for (let line = from; line < address + BigInt(lengthBytes); line += 32n)
      this.machine.writeRegister(register, line, 32);
  }
}

class Cmsis extends ByAddress implements DmaFence {
  release(buffer: DmaBuffer): void {
    this.dsb();
    this.lines(dccmvac, buffer);
    this.dsb();
  }

  acquire(buffer: DmaBuffer): void {
    this.dsb();
    this.lines(dccimvac, buffer);
    this.dsb();
  }
}

const broken = (fence: OwnFence) => {
  const { sound, counterexamples, footprint } = verifyOwnFence(chip, fence);
  return { sound, properties: [...new Set(counterexamples.map(({ property }) => property))], footprint };
};

describe("on a Cortex-M7", () => {
  it("a vendor's sequence, and the generated class itself, have the verdict of the described fence", () => {
    const { planned } = planOf("stm32h743");
    const plan = planned!.fences[0]!;
    const { states, properties } = verifyFence(plan, chip, coreOf(chip, plan));
    for (const fence of [Cmsis, Stm32h743DmaFence])
      expect(verifyOwnFence(chip, fence)).toMatchObject({
        sound: true,
        states,
        counterexamples: [],
        properties: properties.map((each) =>
          each.name === "footprint"
            ? { name: "footprint", holds: true, states: 0, scenario: expect.any(String) }
            : each,
        ),
      });
  });

  it("acquire's first barrier is missed", () => {
    const fence = class extends Cmsis {
      override acquire(buffer: DmaBuffer): void {
        this.lines(dccimvac, buffer);
        this.dsb();
      }
    };
    expect(broken(fence)).toMatchObject({ sound: false, properties: expect.arrayContaining(["inbound"]) });
  });

  it("so are the lines, and each barrier of release", () => {
    const without = (leaveOut: "lines" | "first" | "last") =>
      class extends Cmsis {
        override release(buffer: DmaBuffer): void {
          if (leaveOut !== "first") this.dsb();
          if (leaveOut !== "lines") this.lines(dccmvac, buffer);
          if (leaveOut !== "last") this.dsb();
        }
      };
    for (const leaveOut of ["lines", "first", "last"] as const)
      expect([leaveOut, broken(without(leaveOut)).sound]).toEqual([leaveOut, false]);
  });

  it("an invalidation that drops a neighbour's stores is found, in one word", () => {
    const fence = class extends Cmsis {
      override acquire(buffer: DmaBuffer): void {
        this.dsb();
        this.lines(dcimvac, buffer);
        this.dsb();
      }
    };
    // Where DMA writes, the driver promises that nobody stores beside the buffer; where it only reads, nobody promises anything.
    expect(broken(fence).properties).toEqual(expect.arrayContaining(["neighbour"]));
  });

  it("a loop from the buffer's first byte, in steps of a line, leaves out the last line", () => {
    const fence = class extends Cmsis {
      override release(buffer: DmaBuffer): void {
        this.dsb();
        this.lines(dccmvac, buffer, buffer.address);
        this.dsb();
      }
    };
    expect(broken(fence)).toMatchObject({ sound: false, footprint: expect.stringMatching(/left out|leaves out/) });
  });

  it("maintenance for an empty buffer, and beside the buffer, is found", () => {
    const empty = class extends Cmsis {
      override acquire(buffer: DmaBuffer): void {
        this.dsb();
        this.lines(dccimvac, { ...buffer, lengthBytes: Math.max(1, buffer.lengthBytes) });
        this.dsb();
      }
    };
    expect(broken(empty).footprint).toContain("empty buffer");
    const more = class extends Cmsis {
      override acquire(buffer: DmaBuffer): void {
        this.dsb();
        this.lines(dccimvac, { ...buffer, lengthBytes: buffer.lengthBytes && buffer.lengthBytes + 32 });
        this.dsb();
      }
    };
    expect(broken(more).footprint).toContain("beside the buffer");
  });

  it("without the driver's promises more goes wrong", () => {
    expect(verifyOwnFence(chip, Cmsis, { promises: "none" }).sound).toBe(false);
  });

  it("what the chip does not have is said", () => {
    const other = class extends Cmsis {
      override acquire(): void {
        this.machine.writeRegister(0x1234n, 0n, 32);
      }
    };
    expect(() => verifyOwnFence(chip, other)).toThrow("no cache controller has a register at 0x1234");
    expect(() => verifyOwnFence(chip, Cmsis, { promise: "kept" } as never)).toThrow(
      "verifyFence has no option promise; it has fence, promises",
    );
    expect(() => verifyOwnFence(chip, Cmsis, { fence: "Stm32h743" })).toThrow(
      "the chip has no fence Stm32h743; it has Stm32h743DmaFence",
    );
    expect(() => verifyOwnFence(planOf("qemu-virt-aarch64").planned!.chip, Cmsis)).toThrow();
  });
});

describe("on a core without caches", () => {
  const { chip: nrf } = planOf("nrf52840").planned!;

  it("the generated class is sound, and none at all is not", () => {
    expect(verifyOwnFence(nrf, Nrf52840DmaFence).sound).toBe(true);
    const none = class implements DmaFence {
      release(): void {}
      acquire(): void {}
    };
    expect(verifyOwnFence(nrf, none).sound).toBe(false);
  });
});

describe("what is no fence", () => {
  const { chip: nrf } = planOf("nrf52840").planned!;
  const withRelease = (release: (machine: FenceMachine) => unknown) =>
    class {
      readonly #machine: FenceMachine;
      constructor(machine: FenceMachine) {
        this.#machine = machine;
      }
      release() {
        return release(this.#machine);
      }
      acquire() {}
    } as unknown as OwnFence;

  it.each<[string, OwnFence, string]>([
    [
      "one that does not end",
      withRelease((machine) => {
        for (;;) machine.compilerBarrier();
      }),
      "more than 100000 operations were executed",
    ],
    ["one that returns a promise", withRelease(async () => {}), "release returns a promise"],
    ["one without a method", class {} as unknown as OwnFence, "the fence has no method release"],
  ])("%s", (_, fence, message) => {
    expect(() => verifyOwnFence(nrf, fence)).toThrow(message);
  });
});
