// A mechanism as one cache level has it: registers at their addresses, values, errata applied.

import { describe, expect, it } from "vitest";
import type { AppliedErratum, SequenceItem } from "../../generator/model/chip.ts";
import { readFacts } from "../../generator/resolve/read-facts.ts";
import { resolveMechanism } from "../../generator/resolve/resolve-mechanism.ts";
import { type TestMechanism, testMechanism } from "../support/test-chip.ts";
import { levelOf, mechanismOf } from "./resolved.ts";

const clean = (item: string, more = "") => `
      clean: { effect: clean-and-invalidate${more}, sequence: [${item}] }`;
const withMechanism = (parts: TestMechanism) => mechanismOf({ mechanisms: testMechanism(parts) });
const line = "write: { register: INVALIDATE, value: address }";
/** The first item of an operation for a line, or for a range, that is given beside it what such an operation takes. */
const itemOf = (item: string, unit: "line" | "range" = "line"): SequenceItem => {
  const range = "write: { register: START, value: first-line }, write: { register: END, value: last-byte }";
  const operations = clean(`${item}, ${unit === "line" ? line : range}`, `, unit: ${unit}`);
  return withMechanism({ operations }).operations[0]!.sequence[0]!;
};

describe("what is left out", () => {
  it("of an operation is what most have", () => {
    expect(withMechanism({ operations: clean("write: { register: CLEAN, value: address }") }).operations).toMatchObject(
      [{ name: "clean", mayCleanToo: false, unit: "line", to: "coherency", repeat: 1, requires: [], sources: [] }],
    );
  });

  it("of the order is not ordered, and of the address is guarded", () => {
    expect(withMechanism({ address: "{ kind: physical }" })).toMatchObject({
      ordering: { afterEarlierSameLine: false, beforeLaterSameLine: false, earlierMustComplete: false },
      ...{ ignoredLowBits: 0, uncachedAddress: "wrong", interruptsMasked: false, completion: undefined },
    });
  });

  it("of re-entrancy is that registers are shared", () => {
    const mechanisms = testMechanism().replace("\n    reentrancy: atomic", "");
    expect(mechanismOf({ mechanisms }).reentrancy).toBe("shared-registers");
    expect(mechanismOf().reentrancy).toBe("atomic");
  });

  it("is not what is said", () => {
    const facts = ", mayCleanToo: true, unit: range, reaches: this-level, repeat: 2";
    const { operations, ordering } = withMechanism({
      operations: clean(
        "write: { register: START, value: first-line }, write: { register: CLEAN, value: size-bytes }",
        facts,
      ),
      ordering:
        "{ accessClass: device-write, doneWhen: ordered, afterEarlierSameLine: true, beforeLaterSameLine: true, earlierMustComplete: true }",
    });
    expect(operations).toMatchObject([{ mayCleanToo: true, unit: "range", to: "this-level", repeat: 2 }]);
    expect(ordering).toMatchObject({
      ...{ accessClass: "device-write", doneWhen: "ordered" },
      ...{ afterEarlierSameLine: true, beforeLaterSameLine: true, earlierMustComplete: true },
    });
  });
});

describe("a register", () => {
  const register = (maintenance: string, item = "write: { register: END, value: 1 }") => {
    const { mechanism } = levelOf({
      coreCaches: `[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: ${maintenance} }]`,
      mechanisms: testMechanism({ operations: clean(`${item}, ${line}`) }).replace(
        "offset: 0x14 }",
        "offset: 0x14, widthBits: 8 }",
      ),
    });
    const [first] = mechanism!.operations[0]!.sequence;
    const { name, address, widthBits } = (first as Extract<SequenceItem, { kind: "write" | "poll" }>).register;
    return { instance: mechanism!.instance, name, address, widthBits };
  };

  it.each([
    ["where the mechanism says", "test-mechanism", "test-mechanism at 0x4000_0000", 0x4000_0010n],
    [
      "where the level says",
      "{ mechanism: test-mechanism, base: 0x5000_0000 }",
      "test-mechanism at 0x5000_0000",
      0x5000_0010n,
    ],
    ["also at the start of memory", "{ mechanism: test-mechanism, base: 0 }", "test-mechanism at 0x0", 0x10n],
  ])("lies %s", (_, maintenance, instance, address) => {
    expect(register(maintenance)).toEqual({ instance, name: "END", address, widthBits: 32 });
  });

  it("is as wide as it says", () => {
    const poll = "poll: { register: STATUS, mask: 0x1, until: clear }";
    expect(register("test-mechanism", poll)).toMatchObject({ name: "STATUS", widthBits: 8 });
  });
});

