// A plan as a reader has it: steps within steps, each with its reason, and each citation once. `plan-text.ts` spells it for terminals.
import { type FenceMethod, fenceMethods } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { Footnotes } from "./footnotes.ts";
import { lower } from "./lower.ts";
import { type Block, flattened } from "./statement.ts";
import { blockTitle } from "./words.ts";

export interface PlanOutline {
  readonly name: string;
  readonly core: string;
  /** Which masters the fence is for, in words. */
  readonly masters: string;
  readonly methods: readonly { readonly name: FenceMethod; readonly steps: readonly OutlinedStep[] }[];
  /** What drivers must do for it to hold. */
  readonly reliesOn: readonly OutlinedSentence[];
  /** What a reader of the manuals could make the fence do without. */
  readonly unread: readonly OutlinedSentence[];
  /** How it differs from what Tock has. */
  readonly comparison: readonly string[];
  /** The marks count them from 1 on. */
  readonly sources: readonly string[];
}

export interface OutlinedSentence {
  readonly text: string;
  /** ` [1, 4]`, or empty. */
  readonly marks: string;
}

export interface OutlinedStep {
  readonly title: string;
  readonly reason: OutlinedSentence;
  /** In the order in which they are executed. */
  readonly inner: readonly OutlinedStep[];
}

export function planOutline(plan: FencePlan): PlanOutline {
  const program = lower(plan);
  // Numbers go up as the text is read.
  const notes = new Footnotes();
  return {
    name: plan.name,
    core: plan.core,
    masters: plan.forAllDma ? "all DMA" : plan.controllers.join(", "),
    methods: fenceMethods.map((name) => ({ name, steps: program[name].map((block) => outlined(block, notes)) })),
    reliesOn: plan.obligations.map(({ text, sources }) => ({ text, marks: notes.marks(sources) })),
    unread: plan.unread.map(({ claim, instead, sources }) => ({
      text: `${claim}; ${instead}.`,
      marks: notes.marks(sources),
    })),
    comparison: plan.comparison,
    sources: notes.texts,
  };
}

function outlined(block: Block, notes: Footnotes): OutlinedStep {
  return {
    title: blockTitle(block),
    reason: { text: block.reason, marks: notes.marks(block.sources) },
    inner: flattened(block.body).flatMap((statement) =>
      statement.kind === "block" ? [outlined(statement, notes)] : [],
    ),
  };
}
