// The trace comparison finds mistakes: each is planted in the emitted Rust of a chip of every architecture where it
// can be made, and must show as a difference between what QEMU executes and what the TypeScript class records.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleIn } from "../support/bundle.ts";
import { root } from "../support/command.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { sideBySide } from "./trace/compare.ts";
import { plants } from "./trace/planted.ts";
import { canRun, emittedFiles, tracedTargets, traceFences } from "./trace/trace-chip.ts";

const chips = shippedChips.flatMap((id) => {
  const planned = planOf(id).planned!;
  // A mistake must be in the code of the target that is traced.
  if (planned.fences.length === 0 || planned.chip.cores.length > 1) return [];
  const rust = bundleIn(join(root, "out"), planned);
  return tracedTargets(planned)
    .slice(0, 1)
    .map((traced) => ({ planned, traced, rust }));
});

describe.each(Object.entries(plants))("%s", (_, plant) => {
  const architectures = new Set<string>();
  const places = chips.filter(({ traced, planned, rust }) => {
    const architecture = planned.chip.cores[0]!.architecture.id;
    if (architectures.has(architecture) || plant(rust) === rust) return false;
    architectures.add(architecture);
    return traced.fences.length > 0;
  });

  it("can be made", () => {
    expect(places.length).toBeGreaterThan(0);
  });

  it.for(places)("is found in $planned.chip.id", async ({ planned, traced, rust }, { skip }) => {
    if (!canRun(traced)) skip();
    const emitted = { ...(await emittedFiles(planned)), rust: plant(rust) };
    const { different } = await traceFences(emitted, traced, "z");
    expect(different.length).toBeGreaterThan(0);
    expect(sideBySide(different[0]!)).toMatch(/^≠/m);
  });
});
