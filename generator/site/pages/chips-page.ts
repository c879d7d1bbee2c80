// The chips, as a table that can be read without a script, and filtered and sorted with one.
import { compareCodePoints } from "../../diagnostics/diagnostic.ts";
import { grades } from "../../provenance/grade.ts";
import type { Code } from "../../render/code.ts";
import { html, htmlJoin, htmlPath, htmlText } from "../../render/html.ts";
import { renderTemplate } from "../../render/render.ts";
import { type Family, families, familyOf } from "../families.ts";
import type { Page } from "../layout.ts";
import { fencePath, type SiteChip, type SiteProject } from "../project.ts";

const none = htmlText("–");

const columns = [
  { key: "name", title: "Chip", class: "name" },
  { key: "core", title: "Core", class: "core" },
  { key: "coherent", title: "Coherent", class: "coherent" },
  { key: "mechanism", title: "Mechanism", class: "mechanisms" },
  { key: "line", title: "Line", class: "number line" },
  { key: "masters", title: "DMA", class: "number masters" },
  { key: "proof", title: "Proof", class: "proof" },
  { key: "states", title: "States", class: "number states" },
  { key: "facts", title: "Facts by grade", class: "facts" },
] as const;

export function chipsPage({ chips }: SiteProject): Page {
  const fences = chips.flatMap((chip) => chip.fences);
  const isAllProved = fences.every(({ verdict }) => verdict.sound);
  const proved = isAllProved ? (fences.length === 1 ? "proved" : "each of them proved") : "not all of them proved";
  const heading =
    chips.length === 0
      ? "No chip is described"
      : `${counted(chips.length, "chip")}, ${counted(fences.length, "fence")}${fences.length === 0 ? "" : `, ${proved}`}`;
  const content = renderTemplate("site/chips", {
    heading: htmlText(heading),
    count: htmlText(String(chips.length)),
    families: (Object.keys(families) as Family[]).map((id) => ({
      id: htmlText(id),
      title: htmlText(families[id].title),
      means: htmlText(families[id].means),
      count: html`${chips.filter((chip) => familyOf(chip) === id).length}`,
    })),
    vendors: distinct(chips.map(({ row }) => row.vendor)).map((name) => ({ name: htmlText(name) })),
    architectures: distinct(chips.flatMap(({ row }) => row.isa)).map((name) => ({ name: htmlText(name) })),
    lines: [...new Set(chips.flatMap(({ row }) => row.lineBytes ?? []))]
      .sort((a, b) => a - b)
      .map((bytes) => ({ bytes: html`${bytes}` })),
    columns: columns.map(({ key, title, class: name }) => ({
      key: htmlText(key),
      title: htmlText(title),
      class: htmlText(name),
    })),
    rows: chips.map(rowView),
  });
  return { path: "index.html", title: "Chips", content, scripts: ["chips.js"] };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function rowView(each: SiteChip) {
  const { row, fences, coverage } = each;
  const killed = sum(fences.map(({ verdict }) => verdict.mutants.killed));
  const total = sum(fences.map(({ verdict }) => verdict.mutants.total));
  const states = sum(fences.map(({ verdict }) => verdict.states));
  const isProved = fences.length > 0 && fences.every(({ verdict }) => verdict.sound);
  const words = [row.id, row.title, row.vendor, ...row.cores, ...row.isa, ...row.mechanisms, ...row.dmaMasters];
  const keys = {
    name: row.title.toLowerCase(),
    core: row.cores.join(" "),
    coherent: fences.length === 0 ? 0 : row.coherent ? 2 : 1,
    mechanism: row.mechanisms.join(" "),
    line: row.lineBytes ?? 0,
    masters: row.dmaMasters.length,
    proof: isProved ? total : -1,
    states,
    facts: coverage.facts,
  };
  return {
    family: htmlText(familyOf(each)),
    vendor: htmlText(row.vendor),
    isa: htmlText(row.isa.join(" ")),
    lineBytes: htmlText(String(row.lineBytes ?? "")),
    search: htmlText([...words, ...row.fences].join(" ").toLowerCase()),
    keys: htmlText(JSON.stringify(keys)),
    name: nameOf(each),
    fences: fencesOf(each),
    core: htmlText(row.cores.join(", ")),
    coherent:
      fences.length === 0
        ? html`<span class="refused">refused</span>`
        : row.coherent
          ? html`<span class="is">${htmlText("● yes")}</span>`
          : html`<span class="is-not">${htmlText("◆ no")}</span>`,
    mechanisms: htmlJoin(
      row.mechanisms.map((id) => html`<span class="tag">${htmlText(id)}</span>`),
      html` `,
    ),
    line: row.lineBytes === null ? none : html`${row.lineBytes} B`,
    masters: html`${row.dmaMasters.length}`,
    proof:
      fences.length === 0
        ? none
        : isProved
          ? html`<span class="is">${htmlText("✓")}</span> ${killed}/${total}`
          : html`<span class="bad">${htmlText("✕")}</span> ${killed}/${total}`,
    states: fences.length === 0 ? none : htmlText(grouped(states)),
    facts: gradeBar(coverage),
  };
}

function nameOf({ row, fences }: SiteChip): Code<"html"> {
  const [first] = fences;
  const title = htmlText(row.title);
  return first ? html`<a href="${htmlPath(fencePath(first.plan.name))}">${title}</a>` : html`<b>${title}</b>`;
}

/** Links where there are several, and why there is none. */
function fencesOf({ row, fences }: SiteChip): Code<"html"> {
  const links =
    fences.length < 2
      ? []
      : fences.map(({ plan }) => html`<a href="${htmlPath(fencePath(plan.name))}">${htmlText(plan.name)}</a>`);
  const refusals = row.refused.map(({ core, because }) => html`${htmlText(core)}: ${htmlText(because)}`);
  const parts = [...links, ...refusals];
  return parts.length === 0 ? html`` : html`<span class="more">${htmlJoin(parts, html` `)}</span>`;
}

/** A bar that shows how many facts are how well known, with the numbers as its name. */
export function gradeBar(coverage: SiteChip["coverage"]): Code<"html"> {
  const width = 92;
  let at = 0;
  const bars = grades.map((grade) => {
    const part = coverage.facts === 0 ? 0 : (coverage[grade] / coverage.facts) * width;
    const bar = html`<rect class="${htmlText(grade)}" x="${htmlText(at.toFixed(1))}" width="${htmlText(Math.max(0, part - 1).toFixed(1))}" height="9" rx="2"/>`;
    at += part;
    return part === 0 ? html`` : bar;
  });
  const name = grades.map((grade) => `${coverage[grade]} ${gradeWords[grade]}`).join(", ");
  return html`<svg class="grades" width="92" height="9" viewBox="0 0 92 9" role="img" aria-label="${htmlText(name)}">${htmlJoin(bars)}</svg> ${coverage.facts}`;
}

export const gradeWords = {
  manual: "read in a manual",
  code: "read in code",
  partly: "read in part",
  unverified: "unverified",
} as const;

/** `103,152` */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareCodePoints);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
