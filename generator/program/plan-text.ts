// Spells a plan for people, and as JSON for programs.

import { type Citation, fenceMethods } from "../model/chip.ts";
import { citationText } from "../model/citations.ts";
import { formatAddress } from "../notation/quantity.ts";
import { type Demand, demandText, type FencePlan } from "../plan/operation.ts";
import type { RefusedCore } from "../plan/plan-chip.ts";
import { Footnotes } from "./footnotes.ts";
import { lower } from "./lower.ts";
import { type Block, flattened } from "./statement.ts";
import { blockTitle } from "./words.ts";

export function planText(plan: FencePlan): string {
  const program = lower(plan);
  const notes = new Footnotes();
  return [
    `${plan.name} (${plan.core}; ${plan.forAllDma ? "all DMA" : plan.controllers.join(", ")})`,
    ...fenceMethods.flatMap((method) => [
      "",
      `  ${method}`,
      ...program[method].flatMap((block, index) => blockLines(block, `    ${index + 1}. `, notes)),
    ]),
    "",
    "  relies on",
    ...plan.obligations.map(({ text, sources }) => `    - ${text}${notes.marks(sources)}`),
    ...unreadLines(plan, notes),
    ...plan.comparison.flatMap((difference) => ["", `  ${difference}`]),
    ...notes.lines("  "),
  ].join("\n");
}

/** What a reader of the manuals could make the fence do without. */
function unreadLines({ unread }: FencePlan, notes: Footnotes): string[] {
  if (unread.length === 0) return [];
  return [
    "",
    "  does not rely on, as nobody has read it",
    ...unread.map(({ claim, instead, sources }) => `    - ${claim}; ${instead}.${notes.marks(sources)}`),
  ];
}

/** A core for which no fence is sound: why, and what to do instead. */
export function refusalText({ core, coreName, code, problems, because, sources }: RefusedCore): string {
  return [
    `${coreName || core}: refused (${code}), because no fence can be sound`,
    ...problems.map(({ message }) => `  - ${message}`),
    `  ${because}`,
    ...(sources.length > 0 ? [`  [${sources.map(citationText).join("; ")}]`] : []),
  ].join("\n");
}

export function refusalJson({ core, coreName, code, problems, because, sources }: RefusedCore) {
  return {
    core: coreName || core,
    code,
    problems: problems.map(({ message }) => message),
    because,
    sources: sources.map(citationText),
  };
}

function blockLines(block: Block, bullet: string, notes: Footnotes): string[] {
  const margin = " ".repeat(bullet.length);
  // Numbers go up as the text is read.
  const head = [`${bullet}${blockTitle(block)}`, `${margin}${block.reason}${notes.marks(block.sources)}`];
  const inner = flattened(block.body).flatMap((statement) =>
    statement.kind === "block" ? blockLines(statement, `${margin}- `, notes) : [],
  );
  return [...head, ...inner];
}

/** JSON has no big integers: addresses become hexadecimal strings, sources their text. */
export function planJson(plan: FencePlan): unknown {
  return JSON.parse(
    JSON.stringify(plan, function (this: unknown, key, value: unknown) {
      if (typeof value === "bigint") return formatAddress(value).replaceAll("_", "");
      if (key === "barrierSources") return undefined;
      if (key === "demandedBy") return value && demandText(value as Demand);
      if (key === "sources") return (value as Citation[]).map(citationText);
      return value;
    }),
  );
}
