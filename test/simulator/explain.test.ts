// A run that fails is told: the cause in a sentence, the events that matter and no others, and the same for programs.
import { describe, expect, it } from "vitest";
import {
  type DmaFence,
  type FenceMachine,
  followDescriptors,
  forSeeds,
  type ScheduleError,
  SimulatedMachine,
} from "../../generator/index.ts";
import { neededTurns } from "../../generator/simulator/schedule/minimise.ts";
import { Nrf52840DmaFence } from "../../out/typescript/nrf52840.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const { chip } = planOf("stm32h743").planned!;
const buffer = { address: 0x2400_0100n, lengthBytes: 4 };

function exchange(machine: SimulatedMachine, fence: DmaFence): void {
  machine.named("buffer", buffer);
  const engine = machine.engine("Ethernet");
  const end = () => {
    while (!engine.isDone()) machine.wait();
  };
  machine.store(buffer.address, [1, 2, 3, 4]);
  fence.release(buffer);
  engine.start({ read: buffer });
  end();
  fence.acquire(buffer);
  expect([...engine.received]).toEqual([1, 2, 3, 4]);
  fence.release(buffer);
  engine.start({ write: { buffer, data: Uint8Array.of(5, 6, 7, 8) } });
  end();
  fence.acquire(buffer);
  expect([...machine.load(buffer.address, 4)]).toEqual([5, 6, 7, 8]);
}

/** Receives into a buffer that was stored to. */
function receive(machine: SimulatedMachine, fence: DmaFence): void {
  machine.store(buffer.address, [9, 9, 9, 9]);
  const engine = machine.engine("Ethernet");
  machine.barrier({ instruction: "dsb sy" });
  engine.start({ write: { buffer, data: Uint8Array.of(5, 6, 7, 8) } });
  while (!engine.isDone()) machine.wait();
  fence.acquire(buffer);
  expect([...machine.load(buffer.address, 4)]).toEqual([5, 6, 7, 8]);
}

/** Has a neighbour's data dropped. */
function invalidate(machine: SimulatedMachine): void {
  machine.store(buffer.address, [1, 2, 3, 4]);
  machine.barrier({ instruction: "dsb sy" });
  machine.writeRegister(0xe000_ef5cn, buffer.address, 32);
  machine.barrier({ instruction: "dsb sy" });
  expect([...machine.load(buffer.address, 4)]).toEqual([1, 2, 3, 4]);
}

type Call = "release" | "acquire";

/** The fence without one kind of access in one of its methods. */
function fenceWithout(machine: SimulatedMachine, left: Call, access: keyof FenceMachine): DmaFence {
  let call: Call | undefined;
  const partly = new Proxy(machine, {
    get: (target, name: keyof SimulatedMachine) => {
      const method: unknown = target[name];
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => (call === left && name === access ? undefined : method.apply(target, args));
    },
  });
  const fence = new Stm32h743DmaFence(partly);
  const method = (name: Call) => (what: typeof buffer) => {
    call = name;
    fence[name](what);
    call = undefined;
  };
  return { release: method("release"), acquire: method("acquire") };
}

function failure(driver: (machine: SimulatedMachine) => void, from = 1): ScheduleError {
  try {
    forSeeds(chip, driver, { from });
  } catch (error) {
    return error as ScheduleError;
  }
  throw new Error("no schedule fails");
}

describe("the cause of a failure is a sentence", () => {
  const without = (left: Call, access: keyof FenceMachine) => (machine: SimulatedMachine) =>
    exchange(machine, fenceWithout(machine, left, access));
  it.each<[string, (machine: SimulatedMachine) => void, RegExp]>([
    [
      "a store that is late",
      without("release", "barrier"),
      // Or it is performed in time, and after its line was cleaned.
      /^The CPU's store of \d to 0x2400010\d of buffer had not been performed when Ethernet found \d+ there: nothing held the start of Ethernet back|^The \d that the CPU stored to 0x2400010\d of buffer was still in L1D/,
    ],
    [
      "a line that was not cleaned",
      without("release", "writeRegister"),
      /^The \d that the CPU stored to 0x2400010\d of buffer was still in L1D when Ethernet found \d+ in memory\. Release writes it back/,
    ],
    [
      "a load that is early",
      without("acquire", "barrier"),
      /^The load of 0x2400010\d of buffer was performed before Ethernet wrote \d there, and gave \d: nothing held it back/,
    ],
    [
      "a line that was not invalidated",
      without("acquire", "writeRegister"),
      /^L1D had 0x2400010\d of buffer since before Ethernet wrote \d there, and the CPU found the old \d in it\. Acquire drops such a line/,
    ],
    [
      "a dirty line that is written back",
      (machine) => receive(machine, new Stm32h743DmaFence(machine)),
      /writes back 9 over the \d that Ethernet wrote at 0x2400010\d: the line was dirty\. No line is after release/,
    ],
    [
      "data that is dropped",
      invalidate,
      /^DCIMVAC of the line at 0x24000100.* dropped the \d that the CPU had stored to 0x2400010\d and that was written nowhere yet/,
    ],
  ])("%s", (_, driver, sentence) => {
    for (const from of [1, 60, 120]) {
      const { explanations, message } = failure(driver, from);
      expect(explanations[0]).toMatch(sentence);
      expect(message).toContain(explanations[0]);
    }
  });
});

