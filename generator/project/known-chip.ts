// What has to be known of a chip to say whether its outputs and verdicts are up to date, without planning it again.

import { hash } from "../disk/hash.ts";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf } from "../plan/plan-chip.ts";
import { contentKey, planKey } from "../plan/plan-key.ts";
import type { Coverage } from "../provenance/coverage.ts";
import type { OutputFile } from "../render/printer.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { type ChipRow, chipRow, rowCoverage } from "./chip-row.ts";

export interface KnownChip {
  readonly id: string;
  readonly fences: readonly KnownFence[];
  /** The files of its own. */
  readonly files: readonly KnownFile[];
  /** Where those are that chips share and that hold instructions of its fences; what they hold rests on all chips. */
  readonly sharedPaths: readonly string[];
  /** Architectures and cores whose fences it may share, as `usesOf` says it. */
  readonly uses: readonly string[];
  readonly row: ChipRow;
  readonly coverage: Coverage;
}

export interface KnownFence {
  readonly name: string;
  /** By which an unsound plan is remembered: fences with the same key are the same to the model. */
  readonly planKey: string;
  /** By which a verdict is kept. */
  readonly contentKey: string;
}

/** An output, relative to the output folder, and the SHA-256 of what it shall hold. */
export interface KnownFile {
  readonly path: string;
  readonly hash: string;
}

export function knownChip(
  planned: PlannedChip,
  files: readonly OutputFile[],
  sharedPaths: readonly string[],
  uses: readonly string[],
): KnownChip {
  const { chip, fences } = planned;
  const known: KnownChip = {
    id: chip.id,
    fences: fences.map((plan) => knownFence(plan, planned)),
    files: files.map(({ path, content }) => ({ path, hash: hash(content) })),
    sharedPaths,
    uses,
    row: chipRow(planned),
    coverage: rowCoverage(planned),
  };
  // As a store gives it back. A text that is part of another one would hold on to the whole file.
  return JSON.parse(JSON.stringify(known)) as KnownChip;
}

function knownFence(plan: FencePlan, { chip }: PlannedChip): KnownFence {
  const core = coreOf(chip, plan);
  return { name: plan.name, planKey: planKey(plan, chip, core), contentKey: contentKey(plan, chip, core) };
}
