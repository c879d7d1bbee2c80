// A failing driver test as a page that stands alone: what the error says is there, and whatever a driver calls its things is text.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DmaFence,
  forSeeds,
  type OwnershipLevels,
  reportHtml,
  ScheduleError,
  type SimulatedMachine,
  verifyDriver,
} from "../../generator/index.ts";
import { rowsOf, wordsOfRow } from "../../generator/simulator/trace/rows.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";
import { dangersIn, elementsOfPage, reportsInBrowser } from "../support/report-page.ts";
import { barriersIn, overflowOf, withoutBrowser } from "../support/site.ts";

const { chip } = planOf("stm32h743").planned!;
const buffer = { address: 0x2400_0100n, lengthBytes: 4 };

function failing(
  test: (machine: SimulatedMachine, fence: DmaFence) => void,
  ownership: OwnershipLevels = "off",
): ScheduleError {
  try {
    forSeeds(chip, test, { fence: Stm32h743DmaFence, ownership });
  } catch (error) {
    if (error instanceof ScheduleError) return error;
    throw error;
  }
  throw new Error("the test does not fail");
}

/** Sends, and forgets `release` or not. */
function sending(isReleased: boolean, name = "tx") {
  return (machine: SimulatedMachine, fence: DmaFence) => {
    machine.named(name, buffer);
    const engine = machine.engine("Ethernet");
    machine.store(buffer.address, [1, 2, 3, 4]);
    if (isReleased) fence.release(buffer);
    else machine.barrier({ instruction: "dsb sy" });
    engine.start({ read: buffer });
    while (!engine.isDone()) machine.wait();
    fence.acquire(buffer);
    expect([...engine.received]).toEqual([1, 2, 3, isReleased ? 5 : 4]);
  };
}

const stale = failing(sending(false));
const broken = failing(sending(false), "error");
const wrong = failing(sending(true));
const errors = { "a stale byte": stale, "a broken rule": broken, "another reason": wrong };