it("a store that is performed after a master has written, where no cache is, is not called one", () => {
  const { chip: plain } = planOf("nrf52840").planned!;
  const late = { address: 0x2000_0000n, lengthBytes: 4 };
  const run = () =>
    forSeeds(
      plain,
      (machine, fence) => {
        machine.store(late.address, [1, 2, 3, 4]);
        const engine = machine.engine("EasyDMA");
        engine.start({ write: { buffer: late, data: Uint8Array.of(9, 8, 7, 6) } });
        while (!engine.isDone()) machine.wait();
        fence.acquire(late);
        expect([...machine.load(late.address, 4)]).toEqual([9, 8, 7, 6]);
      },
      { fence: Nrf52840DmaFence, ownership: "off" },
    );
  expect(run).toThrow(
    /^The CPU's store of \d to 0x2000000\d, which was called before that, was performed only after EasyDMA had written \d there\./m,
  );
});

describe("caches are named, and the order of levels is told", () => {
  const zynq = planOf("zynq7000").planned!.chip;
  const rx = { address: 0x10_0000n, lengthBytes: 4 };
  const cleanL1 = "mcr p15, 0, {address}, c7, c10, 1";
  const [cleanL2, sync] = [0xf8f0_27b0n, 0xf8f0_2730n];
  const [inL1, inL2]: ((machine: SimulatedMachine) => void)[] = [
    (machine) => {
      machine.maintain(cleanL1, rx.address);
      machine.barrier({ instruction: "dsb sy" });
    },
    (machine) => {
      machine.writeRegister(cleanL2, rx.address, 32);
      machine.writeRegister(sync, 0n, 32);
      machine.barrier({ instruction: "dsb sy" });
    },
  ];

  /** Stores, cleans in turn, and sends. */
  const sends = (id: typeof zynq, master: string, ...cleans: readonly ((machine: SimulatedMachine) => void)[]) => {
    const found = new Set<string>();
    for (let seed = 1; seed <= 24; seed++) {
      const machine = new SimulatedMachine(id, { seed });
      machine.store(rx.address, [1, 2, 3, 4]);
      machine.barrier({ instruction: "dsb sy" });
      for (const clean of cleans) clean(machine);
      machine.dmaRead(rx.address, rx.lengthBytes, master);
      for (const { text } of machine.explain()) found.add(text.replace(/\d+ in memory/, "# in memory"));
    }
    return [...found];
  };

  it("an outer one that was forgotten", () => {
    expect(sends(zynq, "GEM", inL1!)).toContainEqual(
      "The 1 that the CPU stored to 0x100000 was still in L2 when GEM found # in memory: what an inner level writes back goes no further than that. Release writes it back in every level, inner ones first, if it comes after the store and names the whole buffer.",
    );
  });

  it("an outer one that was cleaned before an inner one", () => {
    expect(sends(zynq, "GEM", inL2!, inL1!)).toContainEqual(
      "The 1 that the CPU stored to 0x100000 was still in L2 when GEM found # in memory: CLEAN_LINE_PA of the line at 0x100000 came before an inner level wrote it back to L2. Release writes back inner levels first.",
    );
    expect(sends(zynq, "GEM", inL1!, inL2!)).toEqual([]);
  });

  it("an operation that does nothing for DMA", () => {
    const a53 = planOf("zynqmp").planned!.chip;
    const clean = (machine: SimulatedMachine) => {
      machine.maintain("dc cvau, {address}", rx.address);
      machine.barrier({ instruction: "dsb sy" });
    };
    const [master] = a53.dma;
    expect(sends(a53, master!.name, clean)).toContainEqual(
      expect.stringMatching(
        /^The 1 that the CPU stored to 0x100000 was still in L\w+ when .* found # in memory: dc cvau of the line at 0x100000, which goes to the point of unification only, need not have written it back\. Release writes it back/,
      ),
    );
  });

  it("an operation that an erratum withholds", () => {
    const a53 = planOf("zynqmp").planned!.chip;
    const clean = (machine: SimulatedMachine) => machine.maintain("dc cvac, {address}", rx.address);
    expect(() => forSeeds(a53, clean)).toThrow(
      /^with seed 1: `dc cvac, \{address\}` is withheld by erratum ARM .* and by ARM 855873; `dc civac` takes its place/,
    );
  });

  it("one in front of a master", () => {
    const text = testChip({
      coreCaches: "[]",
      mechanisms: testMechanism({ ordering: "{ accessClass: device-write, doneWhen: completed }" }),
      dma: "\n  GPU: { reaches: [RAM], caches: [{ name: GPU cache, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }] }",
    });
    const behind = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!.chip;
    const told = new Set<string>();
    for (let seed = 1; seed <= 48; seed++) {
      const machine = new SimulatedMachine(behind, { seed });
      const [address, end] = [0x2000_0100n, "dsb sy"];
      machine.dmaRead(address, 1, "GPU");
      machine.store(address, [1]);
      machine.barrier({ instruction: end });
      machine.dmaRead(address, 1, "GPU");
      machine.dmaWrite(address, [2], "GPU");
      machine.barrier({ instruction: end });
      machine.load(address, 1);
      for (const { text: sentence } of machine.explain()) told.add(sentence.replace(/\d+( in it|\.)/, "#$1"));
    }
    expect([...told]).toContainEqual(
      expect.stringMatching(
        /^GPU cache had 0x20000100 since before the CPU stored 1 there, and GPU found the old # in it\. Release drops/,
      ),
    );
    expect([...told]).toContainEqual(
      expect.stringMatching(
        /^The 2 that GPU wrote to 0x20000100 was still in GPU cache when the CPU found #\. Acquire writes it back/,
      ),
    );
  });
});

