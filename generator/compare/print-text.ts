// A comparison for the terminal: what matters on one screen, and below the fold the executions and the textual difference.
import { visible, visibleLines } from "../diagnostics/characters.ts";
import { paintedDiffLine } from "../diagnostics/diff-line.ts";
import type { Paint, Style } from "../diagnostics/format.ts";
import { wrappedLine } from "../diagnostics/wrap.ts";
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
  placeInWords,
  problemsInWords,
  problemsTitle,
  promiseInWords,
  sameOnPage,
  stepInWords,
  whyInWords,
} from "./words.ts";

/** Lines above the fold. */
const mostLines = 40;
/** Where no terminal says how wide a line may be: what stands above the fold would be another part of it in each pipe. */
const usualColumns = 100;
/** How many groups that have no room keep one for their first line. */
const mostHeads = 5;
/** Of each kind, above the fold. */
const mostSentences = 5;
const mostSteps = 4;
const mostPromises = 3;
const mostLinesOfFacts = 10;
const mostLinesOfQuestions = 9;

/** @returns lines that hold no control character but those of `paint` */
export function comparisonText(comparison: Comparison, paint: Paint, columns: number = usualColumns): string {
  const page: Page = { lay: layIn(columns), paint };
  const { lay } = page;
  const { base, head, descriptions, groups, facts, questions } = comparison;
  const described = descriptions.map(({ path, state }) => (state === "changed" ? path : `${path} (${state})`));
  const top = [
    ...lay(`${base} → ${head}. ${countsInWords(comparison)}`, ""),
    ...(described.length > 0 ? lay(`Descriptions: ${chipsInWords(described, 6)}.`, "") : []),
    ...lay(outputsInWords(comparison), ""),
  ];
  const allFacts = facts.map((fact) => lay(`- ${factInWords(fact)} (${chipsInWords(fact.chips)})`, "  ", 4));
  const shownFacts = firstOf(allFacts, mostLinesOfFacts);
  const leftFacts = allFacts.slice(shownFacts.length);
  const allQuestions = questions.map((question) => lay(`- ${question}`, "  ", 4));
  const shownQuestions = firstOf(allQuestions, mostLinesOfQuestions);
  const leftQuestions = allQuestions.slice(shownQuestions.length);
  const ofFacts = section("Facts that changed", shownFacts, leftFacts.length, paint);
  const toAsk = section("Ask", shownQuestions, leftQuestions.length, paint);
  const wrong = problemsInWords(comparison).map((problem) => lay(`- ${problem}`, "  ", 4));
  const ofProblems = section(problemsTitle, wrong, 0, paint);
  const rest = top.length + ofProblems.length + ofFacts.length + toAsk.length;
  const { above, below } = folded(groups, mostLines - rest, page);
  const executions = groups.flatMap((group) =>
    group.executions.flatMap(({ claim, counterexample, seenAt }) => [
      "",
      ...lay(`${claim}:`, ""),
      visibleLines(traceText(counterexample, "  ")),
      ...(seenAt === undefined ? [] : [`  ${sameOnPage}:`, `  ${visible(seenAt)}`]),
    ]),
  );
  const textual = comparison.outputs.hunks.flatMap((hunk) => [
    "",
    ...lay(placeInWords(hunk), "", 2).map((each) => paint("bold", each)),
    ...hunk.lines.map((each) => paintedDiffLine(each, paint)),
  ]);
  const leftOver = [leftQuestions, leftFacts].flatMap((left) => (left.length > 0 ? ["", ...left.flat()] : []));
  const parts = [...below, ...executions, ...leftOver, ...textual];
  const fold =
    parts.length > 0 ? ["", paint("dim", "─── below: details, executions, and the outputs as text ───")] : [];
  return [...top, ...ofProblems, ...above, ...ofFacts, ...toAsk, ...fold, ...parts].join("\n");
}

/** How the report is laid out and coloured. */
interface Page {
  readonly lay: Lay;
  readonly paint: Paint;
}

/** The first items that have no more lines than that together, and one at least. */
function firstOf(items: readonly (readonly string[])[], most: number): (readonly string[])[] {
  let lines = 0;
  const end = items.findIndex((item) => {
    lines += item.length;
    return lines > most;
  });
  return items.slice(0, end === -1 ? items.length : Math.max(1, end));
}

