// A small lattice of barriers of our own.
import type { AccessClass, Barrier } from "../../generator/model/chip.ts";

export const allClasses: readonly AccessClass[] = ["read", "write", "device-read", "device-write", "maintenance"];
/** All but maintenance. */
export const accessClasses: readonly AccessClass[] = allClasses.slice(0, 4);

export function barrier(instruction: string, facts: Partial<Barrier> = {}): Barrier {
  return {
    ...{ instruction, earlier: accessClasses, later: accessClasses, completes: [], domain: "full-system", select: [] },
    ...{ extension: undefined, changesFlags: false, sources: [] },
    ...facts,
  };
}

export const stores = barrier("stores", { earlier: ["write"], later: ["write"] });
export const near = barrier("near", { domain: "inner-shareable" });
export const full = barrier("full");
export const wait = barrier("wait", { earlier: allClasses, later: allClasses, completes: allClasses });
export const fence = barrier("fence {earlier}, {later}", {
  select: [
    ["device-read", "i"],
    ["device-write", "o"],
    ["read", "r"],
    ["write", "w"],
  ],
});
