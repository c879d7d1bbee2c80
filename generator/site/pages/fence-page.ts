// A fence: its machine at work, each step and promise with what goes wrong without it, and what it costs, proves and rests on. All of it can
// be read without a script; with one, every execution can be played.
import { type FenceMethod, fenceMethods } from "../../model/chip.ts";
import { citationText, distinct } from "../../model/citations.ts";
import { stepSentence } from "../../picture/sentence.ts";
import { signs } from "../../picture/signs.ts";
import type { FenceObligation, FencePlan, FenceStep } from "../../plan/operation.ts";
import { stepTitle } from "../../program/words.ts";
import { grades } from "../../provenance/grade.ts";
import type { Code } from "../../render/code.ts";
import { html, htmlJoin, htmlLines, htmlSvg, htmlText } from "../../render/html.ts";
import { renderTemplate } from "../../render/render.ts";
import { stepCode } from "../../render/step-code.ts";
import { type FenceChange, leftOutName, linkNameOf } from "../../verifier/fence-change.ts";
import { replayNamed } from "../../verifier/replay-named.ts";
import type { Replay } from "../../verifier/replayed.ts";
import { scenarioName } from "../../verifier/scenario.ts";
import { countedTable, dumbbell, lengthText, measuredTables } from "../fence/cost.ts";
import { drawRail, drawRibbons, hatchPrefix } from "../fence/drawn.ts";
import { type FenceFindings, findingsOf } from "../fence/findings.ts";
import { literal } from "../fence/literal.ts";
import { type GridCell, scenarioGrid } from "../fence/scenario-grid.ts";
import { firstShown, scenarioWords, shownOf } from "../fence/shown.ts";
import { shortTitle } from "../fence/step-words.ts";
import { verdictWords } from "../fence/verdict-words.ts";
import type { Page } from "../layout.ts";
import {
  fencePath,
  type MeasuredCost,
  type SiteChip,
  type SiteFence,
  type SiteFile,
  type SiteProject,
} from "../project.ts";
import { gradeSigns } from "../words.ts";
import { gradeBar, gradeWords, grouped } from "./chips-page.ts";

export function fencePages(project: SiteProject): { readonly pages: Page[]; readonly data: SiteFile[] } {
  const all = project.chips.flatMap((chip) =>
    chip.fences.map((fence) => {
      const found = findingsOf(project, chip.chip, fence);
      return { page: fencePage(project, chip, fence, found), data: fenceData(chip, fence, found) };
    }),
  );
  return { pages: all.map(({ page }) => page), data: all.map(({ data }) => data) };
}

/** Where what the page replays is, relative to the site's folder. */
function dataPath(fence: string): string {
  return `fence/${fence}.js`;
}

function fenceData(
  { chip }: SiteChip,
  { plan, core, verdict }: SiteFence,
  { findings, whole }: FenceFindings,
): SiteFile {
  const data = { task: { plan, chip, core }, findings, whole, states: verdict.states };
  return { path: dataPath(plan.name), content: `function fencegenFence(){return ${literal(data)}}\n` };
}