function section(title: string, items: readonly (readonly string[])[], left: number, paint: Paint): string[] {
  if (items.length === 0) return [];
  return ["", paint("bold", title), ...items.flat(), ...(left > 0 ? [`  ${left} more below`] : [])];
}

/** Groups one after the other as long as they fit, and then a line each; what is left out stands below the fold. */
function folded(groups: readonly Group[], most: number, page: Page) {
  const above: string[] = [];
  const below: string[] = [];
  for (const [index, group] of groups.entries()) {
    // A line each for those that are left, as far as there is room.
    const remaining = Math.min(groups.length - index - 1, mostHeads);
    const short = shortened(group, page);
    const fits = above.length + short.length + remaining <= most;
    const left = most - above.length;
    if (fits) above.push(...short);
    else if (index === 0 && left - remaining > 3) above.push(...short.slice(0, left - remaining - 1), "  … more below");
    else if (left > 1 || (left === 1 && index === groups.length - 1)) above.push(...headOf(group, page).slice(0, 1));
    else if (left === 1) above.push(`${groups.length - index} more of them below`);
    if (!fits || isShortened(group)) below.push(...inFull(group, page));
  }
  return { above, below };
}

function headOf(group: Group, { lay, paint }: Page): string[] {
  const [first, ...others] = lay(`${group.verdict}  ${fencesInWords(group)}`, "", 2);
  return [paint(styleOf(group.verdict), group.verdict) + first!.slice(group.verdict.length), ...others];
}

function styleOf(verdict: Verdict): Style {
  return isBad(verdict) ? "red" : verdict === "weaker but proven" || verdict === "removed" ? "yellow" : "cyan";
}

/** What fits on a screen. */
function shortened(group: Group, page: Page): string[] {
  const { lay } = page;
  const { because, steps, promises, masters, cost } = group;
  const left = (count: number, most: number, what: string) =>
    count > most ? [`  ${count - most} more ${what}${count - most === 1 ? "" : "s"} below`] : [];
  return [
    "",
    ...headOf(group, page),
    ...[...masters, ...because.slice(0, mostSentences)].flatMap((sentence) => lay(sentence, "  ")),
    ...left(because.length, mostSentences, "sentence"),
    ...steps.slice(0, mostSteps).flatMap((step) => stepLines(step, group.verdict, page)),
    ...left(steps.length, mostSteps, "step"),
    ...promises.slice(0, mostPromises).flatMap((promise) => lay(promiseInWords(promise), "  ", 4)),
    ...left(promises.length, mostPromises, "promise"),
    ...lay(costInWords(cost) ?? "", "  "),
    ...pageLines(group, page),
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

function inFull(group: Group, page: Page): string[] {
  const { lay } = page;
  const { because, steps, promises, masters, cost, alike } = group;
  const others = alike.map(({ chip, fence }) => `${chip} ${fence}`);
  return [
    "",
    ...headOf(group, page),
    ...(alike.length > mostNamed - 1 ? lay(`Alike: ${others.join(", ")}`, "  ") : []),
    ...[...masters, ...because].flatMap((sentence) => lay(sentence, "  ")),
    ...steps.flatMap((step) => stepLines(step, group.verdict, page)),
    ...promises.flatMap((promise) => lay(promiseInWords(promise), "  ", 4)),
    ...lay(costInWords(cost) ?? "", "  "),
    ...pageLines(group, page),
  ];
}

/** Nothing for a fence that is no more. */
function pageLines({ page }: Group, { lay }: Page): string[] {
  return page === undefined ? [] : lay(`Its page: ${page}`, "  ", 4);
}

function stepLines(step: StepChange, verdict: Verdict, { lay }: Page): string[] {
  return [...lay(stepInWords(step, verdict), "  ", 4), ...lay(whyInWords(step, verdict), "    ")];
}

/** Sentences of a description and of a plan in lines; what nobody would see in them is spelled out, so that colours are ours. */
type Lay = (text: string, indent: string, hanging?: number) => string[];

function layIn(columns: number): Lay {
  return (text, indent, hanging = indent.length) =>
    text === "" ? [] : wrappedLine(indent + visible(text), columns, hanging);
}
