// The way back: what an operation executes is read as that operation, on the lines that it was executed for.
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { Interpreter, lineBytesOf } from "../../generator/program/interpret.ts";
import { lowerSequence } from "../../generator/program/lower.ts";
import { run } from "../../generator/program/run.ts";
import type { Statement } from "../../generator/program/statement.ts";
import { lineStart } from "../../generator/runtime/lines.ts";
import { mechanismsOf } from "../../generator/semantics/instruction.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";

const cores = shippedChips.flatMap((id) => planOf(id).planned?.chip.cores ?? []);
const cases = new Map(
  cores.flatMap((core) =>
    mechanismsOf(core).flatMap((mechanism) =>
      mechanism.operations
        // A sequence that a call stands in is refused, and one of the same accesses reads as the first.
        .filter(({ sequence }) => sequence.every(({ kind }) => kind !== "call"))
        .map((operation) => [`${mechanism.id} ${operation.name}`, { core, mechanism, operation }] as const),
    ),
  ),
);

describe.each([...cases])("%s", (_, { core, mechanism, operation }) => {
  it("is read back, with its lines", () => {
    const bytes = lineBytesOf(mechanism, core);
    // Without the bits that some mechanism sets in an address.
    const base = 0x2000_0000n;
    const buffer = { address: base, lengthBytes: 2 * bytes };
    const body = Array.from({ length: operation.repeat }, () => lowerSequence(operation.sequence, bytes)).flat();
    const statements: Record<typeof operation.unit, Statement[]> = {
      line: [
        {
          ...{ kind: "for-lines", lines: "all", lineBytes: { bytes, isRead: false }, firstAddress: "line-aligned" },
          body,
        },
      ],
      range: [{ kind: "let-range", lineBytes: bytes, body }],
      "whole-cache": body,
    };
    const interpreter = new Interpreter(core);
    interpreter.next({ kind: "mask-interrupts" });
    const meanings = run(statements[operation.unit], buffer).flatMap((each) => interpreter.next(each));
    const read = meanings.flatMap((meaning) => (meaning.kind === "maintenance" ? [meaning] : []));
    // One operation may begin with another whole one, which is then read first.
    const beginsWith = ({ sequence }: typeof operation) =>
      sequence.length < operation.sequence.length &&
      isDeepStrictEqual(operation.sequence.slice(0, sequence.length), sequence);
    const effective = read.filter((meaning) => meaning.effective && !beginsWith(meaning.operation));
    // An erratum may have put one operation in the place of two.
    expect(effective.every((each) => each.operation.effect === operation.effect)).toBe(true);
    const lines = effective.flatMap(({ first, last }): (bigint | "all")[] =>
      first === undefined ? ["all" as const] : [lineStart(first, bytes), lineStart(last!, bytes)],
    );
    const expected: Record<typeof operation.unit, (bigint | "all")[]> = {
      line: [base, base, base + BigInt(bytes), base + BigInt(bytes)],
      range: [base, base + BigInt(bytes)],
      "whole-cache": ["all"],
    };
    expect(lines).toEqual(expected[operation.unit]);
  });
});

it("an access that no mechanism knows is an error", () => {
  const interpreter = new Interpreter(cores.find(({ caches }) => caches.length > 0)!);
  expect(() => interpreter.next({ kind: "maintain", instruction: "nonsense", address: undefined })).toThrow(RangeError);
  const write = { kind: "write-register", address: 3n, value: 0n, widthBits: 32 } as const;
  expect(() => interpreter.next(write)).toThrow(RangeError);
});

describe("what an erratum withholds is refused with its reason and what takes its place", () => {
  const coreOf = (chip: string, core: string) => planOf(chip).planned!.chip.cores.find(({ id }) => id === core)!;
  const text = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return error instanceof RangeError ? error.message : undefined;
    }
    return undefined;
  };

  it("an operation in whose place another stands", () => {
    const interpreter = new Interpreter(coreOf("zynqmp", "cortex-a53"));
    const instruction = "dc cvac, {address}";
    expect(text(() => interpreter.next({ kind: "maintain", instruction, address: 0x1000n }))).toMatch(
      /^`dc cvac, \{address\}` is withheld by erratum ARM 819472, 824069, 827319 and by ARM 855873; `dc civac` takes its place: A clean by address .*\(.*cpu-specific-build-macros/,
    );
  });

  it("an operation that is taken away, by a store", () => {
    const interpreter = new Interpreter(coreOf("rp2350", "cortex-m33"));
    const write = { kind: "write-register", address: 0x1800_0001n, value: 0n, widthBits: 8 } as const;
    expect(text(() => interpreter.next(write))).toMatch(
      /^the register at 0x18000001, clean by set\/way, is withheld by erratum RP2350-E11; nothing takes its place: /,
    );
  });
});
