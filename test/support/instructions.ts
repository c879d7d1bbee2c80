// Accesses as the semantics see them, with only what a test is about.
import type {
  CompletionAccess,
  DeviceAccess,
  Load,
  MaintenanceAccess,
  MaintenanceRules,
  Store,
} from "../../generator/semantics/instruction.ts";

/** A cell of a line; the same cell of the same line is the same address. */
export const placeOf = (line: number, cell = 0) => ({ location: `${line}.${cell}`, line, cell });
export const store = (line: number, cell = 0, value = 1): Store => ({
  ...{ kind: "store", accessClass: "write", value },
  ...placeOf(line, cell),
});
export const load = (line: number, cell = 0): Load => ({ kind: "load", accessClass: "read", ...placeOf(line, cell) });

export interface RuleFacts extends Partial<MaintenanceRules["ordering"]> {
  readonly instance?: string;
  readonly hasCompletion?: boolean;
  readonly byRegisters?: boolean;
}

/** Rules of a mechanism of which nothing is stated but what is given. */
export function rules({
  instance = "controller",
  hasCompletion = false,
  byRegisters = true,
  ...ordering
}: RuleFacts = {}): MaintenanceRules {
  return {
    instance,
    hasCompletion,
    byRegisters,
    ordering: {
      accessClass: "maintenance",
      afterEarlierSameLine: false,
      beforeLaterSameLine: false,
      earlierMustComplete: false,
      doneWhen: "completed",
      sources: [],
      ...ordering,
    },
  };
}

/** A clean of a line in the first level. */
export function maintain(
  line: number,
  facts: RuleFacts = {},
  more: Partial<MaintenanceAccess> = {},
): MaintenanceAccess {
  const own = rules(facts);
  return {
    ...{ kind: "maintain", accessClass: own.ordering.accessClass, location: undefined, line, rules: own },
    ...{ effect: "clean", mayCleanToo: false, levels: [0], front: [], certain: true },
    ...more,
  };
}

export function complete(accessClass: CompletionAccess["accessClass"], facts: RuleFacts = {}): CompletionAccess {
  return { kind: "complete", accessClass, location: undefined, line: undefined, rules: rules(facts) };
}

export function device(name: string, accessClass: "device-read" | "device-write" = "device-write"): DeviceAccess {
  return { kind: "device", accessClass, location: undefined, line: undefined, device: name, purpose: "other" };
}
