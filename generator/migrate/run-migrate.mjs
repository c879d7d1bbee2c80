// Rewrites descriptions of the language before this one: `npm run migrate -- FILE…`. It goes after the next release.
import "../bench/load-typescript.mjs";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const { migrate, problemOf } = await import("./migrate.ts");

const help = `npm run migrate -- [--share FILE] FILE…

Rewrites descriptions of the language before this one, each file in its place; one of this language stays as it is.
  regions, dma      become memories and masters, maps by name; what is taken where nothing is said is left out
  deviceAddressOffset, anyByteOfLine
                    become a base for each who looks, and ignoredLowBits
  source            of a core, a memory or a master moves to evidence
  sources           of a repository lose their revision, which stands in each citation: key@revision place

--share FILE        what several of the files cite moves to FILE, which is sources.yaml beside the chips, and Rust
                    targets on which the chips with a core agree to the core

It says what it cannot know, such as the size of a memory, and leaves that to you: fencegen validate refuses it until then.
A file that it cannot rewrite stays as it is. Lines go on ending as they did.
The script goes after the next release of fencegen.`;

const options = process.argv.slice(2);
const share = options[0] === "--share" ? options.splice(0, 2)[1] : undefined;
if (options.length === 0 || options.some((each) => each.startsWith("-"))) {
  console.log(help);
  process.exit(options.every((each) => each === "--help" || each === "-h") && options.length > 0 ? 0 : 2);
}
const list = share ?? options.map((path) => join(dirname(path), "sources.yaml")).find((path) => existsSync(path));
const known = list !== undefined && existsSync(list) ? readFileSync(list, "utf8") : undefined;
const missing = options.filter((path) => !existsSync(path));
for (const path of missing) console.error(`${path}: no such file`);
if (missing.length > 0) process.exit(1);
const problem = known === undefined ? undefined : problemOf(known);
if (problem !== undefined) {
  console.error(`${list}: ${problem}`);
  process.exit(1);
}
const files = options.filter((path) => path !== list).map((path) => ({ path, text: readFileSync(path, "utf8") }));
const result = migrate(files, known, share !== undefined);
for (const [index, { path, text, remarks }] of result.files.entries()) {
  for (const remark of remarks) console.log(`${path}: ${remark}`);
  if (text !== files[index].text) writeFileSync(path, text);
}
if (share !== undefined && result.sources !== known) writeFileSync(share, result.sources);
