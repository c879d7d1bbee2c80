// The mistakes that a machine must show: those of `fencegen verify`, and those of which that has no need.
import { type FenceMethod, fenceMethods, type ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { lower } from "../program/lower.ts";
import { type Block, flattened } from "../program/statement.ts";
import { type Execute, executionOf } from "../verifier/fence-under-test.ts";
import { changeName, mutantsOf } from "../verifier/mutants.ts";

export interface Mistake {
  /** `Stm32h743DmaFence, release 2: removed`. */
  readonly name: string;
  readonly method: FenceMethod;
  readonly execute: Execute;
  /** Whether it is tried in each memory and with each master, or in each way in which one comes to the other. */
  readonly isTriedEverywhere: boolean;
}

export function mistakesOf(plan: FencePlan, core: ResolvedCore): Mistake[] {
  const changed = mutantsOf(plan, core).map((mutant): Mistake => {
    const { fence: method, execute } = mutant;
    const name = `${plan.name}, ${changeName(mutant)}`;
    return { name, method, execute, isTriedEverywhere: false };
  });
  return [...changed, ...fenceMethods.flatMap((method) => [...notWaited(plan, method), ...leftOut(plan, method)])];
}

/** Maintenance of which the end is not waited for: it may not even have begun. */
function notWaited(plan: FencePlan, method: FenceMethod): Mistake[] {
  const program = lower(plan);
  const execute = executionOf(program);
  const waits = ({ maintains, body }: Block) => maintains && flattened(body).some(({ kind }) => kind === "wait");
  if (!program[method].some(waits)) return [];
  return [
    {
      name: `${plan.name}, ${method}: polls left out`,
      method,
      execute: (called, ...rest) => {
        const operations = execute(called, ...rest);
        return called === method ? operations.filter(({ kind }) => kind !== "poll-register") : operations;
      },
      isTriedEverywhere: false,
    },
  ];
}

/** A driver that does not call the fence at all. */
function leftOut(plan: FencePlan, method: FenceMethod): Mistake[] {
  const program = lower(plan);
  if (!program[method].some(({ maintains }) => maintains)) return [];
  const execute = executionOf({ ...program, [method]: [] });
  return [{ name: `${plan.name}, ${method}: left out`, method, execute, isTriedEverywhere: true }];
}
