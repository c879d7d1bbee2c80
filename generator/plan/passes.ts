// Which passes over the buffer release and acquire make, and in which order of the levels.
import type { Mechanism } from "../resolve/model.ts";
import type { Context, Pass } from "./fence-context.ts";
import { acquirePasses, releasePass } from "./maintenance.ts";
import type { CompleteMaintenance } from "./operation.ts";
import { refuseOperation } from "./refusals.ts";

export function releasePasses({ groups }: Context): Pass[] {
  return groups
    .filter((group) => group.needs.some(({ clean }) => clean))
    .map((group) => {
      const step = releasePass(group);
      if (!step) throw refuseOperation(group, "cleans a line up to where DMA looks");
      return { group, step, completion: completionOf(group.mechanism) };
    });
}

/** Outer level first: an inner level must not be refilled from an outer one that is still stale. */
export function acquireAllPasses({ groups }: Context): Pass[] {
  return groups
    .filter((group) => group.needs.some(({ invalidate }) => invalidate))
    .reverse()
    .flatMap((group) => {
      const steps = acquirePasses(group);
      if (!steps) throw refuseOperation(group, "drops a line without losing what a neighbour stored in it");
      return steps.map((step) => ({ group, step, completion: completionOf(group.mechanism) }));
    });
}

function completionOf(mechanism: Mechanism): CompleteMaintenance | undefined {
  if (!mechanism.completion) return undefined;
  const { sequence, sources } = mechanism.completion;
  return {
    kind: "complete-maintenance",
    mechanism: mechanism.id,
    accesses: sequence,
    extension: mechanism.extension,
    reason: `Makes ${mechanism.title.split(",")[0]} finish the operations that it has accepted.`,
    sources,
  };
}
