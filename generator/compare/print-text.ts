// A comparison for the terminal: what matters on one screen, and below the fold the executions and the textual difference.
import type { Paint, Style } from "../diagnostics/format.ts";
import { traceText } from "../verifier/trace.ts";
import { type Comparison, type Group, isBad, type Verdict } from "./comparison.ts";
import {
  chipsInWords,
  costInWords,
  countsInWords,
  factInWords,
  fencesInWords,
  outputsInWords,
  stepInWords,
  whyInWords,
} from "./words.ts";

/** Lines above the fold, and columns of each. */
const mostLines = 40;
const columns = 100;
/** Of each kind, above the fold. */
const mostSteps = 4;
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

/** Groups in full as long as they fit, and then a line each; what is left out stands below the fold. */
function folded(groups: readonly Group[], most: number, paint: Paint) {
  const above: string[] = [];
  const below: string[] = [];
  for (const [index, group] of groups.entries()) {
    const remaining = groups.length - index - 1;
    const short = shortened(group, paint);
    if (above.length + short.length + remaining <= most) above.push(...short);
    else
      above.push(
        ...wrapped(
          headOf(group, (_, text) => text),
          "",
        ).slice(0, 1),
      );
    const whole = inFull(group, paint);
    if (whole.join() !== short.join() || !above.includes(short[1]!)) below.push(...whole);
  }
  return { above, below };
}

function headOf(group: Group, paint: Paint): string {
  return `${paint(styleOf(group.verdict), group.verdict)}  ${fencesInWords(group)}`;
}

function styleOf(verdict: Verdict): Style {
  return isBad(verdict) ? "red" : verdict === "weaker but proven" || verdict === "removed" ? "yellow" : "cyan";
}

/** What fits on a screen: steps without their reasons beyond the first few. */
function shortened(group: Group, paint: Paint): string[] {
  const { because, steps, promises, masters, cost } = group;
  const shownSteps = steps
    .slice(0, mostSteps)
    .flatMap((step, index) => [
      ...wrapped(stepInWords(step), "  ", 4),
      ...(index === 0 || step.reason !== steps[index - 1]!.reason ? wrapped(whyInWords(step), "    ").slice(0, 3) : []),
    ]);
  const more = steps.length - mostSteps;
  return [
    "",
    headOf(group, paint),
    ...[...masters, ...because.slice(0, 5)].flatMap((sentence) => wrapped(sentence, "  ")),
    ...shownSteps,
    ...(more > 0 ? [`  ${more} more steps below`] : []),
    ...promises.slice(0, 3).flatMap(({ change, text }) => wrapped(promised(change, text), "  ", 4)),
    ...(promises.length > 3 ? [`  ${promises.length - 3} more promises below`] : []),
    ...wrapped(costInWords(cost) ?? "", "  "),
  ];
}

function inFull(group: Group, paint: Paint): string[] {
  const { because, steps, promises, masters, cost, alike } = group;
  return [
    "",
    headOf(group, paint),
    ...(alike.length > 3
      ? wrapped(`Alike: ${alike.map(({ chip, fence }) => `${chip} ${fence}`).join(", ")}`, "  ")
      : []),
    ...[...masters, ...because].flatMap((sentence) => wrapped(sentence, "  ")),
    ...steps.flatMap((step) => [...wrapped(stepInWords(step), "  ", 4), ...wrapped(whyInWords(step), "    ")]),
    ...promises.flatMap(({ change, text }) => wrapped(promised(change, text), "  ", 4)),
    ...wrapped(costInWords(cost) ?? "", "  "),
  ];
}

export function promised(change: "added" | "removed", text: string): string {
  return change === "added" ? `To be promised from now on: ${text}` : `No longer to be promised: ${text}`;
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
