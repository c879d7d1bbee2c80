// How many facts are how well known.
import type { ChipFact } from "./chip-facts.ts";
import { type Grade, grades } from "./grade.ts";

export interface Coverage extends Readonly<Record<Grade, number>> {
  readonly facts: number;
  /** Those that were looked at in two documents or repositories, also where one of them says something else. */
  readonly secondSource: number;
}

export function coverageOf(facts: readonly Pick<ChipFact, "grade" | "sources" | "differs">[]): Coverage {
  const counts = Object.fromEntries(
    grades.map((grade) => [grade, facts.filter((fact) => fact.grade === grade).length]),
  ) as Record<Grade, number>;
  return { facts: facts.length, ...counts, secondSource: facts.filter(hasSecondSource).length };
}

/** A repository at two commits is one source. */
function hasSecondSource({ sources, differs }: Pick<ChipFact, "sources" | "differs">): boolean {
  const read = [...sources, ...differs.map(({ source }) => source)].filter(({ verified }) => verified);
  return new Set(read.map(({ document }) => document.replace(/ at \S+$/, ""))).size > 1;
}

export function sumOf(coverages: readonly Coverage[]): Coverage {
  const sum = (of: keyof Coverage) => coverages.reduce((total, coverage) => total + coverage[of], 0);
  return {
    facts: sum("facts"),
    manual: sum("manual"),
    code: sum("code"),
    partly: sum("partly"),
    unverified: sum("unverified"),
    secondSource: sum("secondSource"),
  };
}

/** Of the facts, those of which every part was read in a source; in percent, rounded down to a tenth. */
export function percent({ facts, manual, code }: Coverage): number {
  return facts === 0 ? 100 : Math.floor(((manual + code) / facts) * 1000) / 10;
}
