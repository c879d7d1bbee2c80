// What the command costs (speed.mjs), and the emitted fences beside hand-written ones: `npm run bench` prints the tables, and with
// `-- --update` rewrites SPEED.md and RESULTS.md; `-- speed` or `-- fences` is one of the two.
import "./load-typescript.mjs";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

if (!process.argv.includes("fences")) await import("./speed.mjs");
if (process.argv.includes("speed")) process.exit();

const { findToolchain, howToGetTools } = await import("../toolchain/find-tools.ts");
const { measureAll, resultsText, splitVersions } = await import("./results.ts");

const file = join(import.meta.dirname, "RESULTS.md");
const toolchain = findToolchain();
if (toolchain.missing.length > 0) {
  console.error(
    `The fences are not measured: ${toolchain.missing.join(", ")} missing; \`${howToGetTools}\` brings that.`,
  );
  process.exit(1);
}
const text = resultsText(await measureAll(toolchain), toolchain);
if (process.argv.includes("--update")) {
  writeFileSync(file, text);
  console.log("generator/bench/RESULTS.md is written.");
} else {
  console.log(text);
  const committed = splitVersions(readFileSync(file, "utf8"));
  const measured = splitVersions(text);
  if (measured.figures !== committed.figures) console.log("This is not what generator/bench/RESULTS.md says.");
  else if (measured.versions !== committed.versions)
    console.log(`The figures of generator/bench/RESULTS.md, with other tools: ${committed.versions}`);
}
