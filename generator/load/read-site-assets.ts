// What the build made for the site: styles and scripts for browsers, and texts for pages.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the build took from the benchmark's results. @param folder `dist` of the package */
export function readCosts(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, "costs.json"), "utf8"));
}

/** By name, in code-point order. @param folder `dist/site` of the package */
export function readSiteAssets(folder: string): { readonly path: string; readonly content: string }[] {
  return readdirSync(folder)
    .sort()
    .map((path) => ({ path, content: readFileSync(join(folder, path), "utf8") }));
}

/** @param dist the folder of the built command @returns what the build wrote for the site: the caller knows its type */
export function readSiteTexts(dist: string): unknown {
  return JSON.parse(readFileSync(join(dist, "site-texts.json"), "utf8"));
}
