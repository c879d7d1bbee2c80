// What a fence does for a buffer in memory that nobody described. To maintain lines that no cache holds does nothing, so
// that it is treated like the memory that most levels cache, and nothing is said. Where that would do harm, or where the
// fence looks at the address, only described memory will do, and debug builds check it.
import type { Mechanism, RegisterValue } from "../model/chip.ts";
import { bitsSetAbove, valueTaken } from "./missed-lines.ts";
import type { FenceStep } from "./operation.ts";

/** @param mechanisms those that the steps are of */
export function needsDescribedMemory(steps: readonly FenceStep[], mechanisms: readonly Mechanism[]): boolean {
  const strict = mechanisms.filter(({ uncachedAddress }) => uncachedAddress === "wrong").map(({ id }) => id);
  return steps.some((step) => {
    if (step.kind === "region-guard") return true;
    if (!("operation" in step)) return false;
    // An address that a change makes that of other memory is no longer one that no cache holds.
    const isChanged =
      "lineBytes" in step && step.accesses.flatMap(valueTaken).some((value) => hasBitsSet(value, step.lineBytes));
    if (isChanged) return true;
    return step.onlyIn !== undefined || (step.kind !== "maintain-whole-cache" && strict.includes(step.mechanism));
  });
}

function hasBitsSet(value: RegisterValue, lineBytes: number): boolean {
  const isSize = value.of === "size-bytes" || value.of === "size-lines";
  return !isSize && bitsSetAbove(value, BigInt(lineBytes)) !== 0n;
}
