// The evidence: what it says is what the commands say, for everybody, and a search shows what belongs to a chip.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { fencegen, root } from "../support/command.ts";
import { barriersIn, layoutShiftOf, overflowOf, siteInBrowser, withoutBrowser } from "../support/site.ts";

const ids = ["stm32h743", "rp2350", "esp32-c3", "stm32mp1", "k210"];
const { open, folder } = siteInBrowser(...ids);
const project = join(folder, "../..");

/** The texts of the cells of a table, row by row. */
async function rowsOf(page: Page, name: string): Promise<string[][]> {
  const rows = await page.getByRole("region", { name, exact: true }).locator("tbody tr").all();
  return Promise.all(
    rows.map(async (row) => (await row.locator("th, td").allTextContents()).map((text) => text.trim())),
  );
}

const json = (args: readonly string[], cwd = project) => JSON.parse(fencegen([...args, "--json"], { cwd }).stdout);

describe.skipIf(withoutBrowser)("the evidence", () => {
  const widths = [1280, 390] as const;
  const themes = ["light", "dark"] as const;
  it.each(widths.flatMap((width) => themes.map((theme) => ({ width, theme }))))(
    "is there for everybody at $width pixels, $theme",
    async ({ width, theme }) => {
      const { page, complaints } = await open("evidence.html", { width, theme });
      for (const each of await page.locator("details").all())
        await each.evaluate((details) => details.setAttribute("open", ""));
      expect(await barriersIn(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(await layoutShiftOf(page)).toBeLessThan(0.01);
      expect(complaints).toEqual([]);
    },
  );

  it("is read without a script", async () => {
    const { page } = await open("evidence.html", { withScript: false });
    expect(await rowsOf(page, "Facts by grade, table")).toHaveLength(ids.length);
    expect(await page.locator("#search").isVisible()).toBe(false);
  });

  it("counts facts as `facts --coverage` does", async () => {
    const { page } = await open("evidence.html");
    const rows = await rowsOf(page, "Facts by grade, table");
    const { chips } = json(["facts", "--coverage"]) as { chips: Record<string, number>[] };
    // The last cell has all facts of a chip, and those that were not read in full with their signs.
    const told = rows.map((cells) => cells.at(-1)!.replace(/\s+/g, " "));
    const counted = chips.map(({ facts, partly, unverified }) =>
      [`${facts}`, ...(partly ? [`◐${partly}`] : []), ...(unverified ? [`○${unverified}`] : [])].join(" "),
    );
    expect(told).toEqual(counted);
    for (const cells of rows) {
      const [name, ...numbers] = cells.map((text) => Number(/^\d+/.exec(text)?.[0] ?? 0));
      const all = numbers.pop();
      expect(
        numbers.reduce((sum, number) => sum + number, 0),
        String(name),
      ).toBe(all);
    }
  });

  it("says of fences what `verify` says", async () => {
    const { page } = await open("evidence.html");
    await page.getByText("By fence").click();
    const { results } = json(["verify"]) as {
      results: {
        fence: string;
        states: number;
        mutants: { killed: number; total: number };
        properties: { name: string }[];
        steps: { verdict: string; kind: string }[];
      }[];
    };
    const scenarios = await rowsOf(page, "Properties, table");
    const scores = await rowsOf(page, "Mutation score by fence, table");
    expect(scenarios.map(([fence]) => fence)).toEqual(results.map(({ fence }) => fence));
    for (const [index, { fence, states, mutants, properties, steps }] of results.entries()) {
      const outbound = properties.filter(({ name }) => name === "outbound").length;
      expect(scenarios[index]![1], fence).toBe(outbound === 0 ? "–" : `✓ ${outbound}`);
      expect(scenarios[index]!.at(-1)!.replaceAll(",", ""), fence).toBe(String(states));
      expect(scores[index]![1], fence).toBe(mutants.total === 0 ? "–" : `✓ ${mutants.killed}/${mutants.total}`);
      const architectural = steps.filter(({ verdict }) => verdict === "architectural").length;
      expect(scores[index]![4], fence).toBe(architectural === 0 ? "–" : String(architectural));
    }
    const steps = results.flatMap((result) => result.steps);
    const kinds = await rowsOf(page, "Mutation score by kind of change, table");
    expect(kinds.map(([kind]) => kind).sort()).toEqual([...new Set(steps.map(({ kind }) => kind)), "all"].sort());
    const removed = steps.filter(({ kind, verdict }) => kind === "step removed" && verdict !== "architectural").length;
    expect(kinds.find(([kind]) => kind === "step removed")![1]).toBe(`✓ ${removed}/${removed}`);
  });

  it("says of litmus tests what `litmus` says, for the architectures of the project", async () => {
    const { page } = await open("evidence.html");
    const summaries = await page.locator("#litmus ~ details summary").allTextContents();
    expect(summaries.map((text) => text.split(":")[0])).toEqual([
      "Armv7-A and Armv7-R",
      "RISC-V (RV32 and RV64, RVWMO)",
    ]);
    await page.getByText("Armv7-A and Armv7-R:").click();
    const rows = await rowsOf(page, "Litmus tests, Armv7-A and Armv7-R");
    const { results } = json(["litmus", join(root, "test/litmus/arm.json")], root) as {
      results: { name: string; outcomes: unknown[] }[];
    };
    expect(rows.map(([name, , , , outcomes, same]) => [name, outcomes, same])).toEqual(
      results.map(({ name, outcomes }) => [name, String(outcomes.length), "the same"]),
    );
    // Two stores of each thread, in the other order: without barriers the first ones may come last, with barriers they may not.
    const verdictOf = (test: string) => rows.find(([name]) => name === test)?.[3];
    expect(verdictOf("2+2W")).toBe("◆ allowed");
    expect(verdictOf("2+2W+dmbs")).toBe("✓ forbidden");
  });

  it("names the chips that rest on a document", async () => {
    const { page } = await open("evidence.html");
    const rows = await rowsOf(page, "Documents, table");
    const manual = rows.find(([name]) => name!.includes("RM0433"))!;
    const { chips } = json(["facts", "--document", "RM0433", "stm32h743"]) as { chips: { facts: unknown[] }[] };
    expect(manual[2]).toBe(String(chips[0]!.facts.length));
    expect(manual.slice(3)).toEqual(["1", "stm32h743"]);
  });

  it("shows what nothing notices of the chips that are here", async () => {
    const { page } = await open("evidence.html");
    const told = (await rowsOf(page, "What nothing notices, table")).map(
      ([path, kind, what]) => `${kind}: ${path}: ${what}`,
    );
    const list = readFileSync(join(root, "test/provenance/unnoticed.txt"), "utf8").trimEnd().split("\n");
    const ofChips = list.filter((line) => ids.some((id) => line.includes(`: chips/${id}.yaml: `)));
    expect(ofChips.length).toBeGreaterThan(0);
    expect(told).toEqual(expect.arrayContaining(ofChips));
    expect(list).toEqual(expect.arrayContaining(told));
    expect(told.filter((line) => !line.includes("chips/cores/"))).toEqual(ofChips);
  });

  it("is searched in all tables at once, and a link shows the same", async () => {
    const { page } = await open("evidence.html");
    await page.keyboard.press("/");
    await page.keyboard.type("mp157");
    const facts = page.getByRole("region", { name: "Facts by grade, table" }).locator("tbody tr:visible");
    expect(await facts.count()).toBe(1);
    expect(await page.locator("#shown").textContent()).toMatch(/^\d+ rows shown$/);
    expect(page.url()).toMatch(/#q=mp157$/);
    const again = await open("evidence.html#q=mp157");
    expect(await again.page.locator("tr[data-search]:visible").count()).toBe(
      await page.locator("tr[data-search]:visible").count(),
    );
  });

  it("is scrolled by the keyboard, its tables too", async () => {
    const { page } = await open("evidence.html", { width: 390 });
    const table = page.getByRole("region", { name: "Properties, table" });
    await table.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => table.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
  });
});

describe("a project of somebody else's", () => {
  const own = mkdtempSync(join(tmpdir(), "fencegen-evidence-"));
  afterAll(() => rmSync(own, { recursive: true, force: true }));

  it("has no text of its descriptions as markup, and nothing that was measured on shipped ones", () => {
    mkdirSync(join(own, "chips"));
    const text = readFileSync(join(root, "chips/nrf52840.yaml"), "utf8");
    const title = `<img src=x onerror="alert('1')">`;
    writeFileSync(join(own, "chips/nrf52840.yaml"), text.replace(/^title: .*$/m, `title: ${JSON.stringify(title)}`));
    copyFileSync(join(root, "chips/esp32-c3.yaml"), join(own, "chips/esp32-c3.yaml"));
    expect(fencegen(["site"], { cwd: own })).toMatchObject({ code: 0 });
    const page = readFileSync(join(own, "out/site/evidence.html"), "utf8");
    expect(page).not.toContain("<img");
    expect(page).toContain("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;");
    expect(page).not.toContain("chips/nrf52840.yaml");
    // Of Armv7-M there are no programs.
    expect(page).toContain("litmus tests as herd7 has them");
    rmSync(join(own, "chips/esp32-c3.yaml"));
    expect(fencegen(["site"], { cwd: own })).toMatchObject({ code: 0 });
    expect(readFileSync(join(own, "out/site/evidence.html"), "utf8")).not.toMatch(/litmus/i);
  });
});
