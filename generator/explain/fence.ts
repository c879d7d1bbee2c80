// A fence in plain words: what the trait promises, clause by clause, which steps keep it on this chip, and why they are enough. All of it
// follows from the plan and the facts; nothing is decided here.
import type { CacheLevel, FenceMethod, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { levelNeeds } from "../plan/needs.ts";
import { type FencePlan, type FenceStep, promisedOfBuffers } from "../plan/operation.ts";
import { coreOf } from "../plan/plan-chip.ts";
import { stepTitle } from "../program/words.ts";
import { type SeenChip, seenBy } from "../semantics/memory-map.ts";
import { caches, mayBeDirty, reachableRegions, sees } from "../semantics/ports.ts";

export interface FenceExplained {
  readonly fence: string;
  readonly core: string;
  /** The masters that it is for. */
  readonly masters: string;
  /** One sentence for each cache level of the core: whether it stands between the CPU and these masters, and why. */
  readonly caches: readonly string[];
  readonly clauses: readonly ClauseExplained[];
  /** What whoever hands over a buffer keeps, and what the board keeps once. */
  readonly ofEachBuffer: readonly string[];
  readonly once: readonly string[];
}

export interface ClauseExplained {
  readonly clause: FenceMethod;
  /** As the trait says it. */
  readonly promise: string;
  /** What could go wrong on this chip without the fence. */
  readonly danger: string;
  readonly steps: readonly StepExplained[];
  /** Why these steps are enough. */
  readonly enough: string;
}

export interface StepExplained {
  /** As `plan` numbers it, such as `release:3`. */
  readonly step: string;
  readonly does: string;
  readonly because: string;
}

const promises: Readonly<Record<FenceMethod, string>> = {
  release: "What the CPU wrote to the buffer before `release` is visible to DMA that an access after it starts.",
  acquire: "What DMA wrote that had finished before `acquire` is visible to the CPU's reads of the buffer after it.",
};

export function explainFence(chip: ResolvedChip, plan: FencePlan): FenceExplained {
  const core = coreOf(chip, plan);
  const ofBuffers = plan.obligations.filter(({ kind }) => promisedOfBuffers.has(kind));
  return {
    fence: plan.name,
    core: core.title,
    masters: plan.forAllDma ? "all DMA masters" : plan.controllers.join(", "),
    caches: core.caches.map((level) => levelText(level, chip, core, plan)),
    clauses: [clauseOf("release", chip, core, plan), clauseOf("acquire", chip, core, plan)],
    ofEachBuffer: ofBuffers.map(({ text }) => text),
    once: plan.obligations.filter((each) => !ofBuffers.includes(each)).map(({ text }) => text),
  };
}

/** As this core sees what they reach. */
function controllersOf({ dma }: SeenChip, { controllers }: FencePlan) {
  return dma.filter(({ name }) => controllers.includes(name));
}

function levelText(level: CacheLevel, chip: ResolvedChip, core: ResolvedCore, plan: FencePlan): string {
  const seen = seenBy(chip, core);
  const controllers = controllersOf(seen, plan);
  const [need] = levelNeeds(seen, core, controllers).filter((each) => each.level === level);
  if (need) {
    const held = need.clean ? "dirty lines that DMA does not read" : "no dirty lines";
    const old = need.invalidate ? "lines that hide what DMA wrote" : "no line that hides anything from the CPU";
    return `${level.name} may hold ${need.memory.join(", ")}, and ${need.because.controller} does not see it there: there may be ${held}, and ${old}.`;
  }
  if (level.enabled === "never") return `${level.name} is never on.`;
  const reached = controllers.flatMap((each) => reachableRegions(seen, each).map(({ region }) => ({ each, region })));
  if (!reached.some(({ region }) => caches(region, level)))
    return `${level.name} holds no memory that these masters reach.`;
  if (reached.every(({ each, region }) => !caches(region, level) || sees(each, level, core)))
    return `${level.name} is seen by these masters, and needs nothing.`;
  return mayBeDirty(level)
    ? `${level.name} holds nothing that these masters write to and miss.`
    : `${level.name} is write-through, and these masters only read what it holds.`;
}

function clauseOf(clause: FenceMethod, chip: ResolvedChip, core: ResolvedCore, plan: FencePlan): ClauseExplained {
  const seen = seenBy(chip, core);
  const needs = levelNeeds(seen, core, controllersOf(seen, plan));
  const levels = needs.filter(({ clean, invalidate }) => (clause === "release" ? clean : invalidate));
  const names = [...new Set(levels.map(({ level }) => level.name))].join(" and ");
  const steps = plan[clause];
  return {
    clause,
    promise: promises[clause],
    danger: dangerOf(
      clause,
      names,
      maintainedIn(steps).filter((name) => !levels.some(({ level }) => level.name === name)),
    ),
    steps: steps.map((step, index) => ({
      step: `${clause}:${index + 1}`,
      does: stepTitle(step),
      because: step.reason,
    })),
    enough: enoughFor(clause, steps),
  };
}

/** @param others levels that are maintained for another reason, such as those in front of masters */
function dangerOf(clause: FenceMethod, levels: string, others: readonly string[]): string {
  if (levels === "" && others.length > 0)
    return `Lines in ${others.join(" and ")} may be from before: they would hide what memory has by then, or overwrite it.`;
  if (levels === "")
    return clause === "release"
      ? "No cache keeps the data from these masters. What is left is order: the access that starts DMA must not come before the stores."
      : "No cache keeps old data from before the transfer. What is left is order: a read of the buffer must not come before the read that saw the end.";
  return clause === "release"
    ? `The data may be in ${levels} only, as dirty lines: DMA would read what memory had before, and a line that is written back later would overwrite what DMA writes.`
    : `${levels} may hold lines of the buffer from before the transfer, also ones that were fetched while it ran: the CPU would read those.`;
}

const isMaintenance = ({ kind }: FenceStep) => kind.startsWith("maintain-");
const isOrder = ({ kind }: FenceStep) => kind === "barrier" || kind === "complete-maintenance";

function maintainedIn(steps: readonly FenceStep[]): string[] {
  return [...new Set(steps.flatMap((step) => ("levels" in step ? step.levels : [])))];
}

/** From the kinds of the steps and their order. */
function enoughFor(clause: FenceMethod, steps: readonly FenceStep[]): string {
  const numbers = (some: readonly number[]) =>
    some.length === 1 ? `step ${some[0]}` : `steps ${some.slice(0, -1).join(", ")} and ${some.at(-1)}`;
  const where = (is: (step: FenceStep) => boolean) => steps.flatMap((step, index) => (is(step) ? [index + 1] : []));
  const maintenance = where(isMaintenance);
  const order = where(isOrder);
  const [first, last] = [maintenance[0], maintenance.at(-1)];
  if (first === undefined || last === undefined) {
    if (order.length === 0)
      return "The core keeps this order by itself; the compiler is told not to move accesses across the call.";
    return clause === "release"
      ? `${capital(numbers(order))}: every store to the buffer comes before what starts DMA, and there is nowhere else that the data could stay.`
      : `${capital(numbers(order))}: every read of the buffer comes after the read that saw the end, and finds what DMA wrote.`;
  }
  const before = order.filter((number) => number < first);
  const after = order.filter((number) => number > last);
  const lead = before.length === 0 ? "" : `Nothing is maintained too early (${numbers(before)}). `;
  const tail =
    after.length === 0
      ? ""
      : ` ${capital(numbers(after))} let${after.length === 1 ? "s" : ""} nothing later begin before that is done.`;
  return clause === "release"
    ? `${lead}After ${numbers(maintenance)} memory has every byte of the buffer, and no dirty line of it is left.${tail}`
    : `${lead}After ${numbers(maintenance)} no line from before the end of the transfer is left, so that the next read gives what memory has.${tail}`;
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