it("a mechanism of instructions alone is the same wherever it is", () => {
  const mechanisms = `
  - mechanism: test-mechanism
    title: Test mechanism
    address: { kind: virtual }
    operations: { clean: { effect: clean-and-invalidate, sequence: [instruction: "clean {address}"] } }
    ordering: { accessClass: maintenance, doneWhen: completed }`;
  const { instance, operations } = mechanismOf({ mechanisms });
  expect(instance).toBe("test-mechanism");
  expect(operations[0]!.sequence).toEqual([{ kind: "instruction", instruction: "clean {address}" }]);
});

describe("a value", () => {
  const unchanged = { constant: 0n, called: [], subtract: 0n, shiftRight: 0, add: 0n, or: 0n };

  it.each<[string, "line" | "range", object]>([
    ["7", "line", { of: "constant", constant: 7n }],
    ["0x0600_0001", "line", { of: "constant", constant: 0x0600_0001n }],
    ["address", "line", { of: "address" }],
    ["last-byte", "range", { of: "last-byte" }],
    ["{ of: end, subtract: 4 }", "range", { of: "end", subtract: 4n }],
    [
      "{ of: size-lines, shiftRight: 1, add: 0x10, or: 1 }",
      "range",
      { of: "size-lines", shiftRight: 1, add: 16n, or: 1n },
    ],
  ])("%s", (written, unit, expected) => {
    expect(itemOf(`write: { register: CLEAN, value: ${written} }`, unit)).toMatchObject({
      ...{ kind: "write", value: { ...unchanged, ...expected } },
    });
  });

  it("may be an address that a store goes to, or a bit that a poll waits for", () => {
    expect(itemOf("store: { to: { of: address, or: 3 }, widthBits: 8 }")).toEqual({
      ...{ kind: "store", to: { ...unchanged, of: "address", or: 3n }, widthBits: 8 },
    });
    expect(itemOf("poll: { register: STATUS, mask: 0x8000_0000, until: set }")).toMatchObject({
      ...{ kind: "poll", mask: { value: 0x8000_0000n, called: [] }, until: "set" },
    });
  });
});

describe("a register", () => {
  const operations = `
      all:
        effect: clean-and-invalidate
        unit: whole-cache
        sequence:
          - write: { register: CTRL, value: [CTRL_ALL, Go] }
          - modify: { register: CTRL, set: Go, clear: 0x30 }
          - poll: { register: CTRL, mask: Go, until: clear }
          - read: { register: END }`;
  const mechanisms = testMechanism({
    operations,
    ordering: "{ accessClass: device-write, doneWhen: completed }",
  })
    .replace("STATUS: { offset: 0x14 }", "CTRL: { offset: 0x14, bits: 12, values: { CTRL_ALL: 0x3, Go: 0x100 } }")
    .replace("reentrancy: atomic", "reentrancy: shared-registers");
  const all = { name: "CTRL_ALL", value: 3n };
  const go = { name: "CTRL_Go", value: 0x100n };

  it("gives its values names, which stand for their bits", () => {
    expect(mechanismOf({ mechanisms }).operations[0]!.sequence).toMatchObject([
      {
        ...{ kind: "write", register: { name: "CTRL", bits: 12, widthBits: 32 } },
        value: { of: "constant", constant: 0x103n, called: [all, go] },
      },
      { kind: "modify", set: { value: 0x100n, called: [go] }, clear: { value: 0x30n, called: [] } },
      { kind: "poll", mask: { value: 0x100n, called: [go] } },
      { kind: "read", register: { name: "END", bits: 32 } },
    ]);
  });

  it("has as many bits as an access where nothing else is said", () => {
    expect(itemOf("write: { register: CLEAN, value: address }")).toMatchObject({ register: { bits: 32 } });
  });

  it("that is read back at the end has waited", () => {
    expect(mechanismOf({ mechanisms }).operations[0]!.waits).toBe(true);
  });

  it("may say how large a line is", () => {
    const coreCaches = `[{ name: L1D, lineBytes: { smallest: 16, largest: 64, readFrom: { register: STATUS, lowBit: 4, bits: 2, unitBytes: 16 } }, writePolicy: write-back, maintenance: test-mechanism }]`;
    expect(levelOf({ coreCaches }).lineSize).toMatchObject({
      ...{ register: 0x4000_0014n, lowBit: 4, bits: 2, unitBytes: 16 },
    });
  });
});

