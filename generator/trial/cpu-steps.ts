// What the CPU may do next: perform or finish what it has been told to do, in any order that program order allows; and run ahead of what
// it has performed to what the driver does next.
import { afterLoad, effectOn, forwardedStore } from "../semantics/cpu.ts";
import { loadCell, seenThrough } from "../semantics/line-state.ts";
import { maintenanceEvent } from "../simulator/cpu/line-operations.ts";
import type { NewEvent } from "../simulator/trace/journal.ts";
import { begun } from "./engine.ts";
import { isAtRest, withEngine } from "./engine-steps.ts";
import { type Answer, type Asking, accessesOf, type Item, isAsking } from "./item.ts";
import { isDoneLaterItem, type Pending } from "./order.ts";
import type { Trial } from "./trial.ts";
import type { TrialState, TrialStep } from "./trial-state.ts";
import { lineIn, withLine } from "./with-line.ts";

export function cpuSteps(trial: Trial, state: TrialState): TrialStep[] {
  return [...pendingSteps(trial, state), ...aheadSteps(trial, state, [])];
}

/** What has been called and is not done. */
function pendingSteps(trial: Trial, state: TrialState): TrialStep[] {
  const { order } = trial;
  return state.pending.flatMap((each, at): TrialStep[] => {
    const before = state.pending.slice(0, at);
    const { item, isIssued, answer } = each;
    const without = { ...state, pending: state.pending.filter((other) => other !== each) };
    if (isIssued) {
      if (!order.mayFinish(item, before)) return [];
      return effects(trial, without, item).map((after) => ({
        action: { events: eventsOf(item, "done") },
        state: after,
      }));
    }
    if (!order.isReady(item, before)) return [];
    if (isDoneLaterItem(item)) {
      const pending = state.pending.map((other) => (other === each ? { ...each, isIssued: true } : other));
      return [{ action: { events: eventsOf(item, "begun") }, state: { ...state, pending } }];
    }
    if (!isAsking(item))
      return effects(trial, without, item).map((after) => ({
        action: { events: eventsOf(item, at > 0 ? "early" : "at once") },
        state: after,
      }));
    return found(trial, without, item, before).flatMap(({ value, after }) => {
      trial.answers.learn(item, value);
      // The driver was told something else: this is no execution.
      if (value.join() !== answer!.join()) return [];
      return [
        {
          action: { events: eventsOf(item, at > 0 ? "early" : "at once", value) },
          state: judged(after, item, value),
        },
      ];
    });
  });
}

/** What the driver does next, and behind what cannot be performed yet, or is not. */
function aheadSteps(trial: Trial, state: TrialState, events: readonly NewEvent[]): TrialStep[] {
  const { order, answers, beyond, world } = trial;
  const { progress, called, pending } = state;
  const item = progress.items[called];
  if (!item) return [];
  const calls = item.calls.map((text): NewEvent => ({ agent: "CPU", kind: "call", text }));
  const on = { ...state, called: called + 1 };
  if (item.kind === "barrier") {
    if (order.isAllHeld(item, pending)) return [];
    const executed: NewEvent = { agent: "CPU", kind: "barrier", text: item.text };
    return aheadSteps(trial, on, [...events, ...calls, executed]);
  }
  const isLookingOn = isAsking(item) && called === 0 && progress.isLookingOn;
  // To find the same once more is to be where the driver is.
  const isSame = (value: Answer) => isLookingOn && value.join() === progress.lastAnswer!.join();
  const steps: TrialStep[] = [];
  const told = [...events, ...calls];
  if (order.isReady(item, pending)) {
    const phase = pending.length > 0 ? "early" : "at once";
    if (isDoneLaterItem(item))
      steps.push({
        action: { events: [...told, ...eventsOf(item, "begun")] },
        state: { ...on, pending: [...pending, { item, isIssued: true }] },
      });
    else if (!isAsking(item))
      for (const after of effects(trial, on, item))
        steps.push({ action: { events: [...told, ...eventsOf(item, phase)] }, state: after });
    else
      for (const { value, after } of found(trial, on, item, pending)) {
        answers.learn(item, value);
        if (isSame(value)) {
          if (waitsForNothing(state, item)) steps.push(hanging(state, item, told));
          continue;
        }
        const next = { ...judged(after, item, value), progress: progress.told(value), called: 0 };
        steps.push({ action: { events: [...told, ...eventsOf(item, phase, value)] }, state: next });
      }
  }
  if (pending.length >= world.bounds.mostPending) {
    beyond.add(`the CPU may run more than ${world.bounds.mostPending} accesses ahead (mostPending)`);
    return steps;
  }
  const left: NewEvent[] = item.kind === "store" ? storesOf(item, "store-called") : [];
  const behind = (after: TrialState, answer?: Answer): TrialStep[] => {
    const more: Pending = { item, isIssued: false, ...(answer && { answer }) };
    const ahead = { ...after, pending: [...pending, more] };
    return order.isAllHeld(item, ahead.pending) ? [] : aheadSteps(trial, ahead, [...told, ...left]);
  };
  if (!isAsking(item)) return [...steps, ...behind(on)];
  for (const answer of answers.of(item))
    if (!isSame(answer)) steps.push(...behind({ ...on, progress: progress.told(answer), called: 0 }, answer));
  return steps;
}

