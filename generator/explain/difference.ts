// Why two chips' fences differ: the steps, in order, that one has and the other has not, and what is promised for one alone.
import { type FenceMethod, fenceMethods } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { stepTitle } from "../program/words.ts";

export interface FenceDifference {
  readonly fences: readonly [string, string];
  readonly release: readonly StepDifference[];
  readonly acquire: readonly StepDifference[];
  /** What only one of them relies on. */
  readonly promises: readonly { readonly of: string; readonly text: string }[];
}

export interface StepDifference {
  /** The fence that has the step; both where they have it alike. */
  readonly of: string | "both";
  readonly does: string;
  readonly because: string;
}

/** The fences of two chips that stand for each other: of the same kind of core first, else in their order. */
export function pairs(
  some: readonly FencePlan[],
  others: readonly FencePlan[],
): (readonly [FencePlan | undefined, FencePlan | undefined])[] {
  const left = [...others];
  const matched = some.map((one): readonly [FencePlan, FencePlan | undefined] => {
    const alike = left.findIndex(({ core, forAllDma }) => core === one.core && forAllDma === one.forAllDma);
    const [other] = left.splice(Math.max(0, alike), 1);
    return [one, other];
  });
  return [...matched, ...left.map((other) => [undefined, other] as const)];
}

export function differenceOf(one: FencePlan, other: FencePlan): FenceDifference {
  const [release, acquire] = fenceMethods.map((method) => stepsOf(one, other, method));
  return {
    fences: [one.name, other.name],
    release: release!,
    acquire: acquire!,
    promises: [...onlyIn(one, other), ...onlyIn(other, one)],
  };
}

/** Which core and chip it is says nothing of the fence. */
function onlyIn(one: FencePlan, other: FencePlan) {
  const known = new Set(other.obligations.map(({ text }) => text));
  return one.obligations
    .filter(({ kind, text }) => kind !== "chip" && kind !== "regions" && !known.has(text))
    .map(({ text }) => ({ of: one.name, text }));
}

/** As a diff has it: the longest row of steps that both do stands once. */
function stepsOf(one: FencePlan, other: FencePlan, method: FenceMethod): StepDifference[] {
  const told = (plan: FencePlan) => plan[method].map((step) => ({ does: stepTitle(step), because: step.reason }));
  const [a, b] = [told(one), told(other)];
  const longest = a.map(() => b.map(() => 0));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i]![j] = a[i]!.does === b[j]!.does ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const result: StepDifference[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i]!.does === b[j]!.does) {
      result.push({ of: "both", ...a[i]! });
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1)))
      result.push({ of: one.name, ...a[i++]! });
    else result.push({ of: other.name, ...b[j++]! });
  }
  return result;
}
