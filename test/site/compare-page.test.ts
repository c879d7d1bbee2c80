// Two fences beside each other in a browser: the words are those of `fencegen compare`, and a link shows the same two.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { FenceDifference } from "../../generator/explain/difference.ts";
import { fencegen, root } from "../support/command.ts";
import { barriersIn, layoutShiftOf, overflowOf, siteInBrowser, withoutBrowser } from "../support/site.ts";

const { open, folder } = siteInBrowser("stm32h743", "stm32f7", "zynq7000", "bl808", "esp32-c3", "rp2350", "nrf52840");

const pairs = [
  ["stm32h743", "zynq7000", "Stm32h743DmaFence", "Zynq7000DmaFence"],
  ["esp32-c3", "nrf52840", "Esp32C3DmaFence", "Nrf52840DmaFence"],
  ["stm32f7", "stm32h743", "Stm32f7DmaFence", "Stm32h743DmaFence"],
] as const;

interface Row {
  readonly are: string;
  readonly mark: string;
  /** What the steps of either do; empty where it has none. */
  readonly does: readonly string[];
}

function rowsOf(page: Page, method: "Release" | "Acquire"): Promise<Row[]> {
  return page
    .locator("section.beside", { has: page.getByRole("heading", { name: method, exact: true }) })
    .locator("tbody tr")
    .evaluateAll((rows) =>
      (
        rows as unknown as { className: string; querySelector(of: string): { textContent: string }; cells: unknown[] }[]
      ).map((row) => ({
        are: row.className,
        mark: row.querySelector(".mark").textContent,
        does: [...(row.cells as { querySelector(of: string): { textContent: string } | null }[])]
          .slice(1)
          .map((cell) => cell.querySelector("b")?.textContent ?? ""),
      })),
    );
}

/** What the page shows of a method, in the form that the command prints. */
function toldBy(rows: readonly Row[], [one, other]: readonly [string, string]) {
  const of = (who: string, does: string) => `${who}: ${does}`;
  return rows.flatMap(({ are, does: [left, right] }) =>
    are === "same" ? [of("both", left!)] : [...(left ? [of(one, left)] : []), ...(right ? [of(other, right)] : [])],
  );
}

