import type { ResolvedCore } from "../model/chip.ts";

/** The errata that concern a fence: those about maintenance only where it maintains something. */
export function relevantErrata(core: ResolvedCore, maintains: boolean): ResolvedCore["errata"] {
  return core.errata.filter(
    ({ replaceOperation, withoutOperation, replaceRegister, completionBeforeMaintenance }) =>
      maintains ||
      (!completionBeforeMaintenance &&
        withoutOperation.length === 0 &&
        [replaceOperation, replaceRegister].every((map) => Object.keys(map).length === 0)),
  );
}
