// What statements make the CPU execute.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Register } from "../../generator/model/chip.ts";
import { run, unchanged } from "../../generator/program/run.ts";
import type { Condition, Expression, ForLines, Statement } from "../../generator/program/statement.ts";
import { RecordingMachine } from "../../generator/runtime/recording-machine.ts";

const buffer = { address: 0x1010n, lengthBytes: 0x30 };
const executed = (statements: readonly Statement[], on = buffer, lineBytes?: number): string[] => {
  const machine = new RecordingMachine();
  machine.record(...run(statements, on, lineBytes));
  return machine.lines();
};

const barrier = (instruction: string): Statement => ({
  kind: "barrier",
  effect: {
    ...{ instruction, earlier: [], later: [], completes: [], domain: "full-system", extension: undefined, sources: [] },
  },
});
const register: Register = { name: "CLEAN", address: 0x4000n, widthBits: 32, bits: 32, sources: [] };
const clean: Statement = { kind: "execute", instruction: "clean {address}", takesLine: true };
const loop = (facts: Partial<ForLines> = {}): ForLines => ({
  ...{
    kind: "for-lines",
    lines: "all",
    lineBytes: { bytes: 32, isRead: false },
    firstAddress: "as-given",
    body: [clean],
  },
  ...facts,
});

describe("a condition", () => {
  const regions = [{ name: "RAM", base: 0x1000n, sizeBytes: 0x1000n }];
  const leaves = (condition: Condition): Statement => ({
    ...{ kind: "if", condition, body: [barrier("inside"), { kind: "return" }] },
  });

  it.each<[string, Condition, boolean]>([
    ["buffer-is-empty", { kind: "buffer-is-empty" }, false],
    ["buffer-starts-in", { kind: "buffer-starts-in", regions }, true],
    ["buffer-starts-outside", { kind: "buffer-starts-outside", regions }, false],
  ])("%s decides what is executed, and a return ends all of it", (_, condition, holds) => {
    const program = [barrier("before"), leaves(condition), barrier("after")];
    expect(executed(program)).toEqual(holds ? ["before", "inside"] : ["before", "after"]);
    const other =
      condition.kind === "buffer-is-empty" ? { address: 0x1000n, lengthBytes: 0 } : { address: 0n, lengthBytes: 1 };
    expect(executed(program, other)).toEqual(holds ? ["before", "after"] : ["before", "inside"]);
  });

  it("within a loop ends the fence, not only the loop", () => {
    const program = [loop({ body: [clean, { kind: "return" }] }), barrier("after")];
    expect(executed(program)).toEqual(["clean 0x1010"]);
  });
});

describe("a loop over lines", () => {
  it.each<[string, Partial<ForLines>, string[]]>([
    ["steps from the buffer's own address", {}, ["clean 0x1010", "clean 0x1030"]],
    ["or from the start of its line", { firstAddress: "line-aligned" }, ["clean 0x1000", "clean 0x1020"]],
    ["visits both edges", { lines: "edges" }, ["clean 0x1010", "clean 0x103f"]],
    ["may begin a line late", { late: { first: 1, last: 0 } }, ["clean 0x1030"]],
    ["may end a line early", { late: { first: 0, last: -1 } }, ["clean 0x1010"]],
    ["may end a line late", { late: { first: 0, last: 1 } }, ["clean 0x1010", "clean 0x1030", "clean 0x1050"]],
  ])("%s", (_, facts, expected) => {
    expect(executed([loop(facts)])).toEqual(expected);
  });

  it("steps by the size that the core answers with, else by the smallest", () => {
    const read = loop({ lineBytes: { bytes: 16, isRead: true } });
    expect(executed([read], buffer, 64)).toEqual(["clean 0x1010"]);
    expect(executed([read])).toEqual(["clean 0x1010", "clean 0x1020", "clean 0x1030"]);
  });

  it("visits nothing of an empty buffer, late or not", () => {
    const empty = { address: 0x1010n, lengthBytes: 0 };
    expect(executed([loop(), loop({ late: { first: 0, last: 1 } })], empty)).toEqual([]);
  });
});

describe("a number", () => {
  const stored = (value: Expression) => executed([loop({ body: [{ kind: "store-register", register, value }] })])[0];
  const changes = [
    { kind: "subtract", by: 0x10n },
    { kind: "shiftRight", by: 4n },
    { kind: "add", by: 3n },
    { kind: "or", by: 0x8000n },
  ] as const;

  it("is changed in the order in which the changes stand", () => {
    expect(stored({ from: { kind: "line" }, changes })).toBe("write32 0x4000 = 0x8103");
    expect(stored({ from: { kind: "constant", value: 5n, called: [] }, changes: [] })).toBe("write32 0x4000 = 0x5");
  });

  it.each([
    ["first-line", "0x1000"],
    ["last-byte", "0x103f"],
    ["end", "0x1040"],
    ["size-bytes", "0x40"],
    ["size-lines", "0x2"],
  ] as const)("of the range, %s, is %s", (quantity, value) => {
    const from = { kind: "range", quantity, lineBytes: 32 } as const;
    const store: Statement = { kind: "store-register", register, value: { from, changes: [] } };
    expect(executed([{ kind: "let-range", lineBytes: 32, body: [store] }])).toEqual([`write32 0x4000 = ${value}`]);
  });

  it("is told again from what a register was given, as far as no bit was lost", () => {
    const change = fc.record({
      kind: fc.constantFrom("subtract", "add", "shiftRight", "or"),
      by: fc.bigInt(0n, 63n),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.bigInt(0n, 1n << 32n), (list, start) => {
        // Multiples that no shift cuts, and bits that are set nowhere else.
        const shift = list.reduce((sum, { kind, by }) => (kind === "shiftRight" ? sum + by : sum), 0n);
        const address = (start + 64n) << (shift + 8n);
        const harmless = list.map(({ kind, by }) => ({
          kind,
          by: kind === "shiftRight" ? by : kind === "or" ? 0n : by << shift,
        }));
        const expression: Expression = { from: { kind: "line" }, changes: harmless.filter(({ by }) => by !== 0n) };
        const body: Statement[] = [{ kind: "store-register", register, value: expression }];
        const [operation] = run([loop({ body })], { address, lengthBytes: 1 });
        if (operation?.kind !== "write-register") throw new Error("no register is written");
        expect(unchanged(expression, operation.value) >> shift).toBe(address >> shift);
      }),
    );
  });
});