function fencePage({ costs }: SiteProject, of: SiteChip, site: SiteFence, found: FenceFindings): Page {
  const { plan, verdict } = site;
  const { findings } = found;
  const first = firstShown(findings);
  const shown = shownOf(found, first);
  const replayed = shown && replayNamed(found.fence, shown);
  const replay = replayed && "steps" in replayed ? replayed : undefined;
  const steps = fenceMethods.map((method) => methodView(method, of, site, found, first));
  const firstLabel = labelOf(found.changes.find((change) => linkNameOf(change, plan) === first)!, plan);
  const said = verdictWords(findings[first]!, firstLabel.change, firstLabel.because);
  const content = renderTemplate("site/fence", {
    chip: htmlText(of.row.title),
    name: htmlText(plan.name),
    pills: pillsOf(of, site),
    first: htmlText(first),
    scenario: htmlText(replay ? scenarioWords(replay) : "No execution gets to the end."),
    ...railViews(replay),
    ribbons: replay ? htmlSvg(drawRibbons(replay, replay.steps.length, plan.name)) : html``,
    signs: signs({ theme: "page", idPrefix: hatchPrefix }).map(({ svg, means }) => ({
      svg: htmlSvg(svg),
      means: htmlText(means),
    })),
    count: htmlText(replay ? `${replay.steps.length} / ${replay.steps.length}` : "0 / 0"),
    last: html`${replay?.steps.length ?? 0}`,
    sentence: htmlText(replay ? stepSentence(replay, replay.steps.length) : ""),
    bad: replay?.property === undefined ? html`` : html` bad`,
    events: replay ? replay.steps.map((_, index) => ({ text: htmlText(stepSentence(replay, index + 1)) })) : [],
    methods: steps.map(({ switches }) => switches),
    promises: plan.obligations.map((obligation) => promiseView(obligation, site, found)),
    promiseCount: html`${plan.obligations.length}`,
    others: found.changes
      .filter(
        (change) => change.kind === "no-fence" || (change.kind === "step" && change.mutant.kind !== "step removed"),
      )
      .map((change) => {
        const { title, change: label, because } = labelOf(change, plan);
        const name = linkNameOf(change, plan);
        return { name: htmlText(name), title: htmlText(title), label: htmlText(label), because: htmlText(because) };
      }),
    verdict: {
      bad: said.isBad ? html` bad` : html``,
      sign: htmlText(said.sign),
      title: htmlText(said.title),
      text: htmlText(said.text),
    },
    table: steps.map(({ rows }) => rows),
    cost: costOf(of.isShipped && Object.hasOwn(costs, plan.name) ? costs[plan.name] : undefined, plan),
    proof: proofView(site, found),
    grid: gridView(site, found),
    undecided: verdict.undecided === undefined ? html`` : html`<p class="bad">${htmlText(verdict.undecided)}</p>`,
    states: htmlText(grouped(verdict.states)),
    exploredFor:
      site.exploredFor.fence === plan.name
        ? html``
        : html` What was explored is ${htmlText(site.exploredFor.fence)}, which is the same fence to the model.`,
    gradeBar: gradeBar(of.coverage),
    grades: grades.map((grade) => ({
      grade: htmlText(grade),
      words: htmlText(gradeWords[grade]),
      count: html`${of.coverage[grade]}`,
    })),
    doubtful: of.facts
      .filter(({ grade }) => grade === "partly" || grade === "unverified")
      .map(({ name, value, grade }) => ({
        name: htmlText(name),
        value: htmlText(value),
        grade: htmlText(gradeWords[grade]),
      })),
  });
  return {
    path: fencePath(plan.name),
    title: plan.name,
    content,
    scripts: [dataPath(plan.name), "fence.js"],
  };
}

function railViews(replay: Replay | undefined) {
  const drawn = replay && drawRail(replay, replay.steps.length);
  return { inRow: drawn ? htmlSvg(drawn.inRow) : html``, upright: drawn ? htmlSvg(drawn.upright) : html`` };
}

function pillsOf({ row, coverage }: SiteChip, { plan, verdict }: SiteFence) {
  const { killed, total } = verdict.mutants;
  const pill = (kind: string, content: Code<"html">) => ({ kind: htmlText(kind), content });
  const masters = plan.controllers.length;
  return [
    verdict.sound
      ? pill(" ok", htmlText("✓ proved"))
      : pill(" bad", htmlText(verdict.undecided ? "◆ undecided" : "✕ not sound")),
    ...(coverage.unverified > 0
      ? [
          pill(
            "",
            html`${htmlText(gradeSigns.unverified.sign)} <a href="#facts"><b>${coverage.unverified}</b> of ${coverage.facts} facts read nowhere</a>`,
          ),
        ]
      : []),
    pill("", html`<b>${htmlText(grouped(verdict.states))}</b> states`),
    ...(total > 0 ? [pill("", html`each step needed <b>${killed}/${total}</b>`)] : []),
    ...(plan.lineBytes === undefined
      ? [pill("", html`maintains no line`)]
      : [pill("", html`<b>${plan.lineBytes} B</b> lines`)]),
    pill(
      "",
      plan.forAllDma
        ? html`for all <b>${masters}</b> DMA masters`
        : html`for <b>${htmlText(plan.controllers.join(", "))}</b> only`,
    ),
    pill("", html`core <b>${htmlText(plan.coreName || row.cores[0] || plan.core)}</b>`),
  ];
}

