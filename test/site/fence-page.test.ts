// A fence in a browser: read without a script, and played as somebody would who wants to know what a step is for.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { countBrokenScenarios, openChip } from "../../generator/index.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { barriersIn, layoutShiftOf, overflowOf, siteInBrowser, withoutBrowser } from "../support/site.ts";

const { open, folder } = siteInBrowser("stm32h743", "zynq7000", "nrf52840", "bl808", "rz-five");
const fence = (name: string, hash = "") => `fence/${name}.html${hash}`;
const stm32 = fence("Stm32h743DmaFence");
const zynq = fence("Zynq7000DmaFence");

const textOf = (page: Page, id: string) => page.locator(`#${id}`).textContent();
const switchOf = (page: Page, change: string) => page.locator(`input[data-change="${change}"]`);

describe.skipIf(withoutBrowser)("a fence", () => {
  const widths = [1280, 390] as const;
  const themes = ["light", "dark"] as const;
  it.each(widths.flatMap((width) => themes.map((theme) => ({ width, theme }))))(
    "is there for everybody at $width pixels, $theme",
    async ({ width, theme }) => {
      const { page, complaints } = await open(zynq, { width, theme });
      expect(await layoutShiftOf(page)).toBeLessThan(0.01);
      expect(await barriersIn(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      await page.locator("#promises summary").click();
      await page.locator(".sources summary").first().click();
      expect(await overflowOf(page)).toBe(0);
      expect(complaints).toEqual([]);
    },
  );

  it.each(["Stm32h743DmaFence", "Nrf52840DmaFence", "Bl808M0DmaFence", "Zynq7000CoherentDmaFence"])(
    "%s is there for everybody as well, and complains of nothing",
    async (name) => {
      const { page, complaints } = await open(fence(name), { width: 390 });
      expect(await barriersIn(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(complaints).toEqual([]);
    },
  );

  it("comes from a server as from the disk", async () => {
    const { page, complaints } = await open(`${stm32}#without=acquire.2`, { from: "server" });
    expect(await textOf(page, "title")).toBe("inbound broken without acquire step 2");
    expect(complaints).toEqual([]);
  });

  it("is read without a script: a counterexample, its steps and those of the fence", async () => {
    const { page } = await open(stm32, { withScript: false });
    expect(await page.locator("#ribbons svg desc").textContent()).toContain("outbound");
    expect(await page.locator("#events li").count()).toBeGreaterThan(3);
    expect(await textOf(page, "title")).toMatch(/ broken without release step \d$/);
    expect(await page.locator(".steps tbody tr:not(.half)").count()).toBe(8);
    await page.locator("#grid summary").click();
    expect(await page.locator("#grid tbody tr:has(td)").first().textContent()).toMatch(/^started by .*✓.*–.*\d$/s);
    expect(await page.locator("#release\\.3").textContent()).toContain("DCCMVAC");
    expect(await page.locator("#go").isVisible()).toBe(false);
    expect(await page.locator("input.switch").first().isVisible()).toBe(false);
  });

  it("shows the same with a script as without one", async () => {
    const parts = ["rail", "ribbons", "say", "scenario", "verdict", "events"];
    const seen = await Promise.all(
      [false, true].map(async (withScript) => {
        const { page } = await open(zynq, { withScript });
        return Promise.all(parts.map(async (id) => (await textOf(page, id))!.replace(/\s+/g, "")));
      }),
    );
    expect(seen[1]).toEqual(seen[0]);
  });

  it("is played by the keyboard", async () => {
    const { page } = await open(`${stm32}#without=acquire.2`);
    const count = async () => (await textOf(page, "count"))!.split(" / ").map(Number);
    const [, last] = await count();
    expect(await textOf(page, "sentence")).toMatch(/: L1D gives 1, not 2\. Inbound is broken\.$/);
    await page.keyboard.press("ArrowLeft");
    expect(await count()).toEqual([last! - 1, last]);
    await page.keyboard.press("Home");
    expect(await textOf(page, "sentence")).toBe("Before the first step.");
    await page.keyboard.press("ArrowLeft");
    expect(await count()).toEqual([0, last]);
    await page.keyboard.press("ArrowRight");
    expect(await count()).toEqual([1, last]);
    await page.keyboard.press("End");
    expect(await count()).toEqual([last, last]);
  });

  it("says what is old from a step on", async () => {
    const { page } = await open(`${stm32}#without=acquire.2`);
    const sentences = await page.locator("#events li").allTextContents();
    expect(sentences.filter((text) => /writes 2 to .*\. L1D still holds 1\.$/.test(text))).toHaveLength(1);
    expect(sentences.some((text) => text.includes("which nobody asked for"))).toBe(true);
    expect(sentences.some((text) => text.includes("ahead of"))).toBe(true);
  });

  it("has buttons and a scrubber for the same", async () => {
    const { page } = await open(`${stm32}#without=acquire.2`);
    const last = await page.locator("#events li").count();
    await page.getByRole("button", { name: "Before the first step" }).click();
    expect(await textOf(page, "count")).toBe(`0 / ${last}`);
    await page.getByRole("button", { name: "One step on" }).click();
    expect(await textOf(page, "count")).toBe(`1 / ${last}`);
    await page.getByRole("button", { name: "One step back" }).click();
    await page.getByRole("button", { name: "The last step" }).click();
    expect(await textOf(page, "count")).toBe(`${last} / ${last}`);
    const scrubber = page.getByRole("slider", { name: "Step" });
    await scrubber.focus();
    // A key of the scrubber moves by one step, not by two.
    await page.keyboard.press("ArrowLeft");
    expect(await textOf(page, "count")).toBe(`${last - 1} / ${last}`);
    await scrubber.fill("3");
    expect(await textOf(page, "count")).toBe(`3 / ${last}`);
    expect(await textOf(page, "sentence")).toBe(await page.locator("#events li").nth(2).textContent());
    for (const desc of await page.locator("#rail svg desc").allTextContents()) expect(desc).toContain("3. ");
  });

  it("plays from the beginning to the end, and stops", async () => {
    const { page } = await open(fence("Nrf52840DmaFence"));
    await page.clock.install();
    await page.keyboard.press("Space");
    expect(await textOf(page, "count")).toMatch(/^0 \//);
    expect(await textOf(page, "go")).toContain("Stop");
    const last = await page.locator("#events li").count();
    await page.clock.runFor(1100 * (last + 2));
    expect(await textOf(page, "count")).toBe(`${last} / ${last}`);
    expect(await textOf(page, "go")).toContain("Play");
  });

  it("moves nothing by itself for whoever wants no motion", async () => {
    const { page } = await open(stm32, { reducedMotion: true });
    const moving = await page.evaluate(
      `document.getAnimations().length + [...document.querySelectorAll("*")].filter((each) => !["0s", ""].includes(getComputedStyle(each).transitionDuration)).length`,
    );
    expect(moving).toBe(0);
  });

  it("leaves out a step by its switch, its number, and puts it back", async () => {
    const { page } = await open(zynq);
    await switchOf(page, "without=acquire.5").click();
    expect(await textOf(page, "title")).toBe("inbound broken without acquire step 5");
    expect(await textOf(page, "because")).toContain("Completes the maintenance of L2 before that of L1D");
    expect(await page.locator("#acquire\\.5").getAttribute("class")).toContain("off");
    expect(await page.locator('[data-property="inbound"]').getAttribute("class")).toContain("broken");
    expect(await page.locator("input.switch:not(:checked)").count()).toBe(1);
    await page.keyboard.press("Shift+Digit5");
    expect(await textOf(page, "title")).toBe("nothing goes wrong");
    expect(await page.locator("input.switch:not(:checked)").count()).toBe(0);
    expect(page.url()).toMatch(/#change=none&/);
    await page.keyboard.press("3");
    expect(await textOf(page, "title")).toBe("outbound broken without release step 3");
  });

  it("marks the step of the fence that is executed, in the table as in the words", async () => {
    const { page } = await open(`${zynq}#without=acquire.5`);
    const seen: string[] = [];
    const sentences = await page.locator("#events li").allTextContents();
    for (const [index, sentence] of sentences.entries()) {
      await page.locator("#scrubber").fill(String(index + 1));
      const rows = page.locator(".steps tr.now");
      expect(await rows.count()).toBeLessThan(2);
      const [id] = await rows.evaluateAll((all) => all.map((row) => row.id));
      const current = await page.locator('.steps [aria-current="step"]').count();
      expect(current).toBe(id === undefined ? 0 : 1);
      const operation = /DCCMVAC|CLEAN_LINE_PA|CLEAN_INV_LINE_PA|DCCIMVAC/.exec(sentence)?.[0];
      const expected = {
        DCCMVAC: "release.3",
        CLEAN_LINE_PA: "release.5",
        CLEAN_INV_LINE_PA: "acquire.3",
        DCCIMVAC: "acquire.6",
      };
      if (operation) expect(id).toBe(expected[operation as keyof typeof expected]);
      if (/^(DMAC|L1D|L2) /.test(sentence)) expect(id).toBeUndefined();
      if (id !== undefined) seen.push(id);
    }
    // Before and behind the step that is left out, steps have the numbers that they have with it.
    expect(new Set(seen)).toEqual(
      new Set(["release.3", "release.5", "release.6", "acquire.3", "acquire.4", "acquire.6"]),
    );
    await page.keyboard.press("Home");
    expect(await page.locator(".steps tr.now").count()).toBe(0);
  });

  it("counts in how many scenarios it goes wrong without a step, where somebody asks", async () => {
    const { page, complaints } = await open(`${stm32}#without=acquire.2`);
    const ask = page.getByRole("button", { name: "In how many scenarios?" });
    await ask.click();
    const scope = page.locator("#scope", { hasText: /^\d+ of \d+ scenarios go wrong\.$/ });
    await scope.waitFor();
    const counted = countBrokenScenarios(openChip("stm32h743"), {
      fence: "Stm32h743DmaFence",
      change: "without=acquire.2",
    });
    expect(await scope.textContent()).toBe(`${counted.broken} of ${counted.of} scenarios go wrong.`);
    expect(await ask.isVisible()).toBe(false);
    // It is known from now on, and of what needs no schedule or goes right nobody can ask.
    await page.keyboard.press("1");
    expect(await textOf(page, "title")).toBe("wrong lines without release step 1");
    expect(await textOf(page, "scope")).toBe("");
    expect(await ask.isVisible()).toBe(false);
    await page.keyboard.press("Shift+Digit2");
    expect(await scope.count()).toBe(1);
    await page.keyboard.press("Shift+Digit2");
    expect(await textOf(page, "title")).toBe("nothing goes wrong");
    expect(await ask.isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  it("gives up counting for a change that nobody looks at any more", async () => {
    const { page, complaints } = await open(`${zynq}#without=acquire.5`);
    await page.getByRole("button", { name: "In how many scenarios?" }).click();
    expect(await textOf(page, "scope")).toMatch(/^Every scenario is explored/);
    await page.keyboard.press("3");
    expect(await textOf(page, "scope")).toBe("");
    // A browser gives a worker some seconds to end by itself.
    await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);
    await page.keyboard.press("Shift+Digit5");
    expect(await page.getByRole("button", { name: "In how many scenarios?" }).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("has in its grid a sign for each property in each scenario, and all of its states", async () => {
    const { page } = await open(stm32);
    await page.locator("#grid summary").click();
    const rows = await page
      .locator("#grid tbody tr:has(td)")
      .evaluateAll((all) => all.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "")));
    const chip = openChip("stm32h743");
    const [plan] = planOf("stm32h743").planned!.fences;
    const { properties, states } = verifyFence(plan!, chip, coreOf(chip, plan!));
    const sum = rows.reduce((total, cells) => total + Number(cells.at(-1)!.replaceAll(",", "")), 0);
    expect(sum).toBe(states);
    const signs = rows.flatMap((cells) => cells.slice(0, -1)).filter((sign) => sign !== "\u2013");
    expect(new Set(signs)).toEqual(new Set(["\u2713"]));
    const distinct = new Set(properties.map(({ name, scenario }) => `${name} in ${scenario}`));
    expect(signs).toHaveLength(distinct.size - 1);
    expect(await overflowOf(page)).toBe(0);
    expect(await barriersIn(page)).toEqual([]);
  });

  it.each(["Stm32h743DmaFence", "Zynq7000DmaFence", "Zynq7000CoherentDmaFence"])(
    "of %s needs no moving aside on a phone to see the machine",
    async (name) => {
      const { page } = await open(fence(name), { width: 390 });
      expect(await page.locator("#rail svg:visible").count()).toBe(1);
      const room = await page.locator("#rail").evaluate((rail) => [rail.scrollWidth, rail.clientWidth]);
      expect(room[0]).toBe(room[1]);
    },
  );

  it.each(["", "#without=acquire.2"])(
    "shows on a phone all of the machine, and in the ribbons the step at hand with the names of the rows: %s",
    async (hash) => {
      const { page } = await open(`${zynq}${hash}`, { width: 390 });
      const boxOf = async (of: string) => (await page.locator(of).boundingBox())!;
      const isBeside = async () => {
        const [room, step, names] = [await boxOf("#ribbons"), await boxOf(".at-hand"), await boxOf("#ribbons .names")];
        expect(step.x + step.width).toBeLessThanOrEqual(room.x + room.width);
        expect(step.x).toBeGreaterThanOrEqual(names.x + names.width - 1);
        expect(names.x).toBeCloseTo(room.x, 0);
      };
      await isBeside();
      await page.getByRole("button", { name: "Before the first step" }).click();
      expect(await page.locator("#ribbons").evaluate(({ scrollLeft }) => scrollLeft)).toBe(0);
      await page.getByRole("button", { name: "One step on" }).click();
      await isBeside();
      await page.evaluate("scrollTo(0, 0)");
      const rail = await boxOf("#rail");
      expect((await boxOf(".dock")).y).toBeGreaterThanOrEqual(rail.y + rail.height);
    },
  );

  it("says why nothing is played: wrong lines, a demand, and where the model begins", async () => {
    const { page } = await open(zynq);
    await switchOf(page, "without=release.1").click();
    expect(await textOf(page, "title")).toBe("wrong lines without release step 1");
    expect(await textOf(page, "because")).toMatch(/^It needs no schedule to see: /);
    expect(await textOf(page, "scenario")).toMatch(/^A hand-over as it should be: /);
    await page.locator("#promises summary").click();
    const environment = page.locator("#promises li", { hasText: "not in the model" }).first();
    await environment.locator("input").click();
    expect(await textOf(page, "title")).toBe("nothing to search where a promise is not kept");
    const { page: other } = await open(fence("RzFiveDmaFence"));
    await switchOf(other, "without=acquire.2").click();
    expect(await textOf(other, "title")).toBe("nothing goes wrong without acquire step 2");
    expect(await textOf(other, "because")).toMatch(
      /^No execution of the model shows what the step is for; .* demands it\./,
    );
    // What is shown is a hand-over as it should be, which the sentence at its end does not call broken.
    expect(await textOf(other, "sentence")).not.toContain("broken");
    expect(other.url()).toMatch(/#without=acquire\.2&step=\d+$/);
  });

  it("shows a promise that is not kept, and weaker steps", async () => {
    const { page } = await open(stm32);
    await page.locator("#promises summary").click();
    await switchOf(page, "unkept=buffer-owns-its-lines").click();
    expect(await textOf(page, "title")).toMatch(/ broken where a promise is not kept$/);
    const name = await page.locator('#others option[value^="changed="]').first().getAttribute("value");
    await page.locator("#others").selectOption(name!);
    expect(await page.locator("input.switch:not(:checked)").count()).toBe(0);
    expect(page.url()).toContain(`#${name}&`);
    expect(await textOf(page, "title")).toMatch(/ with (release|acquire) step \d /);
  });

  it("is the same by its link", async () => {
    const { page } = await open(zynq);
    await switchOf(page, "without=acquire.6").click();
    await page.locator("#scrubber").fill("7");
    const hash = new URL(page.url()).hash;
    expect(hash).toMatch(/^#without=acquire\.6&scenario=[\w.~-]+&schedule=\w+&step=7$/);
    const again = await open(`${zynq}${hash}`);
    for (const id of ["count", "sentence", "scenario", "title", "rail", "ribbons"])
      expect(await textOf(again.page, id)).toBe(await textOf(page, id));
    expect(await textOf(again.page, "notice")).toBe("");
    expect(again.complaints).toEqual([]);
  });

  it.each([
    "scenario=i1wrbin.X.Y&schedule=000",
    "scenario=i1wrbin.DMAC.DDR&schedule=zzzz",
    "scenario=&schedule=%20%00",
  ])("verifies anew where a link's execution is none of this fence: %s", async (rest) => {
    const { page, complaints } = await open(`${zynq}#without=acquire.5&${rest}`);
    await page.locator("#notice", { hasText: "Verified anew" }).waitFor();
    expect(await textOf(page, "notice")).toContain("Verified anew: inbound is broken, as shown.");
    expect(await textOf(page, "title")).toBe("inbound broken without acquire step 5");
    expect(await textOf(page, "sentence")).toMatch(/Inbound is broken\.$/);
    // As long as the one that ships.
    const anew = await textOf(page, "count");
    await page.goto(new URL("#without=acquire.5", page.url()).href);
    await page.locator("#notice:empty").waitFor({ state: "attached" });
    expect(await textOf(page, "count")).toBe(anew);
    expect(complaints).toEqual([]);
  });

  it("repeats little of an address, and nothing that turns the direction of text", async () => {
    const { page } = await open(`${stm32}#without=%E2%80%AE${"x".repeat(5000)}`, { width: 390 });
    const notice = (await textOf(page, "notice"))!;
    expect(notice.length).toBeLessThan(400);
    expect(notice).not.toContain("\u202e");
    const { page: other } = await open(`${stm32}#without=release.2&schedule=0&scenario=${"x".repeat(5000)}`);
    await other.locator("#notice", { hasText: "Verified anew: outbound is broken, as shown." }).waitFor();
  });

  it.each([
    "#without=<b>&step=99",
    "#step=3",
    "#%00%ff",
    "#unkept=constructor",
    "#change=__proto__&schedule=0&scenario=x",
  ])("is not misled by a hash of nonsense: %s", async (hash) => {
    const { page, complaints } = await open(`${stm32}${hash}`);
    expect(await textOf(page, "title")).toMatch(/ broken without release step \d$/);
    expect(await page.locator("#rail svg:visible").count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it("lists the keys on ?", async () => {
    const { page } = await open(stm32);
    await page.keyboard.press("?");
    expect(await page.locator("#help").isVisible()).toBe(true);
    expect(await barriersIn(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await page.locator("#help").isVisible()).toBe(false);
  });

  it("says beside the proof how many facts nobody read, and leads to them", async () => {
    const { page } = await open(zynq);
    const unread = await page
      .locator(".grade-list div", { has: page.locator(".unverified") })
      .locator("dd")
      .textContent();
    const link = page.locator(".pills").getByRole("link", { name: `${unread} of ` });
    expect(await link.textContent()).toMatch(/^[1-9]\d* of \d+ facts read nowhere$/);
    await link.click();
    expect(page.url()).toMatch(/#facts$/);
    expect(await textOf(page, "title")).toMatch(/ broken without release step \d$/);
    expect(await textOf(page, "notice")).toBe("");
    const other = await open(stm32);
    expect(await other.page.locator(".pills a").count()).toBe(0);
  });

  it("names the columns of what it costs", async () => {
    const { page } = await open(fence("RzFiveDmaFence"));
    const heads = page.getByRole("region", { name: "Cost" }).locator("thead th");
    expect(await heads.allTextContents()).toEqual(["Buffer", "Instructions", "Buffer", "Instructions"]);
  });

  it("weighs at most 260 KB", () => {
    for (const name of ["Stm32h743DmaFence", "Zynq7000DmaFence", "Nrf52840DmaFence", "Bl808D0DmaFence"]) {
      const paths = [`fence/${name}.html`, `fence/${name}.js`, "fence.js", "common.js", "theme.js", "style.css"];
      const bytes = paths.map((path) => gzipSync(readFileSync(join(folder, path))).length);
      expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(260_000);
    }
  });
});
