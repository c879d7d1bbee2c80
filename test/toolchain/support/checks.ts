// What has to be true of the machine code of a fence. Each check returns what is wrong, so that a test can also ask
// whether it notices a defect.

import type { Assembly } from "../../../generator/model/chip.ts";
import type { FencePlan, FenceStep } from "../../../generator/plan/operation.ts";
import { compileToCode, type Level } from "./compile.ts";
import { callingShims, type Emitted, localValue, optimiserShims, probedOffset, shim } from "./emitted.ts";
import {
  accessAt,
  type Instruction,
  type Isa,
  isaOf,
  isFenceInstruction,
  isReturn,
  normalized,
  resultComesFromStack,
  spelled,
  stackStoreOf,
  withCalls,
  withoutRegisters,
} from "./machine-code.ts";

/** Compiles a shim for each direction and compares the barriers and cache instructions in it with the plan. */
export async function compileProblems(emitted: Emitted, level: Level): Promise<string[]> {
  const { code, errors } = await compileToCode(callingShims(emitted), emitted.target, level);
  if (!code) return [errors];
  // Nothing of a fence lies elsewhere; the twin for other machines panics.
  const calls = code.undefinedSymbols.map((symbol) => `the code calls ${symbol}`);
  return [
    ...calls,
    ...emitted.fences.flatMap((fence, index) =>
      (["release", "acquire"] as const).flatMap((direction) =>
        ["u8", "u32"].flatMap((element) => {
          const name = shim(index, `${direction}_${element}`);
          return instructionProblems(
            `${fence.name}.${direction} of ${element}`,
            fence[direction],
            withCalls(code, name),
            emitted.unrolled ?? false,
            emitted.interrupts[index],
          );
        }),
      ),
    ),
  ];
}

function instructionProblems(
  what: string,
  steps: readonly FenceStep[],
  code: readonly Instruction[],
  unrolled: boolean,
  interrupts: Assembly["interrupts"],
): string[] {
  let expected = once(expectedInstructions(steps, interrupts), unrolled);
  let actual = once(code.filter(isFenceInstruction).map(withoutRegisters), unrolled);
  // Where a guard branches, the compiler chooses which side it puts first, and how often it repeats one.
  if (steps.some((step) => step.kind === "region-guard" || ("onlyIn" in step && step.onlyIn))) {
    expected = [...new Set(expected)].sort();
    actual = [...new Set(actual)].sort();
  }
  const same = expected.length === actual.length && expected.every((text, index) => text === actual[index]);
  return same ? [] : [`${what}: expected ${expected.join(" / ")}, but it has ${actual.join(" / ")}`];
}

/** In a loop for speed, the same operations in a row count once. */
function once(instructions: string[], unrolled: boolean): string[] {
  const kept: string[] = [];
  for (const text of instructions) {
    kept.push(text);
    const repeated = [1, 2, 3, 4].find(
      (period) =>
        kept.length >= 2 * period &&
        kept.slice(-period).every((each, index) => each === kept.slice(-2 * period, -period)[index]),
    );
    if (unrolled && repeated) kept.splice(-repeated);
  }
  return kept;
}

/** The barriers and cache instructions of the text, in order; a loop has them once. */
function expectedInstructions(steps: readonly FenceStep[], interrupts: Assembly["interrupts"]): string[] {
  return steps.flatMap((step) => instructionsOf(step, interrupts)).map(normalized);
}

function instructionsOf(step: FenceStep, interrupts: Assembly["interrupts"]): string[] {
  if (step.kind === "barrier") return [step.instruction];
  if (step.kind === "mask-interrupts") return [...(interrupts?.mask ?? [])];
  if (step.kind === "restore-interrupts") return [...(interrupts?.restore ?? [])];
  if (step.kind === "read-line-size") {
    const { register } = step.lineSize;
    return typeof register === "string" ? [register] : [];
  }
  if (step.kind === "region-guard") return step.outside.flatMap((each) => instructionsOf(each, interrupts));
  if (!("accesses" in step)) return [];
  const texts = step.accesses.flatMap((item) => (item.kind === "instruction" ? [item.instruction] : []));
  return step.kind === "maintain-lines" && step.lines === "edges" ? [...texts, ...texts] : texts;
}

export const optimiserCases = [
  "store_fence_store",
  "read_poll_acquire_read",
  "local_buffer",
  "store_fence_store_slice",
  "read_poll_acquire_read_slice",
] as const;

/** Compiles the optimiser's cases at the highest level and looks for stores that are gone and values that are old. */
export async function optimiserProblems(emitted: Emitted): Promise<string[]> {
  const { code, errors } = await compileToCode(optimiserShims(emitted), emitted.target, "3");
  if (!code) return [errors];
  const isa = isaOf(emitted.target);
  return emitted.fences.flatMap((fence: FencePlan, index) =>
    optimiserCases.flatMap((name) => {
      const instructions = withCalls(code, shim(index, name));
      const problem = caseProblem(name, instructions, isa);
      return problem
        ? [`${fence.name}, ${name}: ${problem}, in\n${instructions.map((one) => `    ${spelled(one)}`).join("\n")}`]
        : [];
    }),
  );
}

function caseProblem(name: string, code: readonly Instruction[], isa: Isa): string | undefined {
  const first = code.findIndex(isFenceInstruction);
  const accesses = (kind: "load" | "store") =>
    code.flatMap((instruction, index) => (accessAt(probedOffset, instruction, isa) === kind ? [index] : []));
  if (name === "local_buffer") {
    const store = stackStoreOf(localValue, code, isa);
    if (store < 0) return "the value is never stored";
    if (first >= 0 && store > first) return "the value is stored only after the fence has begun";
    return resultComesFromStack(code, isa) ? undefined : "the result is not loaded";
  }
  const [kind, what] = name.startsWith("store") ? (["store", "stores"] as const) : (["load", "loads"] as const);
  const found = accesses(kind);
  if (found.length < 2) return `${found.length} of the 2 ${what} are left`;
  if (first >= 0 && found[0]! > first) return `no ${kind} stands before the fence`;
  if (!ways(code).every(({ fenceEnds, ends }) => found.some((index) => index > fenceEnds && index < ends)))
    return `no ${kind} stands after the fence`;
  const poll = code.findIndex(({ mnemonic, operands }) => isConditionalBranch(mnemonic, operands));
  return kind === "store" || found.at(-1)! > poll ? undefined : "the buffer is not read again after the poll";
}

/** Where the fence ends and where the function, for each way out; behind a guard there may be several. */
function ways(code: readonly Instruction[]): { fenceEnds: number; ends: number }[] {
  const exits = code.flatMap((instruction, index) => (isReturn(instruction) ? [index] : []));
  return exits.flatMap((ends, index) => {
    const begins = index === 0 ? 0 : exits[index - 1]! + 1;
    const fenceEnds = code.slice(begins, ends).findLastIndex(isFenceInstruction);
    return fenceEnds < 0 ? [] : [{ fenceEnds: begins + fenceEnds, ends }];
  });
}

/** The poll's branch is the first in its case, because nothing branches before it. */
function isConditionalBranch(mnemonic: string, operands: readonly string[]): boolean {
  return /^(b\w+|b\.\w+|j[a-z]+|cb\w+|tb\w+)$/.test(mnemonic) && operands.some((operand) => /^0x/.test(operand));
}