it("the limits of a range command are numbers of bytes", () => {
  const range = (limits: string) =>
    `\n      r: { effect: clean-and-invalidate, unit: range, ${limits} sequence: [write: { register: START, value: first-line }, write: { register: END, value: last-byte }] }`;
  const limitsOf = (limits: string) =>
    mechanismOf({ mechanisms: testMechanism({ operations: range(limits) }) }).operations[0];
  expect(limitsOf("mostBytes: 1MiB, alignmentBytes: 64, windowBytes: 64KiB,")).toMatchObject({
    ...{ mostBytes: 0x10_0000n, alignmentBytes: 64, windowBytes: 0x1_0000n },
  });
  expect(limitsOf("")).toMatchObject({ mostBytes: undefined, alignmentBytes: 1, windowBytes: undefined });
});

it("a sequence waits for its end where it polls", () => {
  const operations = `
      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      clean-invalidate-line: { effect: clean-and-invalidate, sequence: [write: { register: START, value: address }, poll: { register: STATUS, mask: 1, until: clear }] }`;
  const completion = (item: string) => `\n    completion: { sequence: [${item}], source: unverified }`;
  const { operations: read, completion: done } = mechanismOf({
    mechanisms: testMechanism({ operations, more: completion("poll: { register: STATUS, mask: 1, until: clear }") }),
  });
  expect(read.map(({ waits }) => waits)).toEqual([true, false]);
  expect(done?.waits).toBe(true);
  const sent = testMechanism({ operations, more: completion("write: { register: END, value: 0 }") });
  expect(mechanismOf({ mechanisms: sent }).completion?.waits).toBe(false);
});

