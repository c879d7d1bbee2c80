// Builds dist/ where it is not there, or not whole: after `npm ci --ignore-scripts`, which leaves the build out.
import { existsSync } from "node:fs";

// The last that a build writes.
if (!existsSync(new URL("../../dist/types/index.d.ts", import.meta.url))) {
  process.stderr.write("There is no dist/ yet: `npm run build` runs first.\n");
  await import("./build.mjs");
}
