// What the registers of a fence are, in a few words behind their addresses: told from what the fence does with them.
import type { OperationEffect, RegisterValue, SequenceItem } from "../../model/chip.ts";
import type { FencePlan } from "../../plan/operation.ts";
import { allSteps } from "../../plan/steps.ts";

/** By address for a register, and by name for a constant that a line's address is changed by. */
export interface RegisterNotes {
  readonly registers: ReadonlyMap<bigint, string>;
  readonly values: ReadonlyMap<string, string>;
}

const done: Readonly<Record<OperationEffect, string>> = {
  clean: "cleans",
  invalidate: "invalidates",
  "clean-and-invalidate": "cleans and invalidates",
  "discard-dirty": "drops",
};

const taken: Readonly<Record<RegisterValue["of"], string>> = {
  constant: "is written with constants",
  address: "takes the address of a line",
  "first-line": "takes the start of the first line",
  "last-byte": "takes the address of the last byte",
  end: "takes the end of the last line",
  "size-bytes": "takes the length in bytes",
  "size-lines": "takes the number of lines",
};

export function registerNotes(fence: FencePlan): RegisterNotes {
  const roles = new Map<bigint, Set<string>>();
  const values = new Map<string, string>();
  for (const step of allSteps(fence)) {
    if (!("accesses" in step)) continue;
    const effect = "effect" in step ? step.effect : undefined;
    for (const item of step.accesses) {
      if ("register" in item) {
        const { address } = item.register;
        roles.set(address, (roles.get(address) ?? new Set()).add(roleOf(item, step.accesses, effect)));
      }
      if (item.kind === "store" && effect)
        for (const { name } of Object.values(item.to.changesCalled ?? {}).flat())
          values.set(name, `added to a line's address: a store there ${done[effect]} it`);
    }
  }
  return { registers: new Map([...roles].map(([address, said]) => [address, [...said].join("; ")])), values };
}

function roleOf(
  item: Extract<SequenceItem, { register: unknown }>,
  all: readonly SequenceItem[],
  effect: OperationEffect | undefined,
): string {
  switch (item.kind) {
    case "write": {
      const { of } = item.value;
      const isAll = all.filter(({ kind }) => kind === "write").length === 1;
      return isAll && effect && (of === "address" || of === "first-line")
        ? `${done[effect]} the line whose address it takes`
        : taken[of];
    }
    case "modify":
      return "has bits that an operation needs set or cleared";
    case "read":
      return "is read back to wait";
    case "poll":
      return "says what is done";
  }
}
