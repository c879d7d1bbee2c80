// What stands behind the fences: sources of facts, proofs, a witness from outside, and where nothing would notice a mistake.

import { factKinds } from "../../provenance/chip-facts.ts";
import { coverageOf, percent, sumOf } from "../../provenance/coverage.ts";
import { grades } from "../../provenance/grade.ts";
import type { Code } from "../../render/code.ts";
import { html, htmlJoin, htmlPath, htmlText } from "../../render/html.ts";
import { renderTemplate } from "../../render/render.ts";
import type { PropertyVerdict } from "../../verifier/verdict.ts";
import { documentsOf } from "../documents.ts";
import type { Page } from "../layout.ts";
import { type LitmusResult, litmusOf } from "../litmus.ts";
import { changeVerdicts, type Score, scoreOf, scoresByKind } from "../mutation-score.ts";
import { fencePath, type SiteChip, type SiteFence, type SiteProject } from "../project.ts";
import type { SiteTexts } from "../texts.ts";
import { unnoticedOf } from "../unnoticed.ts";
import { factKindTitles, gradeSigns, properties } from "../words.ts";
import { gradeBar, grouped } from "./chips-page.ts";

const none = htmlText("–");

export function evidencePage(project: SiteProject, texts: SiteTexts): Page {
  const { chips } = project;
  const fences = chips.flatMap((chip) => chip.fences.map((fence) => ({ chip, ...fence })));
  const total = sumOf(chips.map(({ coverage }) => coverage));
  const all = scoreOf(fences.flatMap(({ verdict }) => verdict.steps));
  const litmus = litmusOf(project, texts);
  const programs = litmus.flatMap(({ results }) => results);
  const unnoticed = unnoticedOf(project, texts);
  const content = renderTemplate("site/evidence", {
    facts: htmlText(grouped(total.facts)),
    percent: htmlText(String(percent(total))),
    secondSource: htmlText(grouped(total.secondSource)),
    proved: html`${fences.filter(({ verdict }) => verdict.sound).length}`,
    fences: html`${fences.length}`,
    states: htmlText(grouped(fences.reduce((sum, { verdict }) => sum + verdict.states, 0))),
    killed: htmlText(grouped(all.killed)),
    mutants: htmlText(grouped(all.total)),
    architectural: html`${all.architectural}`,
    grades: grades.map((grade) => ({
      bar: html`<svg class="grades" width="12" height="9" aria-hidden="true"><rect class="${htmlText(grade)}" width="12" height="9" rx="2"/></svg>`,
      sign: htmlText(gradeSigns[grade].sign),
      word: htmlText(gradeSigns[grade].word),
      means: htmlText(gradeSigns[grade].means),
      count: htmlText(grouped(total[grade])),
    })),
    kinds: factKinds.map((kind) => ({ title: htmlText(factKindTitles[kind]) })),
    factRows: chips.map((chip) => ({
      ...nameCell(chip),
      cells: [...factKinds.map((kind) => factsCell(chip, kind)), factsCell(chip)].map((cell) => ({ cell })),
    })),
    properties: Object.keys(properties).map((name) => ({ title: htmlText(name), means: htmlText(properties[name]!) })),
    fenceRows: fences.map((each) => ({
      ...fenceCell(each.chip, each),
      cells: Object.keys(properties).map((name) => ({
        cell: propertyCell(each.verdict.properties.filter((property) => property.name === name)),
      })),
      states: htmlText(grouped(each.verdict.states)),
    })),
    documents: documentsOf(project).map(({ document, kind, facts, chips: users }) => ({
      document: htmlText(document),
      search: htmlText([document, ...users.map(({ row }) => row.id)].join(" ").toLowerCase()),
      kind: htmlText(kind),
      facts: html`${facts}`,
      count: html`${users.length}`,
      chips: chipLinks(users),
    })),
    // An architecture of somebody else's, or one without programs, has none.
    litmus: [
      {
        programs: html`${programs.length}`,
        agreeing: html`${programs.filter(({ agrees }) => agrees).length}`,
        architectures: litmus.map(({ title, results }) => ({
          title: htmlText(title),
          count: html`${results.length}`,
          allowed: html`${results.filter(({ isAllowed }) => isAllowed).length}`,
          rows: results.map(litmusRow),
        })),
      },
    ].filter(({ architectures }) => architectures.length > 0),
    changeRows: scoresByKind(project).map(({ kind, score }) => ({ name: htmlText(kind), cells: scoreCells(score) })),
    allChanges: scoreCells(all),
    scoreRows: fences.map((each) => ({
      ...fenceCell(each.chip, each),
      cells: scoreCells(scoreOf(each.verdict.steps)),
    })),
    unnoticed: [
      {
        count: html`${unnoticed.length}`,
        rows: unnoticed.map(({ kind, path, what, chips: about }) => ({
          kind: htmlText(kind),
          path: htmlText(path),
          what: htmlText(what),
          search: htmlText([kind, path, what, ...about.map(({ row }) => row.id)].join(" ").toLowerCase()),
        })),
      },
    ].filter(({ rows }) => rows.length > 0),
  });
  return { path: "evidence.html", title: "Evidence", content, scripts: ["evidence.js"] };
}

