// The playground in a browser: what is typed is judged there, and what it shows is what the command says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, gzipSync, inflateRawSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { proofOf } from "../../generator/site/playground/proof.ts";
import { startText } from "../../generator/site/playground/start-text.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { fencegen, root } from "../support/command.ts";
import { planOf, shippedText } from "../support/pipeline.ts";
import { barriersIn, layoutShiftOf, overflowOf, siteInBrowser, withoutBrowser } from "../support/site.ts";

const { open, folder } = siteInBrowser("stm32h743", "esp32-c3", "nrf52840");

const linkOf = (text: string) => `playground.html#text=${deflateRawSync(text).toString("base64url")}`;
const textIn = (url: string) =>
  inflateRawSync(Buffer.from(new URLSearchParams(new URL(url).hash.slice(1)).get("text")!, "base64url")).toString();
const plan = (page: Page) => page.locator("#panel-plan h2");
const problems = (page: Page) => page.locator("#problems li");

/** Opens it, and waits until there is something to see. */
async function opened(...args: Parameters<typeof open>) {
  const found = await open(...args);
  await found.page.locator("#summary", { hasText: /problem|error/ }).waitFor();
  return found;
}

/** Behind the end of the first line that begins so. */
async function typeBehind(page: Page, line: string, text: string) {
  await page
    .locator(".cm-line", { hasText: new RegExp(`^\\s*${line}`) })
    .first()
    .click();
  await page.keyboard.press("End");
  await page.keyboard.insertText(text);
}

