// An operation that is said to be done behind a completion has one: in every shipped fence, and of its own mechanism.
import { expect, it } from "vitest";
import type { Maintenance } from "../../generator/index.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { Interpreter } from "../../generator/program/interpret.ts";
import { meaningsOf } from "../../generator/program/meanings.ts";
import { operationsOf } from "../../generator/program/run.ts";
import { seenBy } from "../../generator/semantics/memory-map.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";

it.each(shippedChips)("%s", (id) => {
  const planned = planOf(id).planned;
  for (const plan of planned?.fences ?? []) {
    const core = coreOf(planned!.chip, plan);
    for (const method of ["release", "acquire"] as const)
      for (const { base } of seenBy(planned!.chip, core).regions) {
        const interpreter = new Interpreter(core);
        const buffer = { address: base + 0x100n, lengthBytes: 300 };
        let waiting: Maintenance[] = [];
        for (const operation of operationsOf(plan[method], buffer))
          for (const meaning of meaningsOf(interpreter.next(operation), core)) {
            if (meaning.kind === "maintenance" && meaning.doneBy === "completion") waiting.push(meaning);
            if (meaning.kind === "completion")
              waiting = waiting.filter(({ mechanism }) => mechanism !== meaning.mechanism);
          }
        expect(waiting, `${plan.name} ${method} at 0x${base.toString(16)}`).toEqual([]);
      }
  }
});
