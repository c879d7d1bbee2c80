// How many facts are how well known.
import type { ChipFact } from "./chip-facts.ts";
import { type Grade, grades } from "./grade.ts";

export interface Coverage extends Readonly<Record<Grade, number>> {
  readonly facts: number;
}

export function coverageOf(facts: readonly Pick<ChipFact, "grade">[]): Coverage {
  const counts = Object.fromEntries(
    grades.map((grade) => [grade, facts.filter((fact) => fact.grade === grade).length]),
  ) as Record<Grade, number>;
  return { facts: facts.length, ...counts };
}

export function sumOf(coverages: readonly Coverage[]): Coverage {
  const sum = (of: keyof Coverage) => coverages.reduce((total, coverage) => total + coverage[of], 0);
  return {
    facts: sum("facts"),
    manual: sum("manual"),
    code: sum("code"),
    partly: sum("partly"),
    unverified: sum("unverified"),
  };
}

/** Of the facts, those of which every part was read in a source; in percent, rounded down to a tenth. */
export function percent({ facts, manual, code }: Coverage): number {
  return facts === 0 ? 100 : Math.floor(((manual + code) / facts) * 1000) / 10;
}