describe("an erratum", () => {
  const errata = (...effects: readonly string[]) => {
    const list = effects.map((effect, index) => `{ erratum: E ${index}, title: Broken., affects: [r0p0], ${effect} }`);
    return (revision: string) => mechanismOf({ revision, coreMore: `\n    errata: [${list.join(", ")}]` });
  };
  const names = (mechanism: { readonly operations: readonly { readonly name: string }[] }) =>
    mechanism.operations.map(({ name }) => name);
  const all = ["clean-invalidate-line", "clean-line", "invalidate-line"];

  it("puts one operation in another's place, on affected silicon only", () => {
    const on = errata("replaceOperation: { clean-line: clean-invalidate-line }, source: unverified by E");
    expect(names(on("r1p0"))).toEqual(all);
    const { operations } = on("r0p0");
    expect(names({ operations })).toEqual(["clean-invalidate-line", "invalidate-line"]);
    const [itself] = on("r1p0").operations;
    // What is executed rests on the erratum as well.
    expect(operations[0]).toEqual({ ...itself!, sources: [expect.objectContaining({ place: "by E" })] });
    expect(itself!.sources).toEqual([]);
  });

  it("takes operations away", () => {
    const on = errata("withoutOperation: [clean-line]", "withoutOperation: [invalidate-line]");
    expect(names(on("r0p0"))).toEqual(["clean-invalidate-line"]);
    expect(names(on("r1p0"))).toEqual(all);
  });

  it("is named beside what it withholds, with how a program would have used it and what takes its place", () => {
    const on = errata(
      "replaceOperation: { clean-line: clean-invalidate-line }, source: unverified by E",
      "withoutOperation: [invalidate-line]",
    );
    expect(on("r1p0").withheld).toEqual([]);
    expect(on("r0p0").withheld).toMatchObject([
      { name: "clean-line", instead: "clean-invalidate-line", errata: [{ id: "E 0", sources: [{ place: "by E" }] }] },
      { name: "invalidate-line", instead: undefined, errata: [{ id: "E 1" }] },
    ]);
    const registers = errata("replaceRegister: { CLEAN: START }")("r0p0").withheld;
    expect(registers).toMatchObject([
      {
        ...{ name: "CLEAN", instead: "START", errata: [{ id: "E 0" }] },
        sequence: [{ kind: "write", register: { name: "CLEAN", address: 0x4000_0000n } }],
      },
    ]);
  });

  it("that leads nowhere withholds what would need the register", () => {
    const on = errata("replaceRegister: { CLEAN: START }", "replaceRegister: { START: CLEAN }");
    const { operations, withheld } = on("r0p0");
    expect(names({ operations })).not.toContain("clean-line");
    expect(withheld).toContainEqual(
      expect.objectContaining({
        ...{ name: "clean-line", instead: undefined },
        errata: [expect.objectContaining({ id: "E 0" })],
      }),
    );
  });

  it("puts one register in another's place, name and address", () => {
    const on = errata("replaceRegister: { CLEAN: START }");
    const first = (revision: string) => on(revision).operations.find(({ name }) => name === "clean-line")!.sequence[0];
    expect(first("r0p0")).toMatchObject({ register: { name: "START", address: 0x4000_000cn } });
    expect(first("r1p0")).toMatchObject({ register: { name: "CLEAN", address: 0x4000_0000n } });
  });

  const readFrom = "readFrom: { register: STATUS, lowBit: 4, bits: 2, unitBytes: 16 }";
  const withErrata = (...effects: readonly string[]) => {
    const list = effects.map(
      (effect, index) =>
        `{ erratum: E ${index}, title: Broken., affects: all, ${effect}, source: unverified by E${index} }`,
    );
    return levelOf({
      coreCaches: `[{ name: L1D, lineBytes: { smallest: 16, largest: 64, ${readFrom} }, writePolicy: write-back, maintenance: test-mechanism }]`,
      coreMore: `\n    errata: [${list.join(", ")}]`,
    });
  };

  it("puts one register in another's place where the size of a line is read as well", () => {
    expect(withErrata("replaceRegister: { STATUS: END }").lineSize).toMatchObject({
      ...{ register: 0x4000_0010n, sources: [{ place: "by E0" }] },
    });
  });

  it("whose register takes another's place says so among its sources", () => {
    const { mechanism } = withErrata("replaceRegister: { CLEAN: START }");
    const [item] = mechanism!.operations.find(({ name }) => name === "clean-line")!.sequence;
    expect(item).toMatchObject({ register: { name: "START", sources: [{ place: "by E0" }] } });
  });

  it.each<[string, string[], string | undefined]>([
    ["may swap two", ["replaceRegister: { CLEAN: START, START: CLEAN }"], "START"],
    ["may be followed by another", ["replaceRegister: { CLEAN: START }", "replaceRegister: { START: END }"], "END"],
    ["may say what another says", ["replaceRegister: { CLEAN: END }", "replaceRegister: { CLEAN: END }"], "END"],
    // Of two registers nobody knows which is right, so that the operation is not used.
    ["may contradict another", ["replaceRegister: { CLEAN: START }", "replaceRegister: { CLEAN: END }"], undefined],
    ["may lead back", ["replaceRegister: { CLEAN: START }", "replaceRegister: { START: CLEAN }"], undefined],
  ])("of a register %s", (_, effects, expected) => {
    const clean = withErrata(...effects).mechanism!.operations.find(({ name }) => name === "clean-line");
    const [item] = clean?.sequence ?? [];
    expect(item?.kind === "write" ? item.register.name : undefined).toBe(expected);
  });

  it("that leaves no register for the size of a line leaves no size to read", () => {
    const effects = ["replaceRegister: { STATUS: START }", "replaceRegister: { STATUS: END }"];
    expect(withErrata(...effects).lineSize).toBeUndefined();
  });
});

