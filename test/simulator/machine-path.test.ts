// The whole machine, with caches and masters, is one path of the model that the verifier explores: whatever a random driver does on chips
// with maintenance by registers and by instructions, with one level, two, and lines of unlike sizes, each event is one that semantics/ allows.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResolvedChip, ResolvedCore } from "../../generator/model/chip.ts";
import { lower } from "../../generator/program/lower.ts";
import { run } from "../../generator/program/run.ts";
import type { FenceProgram } from "../../generator/program/statement.ts";
import type { DmaBuffer } from "../../generator/runtime/dma-fence.ts";
import { SimulatedMachine } from "../../generator/simulator/machine.ts";
import { garbageOf } from "../../generator/simulator/schedule/mood.ts";
import type { MachineEvent } from "../../generator/simulator/trace/events.ts";
import { planOf } from "../support/pipeline.ts";
import { execute } from "./execute.ts";
import { DriverProgram, type Place, placeOf, whyNoPath } from "./path-judge.ts";

interface Subject {
  readonly chip: ResolvedChip;
  readonly program: FenceProgram;
  readonly masters: readonly string[];
  readonly base: bigint;
  readonly lineBytes: Readonly<Record<string, number>>;
}

function subject(id: string, base: bigint, masters: readonly string[], lineBytes: Subject["lineBytes"] = {}): Subject {
  const { chip, fences } = planOf(id).planned!;
  const plan = fences.find(({ controllers }) => controllers.includes(masters[0]!))!;
  return { chip, program: lower(plan), masters, base, lineBytes };
}

const subjects: readonly (readonly [string, Subject])[] = [
  ["registers, one level", subject("stm32h743", 0x2400_0000n, ["DMA1"])],
  [
    "registers and instructions, two levels, a master that sees them",
    subject("zynq7000", 0x10_0000n, ["GEM", "S_AXI_ACP"]),
  ],
  ["instructions, two levels, other cores", subject("bcm2837", 0x1000n, ["DMA"])],
  ["stores to addresses, two levels, masters that see them", subject("jh7110", 0x4000_0000n, ["ISP", "GMAC"])],
  [
    "levels with lines of unlike sizes that fetch nothing by themselves",
    subject("litex-vexriscv", 0x4000_0000n, ["Main bus masters"], { L2: 64 }),
  ],
  ["stores that stay in order", subject("x86-64-pc", 0x10_0000n, ["PCIe master with No Snoop"])],
];

type Step =
  | { readonly op: "store"; readonly at: number; readonly value: number }
  | { readonly op: "load"; readonly at: number }
  | { readonly op: "fence"; readonly method: "release" | "acquire"; readonly buffer: number; readonly without: number }
  | { readonly op: "send" | "receive"; readonly buffer: number; readonly master: number }
  | { readonly op: "status"; readonly master: number }
  | { readonly op: "wait" };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant("store" as const), at: fc.nat(4), value: fc.integer({ min: 1, max: 255 }) }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("load" as const), at: fc.nat(4) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ op: fc.constant("fence" as const), method: fc.constantFrom("release" as const, "acquire" as const) },
      // Mostly whole; else one access or barrier is left out.
      ...{ buffer: fc.nat(1), without: fc.oneof(fc.constant(-1), fc.nat(8)) },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constantFrom("send" as const, "receive" as const),
      buffer: fc.nat(1),
      master: fc.nat(1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("status" as const), master: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.constant({ op: "wait" as const }) },
);
const steps = fc.array(anyStep, { minLength: 2, maxLength: 14 });

interface Performed {
  readonly program: DriverProgram;
  readonly events: readonly MachineEvent[];
}

/** @param simulated the chip that the machine is made from, where that is to be another than the one by which it is judged */
function performed(on: Subject, driver: readonly Step[], seed: number, simulated = on.chip): Performed {
  const { program: fence, base, lineBytes, masters } = on;
  const place = placeOf(on.chip, base, lineBytes);
  const machine = new SimulatedMachine(simulated, { seed, lineBytes });
  const program = new DriverProgram(place, (address) => garbageOf(seed)(address, 1)[0]!);
  const addresses = addressesOf(place);
  const buffers: readonly DmaBuffer[] = [
    { address: base, lengthBytes: 3 },
    { address: base + BigInt(place.sized.lineBytes), lengthBytes: 2 },
  ];
  const unseen = new Set<string>();
  const look = (master: string) => {
    const isDone = machine.engine(master).isDone();
    program.status(master, isDone);
    if (isDone) unseen.delete(master);
    return isDone;
  };
  // An operation on a whole cache does to a line that nobody has touched what nobody can see.
  const begin: readonly Step[] = [
    { op: "load", at: 0 },
    { op: "load", at: 4 },
  ];
  for (const step of [...begin, ...driver]) {
    const master = "master" in step ? masters[step.master % masters.length]! : "";
    switch (step.op) {
      case "store":
        program.store(addresses[step.at]!, step.value);
        machine.store(addresses[step.at]!, [step.value]);
        break;
      case "load":
        program.load(addresses[step.at]!);
        machine.load(addresses[step.at]!, 1);
        break;
      case "fence":
        for (const [index, operation] of run(fence[step.method], buffers[step.buffer]!).entries()) {
          if (index === step.without && operation.kind === "barrier") continue;
          program.execute(operation);
          execute(machine, operation);
        }
        break;
      case "send":
      case "receive": {
        while (unseen.has(master) && !look(master)) machine.wait();
        const buffer = buffers[step.buffer]!;
        const data = Array.from({ length: buffer.lengthBytes }, (_, index) => 100 + program.items.length + index);
        program.start({ master, ...buffer, ...(step.op === "receive" && { data }) });
        machine
          .engine(master)
          .start(step.op === "send" ? { read: buffer } : { write: { buffer, data: Uint8Array.from(data) } });
        unseen.add(master);
        break;
      }
      case "status":
        look(master);
        break;
      case "wait":
        machine.wait();
        break;
    }
  }
  machine.finish();
  return { program, events: machine.events };
}

