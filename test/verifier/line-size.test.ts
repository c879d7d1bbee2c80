// A fence that asks the core how large its lines are is right for every answer, and must not assume one.
import { describe, expect, it } from "vitest";
import { decodedLineBytes, forSeeds, RecordingMachine, type SimulatedMachine } from "../../generator/index.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { registersFor } from "../support/same-operations.ts";
import { testChip } from "../support/test-chip.ts";
import { renderedFiles } from "../toolchain/trace/trace-chip.ts";

const text = testChip({
  architecture: "armv8-a",
  coreCaches:
    "[{ name: L1D, lineBytes: { smallest: 16, largest: 64, readFrom: architecture }, writePolicy: write-back, maintenance: aarch64-dc }]",
  mechanisms: " []",
});
const planned = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;
const plan = planned.fences[0]!;
const { classes } = await renderedFiles(planned);
const Fence = classes[plan.name]!;
const buffer = { address: 0x2000_0008n, lengthBytes: 120 };

it("is sound; the largest size, taken unasked, leaves out lines", () => {
  const verdict = verifyFence(plan, planned.chip, planned.chip.cores[0]!);
  expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
  const unasked = verdict.steps.filter(({ change }) => change === "the largest size taken");
  expect(unasked.map(({ fence, because }) => [fence, because])).toEqual([
    ["release", "dc cvac leaves out a line of the buffer"],
    ["acquire", "dc civac leaves out a line of the buffer"],
  ]);
});

describe.each([16, 32, 64])("lines of %i bytes", (lineBytes) => {
  it("the class maintains each line once", () => {
    const machine = new RecordingMachine(registersFor(plan, lineBytes));
    new Fence(machine).release(buffer);
    const lines = machine.operations.flatMap((operation) => ("address" in operation ? [operation.address!] : []));
    const numbers = lines.map((address) => address / BigInt(lineBytes));
    const [first, last] = [0x2000_0008n, 0x2000_007fn].map((address) => address / BigInt(lineBytes));
    expect(numbers).toEqual(Array.from({ length: Number(last! - first!) + 1 }, (_, i) => first! + BigInt(i)));
  });
});

it("runs on a simulated machine, which answers with the smallest", () => {
  const field = { lowBit: 16, bits: 4, unitBytes: 4, smallestBytes: 16, largestBytes: 2048 };
  const program = (machine: SimulatedMachine) => {
    const register = machine.readSystemRegister("mrs {value}, ctr_el0");
    expect(decodedLineBytes(register, field)).toBe(16);
    const fence = new Fence(machine);
    const engine = machine.engine("DMA");
    machine.store(buffer.address, new Uint8Array(buffer.lengthBytes).fill(7));
    fence.release(buffer);
    engine.start({ read: buffer });
    while (!engine.isDone()) machine.wait();
    expect([...engine.received]).toEqual(Array(buffer.lengthBytes).fill(7));
    fence.release(buffer);
    engine.start({ write: { buffer, data: new Uint8Array(buffer.lengthBytes).fill(9) } });
    while (!engine.isDone()) machine.wait();
    fence.acquire(buffer);
    expect([...machine.load(buffer.address, buffer.lengthBytes)]).toEqual(Array(buffer.lengthBytes).fill(9));
  };
  forSeeds(planned.chip, program, { seeds: 20 });
});
