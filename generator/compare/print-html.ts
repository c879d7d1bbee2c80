// A comparison as a page that stands alone, for an artefact of a workflow: what the comment of a pull request says, and executions as pictures.
import { ribbons } from "../picture/ribbons.ts";
import type { Code } from "../render/code.ts";
import { html, htmlSvg, htmlText } from "../render/html.ts";
import {
  htmlAddress,
  htmlBlock,
  htmlDetails,
  htmlDiffLines,
  htmlFigure,
  htmlList,
  htmlMarked,
  htmlParagraph,
  htmlProse,
  htmlReport,
  htmlSection,
  htmlTable,
} from "../report/html.ts";
import type { Comparison, Execution, Group, PromiseChange, StepChange } from "./comparison.ts";
import { levelOf } from "./comparison-findings.ts";
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

type Html = Code<"html">;

export function comparisonHtml(comparison: Comparison): string {
  const { base, head, descriptions, groups, facts, questions, outputs } = comparison;
  const described = descriptions.map(({ path, state }) => (state === "changed" ? path : `${path} (${state})`));
  const overview = groups.map((group) => [
    htmlMarked(levelOf(group.verdict), group.verdict),
    htmlProse(fencesInWords(group)),
    htmlProse([...group.masters, ...group.because].join(" ")),
  ]);
  return htmlReport({
    title: "fencegen: what this change does to fences",
    lead: `${base} \u2192 ${head}. ${countsInWords(comparison)}`,
    sections: [
      ...htmlSection(problemsTitle, htmlList(problemsInWords(comparison).map(htmlProse))),
      ...htmlSection("Verdicts", [
        ...(described.length > 0 ? [htmlParagraph(`Descriptions: ${chipsInWords(described, 8)}.`)] : []),
        ...(overview.length > 0 ? [htmlTable("Verdicts", ["Verdict", "Fence", "What it means"], overview)] : []),
        ...(groups.length === 0 && described.length === 0 ? [htmlParagraph("No fence differs.")] : []),
      ]),
      ...htmlSection("Ask", htmlList(questions.map(htmlProse))),
      ...groups.flatMap((group, index) =>
        htmlSection(`${group.verdict}: ${fencesInWords(group)}`, groupParts(group, index)),
      ),
      ...htmlSection(
        "Facts that changed",
        htmlList(facts.map((fact) => htmlProse(`${factInWords(fact)} (${chipsInWords(fact.chips)})`))),
      ),
      ...htmlSection("Outputs", [
        htmlParagraph(outputsInWords(comparison)),
        ...outputs.hunks.flatMap((hunk) =>
          htmlDetails(placeInWords(hunk), [htmlBlock(placeInWords(hunk), htmlDiffLines(hunk.lines))]),
        ),
      ]),
    ],
  });
}

/** What the overview does not say already. */
function groupParts(group: Group, index: number): Html[] {
  const { verdict, steps, promises, cost, alike, executions, page } = group;
  const all = alike.map(({ chip, fence }) => `${chip} ${fence}`).join(", ");
  return [
    ...(alike.length > mostNamed - 1 ? [htmlParagraph(`Alike: ${all}.`)] : []),
    ...htmlList(
      steps.map(
        (step) =>
          html`${changed(step)}${htmlProse(stepInWords(step, verdict))}<span class="why">${htmlProse(whyInWords(step, verdict))}</span>`,
      ),
    ),
    ...htmlList(promises.map((promise) => html`${changed(promise)}${htmlProse(promiseInWords(promise))}`)),
    ...(cost.length > 0 ? [htmlParagraph(costInWords(cost)!)] : []),
    ...(page === undefined ? [] : [html`<p>Its page: ${htmlAddress(page)}</p>`]),
    ...executions.flatMap((execution, at) => executionParts(execution, `execution-${index + 1}-${at + 1}`)),
  ];
}

const signs = { added: "+", removed: "\u2212", changed: "\u2260", reason: "=" } as const;

/** The words behind it say the same. */
function changed({ change }: StepChange | PromiseChange): Html {
  return html`<span class="sign" aria-hidden="true">${htmlText(signs[change])}</span>`;
}

/** As a picture, and below as a table: one of a chip whose names are others than those of the fence that was verified has only that. */
function executionParts({ claim, counterexample, replay, seenAt }: Execution, idPrefix: string): Html[] {
  const { property, scenario, events, preventedBy } = counterexample;
  const replayed = replay();
  const picture = "doesNotReplay" in replayed ? [] : [ribbons(replayed, { theme: "auto", idPrefix, title: claim })];
  const rows = events.map(({ cpu, cache, memory, device }, index) => [
    html`${index + 1}`,
    ...[cpu, cache, memory, device].map((text) => htmlText(text)),
  ]);
  const table = htmlTable(`Steps: ${claim}`, ["", "CPU", "cache", "memory", "device"], rows, "events");
  return [
    html`<h3>${htmlText(claim)}</h3>`,
    htmlParagraph(`${property} broken: ${scenario}`),
    ...picture.map((svg) => htmlFigure(`Picture: ${claim}`, htmlSvg(svg))),
    ...(picture.length > 0 ? htmlDetails("The same as a table", [table]) : [table]),
    ...(preventedBy === undefined ? [] : [htmlParagraph(`Prevented by ${preventedBy}`)]),
    ...(seenAt === undefined ? [] : [html`<p>${htmlText(sameOnPage)}: ${htmlAddress(seenAt)}</p>`]),
  ];
}