/** How a change is called in lists, after a property, and why what it takes away is there. */
function labelOf(change: FenceChange, plan: FencePlan) {
  switch (change.kind) {
    case "none":
      return { title: "the fence as it is", change: "", because: "" };
    case "no-fence":
      return { title: "no fence at all", change: "without a fence", because: "Both of its methods do nothing." };
    case "step": {
      const { fence, step, change: how, kind } = change.mutant;
      const { reason } = plan[fence][step]!;
      return kind === "step removed"
        ? { title: `${fence} ${step + 1}`, change: `without ${fence} step ${step + 1}`, because: reason }
        : { title: `${fence} ${step + 1}: ${how}`, change: `with ${fence} step ${step + 1} ${how}`, because: reason };
    }
    case "obligation":
      return { title: change.obligation.kind, change: "where a promise is not kept", because: change.obligation.text };
  }
}

const kindsWithTag: Readonly<Record<string, string>> = {
  footprint: "footprint",
  architectural: "demanded",
  environment: "not in the model",
  "nothing-goes-wrong": "nothing goes wrong",
  undecided: "undecided",
};

function tagOf(found: FenceFindings, name: string): Code<"html"> {
  const finding = found.findings[name];
  const tag = finding && finding.length === 2 ? kindsWithTag[finding[0]] : undefined;
  return tag === undefined ? html`` : html` <span class="what">${htmlText(tag)}</span>`;
}

function methodView(
  method: FenceMethod,
  { chip, fences }: SiteChip,
  site: SiteFence,
  found: FenceFindings,
  first: string,
) {
  const { plan } = site;
  const plans = fences.map((each) => each.plan);
  const code = stepCode(chip, plans, plan)[method];
  const nameOf = (index: number) => leftOutName(method, index);
  const words = (index: number) => {
    const name = nameOf(index);
    const change = found.changes.find((each) => linkNameOf(each, plan) === name);
    return change ? labelOf(change, plan) : undefined;
  };
  const off = (index: number) => (nameOf(index) === first ? html` off` : html``);
  return {
    switches: {
      method: htmlText(method),
      steps: plan[method].map((step, index) => ({
        number: html`${index + 1}`,
        off: off(index),
        title: htmlText(shortTitle(step)),
        control: switchOf({
          name: nameOf(index),
          label: `${method} step ${index + 1}, ${shortTitle(step)}`,
          words: words(index),
          isOff: nameOf(index) === first,
        }),
        tag: words(index) ? tagOf(found, nameOf(index)) : html` <span class="what">only the compiler sees it</span>`,
      })),
    },
    rows: {
      method: htmlText(method),
      rows: plan[method].map((step, index) => ({
        id: htmlText(`${method}.${index + 1}`),
        off: off(index),
        number: html`${index + 1}`,
        title: htmlText(stepTitle(step)),
        reason: htmlText(step.reason),
        sources: sourcesOf(step),
        rust: codeOf(code[index]!.rust, "no instruction: the asm! block itself"),
        typeScript: codeOf(code[index]!.typeScript, "nothing to call"),
      })),
    },
  };
}

function codeOf(lines: readonly string[], none: string): Code<"html"> {
  return lines.length === 0
    ? html`<span class="why">${htmlText(none)}</span>`
    : html`<pre>${htmlLines(lines.join("\n"))}</pre>`;
}

function switchOf({
  name,
  label,
  words,
  isOff,
}: {
  readonly name: string;
  readonly label: string;
  readonly words: { readonly change: string; readonly because: string } | undefined;
  readonly isOff: boolean;
}): Code<"html"> {
  if (!words) return html``;
  return html`<input class="switch needs-script" type="checkbox" role="switch" aria-label="${htmlText(label)}" data-change="${htmlText(name)}" data-label="${htmlText(words.change)}" data-because="${htmlText(words.because)}"${isOff ? html`` : html` checked`}>`;
}

function promiseView(obligation: FenceObligation, { plan }: SiteFence, found: FenceFindings) {
  const change: FenceChange = { kind: "obligation", obligation };
  const name = linkNameOf(change, plan);
  return {
    text: htmlText(obligation.text),
    control: switchOf({ name, label: obligation.text, words: labelOf(change, plan), isOff: false }),
    tag: tagOf(found, name),
    off: html``,
  };
}

