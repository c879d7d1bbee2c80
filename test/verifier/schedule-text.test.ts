// Texts of schedules and names of changes come from links, which anybody writes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { findChange, inLink, isLinkName } from "../../generator/verifier/fence-change.ts";
import { fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import { replayNamed } from "../../generator/verifier/replay-named.ts";
import { decodeSchedule, encodeSchedule, mostChoice, mostSteps } from "../../generator/verifier/schedule-text.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";

const schedules = fc.array(
  fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 9 }) }, fc.integer({ min: 0, max: mostChoice })),
);
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(..."019azAZ_-.~="), maxLength: 40 }),
);

describe("a schedule as a text", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(decodeSchedule(encodeSchedule(schedule))).toEqual(schedule);
        expect(encodeSchedule(schedule)).toMatch(/^\w*$/);
      }),
    );
  });

  it("has one text, and any other text is none or the text of what it stands for", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const schedule = decodeSchedule(text);
        if (schedule) expect(encodeSchedule(schedule)).toBe(text);
      }),
    );
  });

  it.each([
    ["", []],
    ["0a1", [0, 10, 1]],
    ["_10", [62]],
    ["_01", undefined],
    ["_1", undefined],
    ["0".repeat(mostSteps + 1), undefined],
  ])("%j is %j", (text, schedule) => {
    expect(decodeSchedule(text)).toEqual(schedule);
  });

  it.each([-1, 0.5, mostChoice + 1, Number.NaN])("there is none with the choice %d", (choice) => {
    expect(() => encodeSchedule([choice])).toThrow(RangeError);
  });
});

describe("any text whatsoever", () => {
  const { planned } = planOf(shippedChips.find((id) => (planOf(id).planned?.fences.length ?? 0) > 0)!);
  const [plan] = planned!.fences;
  const fence = fenceUnderTest(plan!, planned!.chip, coreOf(planned!.chip, plan!));

  it("names a change or none, and never fails", () => {
    fc.assert(
      fc.property(texts, (text) => {
        if (!isLinkName(text)) expect(findChange(fence, text)).toBeUndefined();
      }),
    );
  });

  it("replays or says why not", () => {
    fc.assert(
      fc.property(texts, texts, texts, (change, scenario, schedule) => {
        const found = replayNamed(fence, { change, scenario, schedule });
        expect("doesNotReplay" in found && found.doesNotReplay).toMatch(/\w/);
      }),
    );
  });

  it("stands in a link as something that no other text stands as", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
        expect(inLink(one)).toMatch(/^[\w.~-]*$/);
        expect(inLink(one) === inLink(other)).toBe(one === other);
      }),
    );
  });
});
