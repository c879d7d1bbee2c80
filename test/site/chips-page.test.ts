// The chips in a browser: read without a script, filtered and sorted with one.
import { describe, expect, it } from "vitest";
import { barriersIn, layoutShiftOf, overflowOf, siteInBrowser, withoutBrowser } from "../support/site.ts";

const { open } = siteInBrowser("stm32h743", "rp2350", "esp32-c3", "bl808", "nrf52840");

describe.skipIf(withoutBrowser)("the chips", () => {
  const widths = [1280, 390] as const;
  const themes = ["light", "dark"] as const;
  it.each(widths.flatMap((width) => themes.map((theme) => ({ width, theme }))))(
    "are there for everybody at $width pixels, $theme",
    async ({ width, theme }) => {
      const { page, complaints } = await open("index.html", { width, theme });
      expect(await barriersIn(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(await layoutShiftOf(page)).toBeLessThan(0.01);
      expect(complaints).toEqual([]);
    },
  );

  it("comes from a server as from the disk", async () => {
    const { page, complaints } = await open("index.html", { from: "server" });
    expect(await page.locator("#chips tbody tr").count()).toBe(5);
    expect(complaints).toEqual([]);
  });

  it("is read without a script", async () => {
    const { page } = await open("index.html", { withScript: false });
    expect(await page.locator("h1").textContent()).toMatch(/^5 chips, \d+ fences, each of them proved$/);
    expect(await page.locator("#chips tbody tr").count()).toBe(5);
    expect(await page.locator("#search").isVisible()).toBe(false);
  });

  it("is searched after /, and a link shows the same", async () => {
    const { page } = await open("index.html");
    await page.keyboard.press("/");
    await page.keyboard.type("hazard3");
    const rows = page.locator("#chips tbody tr:visible");
    expect(await rows.count()).toBe(1);
    expect(await rows.first().textContent()).toContain("RP2350");
    expect(await page.locator("#shown").textContent()).toBe("1 shown");
    expect(page.url()).toMatch(/#q=hazard3$/);
    const again = await open(`index.html#${page.url().split("#")[1]}`);
    expect(await again.page.locator("#chips tbody tr:visible").count()).toBe(1);
  });

  it("says when none is like that, and shows all again", async () => {
    const { page } = await open("index.html#q=nothing+like+this");
    expect(await page.locator("#none").isVisible()).toBe(true);
    await page.locator("#all").click();
    expect(await page.locator("#chips tbody tr:visible").count()).toBe(5);
    expect(page.url()).not.toContain("#");
  });

  it("has families as filters", async () => {
    const { page } = await open("index.html");
    const family = page.locator("[data-family=barriers].family");
    const count = Number(await family.locator("b").textContent());
    await family.click();
    expect(await page.locator("#chips tbody tr:visible").count()).toBe(count);
    expect(await family.getAttribute("aria-pressed")).toBe("true");
    await family.click();
    expect(await page.locator("#chips tbody tr:visible").count()).toBe(5);
  });

  it("sorts by a column, numbers from the largest", async () => {
    const { page } = await open("index.html");
    const states = async () =>
      (await page.locator("#chips tbody td.states").allTextContents()).map((text) => Number(text.replaceAll(",", "")));
    const before = await states();
    await page.getByRole("button", { name: "States" }).click();
    expect(await states()).toEqual([...before].sort((a, b) => b - a));
    expect(await page.locator("th[data-sort=states]").getAttribute("aria-sort")).toBe("descending");
    await page.getByRole("button", { name: "States" }).click();
    expect(await states()).toEqual([...before].sort((a, b) => a - b));
    await page.getByRole("button", { name: "States" }).click();
    expect(await states()).toEqual(before);
  });

  it("is not misled by a hash of nonsense", async () => {
    const { page, complaints } = await open("index.html#family=<b>&sort=%00:down&vendor=nobody&line=7");
    expect(await page.locator("#chips tbody tr:visible").count()).toBe(5);
    expect(complaints).toEqual([]);
  });

  it("keeps the theme that was chosen", async () => {
    const { page } = await open("index.html", { theme: "light" });
    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await background();
    await page.getByRole("button", { name: "Dark theme" }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await background()).toBe(dark);
  });
});
