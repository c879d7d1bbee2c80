// Rules on the caches in front of masters.

import { findMechanism, type LooseMechanism, maintenanceOf, masterCaches, type RuleContext } from "./rule.ts";
import type { LooseItem } from "./sequences.ts";

/** A cache in front of a master is maintained by fences or by the driver, or stays off. */
export function oneOfBothMaintains(context: RuleContext): void {
  for (const { value, pointer } of masterCaches(context)) {
    if (!("driverMaintains" in value)) continue;
    const name = value.name ?? "this cache";
    const other =
      value.maintenance !== undefined
        ? `fences maintain ${name} by \`${maintenanceOf(value)}\`, and its driver is to do so as well`
        : value.enabled === "never"
          ? `${name} is never on, and its driver is to maintain it`
          : undefined;
    if (other) context.report("rule/stated-twice", [...pointer, "driverMaintains"], other, { at: "key" });
  }
}

/** What a core does to its own caches by instructions, or by registers of its own, reaches no cache in front of a master. */
export function masterCachesHaveTheirOwnMechanism(context: RuleContext): void {
  for (const { value, pointer } of masterCaches(context)) {
    const id = maintenanceOf(value);
    const mechanism = id === undefined ? undefined : findMechanism(context, id);
    const why = mechanism && whyOfCore(mechanism);
    if (!why) continue;
    const at = typeof value.maintenance === "object" ? ["maintenance", "mechanism"] : ["maintenance"];
    context.report("rule/mechanism-of-a-core", [...pointer, ...at], `\`${id}\` ${why}`);
  }
}

function whyOfCore({ ordering, operations }: LooseMechanism): string | undefined {
  if (ordering?.accessClass === "maintenance")
    return "counts as cache maintenance for barriers, which know a core's own: what goes to a device is a `device-write`";
  const sequences = Object.values(operations ?? {}).map((operation) => (operation?.sequence ?? []) as LooseItem[]);
  const isByInstructions = (sequence: readonly (LooseItem | undefined)[]) =>
    sequence.some((item) => item?.instruction !== undefined) &&
    !sequence.some((item) => item?.write ?? item?.modify ?? item?.store);
  return sequences.some(isByInstructions)
    ? "maintains caches by instructions, and those are the core's own"
    : undefined;
}
