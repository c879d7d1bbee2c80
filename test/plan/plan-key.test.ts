// The name of a plan says whether a fence is the same to the model; that of a verdict, whether it would say the same.
import { expect, it } from "vitest";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { contentKey, planKey } from "../../generator/plan/plan-key.ts";
import { planOf } from "../support/pipeline.ts";

const { chip, fences } = planOf("stm32h743").planned!;
const plan = fences[0]!;
const core = coreOf(chip, plan);

it("another name of a memory is the same fence, and another verdict, whose scenarios say the name", () => {
  const text = JSON.stringify(chip, (_, item: unknown) => (typeof item === "bigint" ? { big: String(item) } : item));
  const renamed = JSON.parse(text.replaceAll('"SRAM4"', '"Fourth memory"'), (_, item) =>
    typeof item?.big === "string" ? BigInt(item.big) : item,
  ) as typeof chip;
  expect(JSON.stringify(renamed.memories.map(({ name }) => name))).toContain("Fourth memory");
  expect(planKey(plan, renamed, core)).toBe(planKey(plan, chip, core));
  expect(contentKey(plan, renamed, core)).not.toBe(contentKey(plan, chip, core));
});

it("another reason is the same fence, and another verdict, which repeats it", () => {
  const [first, ...others] = plan.release;
  const reworded = { ...plan, release: [{ ...first!, reason: "Because." }, ...others] as typeof plan.release };
  expect(planKey(reworded, chip, core)).toBe(planKey(plan, chip, core));
  expect(contentKey(reworded, chip, core)).not.toBe(contentKey(plan, chip, core));
});
