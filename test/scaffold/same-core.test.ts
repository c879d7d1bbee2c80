// Cores of one kind, of which some chips say more than others.
import { expect, it } from "vitest";
import { areSameCore } from "../../generator/scaffold/same-core.ts";

const core = (id: string, title: string) => ({ id, title });

it.each([
  [core("cortex-m33", "Arm Cortex-M33"), core("cortex-m33-secure", "A core"), true],
  [core("cortex-m33", "Arm Cortex-M33"), core("app", "Application core (Arm Cortex-M33)"), true],
  [core("cortex-m4", "Arm Cortex-M4"), core("cm4", "i.MX RT1176 Arm Cortex-M4 with LMEM"), true],
  [core("cortex-m3", "Arm Cortex-M3"), core("cortex-m33", "Arm Cortex-M33"), false],
  [core("cortex-m0", "Arm Cortex-M0"), core("cortex-m0plus", "Arm Cortex-M0+"), false],
  [core("a", ""), core("b", ""), false],
])("%j and %j: %s", (one, other, expected) => {
  expect(areSameCore(one, other)).toBe(expected);
  expect(areSameCore(other, one)).toBe(expected);
  expect(areSameCore(one, one)).toBe(true);
});
