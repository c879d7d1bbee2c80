// A verdict comes out of the store as it was put in, to the last key and in the same order, and takes little room there.
import { expect, it } from "vitest";
import { packedVerdicts } from "../../generator/cli/kept-verdicts.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import type { PropertyVerdict } from "../../generator/verifier/verdict.ts";
import { brokenProperty, type FenceVerdict, verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";

function store() {
  const texts = new Map<string, string>();
  const verdicts = packedVerdicts({
    get: (key) => JSON.parse(texts.get(key) ?? "null") ?? undefined,
    keep: (key, value) => texts.set(key, JSON.stringify(value)),
  });
  return { texts, verdicts };
}

const planned = planOf("stm32f7").planned!;
const [plan] = planned.fences;
const found = verifyFence(plan!, planned.chip, coreOf(planned.chip, plan!));

const row = (name: string, scenario: string, more: Partial<PropertyVerdict> = {}): PropertyVerdict => ({
  name,
  scenario,
  holds: true,
  states: 7,
  ...more,
});

it.each<readonly [string, FenceVerdict]>([
  ["a proven fence", found],
  ["no properties", { ...found, properties: [] }],
  [
    "one that is broken, and one that is undecided",
    {
      ...found,
      undecided: "too many",
      properties: [
        row("inbound", "a, b", { holds: false }),
        row("inbound", "a, b"),
        row("outbound", "a, b"),
        row("outbound", "a, b", { holds: false, undecided: true }),
        row("outbound", "b", { states: 8 }),
        row("inbound", ""),
        row("inbound", ", a,,b "),
        row("inbound", "a, b"),
      ],
    },
  ],
])("gives back %s as it was", (_, verdict) => {
  const { verdicts } = store();
  verdicts.keep("key", verdict);
  expect(JSON.stringify(verdicts.get("key"))).toBe(JSON.stringify(verdict));
});

it("needs a fraction of the room", () => {
  const { texts, verdicts } = store();
  verdicts.keep("key", found);
  expect(texts.get("key")!.length * 4).toBeLessThan(JSON.stringify(found).length);
});

it("unpacks nothing that nobody asks for", () => {
  const { texts, verdicts } = store();
  verdicts.keep("key", found);
  texts.set("key", texts.get("key")!.replace(/"groups":"[^"]*"/, '"groups":"no JSON"'));
  const verdict = verdicts.get("key")!;
  expect(brokenProperty(verdict)).toBeUndefined();
  expect(verdict.steps).toEqual(found.steps);
  expect(() => verdict.properties).toThrow(SyntaxError);
});

it("takes one of another form for none", () => {
  const { texts, verdicts } = store();
  texts.set("key", JSON.stringify(found));
  expect(verdicts.get("key")).toBeUndefined();
  expect(verdicts.get("another")).toBeUndefined();
});
