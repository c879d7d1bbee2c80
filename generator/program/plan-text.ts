// Spells a plan for people, and as JSON for programs.

import { type Citation, fenceMethods } from "../model/chip.ts";
import { citationText } from "../model/citations.ts";
import { formatAddress } from "../notation/quantity.ts";
import { type Demand, demandText, type FencePlan } from "../plan/operation.ts";
import type { RefusedCore } from "../plan/plan-chip.ts";
import { lower } from "./lower.ts";
import { type Block, flattened } from "./statement.ts";
import { blockTitle } from "./words.ts";

export function planText(plan: FencePlan): string {
  const program = lower(plan);
  return [
    `${plan.name} (${plan.core}; ${plan.forAllDma ? "all DMA" : plan.controllers.join(", ")})`,
    ...fenceMethods.flatMap((method) => [
      "",
      `  ${method}`,
      ...program[method].flatMap((block, index) => blockLines(block, `    ${index + 1}. `)),
    ]),
    "",
    "  relies on",
    ...plan.obligations.flatMap(({ text, sources }) => [`    - ${text}`, ...sourceLine(sources, "      ")]),
    ...unreadLines(plan),
    ...plan.comparison.flatMap((difference) => ["", `  ${difference}`]),
  ].join("\n");
}

/** What a reader of the manuals could make the fence do without. */
function unreadLines({ unread }: FencePlan): string[] {
  if (unread.length === 0) return [];
  return [
    "",
    "  does not rely on, as nobody has read it",
    ...unread.flatMap(({ claim, instead, sources }) => [
      `    - ${claim}; ${instead}.`,
      ...sourceLine(sources, "      "),
    ]),
  ];
}

/** A core for which no fence is sound: why, and what to do instead. */
export function refusalText({ core, coreName, code, problems, because, sources }: RefusedCore): string {
  return [
    `${coreName || core}: refused (${code}), because no fence can be sound`,
    ...problems.map(({ message }) => `  - ${message}`),
    `  ${because}`,
    ...sourceLine(sources, "  "),
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

function blockLines(block: Block, bullet: string): string[] {
  const margin = " ".repeat(bullet.length);
  const inner = flattened(block.body).flatMap((statement) =>
    statement.kind === "block" ? blockLines(statement, `${margin}- `) : [],
  );
  return [`${bullet}${blockTitle(block)}`, `${margin}${block.reason}`, ...sourceLine(block.sources, margin), ...inner];
}

function sourceLine(sources: readonly Citation[], margin: string): string[] {
  return sources.length > 0 ? [`${margin}[${sources.map(citationText).join("; ")}]`] : [];
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
