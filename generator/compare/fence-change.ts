// All that is said of one fence that differs.
import { projectFileName } from "../notation/names.ts";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf } from "../plan/plan-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { chipFacts } from "../provenance/chip-facts.ts";
import { coverageOf } from "../provenance/coverage.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { nearestChip } from "../scaffold/nearest-chip.ts";
import type { FenceVerdict } from "../verifier/verify-fence.ts";
import type { ChangedFile, FenceChange, PromiseChange } from "./comparison.ts";
import { costChanges } from "./cost.ts";
import { stepChanges } from "./fence-steps.ts";
import { type JudgedChange, judgeAlone, judgeChange, type Remember } from "./judge-change.ts";
import { lostMasters, movedMasters } from "./masters.ts";
import { nearestSibling } from "./nearest-sibling.ts";
import { type FenceAt, type FencePair, stemOf } from "./pair-fences.ts";

/** What a change is judged by. */
export interface JudgedSides {
  readonly base: ProjectChips;
  readonly head: ProjectChips;
  /** Of what `fencesToVerify` asks for, by plan key. */
  readonly verdicts: ReadonlyMap<string, FenceVerdict>;
  readonly remember: Remember;
  readonly descriptions: readonly ChangedFile[];
}

export function changeOf(pair: FencePair, sides: JudgedSides): FenceChange {
  const { chip, name, old, now, chipNow } = pair;
  const lost = old && chipNow ? lostMasters(old.plan, now?.plan, chipNow) : [];
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
  const judged = verdictOn(pair, promises, lost, sides);
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
      ...(judged.verdict === "new" && now && !against
        ? [`No other chip here has a fence for ${now.core.title}: there is nothing to hold the steps beside.`]
        : []),
    ],
    // Beside another chip's fence reasons name what that chip has.
    steps: now ? stepChanges(against?.plan, now.plan).filter(({ change }) => old || change !== "reason") : [],
    promises: old && now ? promises : [],
    masters: old && chipNow ? movedMasters(old.plan, now?.plan, chipNow, judged.executions.length > 0) : [],
    cost: now ? costChanges(old?.plan, now.plan) : [],
    executions: judged.executions,
    unread: coverage ? coverage.unverified + coverage.partly : 0,
  };
}

function verdictOn(
  { chip, old, now, chipNow, refusals }: FencePair,
  promises: readonly PromiseChange[],
  lost: readonly string[],
  { verdicts, remember }: JudgedSides,
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
function siblingOf({ planned, plan, planKey, core }: FenceAt, head: ProjectChips) {
  const known = nearestSibling(planned.chip.id, head);
  if (!known) return undefined;
  const other = head.detailsOf(known.id).planned;
  const same = known.fences.findIndex((fence) => fence.planKey === planKey);
  const ofCore = other.fences.filter((each) => coreOf(other.chip, each).id === core.id);
  const like = ofCore.find((each) => each.forAllDma === plan.forAllDma) ?? ofCore[0];
  const found = same === -1 ? like : other.fences[same];
  if (!found) return undefined;
  const fence = { plan: found, planned: other };
  const differences = nearestChip(planned.chip, [other.chip])?.differences ?? [];
  const sentences = [
    `Nearest sibling: ${known.id}, ${fence.plan.name}. ${same !== -1 ? "To the verifier it is the same fence." : "The steps below are those that differ from it."}`,
    ...differences.map((difference) => `Beside it: ${difference}`),
  ];
  return { fence, sentences };
}

/**
 * The changed description that says most of the chip: its own, else one on which it rests. Where none changed, the settings, which
 * list the chips that come with fencegen.
 */
function placeOf(chip: string, planned: PlannedChip | undefined, descriptions: readonly ChangedFile[]) {
  const cores = planned?.chip.cores ?? [];
  const restsOn = cores.flatMap((core) => [
    core.id,
    ...core.caches.flatMap(({ mechanism }) => mechanism?.id ?? []),
    core.architecture.id,
  ]);
  const found = [chip, ...restsOn].flatMap((id) => descriptions.filter((each) => stemOf(each.path) === id))[0];
  const { path, line } = found ?? descriptions[0] ?? { path: projectFileName, line: 1 };
  return { path, line };
}
