// Sentences about a comparison that every format has in common.
import type {
  Comparison,
  CostChange,
  FactChange,
  FactSide,
  Group,
  Hunk,
  PromiseChange,
  StepChange,
} from "./comparison.ts";
import { type Verdict, verdicts } from "./comparison.ts";

export function countsInWords({ counts }: Comparison): string {
  const parts = verdicts.flatMap((verdict) => (counts[verdict] ? [`${counts[verdict]} ${verdict}`] : []));
  return parts.length === 0 ? "No fences." : `Fences: ${parts.join(", ")}.`;
}

export const problemsTitle = "Errors, so that nothing is generated";

/** The first ones, each as a sentence, and how many there are beside. */
export function problemsInWords({ problems }: Comparison, most = 5): string[] {
  const left = problems.length - most;
  const shown = problems.slice(0, most).map(({ text }) => text);
  return left > 0 ? [...shown, `And ${left} more: run \`fencegen validate\`.`] : shown;
}

/** How many fences of a group are named. */
export const mostNamed = 4;

export function fencesInWords({ chip, fence, alike }: Group): string {
  const [first, ...others] = [{ chip, fence }, ...alike].map((each) =>
    [each.chip, each.fence].filter(Boolean).join(" "),
  );
  if (others.length === 0) return first!;
  const shown = others.slice(0, mostNamed - 1);
  const rest = others.length - shown.length;
  return `these ${others.length + 1}, alike: ${[first, ...shown].join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** @param verdict of the fence: one that is new is held beside a sibling's */
export function stepInWords({ method, change, number, before, after }: StepChange, verdict: Verdict): string {
  const at = `${method}, step ${number}`;
  if (verdict === "new" && change === "removed") return `${at} of the sibling's, is not here: ${before}`;
  if (verdict === "new" && change === "changed") return `${at}, is another one: ${after}; the sibling's is: ${before}`;
  switch (change) {
    case "added":
      return `${at}, is new: ${after}`;
    case "removed":
      return `${at} of before, is gone: ${before}`;
    case "changed":
      return `${at}, changes: ${changeInWords(before!, after!)}`;
    case "reason":
      return `${at}, stays, for another reason: ${after}`;
  }
}

export function promiseInWords({ change, text, before }: PromiseChange): string {
  switch (change) {
    case "added":
      return `To be promised from now on: ${text}`;
    case "removed":
      return `No longer to be promised: ${text}`;
    case "changed":
      return `To be promised, otherwise than before: ${changeInWords(before!, text)}`;
  }
}

/** `for each line of [32 → 64] bytes`: what two texts have in common stands once, if that is most of them. */
function changeInWords(before: string, after: string): string {
  const [old, now] = [before.split(" "), after.split(" ")];
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start < most && old[start] === now[start]) start++;
  let end = 0;
  while (end < most - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const [was, is] = [old, now].map((words) => words.slice(start, words.length - end).join(" ")) as [string, string];
  if (start + end < now.length / 2) return `${after}; it was: ${before}`;
  const changed = was === "" ? `[new: ${is}]` : is === "" ? `[gone: ${was}]` : `[${was} → ${is}]`;
  return [...now.slice(0, start), changed, ...now.slice(now.length - end)].join(" ");
}

export function whyInWords({ change, reason, sources, grade }: StepChange, verdict: Verdict): string {
  const from =
    sources.length === 0 ? "" : ` [${grade === "unverified" ? grade : `${shortList(sources, 1)}; ${grade}`}]`;
  const was = verdict === "new" ? "It is there because: " : "It was there because: ";
  return `${change === "removed" ? was : "Why: "}${reason}${from}`;
}

/** Before the address of an execution: the page names it by what is changed of the fence there, which need not be what is claimed. */
export const sameOnPage = "The same execution on its page";

/** All counts of a fence in one line. */
export function costInWords(cost: readonly CostChange[]): string | undefined {
  if (cost.length === 0) return undefined;
  const one = ({ method, of, before, after }: CostChange) =>
    `${method} of ${of} ${before === undefined ? "" : `${before} → `}${after}`;
  return `Operations executed, counted and not measured: ${cost.map(one).join("; ")}.`;
}

export function factInWords({ name, before, after, isUse }: FactChange): string {
  if (!before) return `${name}: ${isUse ? "relied on from now on" : "new"}, ${sideInWords(after!)}`;
  if (!after) return `${name}: ${isUse ? "no longer relied on" : "gone"}, was ${sideInWords(before)}`;
  const [was, is] = [sourcesInWords(before), sourcesInWords(after)];
  if (before.value === after.value) return `${name}: still ${after.value}; source before: ${was}; now: ${is}`;
  return was === is
    ? `${name}: ${before.value} → ${after.value} [the same source for both: ${is}]`
    : `${name}: ${sideInWords(before)} → ${sideInWords(after)}`;
}

function sideInWords(side: FactSide): string {
  return `${side.value} [${sourcesInWords(side)}]`;
}

function sourcesInWords({ sources, grade }: FactSide): string {
  return sources.length === 0 || grade === "unverified" ? "unverified" : `${shortList(sources, 1)}; ${grade}`;
}

function shortList(texts: readonly string[], most: number): string {
  return texts.length <= most ? texts.join("; ") : `${texts.slice(0, most).join("; ")} and ${texts.length - most} more`;
}

export function chipsInWords(chips: readonly string[], most = 4): string {
  return chips.length <= most
    ? chips.join(", ")
    : `${chips.slice(0, most - 1).join(", ")} and ${chips.length - most + 1} more`;
}

export function outputsInWords({ groups, outputs: { files, changedLines, hunks } }: Comparison): string {
  if (files === 0)
    return groups.some(({ steps }) => steps.length > 0)
      ? "No file of outputs differs yet: run `fencegen generate`."
      : "No file of outputs differs. `fencegen check` says whether they are up to date.";
  const pieces = hunks.length === 1 ? "one piece" : `${hunks.length} pieces`;
  const lines = `Outputs: ${changedLines} changed lines in ${files} ${files === 1 ? "file" : "files"}, ${pieces} of them distinct.`;
  if (hunks.some(({ beside }) => beside !== undefined))
    return `${lines} Of a new chip only what differs from its sibling's is counted.`;
  return groups.length > 0 ? lines : `${lines} Only their text differs: every fence is what it was.`;
}

/** Where a piece of an output is. */
export function placeInWords({ path, line, beside, also }: Hunk): string {
  const others = also.length > 0 ? `, also in ${chipsInWords(also)}` : "";
  return `${path}:${line}${beside === undefined ? "" : ` beside ${beside}`}${others}`;
}