describe.skipIf(withoutBrowser)("two fences", () => {
  const widths = [1280, 390] as const;
  const themes = ["light", "dark"] as const;
  it.each(widths.flatMap((width) => themes.map((theme) => ({ width, theme }))))(
    "are there for everybody at $width pixels, $theme",
    async ({ width, theme }) => {
      for (const hash of ["", "#a=Stm32h743DmaFence&b=Stm32h743DmaFence", "#a=Zynq7000DmaFence&b=Esp32C3DmaFence"]) {
        const { page, complaints } = await open(`compare.html${hash}`, { width, theme });
        await page.locator("#compared table").first().waitFor();
        expect(await barriersIn(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
        expect(await layoutShiftOf(page)).toBeLessThan(0.01);
        expect(complaints).toEqual([]);
      }
    },
  );

  it.each(pairs)("of %s and %s differ in what the command says", async (chip, other, a, b) => {
    const printed = fencegen(["compare", chip, other, "--json"], { cwd: root });
    const answer = JSON.parse(printed.stdout) as { facts: string[]; fences: FenceDifference[] };
    const difference = answer.fences.find(({ fences }) => fences.join() === `${a},${b}`)!;
    const { page } = await open(`compare.html#a=${a}&b=${b}`);
    expect(await page.locator(".facts li").allTextContents()).toEqual(answer.facts);
    for (const method of ["release", "acquire"] as const) {
      const rows = await rowsOf(page, method === "release" ? "Release" : "Acquire");
      const told = difference[method].map(({ of, does }) => `${of}: ${does}`);
      // Between steps that both have, those that stand for each other are in one row.
      expect(toldBy(rows, [a, b]).sort()).toEqual(told.sort());
      for (const [index, name] of [a, b].entries())
        expect(rows.flatMap(({ does }) => does[index] || [])).toEqual(
          difference[method].filter(({ of }) => of === "both" || of === name).map(({ does }) => does),
        );
    }
    for (const [index, name] of [a, b].entries())
      expect(await page.locator(".side").nth(index).locator(".promises li").allTextContents()).toEqual(
        difference.promises.filter(({ of }) => of === name).map(({ text }) => text.replaceAll("`", "")),
      );
    // The headline is a line of what people get.
    const { stdout } = fencegen(["compare", chip, other], { cwd: root, env: { COLUMNS: "1000" } });
    const headline = (await page.locator(".headline").textContent())!;
    expect(stdout.replace(/\s+/g, " ")).toContain(headline.slice(0, -1));
  });

  it("marks each row with a sign and a word", async () => {
    const { page } = await open("compare.html#a=Stm32h743DmaFence&b=Zynq7000DmaFence");
    const rows = [...(await rowsOf(page, "Release")), ...(await rowsOf(page, "Acquire"))];
    const marks = { same: "=same", changed: "≠different", "only-here": "+only here" } as Record<string, string>;
    for (const { are, mark, does } of rows) {
      expect(mark).toBe(marks[are]);
      expect(does.filter(Boolean).length).toBe(are === "only-here" ? 1 : 2);
      if (are !== "only-here") expect(does[0] === does[1]).toBe(are === "same");
    }
    expect(new Set(rows.map(({ are }) => are)).size).toBe(3);
  });

  it("are chosen, swapped, and in the address", async () => {
    const { page } = await open("compare.html");
    const headline = page.locator(".headline");
    await page.locator("#a").selectOption("Stm32f7DmaFence");
    await page.locator("#b").selectOption("Rp2350ArmDmaFence");
    expect(page.url()).toMatch(/#a=Stm32f7DmaFence&b=Rp2350ArmDmaFence$/);
    expect(await headline.textContent()).toMatch(/^Stm32f7DmaFence and Rp2350ArmDmaFence: /);
    await page.getByRole("button", { name: "Swap the two" }).click();
    expect(await headline.textContent()).toMatch(/^Rp2350ArmDmaFence and Stm32f7DmaFence: /);
    const again = await open(`compare.html#${page.url().split("#")[1]}`, { from: "server" });
    expect(await again.page.locator("#compared").innerHTML()).toBe(await page.locator("#compared").innerHTML());
    expect(again.complaints).toEqual([]);
  });

  it("are others when the address changes", async () => {
    const { page } = await open("compare.html");
    await page.evaluate("location.hash = '#a=Esp32C3DmaFence&b=Nrf52840DmaFence'");
    await page.getByText("Esp32C3DmaFence and Nrf52840DmaFence: ").waitFor();
  });

  it("begin with two of different chips that differ and have much in common", async () => {
    const { page } = await open("compare.html");
    const rows = [...(await rowsOf(page, "Release")), ...(await rowsOf(page, "Acquire"))];
    expect(rows.filter(({ are }) => are === "same").length).toBeGreaterThan(2);
    expect(await page.locator(".facts li").count()).toBeGreaterThan(0);
  });

  it("are not misled by a hash of nonsense", async () => {
    const usual = await (await open("compare.html")).page.locator("#compared").innerHTML();
    for (const [hash, missing] of [
      ["#a=<img src=x onerror=alert(1)>&b=%00", "<img src=x onerror=alert(1)> or <U+0000>"],
      ["#a=&b=constructor", "constructor"],
      ["#a=__proto__", "__proto__"],
      ["#%", undefined],
      ["#b=both", "both"],
      [`#b=${"long".repeat(1000)}`, `${"long".repeat(15)}\u2026`],
    ]) {
      const { page, complaints } = await open(`compare.html${hash}`, { width: 390 });
      expect(await page.locator("#compared").innerHTML()).toBe(usual);
      const said =
        missing && `There is no fence ${missing} here. The link may be one of another site, or an older one.`;
      expect(await page.locator("#unknown").textContent()).toBe(said ?? "");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
      await page.locator("#a").selectOption("Rp2350ArmDmaFence");
      expect(await page.locator("#unknown").textContent()).toBe("");
      expect(complaints).toEqual([]);
    }
  });

  it("show their machines, and on a phone one below the other", async () => {
    const boxes = async (width: number) => {
      const { page } = await open("compare.html", { width });
      const machines = page.locator(".machine svg:visible");
      expect(await machines.count()).toBe(2);
      for (const index of [0, 1]) {
        const room = (await page.locator(".machine").nth(index).boundingBox())!;
        const box = (await machines.nth(index).boundingBox())!;
        expect(box.x + box.width).toBeLessThanOrEqual(room.x + room.width);
      }
      return Promise.all([0, 1].map(async (index) => (await page.locator(".machine").nth(index).boundingBox())!));
    };
    const [left, right] = await boxes(1280);
    expect(right!.y).toBe(left!.y);
    const [first, second] = await boxes(390);
    expect(second!.y).toBeGreaterThan(first!.y + first!.height - 1);
  });

  it("say on a phone once what both do", async () => {
    const { page } = await open("compare.html", { width: 390 });
    const rows = page.locator("section.beside tbody tr");
    const once = rows.filter({ has: page.locator(".of-both") });
    expect(await once.count()).toBeGreaterThan(2);
    for (const row of await once.all()) {
      expect(await row.getAttribute("class")).toBe("same");
      expect(await row.locator("td:visible").count()).toBe(1);
      const [shown, hidden] = await row
        .locator("td")
        .evaluateAll((cells) =>
          cells.map((cell) => [...cell.querySelectorAll("b, .because, span:not([class])")].map((of) => of.textContent)),
        );
      expect(shown!.length).toBeGreaterThan(0);
      expect(hidden).toEqual(shown);
    }
  });

  it("are listed without a script, which says what it would need", async () => {
    const { page } = await open("compare.html", { withScript: false });
    expect(await page.locator("#compare").isVisible()).toBe(false);
    expect(await page.locator("main").textContent()).toContain("needs a script");
    const links = page.locator("table.pairs tbody a");
    const names = await page.locator("#a option").evaluateAll((options) => options.map((option) => option.textContent));
    expect(await links.allTextContents()).toEqual(names);
    expect(await links.first().getAttribute("href")).toBe(`fence/${names[0]}.html`);
  });

  it("weigh little", () => {
    const bytes = (name: string) => gzipSync(readFileSync(join(folder, name))).length;
    const files = ["compare.html", "compare-data.js", "compare.js", "common.js", "theme.js", "style.css"];
    const own = files.reduce((sum, name) => sum + bytes(name), 0);
    expect(own).toBeLessThan(60_000);
  });
});
