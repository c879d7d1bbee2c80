// A description beside what a witness says, fact by fact.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { compareCores, coreOf } from "./compare-cores.ts";
import { compareLevels } from "./compare-levels.ts";
import { compareMasters } from "./compare-masters.ts";
import { compareMemories } from "./compare-memories.ts";
import type { Finding } from "./finding.ts";
import { withKnownDifferences } from "./with-known-differences.ts";
import type { Witness } from "./witness.ts";

/** Facts in the order of the description, beside what it says of differences. */
export function compareWithWitness(chip: ResolvedChip, witness: Witness): Finding[] {
  const findings = [
    ...compareCores(chip, witness),
    ...compareLevels(chip, witness),
    ...bestView(chip, witness),
    ...compareMasters(chip, witness),
  ];
  return withKnownDifferences(findings, chip, witness);
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
