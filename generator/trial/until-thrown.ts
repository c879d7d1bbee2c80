// What a driver had still to do when it threw. That it throws is known before the CPU has performed all that comes before.
import type { NewEvent } from "../simulator/trace/journal.ts";
import { cpuSteps } from "./cpu-steps.ts";
import type { Trial } from "./trial.ts";
import type { TrialState } from "./trial-state.ts";

/** What happens from a state until its driver throws, where the CPU does one thing after the other and nobody else does anything. */
export function untilThrown(trial: Trial, from: TrialState): readonly NewEvent[] {
  const { ending, items } = from.progress;
  if (ending.how !== "threw") return [];
  const events: NewEvent[] = [];
  for (let state = from; ; ) {
    const item = state.pending.length === 0 ? items[state.called] : undefined;
    if (item?.kind === "barrier") {
      events.push(...item.calls.map((text): NewEvent => ({ agent: "CPU", kind: "call", text })));
      events.push({ agent: "CPU", kind: "barrier", text: item.text });
      state = { ...state, called: state.called + 1 };
    } else {
      // The first performs what came first, which waits for nothing.
      const [step] = cpuSteps(trial, state);
      if (!step) return [...events, ...ending.last];
      events.push(...step.action.events);
      state = step.state;
    }
  }
}
