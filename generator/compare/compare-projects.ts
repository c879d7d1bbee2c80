// From two sides of a project to what differs between them. Start here: fences are paired (`pair-fences.ts`), what is new is verified by
// the caller, each change is judged and told (`fence-change.ts`, `judge-change.ts`), and what is alike is put together
// (`group-changes.ts`).
import type { KnownFence } from "../project/known-chip.ts";
import type { FenceTask } from "../verifier/judge.ts";
import type { ChangedFile, Comparison, OutputChanges } from "./comparison.ts";
import { factChanges } from "./fact-changes.ts";
import { changeOf, type JudgedSides } from "./fence-change.ts";
import { countsOf, grouped } from "./group-changes.ts";
import { type Pairs, problemInWords } from "./pair-fences.ts";
import { questionsAbout } from "./questions.ts";

/** A fence that has to be verified before the sides can be compared. */
export interface FenceToVerify extends KnownFence {
  readonly chip: string;
  task(): FenceTask;
}

/** Of fences that are the same to the model the first. */
export function fencesToVerify({ fences }: Pairs): FenceToVerify[] {
  const open = fences.flatMap(({ old, now }) => (now && old?.planKey !== now.planKey ? [now] : []));
  const distinct = open.filter((fence, at) => open.findIndex(({ planKey }) => planKey === fence.planKey) === at);
  return distinct.map(({ name, planKey, contentKey, plan, planned, core }) => ({
    name,
    planKey,
    contentKey,
    chip: planned.chip.id,
    task: () => ({ plan, chip: planned.chip, core }),
  }));
}

export interface ComparedSides extends JudgedSides {
  readonly names: { readonly base: string; readonly head: string };
  readonly pairs: Pairs;
  readonly descriptions: readonly ChangedFile[];
  readonly outputs: OutputChanges;
}

export function compareSides(sides: ComparedSides): Comparison {
  const { names, pairs, descriptions, outputs } = sides;
  const changes = pairs.fences.map((pair) => changeOf(pair, sides));
  const facts = factChanges(pairs.chips);
  return {
    ...names,
    descriptions,
    groups: grouped(changes, titlesOf(pairs)),
    counts: countsOf(changes, pairs.unchanged),
    problems: pairs.problems.map((problem) => ({
      code: problem.code,
      text: problemInWords(problem),
      place: { path: problem.path, line: problem.range?.start.line ?? 1 },
    })),
    facts,
    questions: questionsAbout(changes, facts),
    outputs,
  };
}

function titlesOf({ fences }: Pairs): ReadonlyMap<string, string> {
  return new Map(
    fences.flatMap(({ chip, old, now }) => {
      const title = (now ?? old)?.planned.chip.title;
      return title === undefined ? [] : [[chip, title]];
    }),
  );
}
