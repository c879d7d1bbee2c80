// From two sides of a project to what differs between them. Start here: fences are paired (`pair-fences.ts`), what is new is verified by
// the caller, each change is judged (`judge-change.ts`), and what is alike is put together (`group-changes.ts`).
import type { FencePlan } from "../plan/operation.ts";
import type { KnownFence } from "../project/known-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { chipFacts } from "../provenance/chip-facts.ts";
import { coverageOf } from "../provenance/coverage.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { nearestChip } from "../scaffold/nearest-chip.ts";
import type { FenceTask } from "../verifier/judge.ts";
import type { FenceVerdict } from "../verifier/verify-fence.ts";
import type { ChangedFile, Comparison, FenceChange, OutputChanges, PromiseChange } from "./comparison.ts";
import { costChanges } from "./cost.ts";
import { factChanges } from "./fact-changes.ts";
import { stepChanges } from "./fence-steps.ts";
import { countsOf, grouped } from "./group-changes.ts";
import { type JudgedChange, judgeAlone, judgeChange, type Remember } from "./judge-change.ts";
import { movedMasters } from "./masters.ts";
import { nearestSibling } from "./nearest-sibling.ts";
import type { FenceAt, FencePair, Pairs } from "./pair-fences.ts";
import { questionsAbout } from "./questions.ts";

/** A fence that has to be verified before the sides can be compared. */
export interface FenceToVerify extends KnownFence {
  readonly chip: string;
  task(): FenceTask;
}

/** Of fences that are the same to the model the first. */
export function fencesToVerify({ fences }: Pairs): FenceToVerify[] {
  const open = fences.flatMap(({ old, now }) => (now && old?.planKey !== now.planKey ? [now] : []));
  const distinct = new Map(open.map((fence) => [fence.planKey, fence]));
  return [...distinct.values()].map(({ name, planKey, contentKey, plan, planned, core }) => ({
    name,
    planKey,
    contentKey,
    chip: planned.chip.id,
    task: () => ({ plan, chip: planned.chip, core }),
  }));
}

