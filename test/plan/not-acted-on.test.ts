// Facts that may be described already: each is warned about where the fence is right without it, and refused where it is not.
import { expect, it } from "vitest";
import { planOf } from "../support/pipeline.ts";
import { type TestChip, testChip } from "../support/test-chip.ts";

it.each<[string, TestChip, string]>([["a family", { more: "family: test" }, "warning plan/ignored-fact 1"]])(
  "%s",
  (_, parts, expected) => {
    const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
    const fences = planned?.fences.length ?? 0;
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code} ${fences}`)).toEqual([expected]);
  },
);