function searchOf({ row }: SiteChip, ...more: readonly string[]): Code<"html"> {
  return htmlText([row.id, row.title, row.vendor, ...row.cores, ...row.mechanisms, ...more].join(" ").toLowerCase());
}

function nameCell(chip: SiteChip) {
  const [first] = chip.fences;
  const title = htmlText(chip.row.title);
  return {
    search: searchOf(chip),
    name: first ? html`<a href="${htmlPath(fencePath(first.plan.name))}">${title}</a>` : title,
  };
}

function fenceCell(chip: SiteChip, { plan }: SiteFence) {
  return {
    search: searchOf(chip, plan.name),
    name: html`<a href="${htmlPath(fencePath(plan.name))}">${htmlText(plan.name)}</a>`,
  };
}

function chipLinks(chips: readonly SiteChip[]): Code<"html"> {
  const links = chips.map(({ row, fences: [first] }) =>
    first ? html`<a href="${htmlPath(fencePath(first.plan.name))}">${htmlText(row.id)}</a>` : htmlText(row.id),
  );
  return htmlJoin(links, html`, `);
}

function litmusRow({ name, threads, question, isAllowed, outcomes, agrees }: LitmusResult) {
  return {
    name: htmlText(name),
    threads: htmlJoin(threads.map(htmlText), html`<br>`),
    question: htmlText(question),
    verdict: isAllowed
      ? html`<span class="is-not">${htmlText("◆")} allowed</span>`
      : html`<span class="is">${htmlText("✓")} forbidden</span>`,
    outcomes: html`${outcomes}`,
    agrees: agrees ? html`the same` : html`<span class="bad">${htmlText("✕")} others</span>`,
  };
}

/** Of one kind, or of all: how many, and how many of them nobody has read. */
function factsCell({ facts }: SiteChip, kind?: SiteChip["facts"][number]["kind"]): Code<"html"> {
  const coverage = coverageOf(facts.filter((fact) => kind === undefined || fact.kind === kind));
  if (coverage.facts === 0) return none;
  const open = [
    ...(coverage.partly > 0 ? [html`${htmlText(gradeSigns.partly.sign)}${coverage.partly}`] : []),
    ...(coverage.unverified > 0 ? [html`${htmlText(gradeSigns.unverified.sign)}${coverage.unverified}`] : []),
  ];
  return html`${gradeBar(coverage)}${open.length > 0 ? html` <span class="open">${htmlJoin(open, html` `)}</span>` : html``}`;
}

function propertyCell(verdicts: readonly PropertyVerdict[]): Code<"html"> {
  if (verdicts.length === 0) return none;
  const broken = verdicts.filter(({ holds, undecided }) => !holds && !undecided).length;
  const undecided = verdicts.filter((verdict) => verdict.undecided).length;
  if (broken > 0) return html`<span class="bad">${htmlText("✕")} ${broken}</span> of ${verdicts.length}`;
  if (undecided > 0) return html`<span class="is-not">? ${undecided}</span> of ${verdicts.length}`;
  return html`<span class="is">${htmlText("✓")}</span> ${verdicts.length}`;
}

function scoreCells(score: Score) {
  const { killed, total } = score;
  const sign =
    killed === total ? html`<span class="is">${htmlText("✓")}</span>` : html`<span class="bad">${htmlText("✕")}</span>`;
  return [
    { cell: total === 0 ? none : html`${sign} ${htmlText(grouped(killed))}/${htmlText(grouped(total))}` },
    ...changeVerdicts.map((verdict) => ({ cell: score[verdict] === 0 ? none : htmlText(grouped(score[verdict])) })),
  ];
}
