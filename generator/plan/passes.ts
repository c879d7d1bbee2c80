// Which passes over the buffer release and acquire make, and in which order of the levels.
import type { Mechanism } from "../model/chip.ts";
import type { Context, Pass } from "./fence-context.ts";
import {
  acquirePass,
  cleanInFront,
  dropInFront,
  type Group,
  keepingPass,
  releasePass,
  shortTitle,
} from "./maintenance.ts";
import type { CompleteMaintenance, Maintenance } from "./operation.ts";
import { refuseOperation } from "./refusals.ts";
import { buffersAlone } from "./shared-lines.ts";

/** Inner level first; then the caches in front of masters, from the port to the master, which may look from there on. */
export function releasePasses({ groups, core }: Context): Pass[] {
  const cleans = groups
    .filter((group) => !group.isFront && group.needs.some(({ clean }) => clean))
    .map((group) => {
      const step = releasePass(group);
      if (!step) throw refuseOperation(core, group, "cleans a line up to where DMA looks");
      return pass(group, step);
    });
  const drops = groups
    .filter(({ isFront }) => isFront)
    .reverse()
    .map((group) => {
      const step = dropInFront(group);
      if (!step) throw refuseOperation(core, group, "drops a line without losing what the master wrote beside it");
      return pass(group, step);
    });
  return [...cleans, ...drops];
}

/** What masters left in caches in front of them, from the master to its port. */
function acquireInFront({ groups, core }: Context): Pass[] {
  return groups
    .filter((group) => group.isFront && group.needs.some(({ clean }) => clean))
    .map((group) => {
      const step = cleanInFront(group);
      if (!step) throw refuseOperation(core, group, "writes a line back to where the CPU looks");
      return pass(group, step);
    });
}

/**
 * Outer level first: an inner level must not be refilled from an outer one that is still stale. Where a level can only
 * clean and then invalidate, the edge lines of it and of every level within are cleaned before anything is dropped,
 * inner level first: a dirty line that an inner level writes out in between would be dropped with the outer one's. What
 * masters left in caches in front of them is written back before any level is dropped, which could be filled without it.
 */
export function acquireAllPasses(context: Context): Pass[] {
  const { groups, core } = context;
  const invalidated = groups.filter((group) => !group.isFront && group.needs.some(({ invalidate }) => invalidate));
  const drops = invalidated.map((group) => {
    const drop = acquirePass(group);
    if (!drop) throw refuseOperation(core, group, dropsSafely);
    return { group, ...drop };
  });
  const outermostLoss = drops.findLastIndex(({ losesDirty }) => losesDirty);
  // Where no buffer shares a line, nobody has stored beside one.
  const isKept = ({ keepsWhatDmaWrote }: Group) => keepsWhatDmaWrote || buffersAlone(context) !== "all";
  const cleaned = drops.slice(0, outermostLoss + 1).filter(({ group }) => group.mayBeDirty && isKept(group));
  const edges = cleaned.map(({ group }) => {
    const step = keepingPass(group);
    if (!step) throw refuseOperation(core, group, dropsSafely);
    return pass(group, step);
  });
  return [...edges, ...acquireInFront(context), ...drops.reverse().map(({ group, step }) => pass(group, step))];
}

const dropsSafely = "drops a line without losing what a neighbour stored in it";

function pass(group: Group, step: Maintenance): Pass {
  return { group, step, completion: completionOf(group.mechanism) };
}

function completionOf(mechanism: Mechanism): CompleteMaintenance | undefined {
  if (!mechanism.completion) return undefined;
  const { sequence, sources } = mechanism.completion;
  return {
    kind: "complete-maintenance",
    mechanism: mechanism.id,
    accesses: sequence,
    extension: mechanism.extension,
    onlyIn: undefined,
    reason: `Drains the operations that ${shortTitle(mechanism)} has accepted.`,
    sources,
  };
}