describe("the run", () => {
  const driver = (machine: SimulatedMachine) =>
    exchange(machine, machine.watch(fenceWithout(machine, "acquire", "barrier")));

  it("is shown as far as it matters: the calls, one byte, and its line", () => {
    const { message } = failure(driver);
    expect(message).toContain("release(buffer)");
    expect(message).toContain("acquire(buffer)");
    const table = message.slice(message.indexOf("CPU  "));
    expect(table.split("\n").length).toBeLessThan(30);
    expect(new Set(table.match(/0x2400010[0-3]/g)).size).toBeLessThanOrEqual(2);
  });

  it("has as little in it as is found to fail, and is the same each time", () => {
    const { seed, events, message } = failure(driver);
    let whole: SimulatedMachine | undefined;
    const again = () =>
      forSeeds(
        chip,
        (machine) => {
          whole ??= machine;
          driver(machine);
        },
        { from: seed, seeds: 1 },
      );
    expect(again).toThrow(message);
    expect(events.length).toBeLessThan(whole!.events.length);
  });

  it("is as small where a test returns promises", async () => {
    const { message } = failure(driver);
    const later = async (machine: SimulatedMachine) => {
      await Promise.resolve();
      driver(machine);
      await Promise.resolve();
    };
    await expect(forSeeds(chip, later)).rejects.toThrow(message);
  });

  it("is the smallest found so far where a smaller one keeps no promise", async () => {
    let runs = 0;
    const failed = forSeeds(chip, async (machine) => {
      if (++runs > 3) await new Promise(() => {});
      driver(machine);
    });
    await expect(failed).rejects.toThrow(/^with seed \d+: /);
    expect(runs).toBe(4);
  });

  it("is shown at its end where no byte was stale", () => {
    const error = failure((machine) => {
      machine.store(buffer.address, [1]);
      machine.barrier({ instruction: "dsb sy" });
      throw new Error("reason");
    });
    expect(error.explanations).toEqual([]);
    expect(error.message).toMatch(/^with seed 1: reason\n\nCPU/);
  });

  it.each<[string, (machine: SimulatedMachine, fence: DmaFence) => void, RegExp]>([
    [
      "a store",
      (machine, fence) => {
        fence.release(buffer);
        machine.engine("Ethernet").start({ write: { buffer, data: Uint8Array.of(5, 6, 7, 8) } });
        machine.store32(buffer.address, 1);
      },
      /\nstore to 4 bytes at 0x24000100, refused: store-while-out$/,
    ],
    [
      "a start",
      (machine) => {
        machine.store32(buffer.address, 1);
        machine.engine("Ethernet").start({ read: buffer });
      },
      /\nstart of Ethernet, refused: not-released$/,
    ],
    [
      "a second start",
      (machine, fence) => {
        fence.release(buffer);
        for (let starts = 0; starts < 2; starts++) machine.engine("Ethernet").start({ read: buffer });
      },
      /\nstart of Ethernet, refused: start-while-running$/,
    ],
    [
      "what a device claims",
      (machine) => {
        machine.device("Ethernet", { base: 0x4002_8000n, lengthBytes: 4 }).run(function* (dma) {
          dma.claim(buffer, "write");
          yield dma.until(() => false);
        });
        machine.wait();
      },
      /\n +Ethernet is to access 0x24000100, refused: not-released$/,
    ],
  ])("ends with %s that a rule refuses", (_, test, last) => {
    const run = () => forSeeds(chip, test, { fence: Stm32h743DmaFence, ownership: "error", seeds: 1 });
    expect(run).toThrow(last);
  });

  it("can be written as JSON", () => {
    const json = JSON.parse(JSON.stringify(failure(driver))) as Record<string, unknown>;
    expect(Object.keys(json)).toEqual(["seed", "message", "findings", "explanations", "events"]);
    const events = json["events"] as Record<string, unknown>[];
    expect(events).toContainEqual(
      expect.objectContaining({ agent: "DMA", kind: "dma-write", master: "Ethernet", address: "0x24000100", value: 5 }),
    );
    expect(events.every(({ words }) => typeof words === "string")).toBe(true);
  });
});

