// What a fence asks of masters where a level that they see is dropped in two steps: what they write there in between is lost.
import { distinct } from "../model/citations.ts";
import { list } from "../notation/prose.ts";
import { type Group, mastersThatLeaveDirty } from "./groups.ts";
import { inTwoSteps } from "./maintenance.ts";
import type { ObligationContext, Stated } from "./obligation-facts.ts";

/** Whether what a master writes may stay in a level that is dropped in two steps. */
export function leavesDirty({ groups }: ObligationContext): boolean {
  return droppedInTwoSteps(groups).some(({ keepsWritesOf }) => keepsWritesOf.length > 0);
}

function droppedInTwoSteps(groups: readonly Group[]): Group[] {
  return groups.filter((group) => inTwoSteps(group) && group.needs.some(({ invalidate }) => invalidate));
}

/** That nothing is acquired which a master still writes to: what it leaves dirty may come between two steps that drop a line. */
export function endedFirst(context: ObligationContext): Stated[] {
  if (!leavesDirty(context)) return [];
  const levels = droppedInTwoSteps(context.groups).flatMap(({ needs }) => needs.map(({ level }) => level));
  const masters = list(mastersThatLeaveDirty(context.core.caches, context));
  return [
    {
      section: "released first",
      text: `Nothing that ${masters} may still write to is given to \`acquire\`, such as a descriptor that is polled: it cleans and invalidates lines of ${list(levels.map(({ name }) => name))} in two steps, and what comes into them in between is lost.`,
      sources: distinct(levels.flatMap(({ maintenanceSources }) => maintenanceSources)),
    },
  ];
}
