// What each statement of a fence means to the machine that executes it, so that emitted classes can say so. It is found by
// running the fence for buffers of every kind and reading what it executes through the interpreter: by the rules by which
// the simulator and the verifier read it, and no others.
import type { ResolvedCore } from "../model/chip.ts";
import { lineStart } from "../runtime/lines.ts";
import type { MaintenanceKind, Meaning } from "../runtime/meaning.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import type { BarrierEffect } from "../semantics/barrier.ts";
import { barriersOf, cachesOf } from "../semantics/instruction.ts";
import { effectsOf, Interpreter, lineBytesOf } from "./interpret.ts";
import { keyOfMeaning, meaningsOf, questionOf } from "./meanings.ts";
import { type Emit, execute, type Frame } from "./run.ts";
import { type FenceProgram, flattened, type Statement } from "./statement.ts";

/**
 * A meaning, and for which lines: that at hand, those of the range at hand up to its last byte or to the end of its last line, or
 * none in particular.
 */
export type Announced =
  | { readonly of: "whole"; readonly meaning: Meaning }
  | { readonly of: "line" | "range-to-byte" | "range-to-line"; readonly meaning: MaintenanceKind };

/** For each operation of a statement, what it means. */
export type Announcements = ReadonlyMap<Statement, readonly (readonly Announced[])[]>;

/**
 * Of a mechanism whose facts are wrong, a command may act elsewhere than on the lines at hand, or otherwise for each buffer. The fence
 * is unsound then, which is for `verify` to say; the command is announced as nothing.
 */
export function announcementsOf(program: FenceProgram, core: ResolvedCore): Announcements {
  const found = new Map<Statement, Found>();
  const barriers = new Map<BarrierEffect, readonly Meaning[]>();
  for (const statements of [program.release, program.acquire])
    for (const buffer of buffersFor(statements, core)) {
      const interpreter = new Interpreter(core);
      const meaningsFor = (operation: RecordedOperation, statement: Statement): readonly Meaning[] => {
        if (statement.kind === "barrier") {
          const meanings = barriers.get(statement.effect) ?? barrierMeanings(statement.effect, core);
          barriers.set(statement.effect, meanings);
          return meanings;
        }
        if (statement.kind !== "let-line-bytes") return meaningsOf(interpreter.next(operation), core);
        return [questionOf(statement.lineSize, statement.smallestBytes, statement.largestBytes)];
      };
      let last: Statement | undefined;
      let run: (readonly Announced[])[] = [];
      const finish = () => {
        if (last) agree(found, last, run);
        run = [];
      };
      const emit: Emit = (operation, statement, frame) => {
        const isSecond = statement === last && statement.kind === "modify-register" && run.length === 1;
        if (!isSecond) finish();
        last = statement;
        run.push(meaningsFor(operation, statement).flatMap((meaning) => announced(meaning, frame, core) ?? []));
      };
      execute(statements, { buffer }, emit);
      finish();
    }
  return new Map([...found].map(([statement, { announced }]) => [statement, announced]));
}

/** What a statement was announced as so far, and a text that is the same for the same. */
interface Found {
  readonly key: string;
  readonly announced: readonly (readonly Announced[])[];
}

/** The rows that an instruction has, of which the plan needs one. */
function barrierMeanings(effect: BarrierEffect, core: ResolvedCore): Meaning[] {
  const effects = effectsOf(effect.instruction, barriersOf(core));
  return meaningsOf([{ kind: "barrier", effects: effects.length > 0 ? effects : [effect] }], core);
}

function agree(found: Map<Statement, Found>, statement: Statement, announced: readonly (readonly Announced[])[]): void {
  const now = foundAs(announced);
  const before = found.get(statement);
  found.set(statement, before && before.key !== now.key ? foundAs(before.announced.map(() => [])) : now);
}

function foundAs(announced: readonly (readonly Announced[])[]): Found {
  const key = JSON.stringify(announced.map((one) => one.map(({ of, meaning }) => [of, keyOfMeaning(meaning)])));
  return { key, announced };
}

/** @returns undefined for what acts neither on the line nor on the range at hand */
function announced(meaning: Meaning, { line, buffer }: Frame, core: ResolvedCore): Announced | undefined {
  if (meaning.kind !== "maintenance" || meaning.first === undefined || meaning.last === undefined)
    return { of: "whole", meaning };
  const { first, last, ...kind } = meaning;
  const level = cachesOf(core).find(({ mechanism }) => mechanism?.instance === meaning.mechanism)!;
  const isAt = (address: bigint, at: bigint, lineBytes: number) =>
    lineStart(address, lineBytes) === lineStart(at, lineBytes);
  const smallest = lineBytesOf(level.mechanism!, core);
  if (line !== undefined && isAt(first, line, smallest) && last === first) return { of: "line", meaning: kind };
  const lastByte = buffer.address + BigInt(buffer.lengthBytes - 1);
  if (line === undefined && isAt(first, buffer.address, level.largestLineBytes)) {
    if (last === lastByte) return { of: "range-to-byte", meaning: kind };
    const isEnd = (last + 1n) % BigInt(smallest) === 0n;
    if (isEnd && isAt(last, lastByte, level.largestLineBytes)) return { of: "range-to-line", meaning: kind };
  }
  return undefined;
}

/** Several lines, unaligned, in each region that the fence tells apart and in none of them. */
function buffersFor(statements: readonly Statement[], core: ResolvedCore) {
  const largest = Math.max(64, ...cachesOf(core).map((level) => level.largestLineBytes));
  const regions = flattened(statements).flatMap((statement) =>
    statement.kind === "if" && statement.condition.kind !== "buffer-is-empty" ? statement.condition.regions : [],
  );
  // Most steps ask for the same regions.
  const starts = new Set([0n, ...regions.flatMap(({ base, sizeBytes }) => [base, base + sizeBytes])]);
  return [...starts].map((base) => ({ address: base + 4n, lengthBytes: 3 * largest }));
}
