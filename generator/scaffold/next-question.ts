// What to ask next of whoever describes a chip: a plain function from what has been answered to a question, whose answer
// gives what has been answered then. Going back is to take an earlier one of these.
import { cacheQuestion } from "./cache-questions.ts";
import { isLeftOpen, mayHaveCaches, parseText, parseYesOrNo, unknown } from "./chip-answers.ts";
import { answersSoFar, changed, type Draft, defaultTitle, type Question, type Surroundings } from "./chip-draft.ts";
import { coreQuestion, targetsQuestion } from "./core-questions.ts";
import { masterQuestion, memoryQuestion } from "./memory-questions.ts";
import * as help from "./question-help.ts";

/** Undefined where everything has been answered. */
export function nextQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  return (
    textQuestion(draft) ??
    coreQuestion(draft, surroundings) ??
    targetsQuestion(draft, surroundings) ??
    cacheQuestion(draft, surroundings) ??
    memoryQuestion(draft, surroundings) ??
    masterQuestion(draft, surroundings) ??
    coherencyQuestion(draft, surroundings)
  );
}

function textQuestion(draft: Draft): Question | undefined {
  if (draft.vendor === undefined)
    return {
      text: "Vendor",
      help: help.vendor,
      take: (text) => changed(parseText(text), (vendor) => ({ ...draft, vendor })),
    };
  if (draft.title === undefined)
    return {
      text: "Title, as the vendor spells it",
      fallback: defaultTitle(draft.id),
      help: help.title,
      take: (text) => changed(parseText(text), (title) => ({ ...draft, title })),
    };
  return undefined;
}

function coherencyQuestion(draft: Draft, { catalogue }: Surroundings): Question | undefined {
  const { masters } = draft;
  if (draft.isCoherent !== undefined || !masters.items.some(({ told }) => isLeftOpen(told))) return undefined;
  if (!mayHaveCaches(answersSoFar(draft, catalogue))) return undefined;
  return {
    text: `Do the DMA masters see the CPU's caches, yes, no or ${unknown}`,
    fallback: unknown,
    help: help.coherency,
    take: (text) => changed(parseYesOrNo(text), (isCoherent) => ({ ...draft, isCoherent })),
  };
}
