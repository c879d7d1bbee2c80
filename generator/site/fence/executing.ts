// Which step of the fence is executed in a step of an execution.
import type { Replay } from "../../verifier/replayed.ts";

/**
 * Such as `acquire.3`, by which the page's table has it; undefined where the driver, a cache or a master acts. Barriers are no steps of an
 * execution: they hold others back.
 * @param step how many have been taken
 */
export function executing({ steps, accesses }: Replay, step: number): string | undefined {
  const action = steps[step - 1]?.action;
  if (action?.agent !== "CPU") return undefined;
  const { part, step: own } = accesses[action.access]!;
  return part === "driver" || own === undefined ? undefined : `${part}.${own + 1}`;
}
