// All fences of a chip: one for each of its cores that is right for all its DMA, and a narrower one for the
// masters that see every cache where others do not.
import type { Citation, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { levelNeeds } from "./needs.ts";
import type { FencePlan } from "./operation.ts";
import { planFence } from "./plan-fence.ts";
import { type Problem, Refusal } from "./problem.ts";

export interface ChipPlan {
  readonly fences: readonly FencePlan[];
  /** The cores for which no fence is sound, as their description says. */
  readonly refused: readonly RefusedCore[];
  /** Why some fence could not be planned; then nothing is generated for the chip. */
  readonly problems: readonly Problem[];
}

/** A core that the description expects to be refused, and was. */
export interface RefusedCore {
  readonly core: string;
  readonly coreName: string;
  readonly code: string;
  /** What the planner found. */
  readonly problems: readonly Problem[];
  /** What a driver does instead. */
  readonly because: string;
  readonly sources: readonly Citation[];
}

export function planChip(chip: ResolvedChip): ChipPlan {
  const fences: FencePlan[] = [];
  const refused: RefusedCore[] = [];
  const problems: Problem[] = [...ignoredFacts(chip)];
  for (const [index, core] of chip.cores.entries()) {
    const planned = planCore(chip, core);
    const expected = core.refused;
    if (!expected) {
      fences.push(...planned.fences);
      problems.push(...planned.problems);
    } else if (planned.problems.some(({ code }) => code === expected.code)) {
      const { code, because, sources } = expected;
      refused.push({ core: core.id, coreName: core.name, code, problems: planned.problems, because, sources });
    } else {
      const [other] = planned.problems;
      problems.push({
        code: "plan/not-refused",
        message: other
          ? `${core.title} is refused with ${other.code} (${other.message}), not with ${expected.code}`
          : `a fence for ${core.title} can be planned, although the description says that none is sound`,
        pointer: ["cores", index, "refused"],
      });
    }
  }
  return { fences, refused, problems };
}

function planCore(chip: ResolvedChip, core: ResolvedCore): Pick<ChipPlan, "fences" | "problems"> {
  const fences: FencePlan[] = [];
  const problems: Problem[] = [];
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
  if (snooping.length > 0 && levelNeeds(chip, core, chip.dma).length > 0) attempt(`${stem}CoherentDmaFence`, snooping);
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
    }
  }
  return problems;
}

/** An id as names in Rust are made of it: they cannot start with a digit. */
export function nameStem(id: string): string {
  return /^\d/.test(id) ? `chip-${id}` : id;
}

/** `imx-rt1062` becomes ImxRt1062. */
export function typeStem(id: string): string {
  return nameStem(id)
    .split("-")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

/** The core that a fence of the chip was planned for. */
export function coreOf(chip: ResolvedChip, { core, coreName }: FencePlan): ResolvedCore {
  return chip.cores.find(({ id, name }) => id === core && name === coreName)!;
}
