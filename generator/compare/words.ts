// Sentences about a comparison that every format has in common.
import type { Comparison, CostChange, FactChange, FactSide, Group, StepChange } from "./comparison.ts";
import { verdicts } from "./comparison.ts";

export function countsInWords({ counts }: Comparison): string {
  const parts = verdicts.flatMap((verdict) => (counts[verdict] ? [`${counts[verdict]} ${verdict}`] : []));
  return parts.length === 0 ? "No fences." : `Fences: ${parts.join(", ")}.`;
}

/** `a A` and others; at most so many are named. */
export function fencesInWords({ chip, fence, alike }: Group, most = 4): string {
  const [first, ...others] = [{ chip, fence }, ...alike].map((each) =>
    [each.chip, each.fence].filter(Boolean).join(" "),
  );
  if (others.length === 0) return first!;
  const shown = others.slice(0, most - 1);
  const rest = others.length - shown.length;
  return `these ${others.length + 1}, alike: ${[first, ...shown].join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

export function stepInWords({ method, change, number, before, after }: StepChange): string {
  const at = `${method}, step ${number}`;
  switch (change) {
    case "added":
      return `${at}, is new: ${after}`;
    case "removed":
      return `${at} of before, is gone: ${before}`;
    case "changed":
      return `${at}: ${after}; it was: ${before}`;
  }
}

export function whyInWords({ change, reason, sources, grade }: StepChange): string {
  const from = sources.length === 0 ? "" : ` [${shortList(sources, 2)}; ${grade}]`;
  return `${change === "removed" ? "It was there because: " : "Why: "}${reason}${from}`;
}

/** All counts of a fence in one line. */
export function costInWords(cost: readonly CostChange[]): string | undefined {
  if (cost.length === 0) return undefined;
  const one = ({ method, of, before, after }: CostChange) =>
    `${method} of ${of} ${before === undefined ? "" : `${before} → `}${after}`;
  return `Operations executed, counted and not measured: ${cost.map(one).join("; ")}.`;
}

export function factInWords({ name, before, after }: FactChange): string {
  if (!before) return `${name}: new, ${sideInWords(after!)}`;
  if (!after) return `${name}: gone, was ${sideInWords(before)}`;
  return before.value === after.value
    ? `${name}: still ${after.value}; read in ${sourcesInWords(before)} before, now in ${sourcesInWords(after)}`
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

export function outputsInWords({ outputs: { files, changedLines, hunks } }: Comparison): string {
  if (files === 0) return "No output differs.";
  const pieces = hunks.length === 1 ? "one piece" : `${hunks.length} pieces`;
  return `Outputs: ${changedLines} changed lines in ${files} ${files === 1 ? "file" : "files"}, ${pieces} of them distinct.`;
}
