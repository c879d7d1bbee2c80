// What the page that compares fences has of each, and what its script reads: words that are worked out here, and the machine to be drawn.
import { type ChipInWords, chipInWords } from "../explain/chip-difference.ts";
import { differenceOf, type ToldFence } from "../explain/difference.ts";
import { toldFence } from "../explain/told-fence.ts";
import type { Machine } from "../picture/machine.ts";
import { unchanged } from "../verifier/fence-change.ts";
import { fenceUnderTest } from "../verifier/fence-under-test.ts";
import { replayStates } from "../verifier/replay-states.ts";
import { fencePath, type SiteChip, type SiteFence, type SiteProject } from "./project.ts";

/** The value of the global `fencegenCompared`. */
export interface Compared {
  readonly chips: readonly ChipInWords[];
  readonly fences: readonly ComparedFence[];
  /** Names of the fences that are shown where the address names none. */
  readonly first: readonly [string, string] | undefined;
}

export interface ComparedFence {
  readonly told: ToldFence;
  /** Index into chips. */
  readonly chip: number;
  /** As its vendor calls the chip. */
  readonly title: string;
  /** Of its page. */
  readonly path: string;
  /** Name and value of what is a number or a name, the same names for every fence. */
  readonly figures: readonly (readonly [string, string])[];
  /** Left out where the model is too large to follow. */
  readonly machine?: Machine;
}

export function comparedOf({ chips }: SiteProject): Compared {
  const fences = chips.flatMap((chip, index) => chip.fences.map((fence) => comparedFence(chip, index, fence)));
  return { chips: chips.map(({ chip }) => chipInWords(chip)), fences, first: firstPair(fences) };
}

function comparedFence(site: SiteChip, chip: number, { plan, core, verdict }: SiteFence): ComparedFence {
  const machine = machineOf(site, { plan, core });
  const { killed, total } = verdict.mutants;
  const line = plan.lineBytes === undefined ? "none is maintained" : `${plan.lineBytes} bytes`;
  const aligned = plan.bufferAlignmentBytes === 1 ? "none" : `${plan.bufferAlignmentBytes} bytes`;
  const proof = verdict.sound ? `proved, ${verdict.states.toLocaleString("en")} states` : "not proved";
  return {
    told: toldFence(plan),
    chip,
    title: site.row.title,
    path: fencePath(plan.name),
    figures: [
      ["Core", core.title],
      ["Line that is maintained", line],
      ["Alignment of a buffer alone in its lines", aligned],
      ["DMA masters", plan.controllers.join(", ") || "none"],
      ["Proof", proof],
      ["Changes to it that the verifier tells", `${killed} of ${total}`],
    ],
    ...(machine && { machine }),
  };
}

/** Of the fence's first scenario. */
function machineOf({ chip }: SiteChip, { plan, core }: Pick<SiteFence, "plan" | "core">): Machine | undefined {
  const fence = fenceUnderTest(plan, chip, core);
  const replay = replayStates(fence, unchanged, fence.scenarios[0]!, []);
  return "doesNotReplay" in replay
    ? undefined
    : { core: replay.core, masters: replay.masters, lines: replay.lines.slice(0, 1) };
}

/** Of different chips, those that have the largest share of their steps in common, and each some of its own: there it is seen best what differs. */
function firstPair(fences: readonly ComparedFence[]): readonly [string, string] | undefined {
  let best: { readonly names: readonly [string, string]; readonly share: number } | undefined;
  for (const [index, one] of fences.entries())
    for (const other of fences.slice(index + 1)) {
      if (one.chip === other.chip) continue;
      const { fences: names, release, acquire } = differenceOf(one.told, other.told);
      const steps = [...release, ...acquire];
      const isEachAlone = names.every((name) => steps.some(({ of }) => of === name));
      const share = isEachAlone ? steps.filter(({ of }) => of === "both").length / steps.length : 0;
      if (!best || share > best.share) best = { names, share };
    }
  return best?.names ?? (fences[0] && [fences[0].told.name, fences[0].told.name]);
}
