// The guide: pages that are there for everybody, every code with its example, code that is right, and what the build refuses.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Examples, explainCode, explainedCodes, isExplained } from "../../generator/diagnostics/explain-code.ts";
import { modelLimits } from "../../generator/verifier/limits.ts";
import { root } from "../support/command.ts";
import { barriersIn, overflowOf, siteInBrowser, withoutBrowser } from "../support/site.ts";

const { open, folder } = siteInBrowser("stm32h743", "nrf52840");
const pages = [
  "index",
  "release-and-acquire",
  "coming-from",
  "questions",
  "use-a-fence",
  "in-tock",
  "with-a-hal",
  "review-a-diff",
  "prove-a-fence",
  "sources-of-facts",
  "commands",
  "stability",
  "simulator",
  "test-your-driver",
  "for-emulator-authors",
  "when-two-branches-meet",
  "api",
  "api-runtime",
  "api-simulator",
  "api-vitest",
  "api-fast-check",
  "api-chips",
  "codes",
  "signs-and-limits",
];

describe.skipIf(withoutBrowser)("the guide", () => {
  const widths = [1280, 390] as const;
  const themes = ["light", "dark"] as const;
  it.each(pages.flatMap((name) => widths.map((width, at) => ({ name, width, theme: themes[at]! }))))(
    "has $name for everybody at $width pixels, $theme",
    async ({ name, width, theme }) => {
      const { page, complaints } = await open(`guide/${name}.html`, { width, theme });
      expect(await barriersIn(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(complaints).toEqual([]);
      expect(await page.locator("h1").count()).toBe(1);
    },
  );

  it.each(
    ["release-and-acquire", "codes"].flatMap((name) =>
      widths.map((width, at) => ({ name, width, theme: themes[1 - at]! })),
    ),
  )("has $name at $width pixels, $theme as well", async ({ name, width, theme }) => {
    const { page } = await open(`guide/${name}.html`, { width, theme });
    expect(await barriersIn(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
  });

  it("has these pages and lists them on each", async () => {
    expect(readdirSync(join(folder, "guide")).sort()).toEqual(pages.map((name) => `${name}.html`).sort());
    const { page } = await open("guide/questions.html");
    const links = page.getByRole("navigation", { name: "Guide" }).getByRole("link");
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")))).toEqual(
      pages.map((name) => `${name}.html`),
    );
    expect(await page.locator("[aria-current=page]").textContent()).toBe("Questions");
    const index = readFileSync(join(folder, "guide/index.html"), "utf8").split('<nav class="pages"')[0]!;
    for (const name of pages.slice(1)) expect(index).toContain(`href="${name}.html"`);
  });

  it("leads from the top of a page to the others on a phone", async () => {
    const { page } = await open("guide/test-your-driver.html", { width: 390 });
    await page.getByRole("link", { name: "Other pages of the guide" }).click();
    expect(await page.getByRole("navigation", { name: "Guide" }).getByRole("link").first().isVisible()).toBe(true);
    expect(page.url()).toMatch(/#guide-pages$/);
  });

  it("breaks lines that a command prints and that are longer than code is", async () => {
    const { page } = await open("guide/test-your-driver.html");
    const line = page.locator("pre .long-line", { hasText: "ScheduleError: with seed 1" }).first();
    expect((await line.boundingBox())!.height).toBeGreaterThan(30);
    expect(await line.locator("xpath=ancestor::pre").evaluate((pre) => pre.scrollWidth - pre.clientWidth)).toBe(0);
  });

  it("has every code at an address of its own, with its example as it stands", async () => {
    const { page } = await open("guide/codes.html");
    const shown = await page.locator("section.code").evaluateAll((sections) =>
      sections.map((section) => ({
        id: section.id,
        code: section.querySelector("h3 code")!.textContent,
        severity: section.querySelector(".severity")!.textContent,
        text: [...section.querySelectorAll(":scope > p")].map((each) => each.textContent),
        examples: [...section.querySelectorAll("pre")].map((each) => each.textContent),
      })),
    );
    const examples = JSON.parse(readFileSync(join(root, "dist/examples.json"), "utf8")) as Examples;
    const wanted = explainedCodes.filter(isExplained).map((code) => {
      const { severity, why, mend, example } = explainCode(code, examples);
      const id = code.replace("/", "-");
      return { id, code, severity, text: [why, mend], examples: example ? [example.failing, example.mended] : [] };
    });
    const byCode = (all: typeof wanted) => [...all].sort((a, b) => (a.code < b.code ? -1 : 1));
    expect(byCode(shown as typeof wanted)).toEqual(byCode(wanted));
    // A group without a title has its name.
    for (const title of await page.locator("h2").allTextContents()) expect(title).toMatch(/^[A-Z]/);
  });

  it("has every limit of the model with what is left to the driver", async () => {
    const { page } = await open("guide/signs-and-limits.html");
    expect(await page.locator("dl.limits dt").allTextContents()).toEqual(modelLimits.map(({ limit }) => limit));
    expect(await page.locator("dl.limits dd").allTextContents()).toEqual(modelLimits.map(({ driver }) => driver));
  });

  it("is read without a script, and its picture has words", async () => {
    const { page } = await open("guide/release-and-acquire.html", { withScript: false });
    const picture = page.getByRole("img", { name: "A buffer is handed over and taken back" });
    expect(await picture.locator("desc").textContent()).toContain("Release cleans the line");
  });

  it("leads from a code in prose to its place, and from prose to a fence that the project has", async () => {
    const { page } = await open("guide/when-two-branches-meet.html");
    await page.getByRole("link", { name: "output/edited-by-hand" }).click();
    expect(page.url()).toMatch(/guide\/codes\.html#output-edited-by-hand$/);
    const prose = await open("guide/release-and-acquire.html");
    expect(await prose.page.getByRole("link", { name: "Cortex-M7" }).getAttribute("href")).toBe(
      "../fence/Stm32h743DmaFence.html",
    );
  });
});

it("shows code whose imports are there", async () => {
  const text = readFileSync(join(root, "templates/site/pages/for-emulator-authors.md"), "utf8");
  const imports = [...text.matchAll(/import \{ ([^}]+) \} from "(fencegen[^"]*)"/g)];
  expect(imports.length).toBeGreaterThan(2);
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Record<string, { default?: string; import?: string } | string>;
  };
  for (const [, names, from] of imports) {
    const chip = /^fencegen\/chips\/(.+)$/.exec(from!)?.[1];
    const entry = exports[from!.replace("fencegen", ".")];
    const file = chip
      ? `dist/chips/${chip}.js`
      : typeof entry === "string"
        ? entry
        : (entry!.default ?? entry!.import)!;
    const library = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>;
    // Types are no values; `test/package-types.test.ts` checks them.
    const values = names!.split(/,\s*/).filter((name) => name !== "" && !name.startsWith("type "));
    for (const name of values) expect(library, `${name} of ${from}`).toHaveProperty(name.trim());
  }
});

describe("the build of the guide", () => {
  const copy = mkdtempSync(join(tmpdir(), "fencegen-guide-"));
  let guidePages: (
    root: string,
    isCode: (text: string) => boolean,
    api: unknown,
  ) => { name: string; title: string; content: string }[];
  let api: unknown;
  beforeAll(async () => {
    const texts = ["templates/site/pages", "chips/README.md", "chips/test-your-driver.md", "test/examples"];
    // To which the guide leads in the repository, and not on the site.
    const others = [
      ...[
        "CHANGELOG.md",
        "generator/index.ts",
        "generator/semantics/SEMANTICS.md",
        "out/rust/src/riscv.rs",
        "out/typescript/index.ts",
      ],
      ...["test/simulator/masters", "test/stability", "test/toolchain/hal", "test/toolchain/use"],
    ];
    for (const path of [...texts, ...others]) cpSync(join(root, path), join(copy, path), { recursive: true });
    ({ guidePages } = await import(pathToFileURL(join(root, "generator/build/guide.mjs")).href));
    const { readApi } = await import(pathToFileURL(join(root, "generator/build/api.mjs")).href);
    api = readApi(join(root, "dist"));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));
  const built = (text: string) => {
    writeFileSync(join(copy, "templates/site/pages/questions.md"), text);
    return guidePages(copy, isExplained, api).find(({ name }) => name === "questions")!;
  };

  it("escapes what Markdown takes for text", () => {
    const { title, content } = built('# A `<b>`\n\n1 < 2 & "3" `<i>`\n\n```ts\nif (a < b) {}\n```\n');
    expect(title).toBe("A <code>&#60;b&#62;</code>");
    expect(content).toContain("<code>&#60;i&#62;</code>");
    expect(content).toContain("if (a &#60; b) {}");
    expect(content).not.toMatch(/<[bi]>/);
  });

  it("takes no markup, no page that is not there, no picture of others, and no page without a title", () => {
    expect(() => built("# A\n\n<b>x</b>\n")).toThrow("markup is not taken");
    expect(() => built("# A\n\n<script>x</script>\n")).toThrow("markup is not taken");
    expect(() => built("# A\n\n[x](../../README.md)\n")).toThrow("nothing on the site");
    expect(() => built("# A\n\n[x](javascript:alert(1))\n")).toThrow("nothing on the site");
    expect(() => built("# A\n\n![x](https://example.org/x.svg)\n")).toThrow("none of ours");
    expect(() => built("No title.\n")).toThrow("has no title");
  });

  it("gives every heading an address of its own", () => {
    const { content } = built("# A\n\n## Why `dmb`?\n\n## Why dmb?\n");
    expect(content).toContain('<h2 id="why-dmb">');
    expect(content).toContain('<h2 id="why-dmb-1">');
  });
});
