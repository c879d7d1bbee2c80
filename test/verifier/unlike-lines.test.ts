// Levels whose lines have unlike sizes: a large line outside holds several of those inside, each with a copy of its own.
import { describe, expect, it } from "vitest";
import { forSeeds, ScheduleError, type SimulatedMachine } from "../../generator/index.ts";
import type { ObligationKind } from "../../generator/plan/operation.ts";
import { fullEffort } from "../../generator/verifier/effort.ts";
import { fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import { judgeObligation } from "../../generator/verifier/obligations.ts";
import { judgeScenarios } from "../../generator/verifier/soundness.ts";
import { brokenProperty, verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";
import { renderedFiles } from "../toolchain/trace/trace-chip.ts";

interface Sizes {
  readonly inner: string;
  readonly outer: string;
  readonly operations?: string;
  readonly policy?: string;
}

const cleanThenDrop = ["clean", "invalidate"]
  .map(
    (effect) =>
      `\n      ${effect}: { effect: ${effect}, sequence: [write: { register: ${effect.toUpperCase()}, value: address }] }`,
  )
  .join("");

/** Two levels, each maintained by operations of its own. */
function planned({ inner, outer, operations, policy = "write-back" }: Sizes) {
  const mechanism = (id: string) =>
    testMechanism({
      id,
      ordering: "{ accessClass: maintenance, doneWhen: ordered }",
      ...(operations && { operations }),
    });
  const text = testChip({
    coreCaches: `[{ name: L1D, lineBytes: ${inner}, writePolicy: ${policy}, maintenance: test-mechanism }]`,
    caches: `\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: ${outer}, writePolicy: write-back, maintenance: outer }`,
    mechanisms: mechanism("test-mechanism") + mechanism("outer").replaceAll("0x4000_0000", "0x5000_0000"),
  });
  const result = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;
  return { ...result, plan: result.fences[0]!, core: result.chip.cores[0]! };
}

const about: readonly ObligationKind[] = [
  ...(["buffer-owns-its-lines", "buffer-fills-its-lines", "every-buffer-fills-its-lines"] as const),
  ...(["edge-lines-quiet", "edge-lines-quiet-elsewhere"] as const),
];
const sharing = ({ plan }: ReturnType<typeof planned>) =>
  plan.obligations.map(({ kind }) => kind).filter((kind) => about.includes(kind));

describe.each<[string, Sizes, ObligationKind[]]>([
  ["alike", { inner: "32", outer: "32" }, ["buffer-owns-its-lines"]],
  ["larger outside", { inner: "32", outer: "64" }, ["buffer-fills-its-lines"]],
  ["possibly larger outside", { inner: "32", outer: "{ smallest: 32, largest: 64 }" }, ["buffer-fills-its-lines"]],
  ["larger inside", { inner: "64", outer: "32" }, ["buffer-owns-its-lines"]],
  [
    "larger outside, where stores pass by the inner level",
    { inner: "32", outer: "64", policy: "write-through" },
    ["buffer-owns-its-lines"],
  ],
  [
    "larger outside, cleaned and dropped apart",
    { inner: "32", outer: "64", operations: cleanThenDrop },
    ["every-buffer-fills-its-lines"],
  ],
])("lines that are %s", (_, sizes, promised) => {
  const chip = planned(sizes);

  it("a fence is sound under what it asks of buffers, and needs that", () => {
    expect(sharing(chip)).toEqual(promised);
    const verdict = verifyFence(chip.plan, chip.chip, chip.core);
    expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
  });
});

describe("a buffer that shares a large line", () => {
  /** What a fence that was made for lines of other sizes, and asks for this, does on such a chip. */
  const asked = (kinds: readonly ObligationKind[], sizes: Sizes, madeFor = sizes) => {
    const { chip, core } = planned(sizes);
    const { plan } = planned(madeFor);
    const others = plan.obligations.filter(({ kind }) => !about.includes(kind));
    const obligations = [...others, ...kinds.map((kind) => ({ kind, text: "", sources: [] }))];
    return verifyFence({ ...plan, obligations }, chip, core);
  };

  it("is lost where its neighbour is quiet, but had stored before: with alike lines it is not", () => {
    const kinds = ["buffer-owns-its-lines"] as const;
    const larger = asked(kinds, { inner: "32", outer: "64" });
    expect(brokenProperty(larger)).toBe("inbound");
    expect(larger.counterexamples.map(({ scenario }) => /shared one of 64/.test(scenario))).not.toContain(false);
    // The neighbour's own small line goes outwards during the transfer, and takes the old data of the buffer along.
    const events = larger.counterexamples[0]!.events.map(({ cache }) => cache);
    expect(events).toContain("L1D at 0 evicts: L1D at 0 -, L2 [1 8] dirty");
    expect(asked(kinds, { inner: "32", outer: "32" }).sound).toBe(true);
  });

  it("loses the neighbour's data where lines are cleaned and dropped apart, even if DMA only reads", () => {
    const alike = { inner: "32", outer: "32", operations: cleanThenDrop };
    const kinds = ["buffer-fills-its-lines", "edge-lines-quiet"] as const;
    const larger = asked(kinds, { ...alike, outer: "64" }, alike);
    expect(brokenProperty(larger)).toBe("neighbour");
    expect(larger.counterexamples.map(({ scenario }) => /^outbound.*shared one of 64/.test(scenario))).not.toContain(
      false,
    );
    expect(asked(["buffer-owns-its-lines", "edge-lines-quiet"], alike).sound).toBe(true);
  });
});

describe("lines of a cache in front of a master that are larger than the core's", () => {
  const promised = (snoops: string, cachedByL1D: string) => {
    const front = testMechanism({ id: "front", ordering: "{ accessClass: device-write, doneWhen: ordered }" });
    const cache = "{ name: Front, lineBytes: 64, writePolicy: write-back, maintenance: front }";
    const text = testChip({
      coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }]",
      mechanisms: testMechanism({ operations: cleanThenDrop }) + front.replace("0x4000_0000", "0x5000_0000"),
      regions: `\n  A: { base: 0x2000_0000, size: 64KiB, cachedBy: ${cachedByL1D} }\n  B: { base: 0x3000_0000, size: 64KiB, cachedBy: all }`,
      dma: `\n  DMA0: { reaches: [A], snoops: ${snoops}, caches: [${cache}] }\n  DMA1: { reaches: [B], snoops: none }`,
    });
    const { planned: result, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
    expect(diagnostics).toEqual([]);
    const { chip, fences } = result!;
    const [plan] = fences;
    const fence = fenceUnderTest(plan!, chip, chip.cores[0]!);
    const judged = judgeScenarios(fence, fence.scenarios, fence.execute, fullEffort).result;
    expect(judged.flatMap(({ broken }) => broken ?? [])).toEqual([]);
    const asked = plan!.obligations.filter(({ kind }) => about.includes(kind));
    return asked.map((each) => [each.kind, judgeObligation(fence, each, fullEffort).result.verdict]);
  };

  it("ask for whole lines where the master does not see those", () => {
    expect(promised("none", "all")).toEqual([["every-buffer-fills-its-lines", "needed"]]);
  });

  it.each([
    ["it sees them", "all", "all"],
    ["nothing that it writes to is in them", "none", "none"],
  ])("do not, where %s", (_, snoops, cachedBy) => {
    expect(promised(snoops, cachedBy)).toEqual([
      ["buffer-owns-its-lines", "needed"],
      ["edge-lines-quiet", "needed"],
    ]);
  });
});

it("the ESP32-P4, whose L2 has lines of 64 or 128 bytes, asks for whole lines", () => {
  const [plan] = planOf("esp32-p4").planned!.fences;
  const text = plan!.obligations.find(({ kind }) => kind === "buffer-fills-its-lines")!.text;
  expect(text).toContain("are multiples of 128");
  expect(plan!.bufferAlignmentBytes).toBe(128);
});

describe("the simulated machine", async () => {
  const { plan, ...rest } = planned({ inner: "32", outer: "{ smallest: 32, largest: 64 }" });
  const { classes } = await renderedFiles(rest);
  const Fence = classes[plan.name]!;
  const receive = (address: bigint) => (machine: SimulatedMachine) => {
    const buffer = { address, lengthBytes: 32 };
    const fence = new Fence(machine);
    const engine = machine.engine("DMA");
    machine.store(0x2000_0000n, [8]);
    fence.release(buffer);
    engine.start({ write: { buffer, data: new Uint8Array(32).fill(9) } });
    while (!engine.isDone()) machine.wait();
    fence.acquire(buffer);
    expect([...machine.load(address, 32)]).toEqual(Array(32).fill(9));
    expect([...machine.load(0x2000_0000n, 1)]).toEqual([8]);
  };

  it("has lines as large as it is told", () => {
    const large = { seeds: 400, lineBytes: { L2: 64 } };
    expect(() => forSeeds(rest.chip, receive(0x2000_0020n), large)).toThrow(ScheduleError);
    forSeeds(rest.chip, receive(0x2000_0040n), large);
    forSeeds(rest.chip, receive(0x2000_0020n), { seeds: 400 });
  });
});