function sourcesOf({ sources }: FenceStep): Code<"html"> {
  const texts = [...new Set(distinct(sources).map(citationText))];
  if (texts.length === 0) return html``;
  return html`<details class="sources"><summary>sources</summary><ul>${htmlJoin(texts.map((text) => html`<li>${htmlText(text)}</li>`))}</ul></details>`;
}

/** Measured, beside somebody's hand-written sequence where there is one; or counted. */
function costOf(measured: MeasuredCost | undefined, plan: FencePlan) {
  const counted = measured ? "Instructions" : "Operations";
  const tables = measured ? measuredTables(measured) : [countedTable(plan)];
  return {
    what: htmlText(
      measured
        ? `Instructions executed by the length of the buffer, as the benchmark measured them for ${measured.target}`
        : "Barriers, maintenance and accesses to registers by the length of the buffer, counted from the plan",
    ),
    tables: tables.map((table) => ({
      title: htmlText(table.title),
      content:
        table.other === undefined
          ? html`<table class="figures"><thead><tr><th scope="col">Buffer</th><th scope="col" class="number">${htmlText(counted)}</th></tr></thead><tbody>${htmlJoin(table.rows.map(({ bytes, own }) => html`<tr><th scope="row">${htmlText(lengthText(bytes))}</th><td>${own}</td></tr>`))}</tbody></table>`
          : dumbbell(table),
    })),
  };
}

/** Properties, and for each line of the buffer in how many scenarios they hold. */
function proofView({ verdict }: SiteFence, { fence }: FenceFindings) {
  const lines = ["inner", "first", "last"] as const;
  // Scenarios of a fence that is the same to the model have other masters and memories in their names, and the rest alike.
  const lineOf = (name: string) => lines.find((line) => name.includes(`, ${line} line`));
  const names = [...new Set(verdict.properties.map(({ name }) => name))];
  return {
    scenarios: html`${new Set(fence.scenarios.map(scenarioName)).size}`,
    columns: lines.map((line) => ({ title: htmlText(`${line} line`) })),
    rows: names.map((name) => ({
      name: htmlText(name),
      cells:
        name === "footprint"
          ? [{ cell: cellOf(verdict.properties.filter((each) => each.name === name)), span: html` colspan="3"` }]
          : lines.map((line) => ({
              cell: cellOf(verdict.properties.filter((each) => each.name === name && lineOf(each.scenario) === line)),
              span: html``,
            })),
    })),
  };
}

/** Not by colour alone. */
const cellSigns: Readonly<Record<GridCell, Code<"html">>> = {
  holds: html`<td>${htmlText("✓")}</td>`,
  broken: html`<td class="bad">${htmlText("✕")}</td>`,
  undecided: html`<td class="bad">${htmlText("◆")}</td>`,
  "not asked": html`<td class="no">${htmlText("–")}</td>`,
};

/** A row for each scenario. */
function gridView({ verdict }: SiteFence, { fence, exploredScenarios }: FenceFindings) {
  const { properties, groups } = scenarioGrid(verdict.properties, fence.scenarios, exploredScenarios);
  return {
    count: html`${groups.reduce((sum, { rows }) => sum + rows.length, 0)}`,
    properties: properties.map((name) => ({ name: htmlText(name) })),
    width: html`${properties.length + 2}`,
    groups: groups.map(({ what, rows }) => ({
      what: htmlText(what),
      rows: rows.map(({ what: row, states, cells }) => ({
        what: htmlText(row),
        cells: htmlJoin(cells.map((cell) => cellSigns[cell])),
        states: htmlText(grouped(states)),
      })),
    })),
  };
}

function cellOf(verdicts: readonly { readonly holds: boolean; readonly undecided?: true }[]): Code<"html"> {
  if (verdicts.length === 0) return html`<span class="why">${htmlText("–")}</span>`;
  const held = verdicts.filter(({ holds }) => holds).length;
  if (held === verdicts.length) return html`<span class="is">${htmlText("✓")}</span> ${held}`;
  const undecided = verdicts.some((each) => each.undecided);
  return html`<span class="bad">${htmlText(undecided ? "◆" : "✕")}</span> ${held} of ${verdicts.length}`;
}