it("a run that did not fail can be written as JSON as well", () => {
  const machine = new SimulatedMachine(chip, { seed: 3 });
  exchange(machine, machine.watch(new Stm32h743DmaFence(machine)));
  const json = JSON.parse(JSON.stringify(machine)) as { readonly events: readonly unknown[] };
  expect(json).toMatchObject({ seed: 3, findings: [], explanations: [] });
  expect(json.events).toHaveLength(machine.events.length);
  expect(json.events).toContainEqual({
    ...{ time: expect.any(Number), agent: "CPU", kind: "store", address: "0x24000100", value: 1 },
    words: "store 1 to 0x24000100",
  });
});

describe("the turns that a failure needs", () => {
  const found = (turns: number, needed: readonly number[], mostRuns = 1000) => {
    const questions = neededTurns(turns, mostRuns);
    let asked = questions.next();
    while (!asked.done) {
      const { value } = asked;
      asked = questions.next(needed.every((turn) => value.has(turn)));
    }
    return [...asked.value];
  };

  it.each<[number, number[]]>([
    [1, []],
    [1, [0]],
    [100, []],
    [100, [17]],
    [100, [3, 50, 99]],
    [37, [0, 1, 2, 35, 36]],
  ])("of %d are %j", (turns, needed) => {
    expect(found(turns, needed)).toEqual(needed);
  });

  it("are some more where it may not ask so often", () => {
    const few = found(100, [3, 50, 99], 4);
    expect(few).toEqual(expect.arrayContaining([3, 50, 99]));
    expect(few.length).toBeLessThan(100);
  });
});

it("a descriptor that was fetched ahead is called that, and not one that is written", () => {
  const descriptor = (index: number) => ({ address: 0x2400_0000n + BigInt(index * 32), lengthBytes: 16 });
  const run = () =>
    forSeeds(
      chip,
      (machine, fence) => {
        for (const index of [0, 1]) {
          machine.store32(descriptor(index).address + 12n, 1);
          fence.release(machine.named(`descriptor ${index}`, descriptor(index)));
        }
        const device = machine.device("Ethernet", {
          ...{ base: 0x4002_8000n, lengthBytes: 4 },
          write: () =>
            void device.run(function* (dma) {
              yield* followDescriptors(dma, {
                ...{ first: descriptor(0).address, lengthBytes: 16, isPrefetching: true },
                isOwned: (each) => each.field(12) === 1,
                next: ({ address }) => (address === descriptor(0).address ? descriptor(1).address : undefined),
                *transfer() {
                  dma.note("transfers");
                  yield dma.until(() => false);
                },
              });
            }),
        });
        machine.writeRegister(0x4002_8000n, 1n, 32);
        while (!machine.events.some(({ kind }) => kind === "note")) machine.wait();
        machine.store32(descriptor(1).address, 7);
      },
      { fence: Stm32h743DmaFence, ownership: "error", seeds: 1 },
    );
  expect(run).toThrow(
    "store to 4 bytes at 0x24000020: Ethernet has fetched 0x24000020 of descriptor 1 already, and the driver has not seen it given back (store-while-out",
  );
});

it("one cause is told once, whoever found the byte", () => {
  const address = 0x2400_0100n;
  const told = Array.from({ length: 24 }, (_, index) => {
    const machine = new SimulatedMachine(chip, { seed: index + 1 });
    machine.store(address, [9]);
    machine.barrier({ instruction: "dsb sy" });
    machine.dmaWrite(address, [5], "Ethernet");
    // DCCMVAC, which writes the line over what arrived.
    machine.writeRegister(0xe000_ef68n, address, 32);
    machine.barrier({ instruction: "dsb sy" });
    const found = [machine.dmaRead(address, 1, "Ethernet")[0], machine.load(address, 1)[0]];
    return { found, texts: machine.explain().map(({ text }) => text) };
  });
  const lost = told.filter(({ found }) => found.every((value) => value === 9));
  expect(lost.length).toBeGreaterThan(0);
  for (const { texts } of lost) expect(texts).toEqual([expect.stringContaining("writes back 9 over the 5")]);
});
