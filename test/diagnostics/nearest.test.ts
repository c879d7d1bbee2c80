// Which word was meant by one that nobody knows.
import { describe, expect, it } from "vitest";
import { didYouMean, nearest, nearestOf } from "../../generator/diagnostics/nearest.ts";

describe("the word that was meant", () => {
  const known = ["cortex-m7", "cortex-m33", "cortex-a7", "ibex"];

  it.each<[string, string | undefined]>([
    ["cortex-m7", "cortex-m7"],
    ["cortexm7", "cortex-m7"],
    ["Cortex-M7", "cortex-m7"],
    ["cortex-m3", "cortex-m33"],
    ["cortex-m", "cortex-m7"],
    ["cortex-m333", "cortex-m33"],
    ["xebi", undefined],
    ["ibx", "ibex"],
    ["ix", "ibex"],
    ["x", undefined],
    ["", undefined],
    ["something else altogether", undefined],
  ])("for %j is %s", (word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });

  it("is the first of those that are near enough", () => {
    expect(nearestOf("cortex-m3", known)).toEqual(["cortex-m33", "cortex-m7", "cortex-a7"]);
    expect(nearestOf("ibx", known)).toEqual(["ibex"]);
    expect(nearestOf("x", known)).toEqual([]);
  });

  it("is none among none", () => {
    expect(nearest("ibex", [])).toBeUndefined();
  });

  const chips = ["stm32f7", "stm32h5", "stm32f401", "stm32f412", "stm32f429", "stm32h743", "stm32f303"];

  it.each([
    ["stm32h7", "; did you mean `stm32h743`?"],
    ["stm32h74", "; did you mean `stm32h743`?"],
    ["STM32H743ZI", "; did you mean `stm32h743`?"],
    ["stm32h6", "; did you mean `stm32h5`?"],
    ["stm32f4", "; did you mean `stm32f401`, `stm32f412` or `stm32f429`?"],
    ["pentium", ""],
  ])("for the chip %s: %j", (word, hint) => {
    expect(didYouMean(word, chips)).toBe(hint);
  });

  it("is the flag that begins so, and two hyphens begin none", () => {
    expect(didYouMean("--ver", ["--force", "--verbose"])).toBe("; did you mean `--verbose`?");
    expect(nearest("--", ["--verbose", "--coverage"])).toBeUndefined();
  });
});
