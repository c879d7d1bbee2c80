// What the CPU may do next in a hand-over: the accesses of the program in any order that program order allows.
import { afterLoad, effectOn, forwardedStore } from "../semantics/cpu.ts";
import { type DeviceAccess, type Instruction, isDoneLater } from "../semantics/instruction.ts";
import { loadCell } from "../semantics/line-state.ts";
import { covers, has, plus } from "./access-set.ts";
import type { FenceState, ModelStep } from "./fence-state.ts";
import type { HandOver } from "./hand-over.ts";

/** Everything that the CPU may issue or finish in a state. */
export function cpuSteps(over: HandOver, state: FenceState): ModelStep[] {
  const { accesses, finishes, mustBeIssued, mustBeDone } = over;
  const steps: ModelStep[] = [];
  for (const [index, access] of accesses.entries()) {
    if (has(state.issued, index)) {
      if (!has(state.done, index) && covers(state.done, finishes[index]!))
        steps.push(...finish(over, state, index, access));
      continue;
    }
    if (!covers(state.issued, mustBeIssued[index]!) || !covers(state.done, mustBeDone[index]!)) continue;
    steps.push(...issue(over, state, index, access));
  }
  return steps;
}

function issue(over: HandOver, state: FenceState, index: number, access: Instruction): ModelStep[] {
  const issued = { ...state, issued: plus(state.issued, index) };
  const action = { agent: "CPU", what: "issue", access: index } as const;
  if (isDoneLater(access)) return [{ action, state: issued }];
  if (!covers(state.done, over.finishes[index]!)) return [];
  const performed = { ...issued, done: plus(state.done, index) };
  switch (access.kind) {
    case "store":
      return effectOn(state.line, access, over.levels).map((line) => ({
        action: { ...action, value: access.value },
        state: { ...performed, line },
      }));
    case "load":
      return load(over, state, index, access.cell).map(({ value, line, violates }) => ({
        action: { ...action, value },
        state: { ...performed, line },
        violates,
      }));
    case "device":
      return device(access.purpose, over.driver[index]!.round, performed).map((after) => ({ action, state: after }));
    case "maintain":
    case "complete":
      return effectOn(state.line, access, over.levels).map((line) => ({ action, state: { ...performed, line } }));
  }
}

function load({ accesses, driver, levels }: HandOver, state: FenceState, index: number, cell: number) {
  const { expects } = driver[index]!;
  const forwarded = forwardedStore(accesses, index, (at) => has(state.issued, at));
  const value = forwarded?.value ?? loadCell(state.line, cell);
  const violates = expects && value !== expects.value ? expects.property : undefined;
  return afterLoad(state.line, levels, forwarded !== undefined).map((line) => ({ value, line, violates }));
}

/** An access to the engine; none where it has nothing to show yet. */
function device(purpose: DeviceAccess["purpose"], round: number | undefined, performed: FenceState): FenceState[] {
  switch (purpose) {
    case "status":
      return performed.shown >= round! ? [performed] : [];
    case "start":
      return [{ ...performed, started: performed.started + 1, transferred: 0 }];
    case "other":
      return [performed];
  }
}

function finish(over: HandOver, state: FenceState, index: number, access: Instruction): ModelStep[] {
  // A load is done when it is issued.
  if (access.kind === "load") return [];
  const done = { ...state, done: plus(state.done, index) };
  const action = { agent: "CPU", what: "finish", access: index } as const;
  return effectOn(state.line, access, over.levels).map((line) => ({ action, state: { ...done, line } }));
}
