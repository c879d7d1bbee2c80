// Words that several pages use for what verdicts and grades say.

import type { FactKind } from "../provenance/chip-facts.ts";
import type { Grade } from "../provenance/grade.ts";
import type { StepVerdict } from "../verifier/necessity.ts";

/** Of each grade a sign that needs no colour. */
export const gradeSigns: Readonly<
  Record<Grade, { readonly sign: string; readonly word: string; readonly means: string }>
> = {
  manual: { sign: "●", word: "manual", means: "every source was read, and one of them is a document" },
  code: { sign: "◆", word: "code", means: "every source was read, and all of them are repositories" },
  partly: { sign: "◐", word: "partly", means: "a part of the fact was read nowhere" },
  unverified: { sign: "○", word: "unverified", means: "nothing of it was read in a source" },
};

export const factKindTitles: Readonly<Record<FactKind, string>> = {
  core: "Core",
  cache: "Caches",
  erratum: "Errata",
  memory: "Memory",
  master: "DMA masters",
  maintenance: "Maintenance",
  barrier: "Barriers",
  promise: "Promises",
};

/** SEMANTICS.md, section 12. In the order in which the evidence shows them. */
export const properties: Readonly<Record<string, string>> = {
  outbound: "DMA reads what the CPU stored before release",
  inbound: "after acquire the CPU loads what DMA wrote",
  untouched: "what DMA did not write is as the CPU stored it",
  "earlier reads": "a load before release gives what the CPU stored before it",
  "later writes": "a store after acquire is not lost, and no transfer before it reads it",
  "memory start": "all of these, where a store to memory starts DMA, as for rings of descriptors",
  neighbour: "data beside the buffer is lost at no time",
  footprint:
    "every line of the buffer is maintained and no other, also for empty buffers and at the top of the address space",
};

export const verdictsOfChanges: Readonly<Record<StepVerdict["verdict"], string>> = {
  property: "caught: some execution breaks a property",
  footprint: "caught: a line is left out, or one is maintained that is not the buffer's",
  architectural: "not counted: an erratum or the chip's manual demands the step, and the model cannot show why",
  superfluous: "not caught: nothing goes wrong without it",
  undecided: "not caught: not every execution could be searched",
};
