// What the command costs (speed.mjs), what very many chips do (scale.mjs), how soon the playground answers (playground.mjs), and the
// emitted fences beside hand-written ones: `npm run bench` prints the tables, and with `-- --update` rewrites SPEED.md, SCALE.md,
// PLAYGROUND.md and RESULTS.md; `-- speed`, `-- scale`, `-- playground` or `-- fences` is one of the four.
import "./load-typescript.mjs";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [chosen] = ["speed", "scale", "playground", "fences"].filter((name) => process.argv.includes(name));
const isChosen = (name) => chosen === undefined || chosen === name;
if (isChosen("speed")) await import("./speed.mjs");
if (isChosen("scale")) (await import("./scale.mjs")).reportScale(process.argv.includes("--update"));
if (isChosen("playground"))
  await (await import("./playground.mjs")).reportPlayground(process.argv.includes("--update"));
if (!isChosen("fences")) process.exit();

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
