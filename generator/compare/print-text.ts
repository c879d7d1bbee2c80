// A comparison for the terminal: what matters on one screen, and below the fold the executions and the textual difference.
import type { Paint, Style } from "../diagnostics/format.ts";
import { traceText } from "../verifier/trace.ts";
import { type Comparison, type Group, isBad, type StepChange, type Verdict } from "./comparison.ts";
import {
  chipsInWords,
  costInWords,
  countsInWords,
  factInWords,
  fencesInWords,
  mostNamed,
  outputsInWords,
  promiseInWords,
  stepInWords,
  whyInWords,
} from "./words.ts";

/** Lines above the fold, and columns of each. */
const mostLines = 40;
const columns = 100;
/** Of each kind, above the fold. */
const mostSentences = 5;
const mostSteps = 4;
const mostPromises = 3;
const mostFacts = 5;

export function comparisonText(comparison: Comparison, paint: Paint): string {
  const { base, head, descriptions, groups, facts, questions } = comparison;
  const described = descriptions.map(({ path, state }) => (state === "changed" ? path : `${path} (${state})`));
  const top = [
    ...wrapped(`${base} → ${head}. ${countsInWords(comparison)}`, ""),
    ...(described.length > 0 ? wrapped(`Descriptions: ${chipsInWords(described, 6)}.`, "") : []),
    ...wrapped(outputsInWords(comparison), ""),
  ];
  const shownFacts = facts
    .slice(0, mostFacts)
    .flatMap((fact) => wrapped(`- ${factInWords(fact)} (${chipsInWords(fact.chips)})`, "  ", 4));
  const ofFacts =
    facts.length === 0
      ? []
      : [
          "",
          paint("bold", "Facts that changed"),
          ...shownFacts,
          ...(facts.length > mostFacts ? [`  ${facts.length - mostFacts} more below`] : []),
        ];
  const toAsk =
    questions.length === 0
      ? []
      : ["", paint("bold", "Ask"), ...questions.flatMap((question) => wrapped(`- ${question}`, "  ", 4))];
  const rest = top.length + ofFacts.length + toAsk.length;
  const { above, below } = folded(groups, mostLines - rest, paint);
  const executions = groups.flatMap((group) =>
    group.executions.flatMap(({ claim, counterexample }) => ["", `${claim}:`, traceText(counterexample, "  ")]),
  );
  const moreFacts = facts
    .slice(mostFacts)
    .flatMap((fact) => wrapped(`- ${factInWords(fact)} (${chipsInWords(fact.chips)})`, "  ", 4));
  const textual = comparison.outputs.hunks.flatMap(({ path, line, lines, also }) => [
    "",
    paint("bold", `${path}:${line}`) + (also.length > 0 ? paint("dim", ` also in ${chipsInWords(also)}`) : ""),
    ...lines.map((each) => paintedLine(each, paint)),
  ]);
  const parts = [below, executions, moreFacts.length > 0 ? ["", ...moreFacts] : [], textual].flat();
  const fold =
    parts.length > 0 ? ["", paint("dim", "─── below: details, executions, and the outputs as text ───")] : [];
  return [...top, ...above, ...ofFacts, ...toAsk, ...fold, ...parts].join("\n");
}

/** Groups one after the other as long as they fit, and then a line each; what is left out stands below the fold. */
function folded(groups: readonly Group[], most: number, paint: Paint) {
  const above: string[] = [];
  const below: string[] = [];
  for (const [index, group] of groups.entries()) {
    const remaining = groups.length - index - 1;
    const short = shortened(group, paint);
    const fits = above.length + short.length + remaining <= most;
    above.push(...(fits ? short : headOf(group, paint).slice(0, 1)));
    if (!fits || isShortened(group)) below.push(...inFull(group, paint));
  }
  return { above, below };
}

function headOf(group: Group, paint: Paint): string[] {
  const [first, ...others] = wrapped(`${group.verdict}  ${fencesInWords(group)}`, "", 2);
  return [paint(styleOf(group.verdict), group.verdict) + first!.slice(group.verdict.length), ...others];
}

function styleOf(verdict: Verdict): Style {
  return isBad(verdict) ? "red" : verdict === "weaker but proven" || verdict === "removed" ? "yellow" : "cyan";
}

/** What fits on a screen. */
function shortened(group: Group, paint: Paint): string[] {
  const { because, steps, promises, masters, cost } = group;
  const left = (count: number, most: number, what: string) =>
    count > most ? [`  ${count - most} more ${what}${count - most === 1 ? "" : "s"} below`] : [];
  return [
    "",
    ...headOf(group, paint),
    ...[...masters, ...because.slice(0, mostSentences)].flatMap((sentence) => wrapped(sentence, "  ")),
    ...left(because.length, mostSentences, "sentence"),
    ...steps.slice(0, mostSteps).flatMap(stepLines),
    ...left(steps.length, mostSteps, "step"),
    ...promises.slice(0, mostPromises).flatMap((promise) => wrapped(promiseInWords(promise), "  ", 4)),
    ...left(promises.length, mostPromises, "promise"),
    ...wrapped(costInWords(cost) ?? "", "  "),
  ];
}

function isShortened({ because, steps, promises, alike }: Group): boolean {
  return (
    because.length > mostSentences ||
    steps.length > mostSteps ||
    promises.length > mostPromises ||
    alike.length > mostNamed - 1
  );
}

function inFull(group: Group, paint: Paint): string[] {
  const { because, steps, promises, masters, cost, alike } = group;
  const others = alike.map(({ chip, fence }) => `${chip} ${fence}`);
  return [
    "",
    ...headOf(group, paint),
    ...(alike.length > mostNamed - 1 ? wrapped(`Alike: ${others.join(", ")}`, "  ") : []),
    ...[...masters, ...because].flatMap((sentence) => wrapped(sentence, "  ")),
    ...steps.flatMap(stepLines),
    ...promises.flatMap((promise) => wrapped(promiseInWords(promise), "  ", 4)),
    ...wrapped(costInWords(cost) ?? "", "  "),
  ];
}

function stepLines(step: StepChange): string[] {
  return [...wrapped(stepInWords(step), "  ", 4), ...wrapped(whyInWords(step), "    ")];
}

function paintedLine(line: string, paint: Paint): string {
  if (line.startsWith("+")) return paint("cyan", line);
  return line.startsWith("-") ? paint("red", line) : line;
}

/** @param hanging by how much lines after the first are indented */
function wrapped(text: string, indent: string, hanging = indent.length): string[] {
  if (text === "") return [];
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    const isFirst = line.trim() === "";
    if (!isFirst && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = " ".repeat(hanging) + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
