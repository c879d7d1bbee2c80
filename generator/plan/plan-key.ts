// What a fence's behaviour depends on, as one value: the plan without its prose, and the facts about memory that
// it was made from. Fences with the same key are the same fence to the simulator and the verifier.
import { createHash } from "node:crypto";
import type { ResolvedChip, ResolvedCore } from "../resolve/model.ts";
import { reachableRegions } from "./needs.ts";
import type { FencePlan } from "./operation.ts";

/** Keys that say where something was read or how it is called, and change nothing that happens. */
const prose = new Set([
  "reason",
  "sources",
  "title",
  "text",
  "id",
  "chip",
  "core",
  "coreName",
  "name",
  "comparison",
  "requires",
  "rustTargets",
  "targetArch",
  "assembly",
  "tockFence",
  "litmusArch",
  "sizeBytes",
  "base",
  "noCacheSources",
  "controllers",
  "errata",
]);

export function planKey(plan: FencePlan, chip: ResolvedChip, core: ResolvedCore): string {
  const reach = chip.dma
    .filter(({ name }) => plan.controllers.includes(name))
    .flatMap((controller) =>
      reachableRegions(chip, controller).map(({ region, writes }) =>
        JSON.stringify([region.cachedBy, region.memoryType, controller.snoops, writes]),
      ),
    );
  const levels = core.caches.map(({ name, ...level }) => ({ level: name, ...level }));
  const obligations = plan.obligations.map(({ kind }) => kind);
  const value = [
    plan.release,
    plan.acquire,
    obligations,
    levels,
    core.architecture,
    chip.dmaDomain,
    [...new Set(reach)].sort(),
  ];
  const text = JSON.stringify(value, (key, item: unknown) =>
    prose.has(key) ? undefined : typeof item === "bigint" ? `${item}n` : item,
  );
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