describe("interrupts are masked", () => {
  const level = (lock: string) =>
    `[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: { mechanism: test-mechanism${lock} } }]`;

  it.each([
    ["not without a reason", "", "", false],
    ["where the chip chooses it", ", lock: interrupts-masked", "", true],
    ["where the mechanism demands it", "", "\n    execution: { interruptsMasked: true }", true],
    ["not for another constraint", "", "\n    execution: { codeOutsideCache: true }", false],
  ])("%s", (_, lock, more, masked) => {
    expect(mechanismOf({ coreCaches: level(lock), mechanisms: testMechanism({ more }) }).interruptsMasked).toBe(masked);
  });
});

it("what only the program can see to is asked of it, beside what the mechanism asks itself", () => {
  const texts = (more: string) => withMechanism({ more }).requires.map(({ text }) => text);
  expect(texts("")).toEqual([]);
  expect(
    texts(
      "\n    requires: [{ text: Bit 0 is set. }]\n    execution: { codeOutsideCache: true, perHartRegisters: 0x1000 }",
    ),
  ).toEqual(["Bit 0 is set.", expect.stringContaining("does not cache"), expect.stringContaining("hart 0")]);
});

it("a call into ROM is a constraint that nothing can respect yet", () => {
  expect(withMechanism({ operations: clean("call: Cache_WriteBack") }).constraints).toHaveLength(1);
  const completion = "\n    completion: { sequence: [call: Cache_Sync] }";
  expect(withMechanism({ more: completion }).constraints).toEqual(["the completion is a call into ROM"]);
  expect(withMechanism({}).constraints).toEqual([]);
});

describe("what errata put in an operation's place", () => {
  const operation = (instruction: string) => ({ effect: "clean", sequence: [{ instruction }] });
  const yaml = {
    mechanism: "m",
    title: "M",
    address: { kind: "virtual" },
    operations: { one: operation("one"), two: operation("two"), three: operation("three") },
    ordering: { accessClass: "maintenance", doneWhen: "ordered" },
  } as unknown as Parameters<typeof resolveMechanism>[0];
  const executed = (...errata: Partial<AppliedErratum>[]) =>
    resolveMechanism(yaml, {
      ...{ base: 0n, sources: new Map(), differs: undefined, differing: new Map(), lock: undefined, prefix: "" },
      facts: readFacts(),
      errata: errata.map((erratum) => ({
        ...{
          id: "E",
          title: "",
          certain: true,
          mayBeWrong: false,
          mechanism: undefined,
          obligation: undefined,
          sources: [],
        },
        ...{ replaceOperation: {}, withoutOperation: [], replaceRegister: {}, completionBeforeMaintenance: false },
        ...erratum,
      })),
    }).operations.map(({ name }) => name);

  it.each<[string, Partial<AppliedErratum>[], string[]]>([
    [
      "may be replaced in turn",
      [{ replaceOperation: { one: "two" } }, { replaceOperation: { two: "three" } }],
      ["three"],
    ],
    // The broken operation must not be executed for want of a better one.
    ["may be taken away", [{ replaceOperation: { one: "two" } }, { withoutOperation: ["two"] }], ["three"]],
    ["may lead in a circle", [{ replaceOperation: { one: "two" } }, { replaceOperation: { two: "one" } }], ["three"]],
    ["may be itself, which changes nothing", [{ replaceOperation: { one: "one" } }], ["one", "two", "three"]],
    [
      "may be two things",
      [{ replaceOperation: { one: "two" } }, { replaceOperation: { one: "three" } }],
      ["two", "three"],
    ],
    [
      "may be the same thing twice",
      [{ replaceOperation: { one: "two" } }, { replaceOperation: { one: "two" } }],
      ["two", "three"],
    ],
  ])("%s", (_, errata, expected) => {
    expect(executed(...errata)).toEqual(expected);
  });
});
