// Which steps of a fence came, went or became others, and which of two steps does more.
import { type FenceMethod, fenceMethods } from "../model/chip.ts";
import { citationText } from "../model/citations.ts";
import type { FencePlan, FenceStep } from "../plan/operation.ts";
import { stepTitle } from "../program/words.ts";
import { gradeOf } from "../provenance/grade.ts";
import type { StepChange } from "./comparison.ts";

interface Spelled {
  readonly step: FenceStep;
  readonly words: string;
  readonly number: number;
}

/** A step beside the one that stands in its place. */
interface Pair {
  readonly method: FenceMethod;
  readonly old: Spelled | undefined;
  readonly now: Spelled | undefined;
}

export function stepChanges(old: FencePlan | undefined, now: FencePlan | undefined): StepChange[] {
  return pairsOf(old, now).map(({ method, old: before, now: after }) => {
    const { step, number } = (after ?? before)!;
    return {
      method,
      change: before && after ? (before.words === after.words ? "reason" : "changed") : after ? "added" : "removed",
      number,
      ...(before && { before: before.words }),
      ...(after && { after: after.words }),
      reason: step.reason,
      sources: step.sources.map(citationText),
      grade: gradeOf(step.sources),
    };
  });
}

/** Whether a fence does more than another in some step, and less in some. */
export function directionOf(old: FencePlan, now: FencePlan): { readonly isMore: boolean; readonly isLess: boolean } {
  const directions = pairsOf(old, now).map(({ old: before, now: after }) => {
    if (before?.words === after?.words) return "same";
    if (!before) return "more";
    if (!after) return "less";
    return doesAsMuch(after.step, before.step) ? "more" : "less";
  });
  return { isMore: directions.includes("more"), isLess: directions.includes("less") };
}

/** Whether nothing is lost where the second of two steps takes the place of the first; where that cannot be seen, it is not. */
function doesAsMuch(step: FenceStep, before: FenceStep): boolean {
  if (step.kind !== before.kind) return false;
  if (step.kind === "barrier" && before.kind === "barrier")
    return (["earlier", "later", "completes"] as const).every((side) =>
      before[side].every((each) => step[side].includes(each)),
    );
  if (!("effect" in step) || !("effect" in before)) return false;
  const hasLevels = before.levels.every((level) => step.levels.includes(level));
  const isFine = !("lineBytes" in step) || !("lineBytes" in before) || step.lineBytes <= before.lineBytes;
  const isEffect =
    step.effect === before.effect || (step.effect === "clean-and-invalidate" && before.effect === "clean");
  return hasLevels && isFine && isEffect && JSON.stringify(placesOf(step)) === JSON.stringify(placesOf(before));
}

function placesOf({ onlyIn }: { readonly onlyIn: readonly { readonly name: string }[] | undefined }): unknown {
  return onlyIn?.map(({ name }) => name);
}

function pairsOf(old: FencePlan | undefined, now: FencePlan | undefined): Pair[] {
  return fenceMethods.flatMap((method) =>
    aligned(spelled(old?.[method] ?? []), spelled(now?.[method] ?? [])).map((pair) => ({ method, ...pair })),
  );
}

function spelled(steps: readonly FenceStep[]): Spelled[] {
  return steps.flatMap((step, index) => {
    const number = index + 1;
    const own = { step, words: stepTitle(step), number };
    if (step.kind !== "region-guard") return [own];
    return [own, ...step.outside.map((each) => ({ step: each, words: `outside of it, ${stepTitle(each)}`, number }))];
  });
}

/** The longest common sequence stays, and is left out where its reasons stay as well; of what is left between its members, steps of one kind belong together. */
function aligned(old: readonly Spelled[], now: readonly Spelled[]): Omit<Pair, "method">[] {
  const lengths = old.map(() => now.map(() => 0));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      lengths[i]![j] = old[i]!.words === now[j]!.words ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: Omit<Pair, "method">[] = [];
  let gone: Spelled[] = [];
  let came: Spelled[] = [];
  const flush = () => {
    for (const before of gone) {
      const same = came.findIndex(({ step }) => step.kind === before.step.kind);
      found.push({ old: before, now: same === -1 ? undefined : came.splice(same, 1)[0] });
    }
    for (const after of came) found.push({ old: undefined, now: after });
    gone = [];
    came = [];
  };
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i]!.words === now[j]!.words) {
      flush();
      if (old[i]!.step.reason !== now[j]!.step.reason) found.push({ old: old[i], now: now[j] });
      i++;
      j++;
    } else if (j < now.length && (i >= old.length || at(i, j + 1) >= at(i + 1, j))) came.push(now[j++]!);
    else gone.push(old[i++]!);
  }
  flush();
  return found;
}