/** Each way in which an item that shows nothing may take effect. */
function effects(trial: Trial, state: TrialState, item: Item): TrialState[] {
  const { known } = trial;
  switch (item.kind) {
    case "store":
      return item.places.reduce(
        (states, { located: { line, view } }, index) =>
          states.flatMap((each) =>
            known
              .through(line, view, lineIn(trial, each, line), `${item.id} ${index}`, (seen, rules) =>
                effectOn(seen, item.accesses[index]!, rules),
              )
              .map((after) => withLine(trial, each, line, after)),
          ),
        [state],
      );
    case "maintain": {
      const { line, view, results } = item.operation;
      return known
        .through(line, view, lineIn(trial, state, line), `${item.id}`, results)
        .map((after) => withLine(trial, state, line, after));
    }
    case "start":
      return [withEngine(state, item.engine, begun(item.task))];
    case "complete":
      return [state];
    case "barrier":
    case "load":
    case "status":
    case "received":
      throw new Error(`an item of kind ${item.kind} has no effect of its own`);
  }
}

interface Found {
  readonly value: Answer;
  readonly after: TrialState;
}

/** What an item that asks finds now. @param before what comes before it and is not done */
function found(trial: Trial, state: TrialState, item: Asking, before: readonly Pending[]): Found[] {
  switch (item.kind) {
    case "status":
      return [{ value: [state.engines[item.engine]?.phase === "ended" ? 1 : 0], after: state }];
    case "received":
      return [{ value: state.engines[item.engine]!.received, after: state }];
    case "load":
      return item.places.reduce<Found[]>(
        (all, { located: { line, view, offset: cell } }, index) =>
          all.flatMap(({ value, after }) => {
            const program = [...before.flatMap((each) => accessesOf(each.item)), item.accesses[index]!];
            const forwarded = forwardedStore(program, program.length - 1, () => false);
            const id = lineIn(trial, after, line);
            const byte = forwarded?.value ?? loadCell(seenThrough(trial.known.at(id), view), cell);
            return trial.known
              .through(line, view, id, `load ${cell} ${forwarded !== undefined}`, (each, rules) =>
                afterLoad(each, cell, rules, forwarded !== undefined),
              )
              .map((next) => ({ value: [...value, byte], after: withLine(trial, after, line, next) }));
          }),
        [{ value: [], after: state }],
      );
  }
}

/** The state with what is wrong about what a load found. */
function judged(state: TrialState, item: Asking, value: Answer): TrialState {
  if (item.kind !== "load" || state.broken !== undefined) return state;
  const at = value.findIndex((byte, index) => item.expected[index] !== undefined && item.expected[index] !== byte);
  if (at === -1) return state;
  const address = `0x${item.places[at]!.address.toString(16)}`;
  return {
    ...state,
    broken: `the load of ${address} gives ${value[at]}, where ${item.expected[at]} was written last`,
  };
}

/** Whether nothing will ever happen that a driver looks for in a register. */
function waitsForNothing({ pending, engines }: TrialState, { kind }: Asking): boolean {
  return kind === "status" && pending.length === 0 && engines.every(isAtRest);
}

function hanging(state: TrialState, { question }: Asking, events: readonly NewEvent[]): TrialStep {
  const violates = `the driver waits for nothing: it reads the ${question} again and again, and no engine is running`;
  return { action: { events }, state, violates };
}

type Phase = "at once" | "begun" | "done" | "early";

/** What happens where an item is performed, for people. */
function eventsOf(item: Item, phase: Phase, value: Answer = []): NewEvent[] {
  switch (item.kind) {
    case "store":
      return storesOf(item, "store");
    case "load":
      return item.places.map(({ address }, index) => ({
        agent: "CPU",
        kind: "load",
        address,
        value: value[index]!,
        isEarly: phase === "early",
      }));
    case "maintain":
      return [maintenanceEvent(item.operation, phase)];
    case "complete":
      return [{ agent: "CPU", kind: "completion", mechanism: item.accesses[0]!.rules.instance, phase }];
    case "start":
    case "barrier":
      return [{ agent: "CPU", kind: "register", text: item.text }];
    case "status":
      return [{ agent: "CPU", kind: "register", text: `${item.text}: ${value[0] === 1 ? "ended" : "not ended"}` }];
    case "received":
      return [];
  }
}

function storesOf(item: Extract<Item, { kind: "store" }>, kind: "store" | "store-called"): NewEvent[] {
  return item.places.map(({ address }, index) => ({
    agent: "CPU",
    kind,
    address,
    value: item.accesses[index]!.value,
  }));
}
