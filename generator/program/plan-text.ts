// Spells a plan for people, and as JSON for programs.

import type { Citation, LineSize, RegisterValue, SequenceItem } from "../model/chip.ts";
import { citationText } from "../model/citations.ts";
import { changesOf } from "../model/register-value.ts";
import { formatAddress } from "../notation/quantity.ts";
import type { CompleteMaintenance, FencePlan, FenceStep, Maintenance } from "../plan/operation.ts";
import type { RefusedCore } from "../plan/plan-chip.ts";

export function planText(plan: FencePlan): string {
  const lines = [`${plan.name} (${plan.core}; ${plan.forAllDma ? "all DMA" : plan.controllers.join(", ")})`];
  for (const fence of ["release", "acquire"] as const) {
    lines.push("", `  ${fence}`);
    for (const [index, step] of plan[fence].entries()) lines.push(...stepLines(step, `    ${index + 1}. `));
  }
  lines.push("", "  relies on");
  for (const { text, sources } of plan.obligations) lines.push(`    - ${text}`, ...sourceLine(sources, "      "));
  for (const difference of plan.comparison) lines.push("", `  ${difference}`);
  return lines.join("\n");
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

function stepLines(step: FenceStep, bullet: string): string[] {
  const margin = " ".repeat(bullet.length);
  const nested = step.kind === "region-guard" ? step.outside.flatMap((inner) => stepLines(inner, `${margin}- `)) : [];
  return [`${bullet}${stepTitle(step)}`, `${margin}${step.reason}`, ...sourceLine(step.sources, margin), ...nested];
}

function sourceLine(sources: readonly Citation[], margin: string): string[] {
  return sources.length > 0 ? [`${margin}[${sources.map(citationText).join("; ")}]`] : [];
}

/** One line that names a step and its operands. */
export function stepTitle(step: FenceStep): string {
  switch (step.kind) {
    case "return-if-empty":
      return "return if the buffer is empty";
    case "region-guard":
      return `outside ${step.regions.map(({ name }) => name).join(", ")} only this:`;
    case "barrier":
      return step.instruction;
    case "compiler-barrier":
      return "compiler barrier, no instruction";
    case "read-line-size":
      return `read the size of a line, ${step.smallestBytes} to ${step.largestBytes} bytes: ${registerText(step.lineSize)}`;
    case "mask-interrupts":
      return "mask interrupts";
    case "restore-interrupts":
      return "restore interrupts";
    case "maintain-lines":
      return `${onlyIn(step)}for ${step.lines === "all" ? "each line" : "the first and the last line"} of ${step.bySizeRead ? "that many" : step.lineBytes} bytes, ${step.levels.join(" and ")}: ${step.accesses.map(accessText).join("; ")}`;
    case "maintain-range":
      return `${onlyIn(step)}for the range of lines of ${step.lineBytes} bytes, ${step.levels.join(" and ")}: ${step.accesses.map(accessText).join("; ")}`;
    case "maintain-whole-cache":
      return `for all of ${step.levels.join(" and ")}: ${step.accesses.map(accessText).join("; ")}`;
    case "complete-maintenance":
      return `${onlyIn(step)}${step.accesses.map(accessText).join("; ")}`;
  }
}

/** `mrs {value}, ctr_el0`, or the register's address. */
export function registerText({ register }: LineSize): string {
  return typeof register === "string" ? register : formatAddress(register);
}

function onlyIn({ onlyIn }: Maintenance | CompleteMaintenance): string {
  return onlyIn ? `in ${onlyIn.map(({ name }) => name).join(", ")} only, ` : "";
}

function accessText(item: SequenceItem): string {
  switch (item.kind) {
    case "instruction":
      return item.instruction;
    case "write":
      return `${item.register.name} (${formatAddress(item.register.address)}) = ${valueText(item.value)}`;
    case "store":
      return `store ${item.widthBits} bits to ${valueText(item.to)}`;
    case "poll":
      return `poll ${item.register.name} (${formatAddress(item.register.address)}) until ${item.until} ${formatAddress(item.mask)}`;
    case "call":
      return `call ${item.name}`;
  }
}

function valueText(value: RegisterValue): string {
  if (value.of === "constant") return formatAddress(value.constant);
  const symbols = { subtract: "-", shiftRight: ">>", add: "+", or: "|" };
  return [
    value.of,
    ...changesOf(value).map(
      ({ kind, by }) => `${symbols[kind]} ${kind === "shiftRight" ? by : `0x${by.toString(16)}`}`,
    ),
  ].join(" ");
}

/** JSON has no big integers: addresses become hexadecimal strings, sources their text. */
export function planJson(plan: FencePlan): unknown {
  return JSON.parse(
    JSON.stringify(plan, function (this: unknown, key, value: unknown) {
      if (typeof value === "bigint") return formatAddress(value).replaceAll("_", "");
      if (key === "barrierSources") return undefined;
      if (key === "sources") return (value as Citation[]).map(citationText);
      return value;
    }),
  );
}
