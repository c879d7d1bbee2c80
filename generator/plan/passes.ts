// Which passes over the buffer release and acquire make, and in which order of the levels.
import type { Mechanism } from "../model/chip.ts";
import { caches } from "../semantics/ports.ts";
import type { Context, Pass } from "./fence-context.ts";
import { memoryOf } from "./fence-request.ts";
import { actedOn, type Group } from "./groups.ts";
import { outside } from "./levels-within.ts";
import { acquirePass, cleanInFront, dropInFront, keepingPass, releasePass, shortTitle } from "./maintenance.ts";
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
 * What masters left in caches in front of them is written back before anything else: it may stay dirty in a level that is dropped
 * later, which could also be filled without it. Then outer level first: an inner level must not be refilled from an outer one that
 * is still stale. Where a level is cleaned and dropped in two steps, it and every level within are cleaned before anything is
 * dropped, inner level first: a dirty line that an inner level writes out in between would be dropped with the outer one's.
 */
export function acquireAllPasses(context: Context): Pass[] {
  const { groups, core } = context;
  const drops = groups
    .filter((group) => !group.isFront && group.needs.some(({ invalidate }) => invalidate))
    .map((group) => {
      const drop = acquirePass(group);
      if (!drop) throw refuseOperation(core, group, dropsSafely);
      return { group, ...drop };
    });
  const groupsOf = (some: typeof drops) => some.map(({ group }) => group);
  const losing = groupsOf(drops.filter(({ losesDirty }) => losesDirty));
  const apart = groupsOf(drops.filter(({ step, group }) => step.commands && group.mayBeDirty));
  // Where no buffer shares a line, nobody has stored beside one.
  const isShared = buffersAlone(context) !== "all";
  const kept = groups.filter(
    (group) =>
      !group.isFront &&
      group.mayBeDirty &&
      (isShared || group.keepsWritesOf.length > 0 || group.keepsWhatCpuWrote) &&
      (losing.includes(group) || isWithin(group, [...losing, ...apart], context)),
  );
  return [
    ...acquireInFront(context),
    ...kept.map((group) => {
      const step = keepingPass(group);
      if (!step) throw refuseOperation(core, group, dropsSafely);
      return pass(group, step);
    }),
    ...drops.reverse().map(({ group, step }) => pass(group, step)),
  ];
}

/** Whether a level of a group is inside one of others, and both may hold lines of a buffer. */
function isWithin(group: Group, others: readonly Group[], context: Context): boolean {
  const { core } = context;
  const outer = others.filter((other) => other !== group).flatMap((other) => actedOn(other, core));
  return actedOn(group, core).some((level) =>
    outside(level, outer, core).some((other) =>
      memoryOf(context).some((region) => caches(region, level) && caches(region, other)),
    ),
  );
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
