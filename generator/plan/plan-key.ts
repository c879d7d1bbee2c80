// What a fence's behaviour depends on, as one value: the plan without its prose, and the facts about memory that
// it was made from. Fences with the same key are the same fence to the simulator and the verifier.
import type { Region, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { digest, fullDigest } from "../notation/digest.ts";
import { cachesOf } from "../semantics/instruction.ts";
import { otherAddresses, seenBy } from "../semantics/memory-map.ts";
import { hasOthers } from "../semantics/other-cores.ts";
import { connectionsOf, frontOf, reachableRegions, snoopedIn } from "../semantics/ports.ts";
import type { FencePlan } from "./operation.ts";
import { maintainedRegions } from "./steps.ts";

/** Keys that say where something was read or how it is called, and change nothing that happens. */
const prose = new Set([
  "reason",
  "sources",
  "sourcesOf",
  "barrierSources",
  "addressSources",
  "maintenanceSources",
  "maskingSources",
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
  "sharedFence",
  "litmusArch",
  "noCacheSources",
  "controllers",
  "errata",
  "withheld",
  "unread",
]);

/** A short name of these facts. */
export function planKey(plan: FencePlan, chip: ResolvedChip, core: ResolvedCore): string {
  const obligations = plan.obligations.map(({ kind }) => kind);
  return digest(withoutProse([plan.release, plan.acquire, obligations, ...factsBehind(plan, chip, core)]));
}

/** Of all that a verdict rests on and repeats, words and names among them: by which a kept one is trusted. */
export function contentKey(plan: FencePlan, chip: ResolvedChip, core: ResolvedCore): string {
  const words = JSON.stringify(plan, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));
  const { regions, dma } = seenBy(chip, core);
  const names = [regions, dma, core.caches, core.masterCaches].map((all) => all.map(({ name }) => name));
  return fullDigest(JSON.stringify([withoutProse(factsBehind(plan, chip, core)), words, chip.id, names]));
}

function withoutProse(value: readonly unknown[]): string {
  return JSON.stringify(value, (key, item: unknown) =>
    prose.has(key) ? undefined : typeof item === "bigint" ? `${item}n` : item,
  );
}

/** The facts about memory that a plan was made from. */
function factsBehind(plan: FencePlan, described: ResolvedChip, core: ResolvedCore): readonly unknown[] {
  const chip = seenBy(described, core);
  // A region guard tells regions apart that are alike otherwise.
  const isGuarded = maintainedRegions(plan) !== undefined;
  const memory = ({ cachedBy, memoryType, base, sizeBytes, ...region }: Region) => [
    cachedBy,
    memoryType,
    otherAddresses(region, chip.regions).map((other) => other.cachedBy),
    ...(isGuarded ? [String(base), String(sizeBytes)] : []),
  ];
  const reach =
    chip.dma.length === 0
      ? chip.regions.map((region) => JSON.stringify(memory(region)))
      : chip.dma
          .filter(({ name }) => plan.controllers.includes(name))
          .flatMap((controller) => connectionsOf(controller, core))
          .flatMap((controller) =>
            reachableRegions(chip, controller).map(({ region, writes }) =>
              JSON.stringify([
                ...memory(region),
                snoopedIn(controller, core),
                controller.allocatesIn,
                frontOf(controller, core),
                writes,
              ]),
            ),
          );
  const levels = cachesOf(core).map(({ name, sizeBytes: _, ways: __, differs: ___, ...level }) => ({
    level: name,
    ...level,
  }));
  return [levels, core.architecture, hasOthers(core), chip.dmaDomain, [...new Set(reach)].sort()];
}
