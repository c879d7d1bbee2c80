// A fence as what is told of it: the words of its steps and promises, without the plan behind them, so that two can be compared anywhere.
import type { FencePlan, FenceStep } from "../plan/operation.ts";
import { stepTitle } from "../program/words.ts";
import type { ToldFence, ToldStep } from "./difference.ts";

export function toldFence({ name, release, acquire, obligations }: FencePlan): ToldFence {
  return {
    name,
    release: release.map(toldStep),
    acquire: acquire.map(toldStep),
    // Which core and chip it is says nothing of the fence.
    promises: obligations.filter(({ kind }) => kind !== "chip" && kind !== "regions").map(({ text }) => text),
  };
}

function toldStep(step: FenceStep): ToldStep {
  return { kind: step.kind, does: stepTitle(step), because: step.reason };
}
