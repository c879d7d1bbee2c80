// From two sides of a project to what differs between them. Start here: fences are paired (`pair-fences.ts`), what is new is verified by
// the caller, each change is judged and told (`fence-change.ts`, `judge-change.ts`), and what is alike is put together
// (`group-changes.ts`).
import type { KnownFence } from "../project/known-chip.ts";
import type { FenceTask } from "../verifier/judge.ts";
import type { Counterexample } from "../verifier/verdict.ts";
import type { ChangedFile, Comparison, Group, OutputChanges } from "./comparison.ts";
import { factChanges } from "./fact-changes.ts";
import { changeOf, type JudgedSides } from "./fence-change.ts";
import { countsOf, grouped } from "./group-changes.ts";
import { type FenceAt, type Pairs, problemInWords } from "./pair-fences.ts";
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
  return distinct.map((fence) => ({
    ...{ name: fence.name, planKey: fence.planKey, contentKey: fence.contentKey },
    chip: fence.planned.chip.id,
    task: () => taskOf(fence),
  }));
}

function taskOf({ plan, planned, core }: FenceAt): FenceTask {
  return { plan, chip: planned.chip, core };
}

/** Where the fences of what is compared are seen. */
export interface FencePages {
  pageOf(fence: string): string;
  /** @returns undefined where the page of the fence cannot show the execution */
  seenAt(fence: FenceTask, counterexample: Counterexample): string | undefined;
}

export interface ComparedSides extends JudgedSides {
  readonly names: { readonly base: string; readonly head: string };
  readonly pairs: Pairs;
  readonly descriptions: readonly ChangedFile[];
  readonly outputs: OutputChanges;
  readonly pages: FencePages;
}

export function compareSides(sides: ComparedSides): Comparison {
  const { names, pairs, descriptions, outputs, pages } = sides;
  const changes = pairs.fences.map((pair) => changeOf(pair, sides));
  const facts = factChanges(pairs.chips);
  return {
    ...names,
    descriptions,
    groups: grouped(changes, titlesOf(pairs)).map((group) => onPages(group, pairs, pages)),
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

/** Only of the fence that stands for those that change alike. */
function onPages(group: Group, { fences }: Pairs, { pageOf, seenAt }: FencePages): Group {
  const now = fences.find(({ chip, name }) => chip === group.chip && name === group.fence)?.now;
  if (!now) return group;
  const executions = group.executions.map((execution) => {
    const address = seenAt(taskOf(now), execution.counterexample);
    return { ...execution, ...(address !== undefined && { seenAt: address }) };
  });
  return { ...group, page: pageOf(now.name), executions };
}
