// What a machine does is a path of the model: judged by the functions of semantics/ alone, from a random driver's program and the times at
// which its accesses were performed, without the machine's own bookkeeping of what waits for what.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResolvedChip } from "../../generator/index.ts";
import { SimulatedMachine } from "../../generator/index.ts";
import { barrierFromText } from "../../generator/semantics/barrier.ts";
import { deviceAccess, loadFrom, type ProgramItem, storeTo } from "../../generator/semantics/instruction.ts";
import { orderProgram } from "../../generator/semantics/program-order.ts";
import { planOf } from "../support/pipeline.ts";

type Step =
  | { readonly op: "store"; readonly at: number; readonly value: number }
  | { readonly op: "load"; readonly at: number }
  | { readonly op: "barrier"; readonly instruction: string }
  | { readonly op: "start" }
  | { readonly op: "status" }
  | { readonly op: "wait" };

interface Subject {
  readonly chip: ResolvedChip;
  readonly base: bigint;
  readonly master: string;
  readonly barriers: readonly string[];
}

const subjects: readonly (readonly [string, Subject])[] = [
  ["nrf52840", 0x2000_0000n, ["dmb sy", "dsb sy"]],
  ["qemu-rv64-virt", 0x8000_0000n, ["fence rw, rw", "fence w, o", "fence i, r", "fence iorw, iorw"]],
].map(([id, base, barriers]) => {
  const { chip } = planOf(id as string).planned!;
  return [id as string, { chip, base: base as bigint, master: chip.dma[0]!.name, barriers: barriers as string[] }];
});

const stepsOn = ({ barriers }: Subject): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      fc.record({ op: fc.constant("store" as const), at: fc.nat(3), value: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ op: fc.constant("load" as const), at: fc.nat(3) }),
      fc.record({ op: fc.constant("barrier" as const), instruction: fc.constantFrom(...barriers) }),
      fc.constantFrom({ op: "start" as const }, { op: "status" as const }, { op: "wait" as const }),
    ),
    { minLength: 1, maxLength: 14 },
  );

/** Runs the steps, and pairs each access in program order with the time at which the journal says that it was performed. */
function performed({ chip, base, master }: Subject, steps: readonly Step[], seed: number) {
  const machine = new SimulatedMachine(chip, { seed });
  const { barriers } = chip.cores[0]!.architecture;
  const program: ProgramItem[] = [];
  const times: { readonly index: number; readonly find: () => number | undefined }[] = [];
  let registers = 0;
  const loads: number[] = [];
  for (const step of steps) {
    const address = "at" in step ? base + BigInt(step.at) : base;
    const place = { location: `${address}`, line: undefined, cell: Number(address - base) };
    const index = program.length;
    if (step.op === "store") {
      program.push(storeTo(place, step.value));
      machine.store(address, [step.value]);
      // Stores to one address keep their order, so that the n-th of them in the journal is the n-th that was called.
      const nth = program.filter((each) => each.kind === "store" && each.location === place.location).length - 1;
      times.push({
        index,
        find: () => machine.events.filter((each) => each.kind === "store" && each.address === address)[nth]?.time,
      });
    } else if (step.op === "load") {
      program.push(loadFrom(place));
      machine.load(address, 1);
      const nth = program.filter((each) => each.kind === "load").length - 1;
      loads.push(index);
      times.push({ index, find: () => machine.events.filter(({ kind }) => kind === "load")[nth]?.time });
    } else if (step.op === "barrier") {
      const effects = barriers.flatMap((each) => barrierFromText(step.instruction, [each]) ?? []);
      expect(effects.length).toBeGreaterThan(0);
      program.push({ kind: "barrier", effects });
      machine.barrier({ instruction: step.instruction });
    } else if (step.op === "wait") machine.wait();
    else {
      const isStart = step.op === "start";
      program.push(deviceAccess(master, isStart ? "device-write" : "device-read", "other"));
      const nth = registers++;
      if (isStart) machine.engine(master).start({ read: { address: base, lengthBytes: 4 } });
      else machine.engine(master).isDone();
      times.push({ index, find: () => machine.events.filter(({ kind }) => kind === "register")[nth]?.time });
    }
  }
  machine.finish();
  return { machine, program, times };
}

describe.each(subjects)("on %s", (_, subject) => {
  const { chip, base } = subject;

  it("every access comes after what it must wait for, in the whole program", () => {
    fc.assert(
      fc.property(stepsOn(subject), fc.nat(200), (steps, seed) => {
        const { program, times } = performed(subject, steps, seed);
        const { accesses, precedence } = orderProgram(program, {
          programOrder: chip.cores[0]!.architecture.programOrder,
          domain: chip.dmaDomain,
          writeCombining: false,
        });
        const at = times.map(({ find }) => find());
        expect(at).not.toContain(undefined);
        expect(accesses.length).toBe(at.length);
        for (const [later, waits] of precedence.entries())
          for (const [earlier, until] of waits.entries())
            if (until !== "none") expect(at[earlier]!).toBeLessThanOrEqual(at[later]!);
      }),
      { numRuns: 300 },
    );
  });

  it("every load gives what was there at its time, or a store of its own that was not performed", () => {
    fc.assert(
      fc.property(stepsOn(subject), fc.nat(200), (steps, seed) => {
        const { machine } = performed(subject, steps, seed);
        const { events } = machine;
        for (const [index, event] of events.entries()) {
          if (event.kind !== "load") continue;
          const isHere = (each: (typeof events)[number]) => "address" in each && each.address === event.address;
          const called = events.slice(0, index).filter((each) => each.kind === "store-called" && isHere(each));
          const done = events.filter((each) => each.kind === "store" && isHere(each) && each.time <= event.time);
          const newest = called.at(-1);
          const expected = newest && done.length < called.length ? newest : done.at(-1);
          if (expected && "value" in expected) expect(event.value).toBe(expected.value);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("loads are early, and stores late", () => {
    const steps: Step[] = [
      { op: "store", at: 0, value: 1 },
      { op: "start" },
      { op: "status" },
      { op: "load", at: 1 },
      { op: "load", at: 2 },
    ];
    const runs = Array.from({ length: 48 }, (_, seed) => performed(subject, steps, seed).machine);
    const kinds = runs.map(({ events }) => events.map(({ kind }) => kind).join(" "));
    expect(kinds.some((each) => /register.*\bstore\b(?!-)/.test(each))).toBe(true);
    expect(runs.some(({ events }) => events.some((each) => each.kind === "load" && each.isEarly))).toBe(true);
    expect(base).toBeGreaterThan(0n);
  });
});
