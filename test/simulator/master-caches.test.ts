// A master behind a cache of its own, in the simulator: its engine reads and writes through that cache.
import { expect, it } from "vitest";
import { forSeeds, ScheduleError, type SimulatedMachine } from "../../generator/index.ts";
import type { FenceMethod } from "../../generator/model/chip.ts";
import { lower } from "../../generator/program/lower.ts";
import { run } from "../../generator/program/run.ts";
import type { FenceProgram } from "../../generator/program/statement.ts";
import type { RecordedOperation } from "../../generator/runtime/recording-machine.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const text = testChip({
  coreCaches: "[]",
  mechanisms: testMechanism({ ordering: "{ accessClass: device-write, doneWhen: completed }" }),
  dma: "\n  GPU: { reaches: [RAM], caches: [{ name: GPU cache, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }] }",
});
const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;
const whole = lower(fences[0]!);

function execute(machine: SimulatedMachine, operation: RecordedOperation): void {
  if (operation.kind === "barrier") machine.barrier(operation);
  else if (operation.kind === "write-register")
    machine.writeRegister(operation.address, operation.value, operation.widthBits);
  else throw new Error(`this fence executes no ${operation.kind}`);
}

function exchange(machine: SimulatedMachine, program: FenceProgram): void {
  const buffer = { address: 0x2000_0100n, lengthBytes: 4 };
  const engine = machine.engine("GPU");
  const call = (method: FenceMethod) => {
    for (const operation of run(program[method], buffer)) execute(machine, operation);
  };
  const finish = () => {
    for (let waited = 0; !engine.isDone(); waited++) {
      if (waited > 1000) throw new Error("the transfer never ends");
      machine.wait();
    }
  };
  for (const round of [1, 2]) {
    machine.store(buffer.address, [round, 2, 3, 4]);
    call("release");
    engine.start({ read: buffer });
    finish();
    call("acquire");
    expect([...engine.received]).toEqual([round, 2, 3, 4]);
    call("release");
    engine.start({ write: { buffer, data: Uint8Array.of(9, 8, 7, round) } });
    finish();
    call("acquire");
    expect([...machine.load(buffer.address, 4)]).toEqual([9, 8, 7, round]);
  }
}

const without = (method: FenceMethod): FenceProgram => ({
  ...whole,
  [method]: whole[method].filter(({ maintains }) => !maintains),
});

it("is right under every schedule tried with the fence", () => {
  forSeeds(chip, (machine) => exchange(machine, whole), { seeds: 200 });
});

it.each(["release", "acquire"] as const)("goes wrong under some schedule where %s leaves its cache alone", (method) => {
  expect(() => forSeeds(chip, (machine) => exchange(machine, without(method)))).toThrow(ScheduleError);
});
