// All fences of a chip: one for each of its cores that is right for all its DMA, and a narrower one for the
// masters that see every cache where others do not.
import type { ResolvedChip, ResolvedCore } from "../resolve/model.ts";
import { levelNeeds } from "./needs.ts";
import type { FencePlan } from "./operation.ts";
import { planFence } from "./plan-fence.ts";
import { type Problem, Refusal } from "./problem.ts";

export interface ChipPlan {
  readonly fences: readonly FencePlan[];
  /** Why some fence could not be planned; then nothing is generated for the chip. */
  readonly problems: readonly Problem[];
}

export function planChip(chip: ResolvedChip): ChipPlan {
  const fences: FencePlan[] = [];
  const problems: Problem[] = [...ignoredFacts(chip)];
  for (const core of chip.cores) {
    const stem = typeStem(chip.id) + core.name;
    const attempt = (name: string, controllers: ResolvedChip["dma"]) => {
      try {
        fences.push(planFence({ chip, core, name, controllers }));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        problems.push(...error.problems);
      }
    };
    attempt(`${stem}DmaFence`, chip.dma);
    const snooping = chip.dma.filter(
      (controller) => controller.snoops.length > 0 && levelNeeds(chip, core, [controller]).length === 0,
    );
    if (snooping.length > 0 && levelNeeds(chip, core, chip.dma).length > 0)
      attempt(`${stem}CoherentDmaFence`, snooping);
  }
  return { fences, problems };
}

/** Facts that change no fence yet: said, so that nobody believes they are used. */
function ignoredFacts(chip: ResolvedChip): Problem[] {
  const problems: Problem[] = [];
  for (const [index, controller] of chip.dma.entries()) {
    if (controller.snoopingKnownAtRunTime) {
      problems.push({
        code: "plan/ignored-fact",
        message: `whether \`${controller.name}\` snoops is known at run time; the fence takes it not to, which is right either way`,
        pointer: ["dma", index, "snoops"],
      });
    }
  }
  for (const [core, { caches }] of chip.cores.entries()) {
    for (const level of caches) {
      if (level.wholeCacheThresholdBytes !== undefined) {
        problems.push({
          code: "plan/ignored-fact",
          message: `${level.name}: the fence works by address at any length, also above wholeCacheThresholdBytes`,
          pointer: ["cores", core],
        });
      }
      if (level.lineReadFrom !== undefined) {
        problems.push({
          code: "plan/ignored-fact",
          message: `${level.name}: the line size is not read at run time; the fence steps by the smallest, which is right for all`,
          pointer: ["cores", core],
        });
      }
    }
  }
  return problems;
}

/** `imx-rt1062` becomes ImxRt1062. */
export function typeStem(id: string): string {
  return id
    .split("-")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

/** The core that a fence of the chip was planned for. */
export function coreOf(chip: ResolvedChip, { core, coreName }: FencePlan): ResolvedCore {
  return chip.cores.find(({ id, name }) => id === core && name === coreName)!;
}
