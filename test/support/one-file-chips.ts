// Descriptions of chips in one file each on cores and mechanisms that ship, which are not shipped themselves.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.ts";
import { shippedPaths, shippedText } from "./pipeline.ts";

const folder = join(root, "test/fixtures/one-file");

/** By the path that each would have if it shipped. Empty once all of them do. */
export const unshippedTexts: Readonly<Record<string, string>> = Object.fromEntries(
  (existsSync(folder) ? readdirSync(folder).sort() : []).map((name) => [
    `chips/${name}`,
    readFileSync(join(folder, name), "utf8"),
  ]),
);

/** The text of a chip, shipped or not. @throws where nobody has described it */
export function textOfChip(id: string): string {
  const path = `chips/${id}.yaml`;
  const text = shippedPaths.includes(path) ? shippedText(path) : unshippedTexts[path];
  if (text === undefined) throw new Error(`no chip ${id}`);
  return text;
}