/** Three bytes of a buffer, one beside it, and one of another buffer in the next line. */
function addressesOf({ base, offsets, sized }: Place): bigint[] {
  return [...offsets, sized.lineBytes].map((offset) => base + BigInt(offset));
}

describe.each(subjects)("on a chip with %s", (_, on) => {
  it("every event is a transition of the model, in an order that it allows", () => {
    fc.assert(
      fc.property(steps, fc.nat(400), (driver, seed) => {
        const { program, events } = performed(on, driver, seed);
        expect(whyNoPath(program, events)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});

describe("the judge refuses", () => {
  const h743 = subjects[0]![1];
  const driver: readonly Step[] = [
    { op: "store", at: 0, value: 7 },
    { op: "fence", method: "release", buffer: 0, without: -1 },
    { op: "send", buffer: 0, master: 0 },
    { op: "store", at: 4, value: 9 },
    { op: "receive", buffer: 0, master: 0 },
    { op: "fence", method: "acquire", buffer: 0, without: -1 },
    { op: "load", at: 0 },
  ];
  const { program, events } = performed(h743, driver, 3);
  const last = (kind: MachineEvent["kind"]) => events.findLastIndex((event) => event.kind === kind);
  const first = (kind: MachineEvent["kind"]) => events.findIndex((event) => event.kind === kind);
  const changed = (index: number, change: object) =>
    events.map((event, at) => (at === index ? ({ ...event, ...change } as MachineEvent) : event));
  const without = (index: number) => events.filter((_, at) => at !== index);

  it.each<[string, readonly MachineEvent[], RegExp]>([
    [
      "a load of what was nowhere",
      changed(last("load"), { value: 77 }),
      /no state of the line allows load .* gives 77/,
    ],
    ["a read by a master of what it cannot see", changed(first("dma-read"), { value: 77 }), /allows DMA1 reads 77/],
    ["a store of another value", changed(first("store"), { value: 8 }), /allows store 8/],
    [
      "a write by a master that it was not given",
      changed(
        events.findIndex((each) => each.kind === "dma-write" && each.address !== h743.base),
        { value: 77 },
      ),
      /no engine does DMA1 writes 77/,
    ],
    ["a byte that a master moves twice", [...events, events[first("dma-read")]!], /no engine does DMA1 reads/],
    ["a byte that a master leaves out", without(first("dma-read")), /no engine does DMA1 shows the end/],
    ["an operation that was never performed", without(first("maintenance")), /was never performed|is done once more/],
    [
      "a store that waits for nobody",
      changed(first("store"), { time: 1e6 }),
      /came before store .*, for which it must wait/,
    ],
    [
      "a line of a cache that there is not",
      [...events, { time: 1e6, agent: "cache", kind: "fill", cache: "L9", address: h743.base, lengthBytes: 32 }],
      /no state of the line allows L9 fills/,
    ],
    [
      "an operation that the program has not",
      [...events, events[first("maintenance")]!],
      /once more than the program has it/,
    ],
  ])("%s", (_, tampered, why) => {
    expect(whyNoPath(program, events)).toBeUndefined();
    expect(whyNoPath(program, tampered)).toMatch(why);
  });

  // A machine whose rules are others than the model's does under some schedule what the model does not allow.
  const other = (on: Subject, change: (core: ResolvedCore) => Partial<ResolvedCore>): [Subject, ResolvedChip] => {
    const [core] = on.chip.cores;
    return [on, { ...on.chip, cores: [{ ...core!, ...change(core!) }] }];
  };
  it.each<[string, [Subject, ResolvedChip]]>([
    [
      "whose barriers order nothing",
      other(h743, ({ architecture }) => {
        const barriers = architecture.barriers.map((each) => ({ ...each, earlier: [], later: [], completes: [] }));
        return { architecture: { ...architecture, barriers } };
      }),
    ],
    [
      "whose program order keeps nothing",
      other(subjects.at(-1)![1], ({ architecture }) => ({ architecture: { ...architecture, programOrder: [] } })),
    ],
    [
      "whose cache keeps a line that is invalidated",
      other(h743, ({ caches }) => ({
        caches: caches.map((level) => {
          const operations = level.mechanism!.operations.map((each) => ({ ...each, effect: "clean" as const }));
          return { ...level, mechanism: { ...level.mechanism!, operations } };
        }),
      })),
    ],
  ])("a machine %s", (_, [on, simulated]) => {
    const many: readonly Step[] = [
      ...driver,
      { op: "store", at: 1, value: 5 },
      { op: "store", at: 4, value: 6 },
      ...driver,
    ];
    const refused = Array.from({ length: 96 }, (_, seed) => performed(on, many, seed, simulated)).filter(
      (run) => whyNoPath(run.program, run.events) !== undefined,
    );
    expect(refused.length).toBeGreaterThan(0);
  });
});
