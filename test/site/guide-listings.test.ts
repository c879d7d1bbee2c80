// The listings of the guide: a block that names a file behind its language holds that file, which tests build, so that whoever reads the
// Markdown has the code. `FENCEGEN_UPDATE_LISTINGS=1 npx vitest run --config test/vitest.config.ts guide-listings` writes them anew.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../support/command.ts";

const folder = join(root, "templates/site/pages");
const listing = /^(```[a-z]+ (\S+)\n)([\s\S]*?)^```$/gm;
const pages = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name, path: join(folder, name), text: readFileSync(join(folder, name), "utf8") }))
  .filter(({ text }) => text.match(listing));

it("are on these pages", () => {
  expect(pages.map(({ name }) => name)).toEqual(["for-emulator-authors.md", "questions.md", "with-a-hal.md"]);
});

it.each(pages)("of $name are the files that they name", ({ path, text }) => {
  const right = text.replace(
    listing,
    (_, head: string, file: string) => `${head}${readFileSync(join(root, file), "utf8").trimEnd()}\n\`\`\``,
  );
  if (process.env["FENCEGEN_UPDATE_LISTINGS"]) writeFileSync(path, right);
  else expect(text, "run this test with FENCEGEN_UPDATE_LISTINGS=1").toBe(right);
});
