// What happens to a line in the middle of a very long buffer is a path of the model as well, whether it is followed in a stretch, by itself
// or byte by byte: the journal and the program of a driver, as far as they are about one line, judged for several lines of each run.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lower } from "../../generator/program/lower.ts";
import { run } from "../../generator/program/run.ts";
import type { DmaBuffer } from "../../generator/runtime/dma-fence.ts";
import { SimulatedMachine } from "../../generator/simulator/machine.ts";
import { linesInStretch } from "../../generator/simulator/memory/sampling.ts";
import { garbageOf } from "../../generator/simulator/schedule/mood.ts";
import type { MachineEvent } from "../../generator/simulator/trace/events.ts";
import { planOf } from "../support/pipeline.ts";
import { execute } from "./execute.ts";
import { DriverProgram, type Place, placeOf, whyNoPath } from "./path-judge.ts";

/** Of the long buffer; three of them make a stretch. */
const lines = 200;
/** Those that are looked at, counted from its start: whole stretches, wherever they begin. */
const lookedAt = [60, 61, 62, 63];

function subject(
  id: string,
  base: bigint,
  masters: readonly string[],
  lineBytes: Readonly<Record<string, number>> = {},
) {
  const { chip, fences } = planOf(id).planned!;
  const program = lower(fences.find(({ controllers }) => controllers.includes(masters[0]!))!);
  const { sized } = placeOf(chip, base, lineBytes);
  const places = lookedAt.map((line) => placeOf(chip, base + BigInt(line * sized.lineBytes), lineBytes));
  return { chip, program, masters, base, lineBytes, places };
}

type Subject = ReturnType<typeof subject>;

const subjects: readonly (readonly [string, Subject])[] = [
  ["registers, one level", subject("stm32h743", 0x2400_0000n, ["DMA1"])],
  [
    "registers and instructions, two levels, a master that sees them",
    subject("zynq7000", 0x10_0000n, ["GEM", "S_AXI_ACP"]),
  ],
  ["instructions, two levels, other cores", subject("bcm2837", 0x1000n, ["DMA"])],
  ["stores to addresses, two levels, masters that see them", subject("jh7110", 0x4000_0000n, ["ISP", "GMAC"])],
  ["stores that stay in order", subject("x86-64-pc", 0x10_0000n, ["PCIe master with No Snoop"])],
];

/** Which of the buffers of `buffersOf`. */
const buffer = fc.nat(2);
const master = fc.nat(1);
const anyStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant("store" as const), buffer }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("load" as const), buffer }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("store-byte" as const), line: fc.nat(3), at: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("load-byte" as const), line: fc.nat(3), at: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("evict" as const), line: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ op: fc.constant("fence" as const), method: fc.constantFrom("release" as const, "acquire" as const) },
      // Mostly whole; else one access or barrier is left out.
      ...{ buffer, without: fc.oneof(fc.constant(-1), fc.nat(lines), fc.constantFrom(61, 62)) },
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom("send" as const, "receive" as const), buffer, master }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("wait" as const) }) },
);
type Step = typeof anyStep extends fc.Arbitrary<infer Each> ? Each : never;
const steps = fc.array(anyStep, { minLength: 2, maxLength: 8 });

/** All of it, from an odd address on; a part that begins among the lines that are looked at; and one that ends there. */
function buffersOf({ base, places }: Subject): DmaBuffer[] {
  const { lineBytes } = places[0]!.sized;
  return [
    { address: base + 5n, lengthBytes: lines * lineBytes },
    { address: base + BigInt(62 * lineBytes), lengthBytes: 100 * lineBytes },
    { address: base + BigInt(lineBytes), lengthBytes: 62 * lineBytes },
  ];
}

/** What a driver does, as far as it is about the first bytes of one line. */
class OfLine {
  readonly place: Place;
  readonly program: DriverProgram;

  constructor(place: Place, seed: number) {
    this.place = place;
    this.program = new DriverProgram(place, (address) => garbageOf(seed)(address, 1)[0]!);
  }

  get addresses(): bigint[] {
    return this.place.offsets.map((offset) => this.place.base + BigInt(offset));
  }

  isIn({ address, lengthBytes }: DmaBuffer): boolean {
    return this.place.base >= address && this.place.base < address + BigInt(lengthBytes);
  }

