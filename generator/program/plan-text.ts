// Spells a plan for people, and as JSON for programs.

import type { Citation } from "../model/chip.ts";
import { citationText } from "../model/citations.ts";
import { formatAddress } from "../notation/quantity.ts";
import { type Demand, demandText, type FencePlan } from "../plan/operation.ts";
import type { RefusedCore } from "../plan/plan-chip.ts";
import { type OutlinedSentence, type OutlinedStep, planOutline } from "./plan-outline.ts";

export function planText(plan: FencePlan): string {
  const { name, core, masters, methods, reliesOn, unread, comparison, sources } = planOutline(plan);
  return [
    `${name} (${core}; ${masters})`,
    ...methods.flatMap((method) => [
      "",
      `  ${method.name}`,
      ...method.steps.flatMap((step, index) => stepLines(step, `    ${index + 1}. `)),
    ]),
    "",
    "  relies on",
    ...reliesOn.map(sentenceLine),
    ...(unread.length > 0 ? ["", "  does not rely on, as nobody has read it", ...unread.map(sentenceLine)] : []),
    ...comparison.flatMap((difference) => ["", `  ${difference}`]),
    ...sourceLines(sources),
  ].join("\n");
}

function sentenceLine({ text, marks }: OutlinedSentence): string {
  return `    - ${text}${marks}`;
}

function stepLines({ title, reason, inner }: OutlinedStep, bullet: string): string[] {
  const margin = " ".repeat(bullet.length);
  return [
    `${bullet}${title}`,
    `${margin}${reason.text}${reason.marks}`,
    ...inner.flatMap((step) => stepLines(step, `${margin}- `)),
  ];
}

function sourceLines(sources: readonly string[]): string[] {
  if (sources.length === 0) return [];
  const width = `[${sources.length}]`.length;
  return ["", "  sources", ...sources.map((text, index) => `    ${`[${index + 1}]`.padStart(width)} ${text}`)];
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