/** What a reader sees of a page's text. */
function seen(page: string): string {
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return page
    .replaceAll(/<style>[\s\S]*?<\/style>|<svg[\s\S]*?<\/svg>/g, "")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&(#?\w+);/g, (_, name: string) => entities[name]!);
}

it.each(Object.entries(errors))(
  "%s is told with seed, cause, rule and every event that the message has",
  (_, error) => {
    const page = seen(reportHtml(error));
    expect(page).toContain(`seed ${error.seed}`);
    for (const text of [...error.explanations, ...error.findings.map((finding) => finding.text)])
      expect(page).toContain(text);
    expect(error.shown.length).toBeGreaterThan(0);
    for (const words of rowsOf(error.shown).map(wordsOfRow)) {
      expect(page).toContain(words);
      expect(error.message).toContain(words);
    }
  },
);

it("says which rule was broken, or why bytes were stale, and nothing of that where neither was", () => {
  expect(stale.explanations[0]).toContain("Release writes it back");
  expect(seen(reportHtml(stale))).toContain("Why");
  expect(seen(reportHtml(broken))).toContain(
    "(not-released: what a master gets is released after the last store to it)",
  );
  const page = seen(reportHtml(wrong));
  expect(page).not.toMatch(/\bWhy\b|Rules of ownership/);
  expect(page).not.toContain("What the test says");
});

it("says where in the driver something was thrown, without folders, and numbers the rows", () => {
  for (const error of Object.values(errors)) {
    const page = seen(reportHtml(error));
    expect(page).toContain("Where");
    expect(page).toMatch(/report-html\.test\.ts:\d+:\d+/);
    expect(page).not.toMatch(/node_modules|[\\/]report-html\.test/);
    expect(page).not.toMatch(/\btime\b/);
  }
});

it("says of a load that was early where it was performed", () => {
  const events = [
    { time: 1, agent: "CPU", kind: "register", text: "start" },
    { time: 3, agent: "DMA", master: "ETH", kind: "note", text: "shows the end" },
    { time: 2, agent: "CPU", kind: "load", address: 0x100n, value: 7, isEarly: true },
  ] as const;
  expect(seen(reportHtml({ why: "stale", events }))).toContain("load 0x100 gives 7, performed early, before 2");
});

it("takes what was found of a driver under all schedules", () => {
  const { counterexample } = verifyDriver(
    chip,
    (machine) => {
      machine.store(buffer.address, [1, 2, 3, 4]);
      machine.dmaRead(buffer.address, 4, "Ethernet");
    },
    { fence: Stm32h743DmaFence },
  );
  const page = reportHtml(counterexample!);
  expect(seen(page)).toContain("A driver goes wrong under some schedule");
  expect(seen(page)).toContain("which was never released");
  expect(seen(page)).toContain("start of Ethernet, refused: not-released");
  expect(dangersIn(page)).toEqual([]);
});

it.each(Object.entries(errors))("%s: loads nothing and runs nothing, and is the same again", (_, error) => {
  const page = reportHtml(error);
  expect(dangersIn(page)).toEqual([]);
  expect(reportHtml(error)).toBe(page);
  expect(elementsOfPage(page).filter(({ name }) => name === "svg")).toHaveLength(1);
});

it("shows a message of several lines whole, without the colours of a runner", () => {
  const error = failing(() => {
    throw new Error("they differ\n  \u001b[32m- Expected\u001b[39m\n  \u001b[31m+ Received\u001b[39m");
  });
  const page = seen(reportHtml(error));
  expect(page).toContain("they differ\n  - Expected\n  + Received");
  expect(page).not.toContain("U+001B");
});

it("marks the event at which a stale byte was found", () => {
  const crossed = (error: ScheduleError) => reportHtml(error).match(/stroke-linecap="round"/g)?.length ?? 0;
  expect(crossed(stale)).toBe(1);
  expect(crossed(wrong)).toBe(0);
});

it("takes any name and any message for text", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      "</td></table><script>alert(1)</script>",
      `" onclick="x`,
      "`a` b`",
      "&lt;&#0;",
      "\u202e\u0000\n\ud800",
    ),
  );
  const plain = new Set(elementsOfPage(reportHtml(stale)).map(({ name }) => name));
  fc.assert(
    fc.property(hostile, (text) => {
      const events = stale.shown.map((event) =>
        event.kind === "note" || event.kind === "call" ? { ...event, text } : event,
      );
      const error = Object.assign(Object.create(ScheduleError.prototype) as object, stale, {
        cause: new Error(text),
        explanations: [text],
        findings: [{ ...broken.findings[0]!, text }],
        shown: events.map((event) => ("master" in event ? { ...event, master: text } : event)),
      }) as ScheduleError;
      const page = reportHtml(error);
      expect(dangersIn(page)).toEqual([]);
      const more = elementsOfPage(page).map(({ name }) => name);
      expect(more.filter((name) => !plain.has(name) && !["code", "pre", "ul", "li", "span"].includes(name))).toEqual(
        [],
      );
    }),
    { numRuns: 100 },
  );
});

it("says how much of a long run it leaves out", () => {
  const error = failing((machine) => {
    for (let index = 0; index < 600; index++) machine.store(buffer.address, [index & 0xff]);
    throw new Error("no");
  });
  const page = reportHtml(error);
  expect(seen(page)).toContain(`The last 400 of all ${error.events.length} events until then`);
  expect(page.length).toBeLessThan(150_000);
});

describe.skipIf(withoutBrowser)("in a browser", () => {
  const open = reportsInBrowser();
  const widths = [1280, 390] as const;
  const themes = ["light", "dark"] as const;
  it.each(widths.flatMap((width) => themes.map((theme) => ({ width, theme }))))(
    "is there for everybody at $width pixels, $theme",
    async (how) => {
      for (const error of Object.values(errors)) {
        const { page, complaints } = await open(reportHtml(error), how);
        for (const summary of await page.locator("summary").all()) await summary.click();
        expect(await barriersIn(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
        expect(complaints).toEqual([]);
      }
    },
  );
});