  whyNoPath(events: readonly MachineEvent[]): string | undefined {
    const { base, sized } = this.place;
    const end = base + BigInt(sized.lineBytes);
    const { items } = this.program;
    // All levels have lines of one size, so that the line is number 0 of its place.
    const own = items.filter(({ item }) => item.kind !== "maintain" || item.line === 0);
    items.splice(0, items.length, ...own);
    const isOwn = (event: MachineEvent) =>
      !("address" in event) ||
      ("lengthBytes" in event ? event.address >= base && event.address < end : this.addresses.includes(event.address));
    return whyNoPath(this.program, events.filter(isOwn));
  }
}

function whyNotOnPath(on: Subject, driver: readonly Step[], seed: number): string | undefined {
  const { chip, lineBytes, masters, places } = on;
  const machine = new SimulatedMachine(chip, { seed, lineBytes });
  const ofLines = places.map((place) => new OfLine(place, seed));
  const buffers = buffersOf(on);
  const unseen = new Set<string>();
  const look = (name: string) => {
    const isDone = machine.engine(name).isDone();
    for (const { program } of ofLines) program.status(name, isDone);
    if (isDone) unseen.delete(name);
    return isDone;
  };
  const bytesOf = ({ address, lengthBytes }: DmaBuffer, salt: number) =>
    Uint8Array.from({ length: lengthBytes }, (_, index) => Number(address % 7n) + index * 3 + salt * 17);
  // Before anybody has accessed a line by itself.
  const begin: readonly Step[] = [{ op: "store", buffer: 0 }];
  for (const [salt, step] of [...begin, ...driver].entries()) {
    const whole = "buffer" in step ? buffers[step.buffer]! : buffers[0]!;
    const inside = ofLines.filter((each) => each.isIn(whole));
    switch (step.op) {
      case "store": {
        const bytes = bytesOf(whole, salt);
        for (const { program, addresses } of inside)
          for (const at of addresses) program.store(at, bytes[Number(at - whole.address)]!);
        machine.store(whole.address, bytes);
        break;
      }
      case "load":
        for (const { program, addresses } of inside) for (const at of addresses) program.load(at);
        machine.load(whole.address, whole.lengthBytes);
        break;
      case "store-byte":
        ofLines[step.line]!.program.store(ofLines[step.line]!.addresses[step.at]!, salt + 1);
        machine.store(ofLines[step.line]!.addresses[step.at]!, [salt + 1]);
        break;
      case "load-byte":
        ofLines[step.line]!.program.load(ofLines[step.line]!.addresses[step.at]!);
        machine.load(ofLines[step.line]!.addresses[step.at]!, 1);
        break;
      case "evict":
        machine.evict(ofLines[step.line]!.place.base);
        break;
      case "fence":
        for (const [index, operation] of run(on.program[step.method], whole).entries()) {
          if (index === step.without) continue;
          for (const { program } of ofLines) program.execute(operation);
          execute(machine, operation);
        }
        break;
      case "send":
      case "receive": {
        const name = masters[step.master % masters.length]!;
        while (unseen.has(name) && !look(name)) machine.wait();
        const data = bytesOf(whole, 40 + salt);
        for (const { program, place, addresses } of ofLines) {
          const lengthBytes = inside.some((each) => each.place === place) ? addresses.length : 0;
          const own = [...data.subarray(Number(place.base - whole.address))].slice(0, lengthBytes);
          const moved = { master: name, address: place.base, lengthBytes };
          program.start({ ...moved, ...(step.op === "receive" && { data: own }) });
        }
        machine.engine(name).start(step.op === "send" ? { read: whole } : { write: { buffer: whole, data } });
        unseen.add(name);
        break;
      }
      case "wait":
        machine.wait();
        break;
    }
  }
  machine.finish();
  const { events } = machine;
  return ofLines.map((each) => each.whyNoPath(events)).find((why) => why !== undefined);
}

it("three lines of the long buffer make a stretch", () => {
  expect(linesInStretch(lines - 2)).toBe(3);
});

describe.each(subjects)("on a chip with %s", (_, on) => {
  it("what happens to a line of a stretch is what the model allows", () => {
    fc.assert(
      fc.property(steps, fc.nat(400), (driver, seed) => {
        expect(whyNotOnPath(on, driver, seed)).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
