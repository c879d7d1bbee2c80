// What the CPU may do next in a hand-over: the accesses of the program in any order that program order allows.
import { forwardedStore } from "../semantics/cpu.ts";
import { type DeviceAccess, type Instruction, isDoneLater, type Load } from "../semantics/instruction.ts";
import { loadCell } from "../semantics/line-state.ts";
import { covers, has, plus } from "./access-set.ts";
import { type FenceState, type ModelStep, started, withAccesses, withLine } from "./fence-state.ts";
import type { HandOver } from "./hand-over.ts";
import { lineOf } from "./line-changes.ts";

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
  const issued = plus(state.issued, index);
  const action = { agent: "CPU", what: "issue", access: index } as const;
  if (isDoneLater(access)) return [{ action, state: withAccesses(state, issued, state.done) }];
  if (!covers(state.done, over.finishes[index]!)) return [];
  const performed = withAccesses(state, issued, plus(state.done, index));
  switch (access.kind) {
    case "store":
      return effects(over, performed, index, access).map((after) => ({
        action: { ...action, value: access.value },
        state: after,
      }));
    case "load":
      return load(over, state, index, access).map(({ value, line, violates }) => ({
        action: { ...action, value },
        state: withLine(performed, lineOf(access), line, over),
        violates,
      }));
    case "device":
      return device(access.purpose, over, index, performed).map((after) => ({ action, state: after }));
    case "maintain":
    case "complete":
      return effects(over, performed, index, access).map((after) => ({ action, state: after }));
  }
}

function load({ accesses, driver, changes }: HandOver, state: FenceState, index: number, access: Load) {
  const { expects, awaits } = driver[index]!;
  const before = state.lines[lineOf(access)]!;
  const forwarded = forwardedStore(accesses, index, (at) => has(state.issued, at));
  const value = forwarded?.value ?? loadCell(before, access.cell);
  // The driver looks again until it sees that; what it does in between is no more than what it did before.
  if (awaits !== undefined && value !== awaits) return [];
  const violates = expects && value !== expects.value ? expects.property : undefined;
  const after = (forwarded ? changes.byForwardedLoad : changes.byAccess)[index]!;
  return after(before).map((line) => ({ value, line, violates }));
}

/** Each state that an access other than a load may leave when it takes effect. */
function effects(over: HandOver, state: FenceState, index: number, access: Exclude<Instruction, Load>): FenceState[] {
  const at = lineOf(access);
  return over.changes.byAccess[index]!(state.lines[at]!).map((line) => withLine(state, at, line, over));
}

/** An access to the engine; none where it has nothing to show yet. */
function device(purpose: DeviceAccess["purpose"], over: HandOver, index: number, performed: FenceState): FenceState[] {
  switch (purpose) {
    case "status":
      return performed.shown >= over.driver[index]!.round! ? [performed] : [];
    case "start":
      return [{ ...started(performed, over), transferred: 0 }];
    case "other":
      return [performed];
  }
}

function finish(over: HandOver, state: FenceState, index: number, access: Instruction): ModelStep[] {
  // A load is done when it is issued.
  if (access.kind === "load") return [];
  const done = withAccesses(state, state.issued, plus(state.done, index));
  const action = { agent: "CPU", what: "finish", access: index } as const;
  return effects(over, done, index, access).map((after) => ({ action, state: after }));
}
