// What the emitted Rust makes a CPU execute is what the emitted TypeScript class issues: every chip's fences are
// compiled for their real target, run in QEMU, and compared instruction by instruction. Nothing here names a chip.
import { afterAll, describe, expect, it } from "vitest";
import { targetNote } from "../../generator/toolchain/targets.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { sideBySide } from "./trace/compare.ts";
import { machineFor } from "./trace/machines.ts";
import { canRun, emittedFiles, tracedTargets, traceFences } from "./trace/trace-chip.ts";

const total = { runs: 0, executions: 0, equal: 0, instructions: 0, confirmedStores: 0 };

it("every target for which nothing else is said has a machine in QEMU", () => {
  const cores = shippedChips.flatMap((id) => planOf(id).planned!.chip.cores);
  const without = cores.flatMap(({ architecture, rustTargets }) =>
    rustTargets.filter(
      (target) => !/only$/.test(targetNote(target)?.checkedBy ?? "") && !machineFor(architecture.id, target),
    ),
  );
  expect(without).toEqual([]);
});

const traceable = shippedChips.filter((id) => tracedTargets(planOf(id).planned!).length > 0);

describe.each(traceable)("%s", (id) => {
  const planned = planOf(id).planned!;
  for (const traced of tracedTargets(planned)) {
    for (const optLevel of ["z", "3"] as const) {
      it(`${traced.target} at -O${optLevel} executes what the class issues`, async ({ skip }) => {
        if (!canRun(traced)) skip();
        const result = await traceFences(await emittedFiles(planned), traced, optLevel);
        total.runs++;
        for (const key of ["executions", "equal", "instructions", "confirmedStores"] as const)
          total[key] += result[key];
        expect(result.different.slice(0, 3).map(sideBySide).join("\n\n")).toBe("");
      });
    }
  }
});

afterAll(() => {
  console.log(
    `${total.executions} executions traced in ${total.runs} runs of QEMU, ${total.equal} comparisons equal; ` +
      `${total.instructions} instructions, ${total.confirmedStores} register writes also seen by QEMU's devices.`,
  );
});
