// What to ask next of whoever describes a chip: a plain function from what has been answered to a question, whose answer
// gives what has been answered then. Going back is to take an earlier one of these.
import { cachedByQuestion, cacheQuestion } from "./cache-questions.ts";
import {
  mayHaveCaches,
  none,
  parseMaster,
  parseRegion,
  parseText,
  parseYesOrNo,
  regionForm,
  unknown,
} from "./chip-answers.ts";
import {
  added,
  answersSoFar,
  changed,
  type Draft,
  defaultTitle,
  type Question,
  type Surroundings,
} from "./chip-draft.ts";
import { coreQuestion, targetsQuestion } from "./core-questions.ts";
import * as help from "./question-help.ts";

/** Undefined where everything has been answered. */
export function nextQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  return (
    textQuestion(draft) ??
    coreQuestion(draft, surroundings) ??
    targetsQuestion(draft, surroundings) ??
    cacheQuestion(draft, surroundings) ??
    cachedByQuestion(draft, surroundings) ??
    regionQuestion(draft, surroundings) ??
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

function regionQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  const { regions } = draft;
  if (regions.isComplete) return undefined;
  const isFirst = regions.items.length === 0;
  return {
    text: isFirst ? `Memory region, as ${regionForm}, such as SRAM=0x2000_0000+64KiB` : "Another region, or nothing",
    help: help.region,
    take: (text) =>
      text === "" && !isFirst
        ? { value: { ...draft, regions: { ...regions, isComplete: true } } }
        : added(
            changed(parseRegion(text), (region) => ({
              ...draft,
              regions: { ...regions, items: [...regions.items, region] },
            })),
            surroundings,
          ),
  };
}

function masterQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  const { masters } = draft;
  if (masters.isComplete) return undefined;
  const isFirst = masters.items.length === 0;
  return {
    text: isFirst
      ? `DMA master, as NAME[=REGION,REGION], with no region for all of them, or \`${none}\``
      : "Another DMA master, or nothing",
    help: help.master,
    take: (text) =>
      text === (isFirst ? none : "")
        ? { value: { ...draft, masters: { ...masters, isComplete: true } } }
        : added(
            changed(parseMaster(text), (master) => ({
              ...draft,
              masters: { ...masters, items: [...masters.items, master] },
            })),
            surroundings,
          ),
  };
}

function coherencyQuestion(draft: Draft, { catalogue }: Surroundings): Question | undefined {
  const { masters } = draft;
  if (draft.isCoherent !== undefined || masters.items.length === 0) return undefined;
  if (!mayHaveCaches(answersSoFar(draft, catalogue))) return undefined;
  return {
    text: `Do the DMA masters see the CPU's caches, yes, no or ${unknown}`,
    fallback: unknown,
    help: help.coherency,
    take: (text) => changed(parseYesOrNo(text), (isCoherent) => ({ ...draft, isCoherent })),
  };
}
