// Levels that are cleaned and dropped in two steps: what comes into one in between is lost with it.
import { describe, expect, it } from "vitest";
import type { FencePlan, FenceStep, ObligationKind } from "../../generator/plan/operation.ts";
import { fullEffort } from "../../generator/verifier/effort.ts";
import { fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import { judgeScenarios } from "../../generator/verifier/soundness.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { type TestMechanism, testChip, testMechanism } from "../support/test-chip.ts";

const operation = (name: string, effect: string, ...registers: string[]) =>
  `\n      ${name}: { effect: ${effect}, sequence: [${registers.map((each) => `write: { register: ${each}, value: address }`).join(", ")}] }`;
const apart = operation("clean", "clean", "CLEAN") + operation("drop", "invalidate", "INVALIDATE");
const ofTwoCommands = apart + operation("both", "clean-and-invalidate", "CLEAN", "INVALIDATE");
const notExclusive = "takesCleanVictims: { unless: It is not exclusive. }, ";

interface World {
  /** Of each level, inner to outer. */
  readonly mechanisms?: readonly [Partial<TestMechanism>, Partial<TestMechanism>];
  readonly lineBytes?: readonly [number, number];
  /** Whether one mechanism maintains both levels. */
  readonly isOne?: boolean;
  /** Which levels may hold lines of A, and of B. */
  readonly cachedBy?: readonly [string, string];
  readonly dma: string;
  readonly architecture?: "armv7-m" | "riscv";
  readonly victims?: string;
}

function textOf({ mechanisms, dma, architecture = "armv7-m", victims = notExclusive, ...world }: World): string {
  const [inner, outer] = mechanisms ?? [{ operations: apart }, { operations: apart }];
  const [innerBytes, outerBytes] = world.lineBytes ?? [32, 32];
  const [ofA, ofB] = world.cachedBy ?? ["all", "[L2]"];
  const at = (base: string, parts: TestMechanism) => testMechanism(parts).replace("0x4000_0000", base);
  return testChip({
    architecture,
    coreCaches: `[{ name: L1D, lineBytes: ${innerBytes}, writePolicy: write-back, maintenance: inner }]`,
    caches: `\n  - { ${victims}name: L2, lineBytes: ${outerBytes}, writePolicy: write-back, maintenance: ${world.isOne ? "inner" : "outer"} }`,
    mechanisms:
      at("0x4000_0000", { id: "inner", ...inner }) +
      at("0x5000_0000", { id: "outer", ...outer }) +
      at("0x6000_0000", { id: "front", ordering: "{ accessClass: device-write, doneWhen: ordered }" }),
    regions: `\n  A: { base: 0x2000_0000, size: 64KiB, cachedBy: ${ofA} }\n  B: { base: 0x3000_0000, size: 64KiB, cachedBy: ${ofB} }`,
    dma,
    more: "evidence: { masters: manual }\nsources: { manual: { document: Manual } }",
  });
}

function planned(world: World) {
  const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": textOf(world) }).planned!;
  return { chip, core: chip.cores[0]!, plan: fences[0]! };
}

const codesOf = (world: World) =>
  planOf("test-chip", { "chips/test-chip.yaml": textOf(world) }).diagnostics.map(({ code }) => code);

const unseen = "\n  DMA0: { reaches: [A], snoops: none }";
/** L2 is dropped for what DMA0 writes to B; all masters of A see L1D. */
const seenInA = "\n  DMA0: { reaches: [B], snoops: none }\n  DMA1: { reaches: [A], snoops: all }";

/** Operations with the level, and `edges` where only those are maintained. */
const maintenance = (steps: readonly FenceStep[]) =>
  steps.flatMap((step) =>
    "operation" in step
      ? [`${step.operation} ${step.levels.join("+")}${"lines" in step && step.lines === "edges" ? " edges" : ""}`]
      : [],
  );
const kindsOf = ({ obligations }: FencePlan) => obligations.map(({ kind }) => kind);

/** The properties that a plan breaks, each once. */
function broken({ chip, core, plan }: ReturnType<typeof planned>): string[] {
  const fence = fenceUnderTest(plan, chip, core);
  const { result } = judgeScenarios(fence, fence.scenarios, fence.execute, fullEffort);
  return [...new Set(result.flatMap((each) => each.broken?.property ?? []))];
}

/** A plan whose acquire has no such step. */
function without(world: ReturnType<typeof planned>, title: string) {
  const acquire = world.plan.acquire.filter((step) => !maintenance([step]).includes(title));
  return { ...world, plan: { ...world.plan, acquire } };
}

describe("a level inside one that is dropped in two steps is cleaned before", () => {
  it.each<[string, World, string[], string]>([
    [
      "where every master of that memory sees it, and release leaves it",
      { dma: seenInA },
      ["clean L1D", "clean L2", "drop L2"],
      "clean L1D",
    ],
    [
      "also where what is dropped is cleaned by the same operation, in two commands",
      { dma: seenInA, mechanisms: [{}, { operations: ofTwoCommands }] },
      ["clean-line L1D", "both L2"],
      "clean-line L1D",
    ],
    [
      "where it is dropped itself",
      { dma: unseen, mechanisms: [{}, { operations: ofTwoCommands }] },
      ["clean-line L1D edges", "both L2", "clean-invalidate-line L1D"],
      "clean-line L1D edges",
    ],
    [
      "where it is dropped itself, and interrupts are masked",
      {
        dma: unseen,
        mechanisms: [{}, { operations: ofTwoCommands, more: "\n    execution: { interruptsMasked: true }" }],
      },
      ["clean-line L1D edges", "both L2", "clean-invalidate-line L1D"],
      "clean-line L1D edges",
    ],
    [
      "where it is only cleaned",
      { dma: "\n  DMA0: { reads: [A], snoops: none }\n  DMA1: { reaches: [B], snoops: none }" },
      ["clean L1D edges", "clean L2 edges", "drop L2"],
      "clean L1D edges",
    ],
    [
      "where only there a master leaves dirty what it writes",
      { dma: `${unseen}\n  DMA1: { reaches: [A], snoops: all, allocatesIn: [L1D] }` },
      ["clean L1D", "clean L2", "drop L2", "drop L1D"],
      "clean L2",
    ],
    [
      "where one operation acts on both, and the outer one is dropped along",
      { dma: "\n  DMA0: { reaches: [A], snoops: [L2] }", isOne: true },
      ["clean L1D+L2", "drop L1D+L2"],
      "clean L1D+L2",
    ],
  ])("%s", (_, world, steps, needed) => {
    const all = planned(world);
    expect(maintenance(all.plan.acquire)).toEqual(steps);
    expect(broken(all)).toEqual([]);
    expect(broken(without(all, needed))).not.toEqual([]);
  });

  it("and not where no buffer is in lines of both", () => {
    const dma = "\n  DMA0: { reaches: [A, B], snoops: none }";
    const all = planned({ dma, cachedBy: ["[L1D]", "[L2]"], mechanisms: [{}, { operations: apart }] });
    expect(maintenance(all.plan.acquire)).toEqual(["clean L2 edges", "drop L2", "clean-invalidate-line L1D"]);
    expect(broken(all)).toEqual([]);
  });

  it("and not where it is dropped in one", () => {
    const all = planned({ dma: seenInA, mechanisms: [{}, {}] });
    expect(maintenance(all.plan.acquire)).toEqual(["clean-invalidate-line L2"]);
    expect(broken(all)).toEqual([]);
  });

  it("or the chip is refused", () => {
    const drop = { operations: operation("drop", "invalidate", "INVALIDATE") };
    expect(codesOf({ dma: seenInA, mechanisms: [drop, { operations: apart }] })).toEqual(["plan/no-operation"]);
    const unmaintained = textOf({ dma: seenInA }).replace(", maintenance: inner", "");
    expect(planOf("test-chip", { "chips/test-chip.yaml": unmaintained }).diagnostics).toMatchObject([
      { code: "plan/no-maintenance", message: expect.stringContaining("no way to clean L1D, which may write dirty") },
    ]);
  });

  it("with all its lines, and no buffer shares one, where its lines are smaller", () => {
    const all = planned({ dma: seenInA, lineBytes: [16, 64] });
    expect(maintenance(all.plan.acquire)).toEqual(["clean L1D", "clean L2", "drop L2"]);
    expect(kindsOf(all.plan)).toContain("every-buffer-fills-its-lines");
    expect(broken(all)).toEqual([]);
    const bare = all.plan.obligations.filter(({ kind }) => kind !== "every-buffer-fills-its-lines");
    const quiet = (["buffer-owns-its-lines", "edge-lines-quiet"] as const).map((kind) => ({
      kind,
      text: "",
      sources: [],
    }));
    expect(broken({ ...all, plan: { ...all.plan, obligations: [...bare, ...quiet] } })).toContain("neighbour");
  });
});

it("what a master left in a cache in front of it is where it stays before that is kept", () => {
  const front =
    "\n  DMA0: { reaches: [A], snoops: run-time, caches: [{ name: Front, lineBytes: 32, writePolicy: write-back, maintenance: front }] }";
  const all = planned({ dma: front, cachedBy: ["[L2]", "none"] });
  expect(maintenance(all.plan.acquire)).toEqual(["clean-line Front", "clean L2", "drop L2"]);
  expect(broken(all)).toEqual([]);
  const verdict = verifyFence(all.plan, all.chip, all.core);
  const swapped = verdict.steps.filter(({ fence, change }) => fence === "acquire" && change.includes("swapped"));
  expect(swapped.map(({ verdict: how }) => how)).toContain("property");
  expect(verdict.necessary).toBe(true);
});

it("the status read comes before a level is dropped also where the passes before it are made for other memory", () => {
  const strict = "{ kind: virtual, ignoredLowBits: line, uncachedAddress: wrong }";
  const counting = (accessClass: string) => ({
    operations: apart,
    address: strict,
    ordering: `{ accessClass: ${accessClass}, doneWhen: ordered }`,
  });
  const all = planned({
    architecture: "riscv",
    mechanisms: [counting("device-write"), counting("write")],
    cachedBy: ["[L1D]", "[L2]"],
    dma: "\n  DMA0: { reaches: [A, B], snoops: none }",
  });
  expect(broken(all)).toEqual([]);
});

describe("what a master may still write to", () => {
  const seenOutside = `${unseen}\n  DMA1: { reaches: [A], snoops: [L2] }`;

  it.each<[string, World]>([
    ["a level that it does not see is inside", { dma: seenOutside }],
    ["it sees all", { dma: seenInA }],
  ])("is not acquired, where %s", (_, world) => {
    const { chip, core, plan } = planned(world);
    const promise = plan.obligations.find(({ kind }) => kind === "ended-first")!;
    expect(promise.text).toContain("Nothing that DMA1 may still write to is given to `acquire`");
    const verdict = verifyFence(plan, chip, core);
    expect(verdict.sound).toBe(true);
    expect(verdict.obligations.find(({ kind }) => kind === "ended-first")).toMatchObject({
      verdict: "needed",
      counterexample: { property: "memory start" },
    });
  });

  it("would be lost", () => {
    const all = planned({ dma: seenOutside });
    const obligations = all.plan.obligations.filter(({ kind }) => kind !== "ended-first");
    expect(broken({ ...all, plan: { ...all.plan, obligations } })).toEqual(["memory start"]);
  });

  it.each<[string, World]>([
    ["it leaves nothing dirty", { dma: seenOutside.replace("snoops: [L2]", "snoops: [L2], allocatesIn: none") }],
    ["lines are dropped in one step", { dma: seenOutside, mechanisms: [{}, {}] }],
  ])("may be, where %s", (_, world) => {
    const all = planned(world);
    expect(kindsOf(all.plan)).not.toContain("ended-first" satisfies ObligationKind);
    expect(broken(all)).toEqual([]);
  });
});

describe("a whole cache", () => {
  const whole = (name: string, effect: string, ...registers: string[]) =>
    `\n      ${name}: { effect: ${effect}, unit: whole-cache, sequence: [${registers.map((each) => `write: { register: ${each}, value: 1 }`).join(", ")}] }`;
  const commands = whole("clean", "clean", "CLEAN") + whole("drop", "invalidate", "INVALIDATE");
  const inTwo = commands + whole("both", "clean-and-invalidate", "CLEAN", "INVALIDATE");
  const inOne = commands + whole("both", "clean-and-invalidate", "CLEAN_INVALIDATE");
  const of = (operations: string) => testChip({ mechanisms: testMechanism({ operations }) });

  it("is not dropped in two steps: others store to other lines in between", () => {
    const { diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": of(inTwo) });
    expect(diagnostics.map(({ code }) => code)).toEqual(["plan/no-operation"]);
  });

  const masked = (world: Parameters<typeof testChip>[0]) =>
    testChip({
      ...world,
      mechanisms: testMechanism({
        operations: inTwo,
        more: "\n    execution: { interruptsMasked: true }",
      }).replace("reentrancy: atomic", "reentrancy: shared-registers"),
    });

  it("is, with interrupts masked, where only the CPU stores", () => {
    const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": masked({}) }).planned!;
    const [plan] = fences;
    expect(maintenance(plan!.acquire)).toEqual(["both L1D"]);
    expect(verifyFence(plan!, chip, chip.cores[0]!)).toMatchObject({ sound: true });
  });

  it("is not where a master leaves dirty lines meanwhile", () => {
    const dma = "\n  DMA: { reaches: [RAM], snoops: none }\n  ACP: { reaches: [RAM], snoops: all, allocatesIn: [L1D] }";
    const { diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": masked({ dma }) });
    expect(diagnostics.map(({ code }) => code)).toContain("plan/no-operation");
  });

  it("is in one, and the verifier tells them apart", () => {
    const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": of(inOne) }).planned!;
    const [plan] = fences;
    expect(broken({ chip, core: chip.cores[0]!, plan: plan! })).toEqual([]);
    const verdict = verifyFence(plan!, chip, chip.cores[0]!);
    expect(verdict.steps.filter(({ change }) => change === "both replaced by drop")).toMatchObject([
      { verdict: "footprint", because: "drop drops dirty lines of others" },
    ]);
  });
});

it("nobody has to be quiet between two commands on lines that are never dirty", () => {
  const chip = testChip({
    coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-through, maintenance: test-mechanism }]",
    mechanisms: testMechanism({
      operations:
        operation("clean", "clean", "CLEAN") + operation("both", "clean-and-invalidate", "CLEAN", "INVALIDATE"),
    }),
  });
  const result = planOf("test-chip", { "chips/test-chip.yaml": chip }).planned!;
  const verdict = verifyFence(result.fences[0]!, result.chip, result.chip.cores[0]!);
  expect(verdict).toMatchObject({ sound: true, necessary: true });
  expect(maintenance(result.fences[0]!.acquire)).toEqual(["both L1D"]);
});

it("nor where only a level that stays off would have dirty ones", () => {
  const chip = testChip({
    coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: read-only, maintenance: test-mechanism }]",
    caches:
      "\n  - { name: L2, lineBytes: 32, writePolicy: write-back, enabled: never, takesCleanVictims: false, maintenance: test-mechanism }",
    mechanisms: testMechanism({ operations: apart }),
    regions: "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: [L1D] }",
  });
  const result = planOf("test-chip", { "chips/test-chip.yaml": chip }).planned!;
  const [plan] = result.fences;
  expect(maintenance(plan!.acquire)).toEqual(["drop L1D"]);
  expect(verifyFence(plan!, result.chip, result.chip.cores[0]!)).toMatchObject({ sound: true, necessary: true });
});