describe.skipIf(withoutBrowser)("the playground", () => {
  const sizes = [1280, 390].flatMap((width) => (["light", "dark"] as const).map((theme) => ({ width, theme })));
  it.each(sizes)("is there for everybody at $width pixels, $theme", async ({ width, theme }) => {
    const { page, complaints } = await opened("playground.html#chip=stm32h743", { width, theme });
    await plan(page).waitFor();
    const shift = await layoutShiftOf(page);
    for (const tab of ["Plan", "Rust", "TypeScript", "Proof", "Diff"]) {
      await page.getByRole("tab", { name: tab }).click();
      if (tab === "Proof") await page.locator("#proof-words", { hasText: /^proved$/ }).waitFor();
      if (tab === "Diff") await page.locator("#against").selectOption("nrf52840");
      if (tab === "Diff") await page.locator("#differences pre").first().waitFor();
      expect(await barriersIn(page), tab).toEqual([]);
      expect(await overflowOf(page), tab).toBe(0);
    }
    await typeBehind(page, "vendor:", "\nvendr: x");
    await problems(page).first().waitFor();
    expect(await barriersIn(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    expect(shift).toBeLessThan(0.01);
    expect(complaints).toEqual([]);
  });

  it("has its link to copy on a phone, and rows with and without an execution that begin at one place", async () => {
    const { page } = await opened("playground.html", { width: 390 });
    expect(await page.getByRole("button", { name: "Copy link" }).isVisible()).toBe(true);
    await page.getByRole("tab", { name: "Proof" }).click();
    const rows = page.locator(".parts .what");
    await rows.first().waitFor();
    const begins = await rows.evaluateAll((all) => all.map((row) => row.getClientRects()[0]!.x));
    expect(await page.locator(".parts details").count()).toBeGreaterThan(0);
    expect(begins.length).toBeGreaterThan(await page.locator(".parts details").count());
    expect(new Set(begins.map(Math.round)).size).toBe(1);
  });

  it("says without a script what it needs", async () => {
    const { page } = await open("playground.html", { withScript: false });
    expect(await page.locator("main").innerText()).toContain("needs JavaScript");
    expect(await page.locator("#editor").isVisible()).toBe(false);
  });

  it("loads no more than 420 KB, compressed, and comes from a server as from the disk", async () => {
    const { page, complaints } = await opened("playground.html", { from: "server" });
    await page.locator("#proof-words", { hasText: /^proved$/ }).waitFor();
    const urls: string[] = await page.evaluate(
      "[location.href, ...performance.getEntriesByType('resource').map(({ name }) => name)]",
    );
    const paths = urls.filter((url) => url.startsWith("http")).map((url) => new URL(url).pathname);
    expect(paths).toEqual(expect.arrayContaining(["/core.js", "/playground.js", "/style.css"]));
    const bytes = [...new Set(paths)].map((path) => gzipSync(readFileSync(join(folder, path)), { level: 9 }).length);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(420_000);
    expect(complaints).toEqual([]);
  });

  it("shows a mistake with its code, keeps what was there, and goes on when it is mended", async () => {
    const { page } = await opened("playground.html");
    await plan(page).waitFor();
    await typeBehind(page, "vendor:", "\nvendr: x");
    const problem = problems(page).first();
    await problem.waitFor();
    expect(await problem.textContent()).toContain("schema/unknown-key");
    expect(await problem.textContent()).toContain("Did you mean vendor?");
    expect(await problem.locator(".why code").allTextContents()).toContain("vendor");
    expect(await page.locator("#summary").textContent()).toBe("1 error");
    expect(await page.locator("#results").getAttribute("class")).toContain("is-old");
    expect(await page.locator("#old").isVisible()).toBe(true);
    expect(await plan(page).textContent()).toBe("MyChipDmaFence");
    expect(await page.locator(".cm-lintRange-error").textContent()).toBe("vendr");
    await problem.getByRole("button").click();
    // At the beginning of the wrong key: without the next one it is a comment.
    await page.keyboard.insertText("# ");
    await page.locator("#old").waitFor({ state: "hidden" });
    expect(await page.locator("#summary").textContent()).toBe("no problems");
    expect(await problems(page).count()).toBe(0);
  });

  it("prints what generate writes for the text, and hands it out", async () => {
    const { page } = await opened("playground.html#chip=stm32h743");
    await page.getByRole("tab", { name: "Rust" }).click();
    const shown = async () => {
      const sections = await page.locator("#panel-rust section, #panel-typescript section").all();
      return Promise.all(
        sections.map(async (section) => [
          await section.locator("h2").textContent(),
          await section.locator("pre").textContent(),
        ]),
      );
    };
    await page.locator("#panel-rust pre").first().waitFor();
    await page.getByRole("tab", { name: "TypeScript" }).click();
    // The project of the test has fewer chips than this repository, which shared files name.
    const written = join(folder, "..");
    expect(fencegen(["generate"], { cwd: join(written, "..") }).code).toBe(0);
    const files = await shown();
    expect(files.map(([path]) => path)).toEqual(
      expect.arrayContaining(["rust/src/stm32h743.rs", "typescript/stm32h743.ts"]),
    );
    for (const [path, text] of files) expect(text, path!).toBe(readFileSync(join(written, path!), "utf8"));
    expect(files.find(([path]) => path === "typescript/stm32h743.ts")![1]).toBe(
      readFileSync(join(root, "out/typescript/stm32h743.ts"), "utf8"),
    );
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#panel-typescript section").first().getByRole("button").click(),
    ]);
    expect(saved.suggestedFilename()).toBe("stm32h743.ts");
    expect(readFileSync(await saved.path(), "utf8")).toBe(files.find(([path]) => path!.endsWith(".ts"))![1]);
    const [description] = await Promise.all([page.waitForEvent("download"), page.locator("#download").click()]);
    expect(description.suggestedFilename()).toBe("stm32h743.yaml");
    expect(readFileSync(await description.path(), "utf8")).toBe(shippedText("chips/stm32h743.yaml"));
  });

  it("proves when nobody types, as verify does", async () => {
    const { page } = await opened("playground.html#chip=stm32h743&tab=proof");
    await page.locator("#proof-words", { hasText: /^proved$/ }).waitFor();
    const { chip, fences } = planOf("stm32h743").planned!;
    const proof = proofOf(verifyFence(fences[0]!, chip, coreOf(chip, fences[0]!)));
    expect(await page.locator("#panel-proof .pill").allTextContents()).toEqual([
      ...proof.verdicts.map(({ text }) => text),
      `steps needed ${proof.mutants.killed}/${proof.mutants.total}`,
      `${proof.states.toLocaleString("en")} states`,
    ]);
    const rows = await page.locator("#panel-proof tbody tr").all();
    const shown = await Promise.all(rows.map((row) => row.locator("td").allTextContents()));
    expect(shown).toEqual(
      proof.properties.map(({ name, holds, scenarios }) => [
        name,
        ...[holds, scenarios].map((each) => each.toLocaleString("en")),
      ]),
    );
    const traces = await page.locator("#panel-proof pre").allTextContents();
    expect(traces).toEqual([...proof.changes, ...proof.promises].flatMap(({ execution }) => execution ?? []));
  });

  it("ends a proof at the next key", async () => {
    // Two levels of caches: a proof that takes long.
    const { page } = await opened(linkOf(shippedText("chips/zynq7000.yaml")));
    const words = page.locator("#proof-words");
    await words.filter({ hasText: "exploring" }).waitFor();
    // The page may say so before the browser has told of the worker.
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(2);
    const [prover] = page.workers().slice(1);
    const ended = new Promise((resolve) => prover!.once("close", resolve));
    await typeBehind(page, "vendor:", "\nvendr: x");
    await ended;
    await problems(page).first().waitFor();
    expect(await words.textContent()).toBe("");
    expect(await page.locator("#panel-proof").textContent()).toBe("It is proved when nobody types.");
    expect(page.workers()).toHaveLength(1);
  });

  it("offers what may stand at the cursor", async () => {
    const { page } = await opened("playground.html");
    const offers = page.locator(".cm-tooltip-autocomplete li");
    await page.locator(".cm-line", { hasText: "core: cortex" }).click();
    await page.keyboard.press("End");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Control+Space");
    await offers.first().waitFor();
    expect(await offers.allTextContents()).toContain("cortex-m33");
    await page.keyboard.press("Escape");
    await typeBehind(page, "vendor:", "\n");
    await page.keyboard.type("no");
    await offers.filter({ hasText: "notes" }).click();
    await page.locator(".cm-line", { hasText: /^notes: $/ }).waitFor();
  });

  it("explains the word under the pointer", async () => {
    const { page } = await opened("playground.html");
    await page.locator(".cm-line", { hasText: "- core:" }).getByText("core", { exact: true }).hover();
    const shown = page.locator(".cm-tooltip-hover");
    await shown.waitFor();
    expect(await shown.textContent()).toMatch(/^coreId of a file under cores\//);
  });

  it("keeps a text in its link, whose length it says", async () => {
    const { page } = await opened("playground.html");
    await typeBehind(page, "vendor:", "\nnotes: Größe, 大きさ, 😀");
    await page.waitForURL(/#text=/);
    const changed = textIn(page.url());
    expect(changed).toBe(startText.replace("vendor: Example", "vendor: Example\nnotes: Größe, 大きさ, 😀"));
    const length = page.url().length.toLocaleString("en");
    await page.locator("#link-length", { hasText: `link: ${length} characters` }).waitFor();
    const again = await opened(`playground.html${new URL(page.url()).hash}&tab=rust`);
    await again.page.locator("#panel-rust pre").first().waitFor();
    expect((await again.page.locator(".cm-line").allTextContents()).join("\n")).toBe(changed);
  });

  it.each(["AAAA", "%00", "<b>", deflateRawSync("a".repeat(2_000_000)).toString("base64url")])(
    "says that a link is broken: %#",
    async (text) => {
      const { page, complaints } = await opened(`playground.html#text=${text}`);
      expect(await page.locator("#said").textContent()).toContain("does not hold a text that can be read");
      await plan(page).waitFor();
      expect(complaints).toEqual([]);
    },
  );

  it("takes a paste of a megabyte, and gives no link that it could not read", async () => {
    const { page, complaints } = await open("playground.html");
    await page.locator("#summary", { hasText: "no problems" }).waitFor();
    await page.evaluate(`(() => {
      const inside = (root) => root.querySelector(".cm-content") ??
        [...root.querySelectorAll("*")].flatMap((each) => each.shadowRoot ? (inside(each.shadowRoot) ?? []) : [])[0];
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", ("# " + "x".repeat(77) + "\\n").repeat(13_000));
      inside(document).dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    })()`);
    await page.locator("#link-length", { hasText: "too long for a link" }).waitFor();
    expect(page.url()).not.toContain("text=");
    await page.locator("#copy").click();
    await page.locator("#said", { hasText: "download it instead" }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("warns of a link that is long", async () => {
    const noise = Array.from({ length: 9000 }, (_, index) => ((index * index * 2654435761) % 36).toString(36)).join("");
    const { page } = await opened(
      linkOf(`${startText}# ${noise.slice(0, 2)}\n# ${crypto.getRandomValues(new Uint8Array(8000)).join("")}\n`),
    );
    await page.locator("#link-length", { hasText: "which some programs cut off" }).waitFor();
  });

  it("leaves the keys of the page to the editor", async () => {
    const { page } = await opened("playground.html");
    await typeBehind(page, "vendor:", " ");
    await page.keyboard.press("/");
    await page.locator(".cm-line", { hasText: "vendor: Example /" }).waitFor();
    expect(page.url()).toContain("playground.html");
  });

  it("keeps a chip's plan when another kind of description is written", async () => {
    const { page } = await opened("playground.html");
    await plan(page).waitFor();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+A");
    const core = shippedText("chips/cores/cortex-m7.yaml").replace(/^core: .*/m, "core: my-core");
    await page.keyboard.insertText(core);
    await page.locator("#old", { hasText: "No chip is described." }).waitFor();
    expect(await plan(page).textContent()).toBe("MyChipDmaFence");
    expect(await page.locator("#summary").textContent()).toBe("no problems, and no chip to plan");
  });

  it("says that there is no such chip", async () => {
    const { page } = await opened("playground.html#chip=<b>");
    await page.locator("#said", { hasText: "There is no chip <b> here." }).waitFor();
    await plan(page).waitFor();
  });

  it("forks a chip", async () => {
    const { page } = await opened("playground.html#chip=esp32-c3");
    await page.getByRole("button", { name: "Fork this chip" }).click();
    await page.waitForURL(/#text=/);
    expect(textIn(page.url())).toBe(shippedText("chips/esp32-c3.yaml").replace("chip: esp32-c3", "chip: my-esp32-c3"));
    await page.locator("#panel-plan h2", { hasText: /^MyEsp32C3/ }).waitFor();
    expect(await page.getByRole("button", { name: "Fork this chip" }).isDisabled()).toBe(true);
  });

  it("takes no text for markup", async () => {
    const hostile = `<script>alert(1)</script></style><img src=x onerror=alert(1)>`;
    const { page, complaints } = await opened(linkOf(startText.replace("title: My chip", `title: "${hostile}"`)));
    const scripts = await page.locator("script").count();
    for (const name of ["Rust", "TypeScript", "Proof", "Diff", "Plan"]) await page.getByRole("tab", { name }).click();
    expect(await page.locator("#panel-plan").innerText()).toContain(hostile);
    expect(await page.locator("#results :is(script, style, img)").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(scripts);
    expect(complaints).toEqual([]);
  });

  it("spells out what nobody would see", async () => {
    const { page } = await opened(linkOf(startText.replace("title: My chip", "title: My \u202epihc")));
    await problems(page).first().waitFor();
    expect(await problems(page).first().textContent()).toContain("U+202E");
    expect(await page.locator("#problems").textContent()).not.toContain("\u202e");
  });

  it("has tabs that arrows move through", async () => {
    const { page } = await opened("playground.html");
    const selected = () => page.locator("[role=tab][aria-selected=true]").textContent();
    await page.getByRole("tab", { name: "Plan" }).focus();
    await page.keyboard.press("ArrowLeft");
    expect(await selected()).toBe("Diff");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await selected()).toBe("Rust");
    expect(await page.locator("#panel-rust").isVisible()).toBe(true);
    expect(await page.locator("[role=tabpanel]:visible").count()).toBe(1);
    await page.keyboard.press("End");
    expect(await selected()).toBe("Diff");
    await page.waitForURL(/tab=diff/);
  });
});
