// The site of some chips in a real browser, as somebody who opens it has it.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { env } from "node:process";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { findToolchain, howToGetTools } from "../../generator/toolchain/find-tools.ts";
import { fencegen, root } from "./command.ts";

const executablePath = findToolchain().chromium;

/** Whether there is no browser; said once for each file, and a failure where nothing may be skipped. */
export const withoutBrowser = executablePath === undefined;
if (withoutBrowser) {
  const message = `the site in a browser: chromium missing; \`${howToGetTools}\` brings that`;
  if (env["CI"] === "true") throw new Error(message);
  console.warn(`skipped ${message}`);
}

/** Writes the site of a project with these chips into `out/site` of a folder. */
export function writeSite(cwd: string, ids: readonly string[]): void {
  mkdirSync(join(cwd, "chips"));
  for (const id of ids) copyFileSync(join(root, `chips/${id}.yaml`), join(cwd, `chips/${id}.yaml`));
  const { code, stderr } = fencegen(["site"], { cwd });
  expect(code, stderr).toBe(0);
}

export interface Opened {
  readonly page: Page;
  /** What the page complained of, and what it asked for elsewhere. */
  readonly complaints: string[];
}

export interface OpenOptions {
  readonly width?: number;
  readonly theme?: "light" | "dark";
  readonly from?: "disk" | "server";
  readonly withScript?: boolean;
  readonly reducedMotion?: boolean;
}

/** The site of these chips for the tests of a file, a browser, and a server. */
export function siteInBrowser(...ids: readonly string[]) {
  let browser: Browser;
  const project = mkdtempSync(join(tmpdir(), "fencegen-site-"));
  const folder = join(project, "out/site");
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    try {
      const bytes = readFileSync(join(folder, decodeURIComponent(pathname)));
      response.setHeader("content-type", types[extname(pathname)] ?? "application/octet-stream");
      response.end(bytes);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  beforeAll(async () => {
    if (executablePath === undefined) return;
    writeSite(project, ids);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await browser?.close();
    server.close();
    rmSync(project, { recursive: true, force: true });
  });

  return {
    folder,
    async open(path: string, options: OpenOptions = {}): Promise<Opened> {
      const { width = 1280, theme = "light", from = "disk", withScript = true, reducedMotion = false } = options;
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: theme,
        javaScriptEnabled: withScript,
        reducedMotion: reducedMotion ? "reduce" : "no-preference",
      });
      const page = await context.newPage();
      const base =
        from === "disk" ? `${pathToFileURL(folder)}/` : `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(base) && !/^(data|blob):/.test(url)) complaints.push(`asked for ${url}`);
      });
      await page.goto(new URL(path, base).href);
      return { page, complaints };
    },
  };
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
};

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

/** What axe finds, one line for each element. */
export async function barriersIn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run({ preload: false });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
  });
}

/** By how many pixels the page is wider than the window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}

/** How far what was drawn has moved by the time that fonts are there and scripts have run, as browsers measure it. */
export function layoutShiftOf(page: Page): Promise<number> {
  return page.evaluate(`(async () => {
    let sum = 0;
    const add = (entries) => { for (const each of entries) sum += each.value; };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    await document.fonts.ready;
    // A shift is reported with the frame that shows it: what is changed by now is drawn in the next one, and reported before the one after.
    const frame = () => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    await frame();
    await frame();
    add(observer.takeRecords());
    return sum;
  })()`);
}
