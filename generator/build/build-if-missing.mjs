// Builds dist/ where it is not there, or not whole: after `npm ci --ignore-scripts`, which leaves the build out.
import { existsSync, readFileSync } from "node:fs";

const dist = new URL("../../dist/", import.meta.url);

/** What is wrong with dist/, in words; undefined where nothing is missing. */
function whatIsMissing() {
  try {
    const files = JSON.parse(readFileSync(new URL("generated/whole.json", dist), "utf8"));
    const missing = files.find((name) => !existsSync(new URL(name, dist)));
    return missing && `There is no dist/${missing}`;
  } catch {
    return "There is no dist/ yet";
  }
}

const missing = whatIsMissing();
if (missing) {
  process.stderr.write(`${missing}: \`npm run build\` runs first.\n`);
  await import("./build.mjs");
}
