// A description beside what a witness says, fact by fact.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { type DifferenceOfFact, knownDifferencesOf } from "../model/known-differences.ts";
import { compareCores, coreOf } from "./compare-cores.ts";
import { compareLevels } from "./compare-levels.ts";
import { compareMasters } from "./compare-masters.ts";
import { compareMemories } from "./compare-memories.ts";
import type { Finding } from "./finding.ts";
import type { Witness } from "./witness.ts";

/**
 * Facts in the order of the description. A difference that the description knows, and says why, is `known`.
 */
export function compareWithWitness(chip: ResolvedChip, witness: Witness): Finding[] {
  const known = knownDifferencesOf(chip);
  return [
    ...compareCores(chip, witness),
    ...compareLevels(chip, witness),
    ...bestView(chip, witness),
    ...compareMasters(chip, witness),
  ].map((finding) => withReason(finding, known));
}

/** A file shows the addresses of one core: of the one that it names, or that it agrees with best. */
function bestView(chip: ResolvedChip, witness: Witness): Finding[] {
  const named = chip.cores.filter((core) => witness.cores.some((each) => coreOf(each.names, [core])));
  const views = (named.length > 0 ? named : chip.cores).map((core: ResolvedCore) =>
    compareMemories(chip, core, witness),
  );
  const score = (findings: readonly Finding[]) =>
    findings.reduce((sum, { verdict }) => sum + (verdict === "agrees" ? 1 : verdict === "differs" ? -1 : 0), 0);
  return views.reduce((best, view) => (score(view) > score(best) ? view : best), views[0] ?? []);
}

function withReason(finding: Finding, known: readonly DifferenceOfFact[]): Finding {
  const { verdict, there } = finding;
  if (verdict !== "differs" || !there) return finding;
  const same = known.find(({ name, says }) => name === finding.fact && plain(says) === plain(there.value));
  return same ? { ...finding, verdict: "known", because: same.because } : finding;
}

/** `0x10` and `16 bytes` say the same. */
function plain(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/ bytes$/, "")
    .replace(/_/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return /^(?:0x[0-9a-f]{1,16}|\d{1,19})$/.test(words) ? String(BigInt(words)) : words;
}
