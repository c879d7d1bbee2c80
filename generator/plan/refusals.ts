// Chips for which no fence can be derived or written, with the reason.
import type { Mechanism, ResolvedCore } from "../resolve/model.ts";
import type { Context } from "./fence-context.ts";
import type { Group } from "./maintenance.ts";
import type { LevelNeed } from "./needs.ts";
import type { FenceStep } from "./operation.ts";
import { type Problem, Refusal } from "./problem.ts";

export function refuseWhatCannotBeMaintained(needs: readonly LevelNeed[], core: ResolvedCore): void {
  const problems: Problem[] = [];
  for (const { level, because } of needs) {
    const pointer = ["dma", because.controllerIndex];
    if (!level.mechanism) {
      problems.push({
        code: "plan/no-maintenance",
        message: `\`${because.controller}\` reaches \`${because.region}\` without seeing ${level.name}, which caches it, and no way to maintain ${level.name} is described`,
        pointer,
      });
      continue;
    }
    const { assembly } = core.architecture;
    for (const missing of unspelled(level.mechanism, assembly)) {
      problems.push({
        code: "plan/no-assembly",
        message: `${level.mechanism.title} needs ${missing}, which ${core.architecture.title} does not spell`,
        pointer,
      });
    }
    if (level.smallestLineBytes !== level.largestLineBytes && countsLines(level.mechanism)) {
      problems.push({
        code: "plan/not-acted-on",
        message: `${level.mechanism.title} takes a number of lines, and the size of a line of ${level.name} is not certain`,
        pointer,
      });
    }
    for (const constraint of level.mechanism.constraints) {
      problems.push({ code: "plan/not-acted-on", message: `${level.mechanism.title}: ${constraint}`, pointer });
    }
  }
  if (problems.length > 0) throw new Refusal(problems);
}

/** In a loop over lines there is no instruction yet that would change the line's address for the register. */
export function refuseChangedAddresses({ chip, core }: Context, steps: readonly FenceStep[]): void {
  for (const step of steps) {
    for (const item of "accesses" in step ? step.accesses : []) {
      if (item.kind !== "write" || item.value.of !== "address") continue;
      const { subtract, shiftRight, or } = item.value;
      if (subtract === 0n && shiftRight === 0 && or === 0n) continue;
      throw new Refusal(
        "plan/not-acted-on",
        `${item.register.name} takes the address of a line changed, which the emitted loop cannot do yet`,
        ["cores", chip.cores.indexOf(core)],
      );
    }
  }
}

/** Whether a command is given a length in lines, or an address that must be the start of a line. */
function countsLines({ operations, anyByteOfLine }: Mechanism): boolean {
  return (
    !anyByteOfLine ||
    operations.some(({ sequence }) => sequence.some((item) => item.kind === "write" && item.value.of === "size-lines"))
  );
}

/** What a mechanism's sequences need of the architecture's assembly and do not find. */
function unspelled(
  { operations, completion }: Mechanism,
  assembly: ResolvedCore["architecture"]["assembly"],
): string[] {
  const items = [...operations.flatMap(({ sequence }) => sequence), ...(completion?.sequence ?? [])];
  const needs = items.flatMap((item) => {
    if (item.kind === "write" && !assembly.store[item.register.widthBits])
      return [`a ${item.register.widthBits}-bit store`];
    if (item.kind === "poll" && !assembly.load[item.register.widthBits])
      return [`a ${item.register.widthBits}-bit load`];
    if (item.kind === "poll" && (item.until === "clear" ? assembly.pollUntilClear : assembly.pollUntilSet).length === 0)
      return ["a loop that polls"];
    return [];
  });
  const loops = operations.some(({ unit }) => unit === "line") && assembly.lineLoop.length === 0;
  return [...new Set([...needs, ...(loops ? ["a loop over lines"] : [])])];
}

export function refuseOperation(group: Group, what: string): Refusal {
  const { because } = group.needs[0]!;
  return new Refusal(
    "plan/no-operation",
    `${group.mechanism.title} has no operation that ${what} (\`${because.controller}\` reaches \`${because.region}\`)`,
    ["dma", because.controllerIndex],
  );
}
