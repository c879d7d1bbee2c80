// No link of the site leads nowhere: each names a page that is there, and a place that the page has.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeSite } from "../support/site.ts";

const project = mkdtempSync(join(tmpdir(), "fencegen-links-"));
const site = join(project, "out/site");
beforeAll(() => writeSite(project, ["stm32h743", "nrf52840", "zynq7000", "k210"]));
afterAll(() => rmSync(project, { recursive: true, force: true }));

it("leads nowhere that is not there", () => {
  const pages = (readdirSync(site, { recursive: true }) as string[]).filter((path) => path.endsWith(".html"));
  const texts = new Map(pages.map((path) => [path, readFileSync(join(site, path), "utf8")]));
  const idsOf = (path: string) => new Set([...texts.get(path)!.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
  const dead = new Set<string>();
  let count = 0;
  for (const [path, text] of texts)
    for (const [, href] of text.matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (/^(https:|data:)/.test(href!)) continue;
      count++;
      const [file = "", anchor] = href!.split("#");
      const target = file === "" ? path : normalize(join(dirname(path), decodeURIComponent(file)));
      if (!existsSync(join(site, target))) {
        dead.add(`${path}: ${href}`);
        continue;
      }
      // A hash with `=` is a state of the page, and `#find` is its search.
      if (anchor !== undefined && anchor !== "find" && !anchor.includes("=") && !idsOf(target).has(anchor))
        dead.add(`${path}: ${href}`);
    }
  expect(count).toBeGreaterThan(300);
  expect([...dead]).toEqual([]);
});

it("asks nobody outside for anything: only links lead there, and to nothing but https", () => {
  const pages = (readdirSync(site, { recursive: true }) as string[]).filter((path) => path.endsWith(".html"));
  for (const path of pages) {
    const text = readFileSync(join(site, path), "utf8");
    expect(text, path).not.toMatch(/(?:src|srcset|poster|action)="https?:/);
    expect(text, path).not.toMatch(/<link[^>]+href="https?:/);
    expect(text, path).not.toMatch(/href="http:/);
    expect(text, path).not.toMatch(/ style="| on[a-z]+="/);
  }
});
