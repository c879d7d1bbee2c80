// A page that stands alone: what is wrong with its text, and how it is in a real browser.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { SaxesParser } from "saxes";
import { afterAll, beforeAll } from "vitest";
import { findToolchain } from "../../generator/toolchain/find-tools.ts";

export interface PageElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Every element; throws for a page whose elements are not closed as they were opened. */
export function elementsOfPage(text: string): PageElement[] {
  const elements: PageElement[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    elements.push({ name, attributes: attributes as Record<string, string> });
  });
  // What HTML leaves open, and XML does not.
  parser.write(text.replace(/^<!doctype html>/, "").replace(/<((?:meta|link)\b[^>]*)>/g, "<$1/>")).close();
  return elements;
}

const known = new Set(
  "html head meta title link style body main h1 h2 h3 p section ul li table thead tbody tr th td span code pre div details summary a".split(
    " ",
  ),
);
const ofPictures = new Set("svg title desc style defs pattern rect g text line path circle polygon".split(" "));

/** Elements and attributes by which something would be loaded or run; nothing for a page that may be an artefact. */
export function dangersIn(text: string): string[] {
  return elementsOfPage(text).flatMap(({ name, attributes }) => [
    ...(known.has(name) || ofPictures.has(name) ? [] : [`<${name}>`]),
    ...Object.entries(attributes).flatMap(([key, value]) => {
      const isLink = name === "a" && key === "href" && /^https?:\/\//.test(value);
      const isFine = isLink || key === "xmlns" || (name === "meta" && key === "content") || value === "data:,";
      const isBad = /^on|^src|^href|^style$|action$|^srcset$/i.test(key) || /^\s*\w+:\/\/|url\((?!#)/i.test(value);
      return isBad && !isFine ? [`<${name} ${key}="${value}">`] : [];
    }),
  ]);
}

/** A browser for the tests of a file, without a network of its own; undefined paths where there is none to start. */
export function reportsInBrowser() {
  const executablePath = findToolchain().chromium;
  const folder = mkdtempSync(join(tmpdir(), "fencegen-report-"));
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return async (
    text: string,
    { width = 1280, theme = "light" }: { readonly width?: number; readonly theme?: "light" | "dark" } = {},
  ): Promise<{ readonly page: Page; readonly complaints: string[] }> => {
    const path = join(folder, "report.html");
    writeFileSync(path, text);
    const context = await browser!.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
    const page = await context.newPage();
    const complaints: string[] = [];
    const url = pathToFileURL(path).href;
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:")) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(url);
    return { page, complaints };
  };
}
