// Why two chips' fences differ: the steps, in order, that one has and the other has not, and what is promised for one alone.
import type { FenceMethod } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";

/** What is told of a fence. */
export interface ToldFence {
  readonly name: string;
  readonly release: readonly ToldStep[];
  readonly acquire: readonly ToldStep[];
  /** What drivers promise it, but for which core and chip it is for. */
  readonly promises: readonly string[];
}

export interface ToldStep {
  readonly kind: string;
  readonly does: string;
  readonly because: string;
}

export interface FenceDifference {
  readonly fences: readonly [string, string];
  readonly release: readonly StepDifference[];
  readonly acquire: readonly StepDifference[];
  /** What only one of them relies on. */
  readonly promises: readonly PromiseDifference[];
}

export interface StepDifference {
  /** The fence that has the step; both where they have it alike. */
  readonly of: string | "both";
  readonly does: string;
  readonly because: string;
}

export interface PromiseDifference {
  readonly of: string;
  readonly text: string;
}

/** A step of either, or the steps that stand for each other, side by side. */
export interface StepsBeside {
  /** changed: steps of one kind that do something else. */
  readonly are: "same" | "changed" | "only here";
  readonly one: ToldStep | undefined;
  readonly other: ToldStep | undefined;
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

export function differenceOf(one: ToldFence, other: ToldFence): FenceDifference {
  return {
    fences: [one.name, other.name],
    release: stepsOf(one, other, "release"),
    acquire: stepsOf(one, other, "acquire"),
    promises: [...onlyIn(one, other), ...onlyIn(other, one)],
  };
}

/** In one sentence. */
export function headlineOf({ fences, release, acquire }: FenceDifference): string {
  const [one, other] = fences;
  const steps = [...release, ...acquire];
  const count = (who: string) => steps.filter(({ of }) => of === who).length;
  const counts = `${count("both")} of them in both, ${count(one)} only in ${one}, ${count(other)} only in ${other}`;
  return `${one} and ${other}: ${haveSameSteps({ release, acquire }) ? "the same steps" : `steps differ, ${counts}`}`;
}

export function haveSameSteps({ release, acquire }: Pick<FenceDifference, FenceMethod>): boolean {
  return [...release, ...acquire].every(({ of }) => of === "both");
}

/** What stands before a promise that only one fence relies on. */
export function reliesAlone(name: string): string {
  return `only ${name} relies on`;
}

/** The steps of a method in rows; between steps that both have, those of one kind stand beside each other. */
export function stepsBeside(one: ToldFence, other: ToldFence, method: FenceMethod): StepsBeside[] {
  const rows: StepsBeside[] = [];
  let gap: { readonly one: ToldStep[]; readonly other: ToldStep[] } = { one: [], other: [] };
  const closeGap = () => {
    for (const [mine, theirs] of aligned(gap.one, gap.other, ({ kind }) => kind))
      rows.push({ are: mine && theirs ? "changed" : "only here", one: mine, other: theirs });
    gap = { one: [], other: [] };
  };
  for (const [mine, theirs] of byWords(one, other, method)) {
    if (mine && theirs) {
      closeGap();
      rows.push({ are: "same", one: mine, other: theirs });
    } else if (mine) gap.one.push(mine);
    else gap.other.push(theirs!);
  }
  closeGap();
  return rows;
}

function onlyIn(one: ToldFence, other: ToldFence): PromiseDifference[] {
  return one.promises.filter((text) => !other.promises.includes(text)).map((text) => ({ of: one.name, text }));
}

function stepsOf(one: ToldFence, other: ToldFence, method: FenceMethod): StepDifference[] {
  return byWords(one, other, method).map(([mine, theirs]) => {
    const { does, because } = (mine ?? theirs)!;
    return { of: mine && theirs ? "both" : mine ? one.name : other.name, does, because };
  });
}

function byWords(one: ToldFence, other: ToldFence, method: FenceMethod) {
  return aligned(one[method], other[method], ({ does }) => does);
}

/** As a diff has it: the longest row of items that both have stands once. */
function aligned<Item>(
  a: readonly Item[],
  b: readonly Item[],
  key: (item: Item) => string,
): (readonly [Item | undefined, Item | undefined])[] {
  const isSame = (i: number, j: number) => key(a[i]!) === key(b[j]!);
  const longest = a.map(() => b.map(() => 0));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i]![j] = isSame(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const result: (readonly [Item | undefined, Item | undefined])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && isSame(i, j)) result.push([a[i++], b[j++]]);
    else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) result.push([a[i++], undefined]);
    else result.push([undefined, b[j++]]);
  }
  return result;
}