export interface ComparedSides {
  readonly names: { readonly base: string; readonly head: string };
  readonly base: ProjectChips;
  readonly head: ProjectChips;
  readonly pairs: Pairs;
  /** Of what `fencesToVerify` asks for, by plan key. */
  readonly verdicts: ReadonlyMap<string, FenceVerdict>;
  readonly remember: Remember;
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

function changeOf(pair: FencePair, sides: ComparedSides): FenceChange {
  const { chip, name, old, now, chipNow } = pair;
  const masters = old && chipNow ? movedMasters(old.plan, now?.plan, chipNow) : { lost: [], sentences: [] };
  const promises = promiseChanges(old, now);
  const [was, is] = [old?.plan.bufferAlignmentBytes, now?.plan.bufferAlignmentBytes];
  const aligned =
    was !== undefined && is !== undefined && was < is
      ? [
          `A buffer that is alone in its lines needs ${is} bytes of alignment now, ${was} before: look at each that is declared.`,
        ]
      : [];
  const renamed =
    old && now && old.name !== now.name ? [`Its name was ${old.name}: drivers that use that no longer compile.`] : [];
  const judged = verdictOn(pair, promises, masters.lost, sides);
  const sibling = judged.verdict === "new" && now ? siblingOf(now, sides.head) : undefined;
  const coverage = judged.verdict === "new" && now ? coverageOf(chipFacts(now.planned)) : undefined;
  const read =
    coverage && `Of the ${coverage.facts} facts behind it ${coverage.manual + coverage.code} were read in a source.`;
  const needless = now ? needlessIn(sides.verdicts.get(now.planKey), old, now) : [];
  const against = sibling?.fence ?? old;
  return {
    verdict: judged.verdict,
    chip,
    fence: name,
    place: placeOf(chip, (now ?? old)?.planned, sides.descriptions),
    because: [
      ...judged.because,
      ...needless,
      ...aligned,
      ...renamed,
      ...(judged.verdict === "new" && wasWrong(chip, sides.base)
        ? ["Its description had errors before, so that there is nothing to compare it with."]
        : []),
      ...(read === undefined ? [] : [read]),
      ...(sibling?.sentences ?? []),
    ],
    // Beside another chip's fence reasons name what that chip has.
    steps: against && now ? stepChanges(against.plan, now.plan).filter(({ change }) => old || change !== "reason") : [],
    promises: old && now ? promises : [],
    masters: masters.sentences,
    cost: now ? costChanges(old?.plan, now.plan) : [],
    executions: judged.executions,
    unread: coverage ? coverage.unverified + coverage.partly : 0,
  };
}

function verdictOn(
  { chip, old, now, chipNow, refusals }: FencePair,
  promises: readonly PromiseChange[],
  lost: readonly string[],
  { verdicts, remember }: ComparedSides,
): JudgedChange {
  if (!now) {
    if (refusals.length > 0) return { verdict: "refused", because: refusals, executions: [] };
    // Of one whose masters are described still, it is said of each what to use.
    const because = chipNow ? [] : [`${chip} is no longer described: drivers that use its fence no longer compile.`];
    return { verdict: "removed", because, executions: [] };
  }
  const verdict = verdicts.get(now.planKey);
  const alone = verdict && judgeAlone(now, verdict);
  if (alone) return alone;
  if (old) return judgeChange(old, now, promises, lost, remember);
  return { verdict: "new", because: ["Proven in every execution that the model allows."], executions: [] };
}

function wasWrong(chip: string, { described, chips }: ProjectChips): boolean {
  return described.includes(chip) && !chips.some(({ id }) => id === chip);
}

/** Steps that came, and that nothing in the model needs: an erratum or an override demands them, or nobody does. */
function needlessIn(verdict: FenceVerdict | undefined, old: FenceAt | undefined, now: FenceAt): string[] {
  const came = new Set(
    stepChanges(old?.plan, now.plan).flatMap(({ method, change, after }) =>
      change === "added" || change === "changed" ? [`${method} ${after}`] : [],
    ),
  );
  const found = (verdict?.steps ?? []).flatMap((step) => {
    if (!came.has(`${step.fence} ${step.step}`)) return [];
    if (step.verdict === "architectural")
      return [
        `${step.fence}, ${step.step}: ${step.change}, it is right in the model as well; ${step.because} demands it.`,
      ];
    return step.verdict === "superfluous"
      ? [`${step.fence}, ${step.step}: ${step.change}, it is right in the model as well.`]
      : [];
  });
  return [...new Set(found)];
}

/** Promises of one kind belong together. */
function promiseChanges(old: FenceAt | undefined, now: FenceAt | undefined): PromiseChange[] {
  const [all, before] = [now, old].map((fence) => fence?.plan.obligations ?? []) as [Obligations, Obligations];
  const gone = before.filter(({ text }) => !all.some((each) => each.text === text));
  const came = all.filter(({ text }) => !before.some((each) => each.text === text));
  const changes = came.map(({ kind, text }): PromiseChange => {
    const at = gone.findIndex((each) => each.kind === kind);
    const [was] = at === -1 ? [] : gone.splice(at, 1);
    return was ? { change: "changed", text, before: was.text } : { change: "added", text };
  });
  return [...changes, ...gone.map(({ text }): PromiseChange => ({ change: "removed", text }))];
}

type Obligations = FencePlan["obligations"];

/** The fence of the nearest chip that is most like this one, and how the chips differ. */
function siblingOf({ planned, plan, planKey }: FenceAt, head: ProjectChips) {
  const known = nearestSibling(planned.chip.id, head);
  if (!known) return undefined;
  const other = head.detailsOf(known.id).planned;
  const index = Math.max(
    0,
    known.fences.findIndex((fence) => fence.planKey === planKey),
    other.fences.findIndex((each) => each.core === plan.core && each.forAllDma === plan.forAllDma),
  );
  const same = known.fences.findIndex((fence) => fence.planKey === planKey);
  const at = same === -1 ? index : same;
  const fence = { plan: other.fences[at]!, planned: other };
  const isSame = same !== -1;
  const differences = nearestChip(planned.chip, [other.chip])?.differences ?? [];
  const sentences = [
    `Nearest sibling: ${known.id}, ${fence.plan.name}. ${isSame ? "To the verifier it is the same fence." : "The steps below are those that differ from it."}`,
    ...differences.map((difference) => `Beside it: ${difference}`),
  ];
  return { fence, sentences };
}

/** The changed description that says most of the chip: its own, else one on which it rests. */
function placeOf(chip: string, planned: PlannedChip | undefined, descriptions: readonly ChangedFile[]) {
  const cores = planned?.chip.cores ?? [];
  const restsOn = cores.flatMap((core) => [
    core.id,
    ...core.caches.flatMap(({ mechanism }) => mechanism?.id ?? []),
    core.architecture.id,
  ]);
  const stemOf = ({ path }: ChangedFile) =>
    path
      .split(/[\\/]/)
      .at(-1)!
      .replace(/\.ya?ml$/, "");
  const found = [chip, ...restsOn].flatMap((id) => descriptions.filter((each) => stemOf(each) === id))[0];
  const { path, line } = found ?? descriptions[0] ?? { path: `chips/${chip}.yaml`, line: 1 };
  return { path, line };
}
