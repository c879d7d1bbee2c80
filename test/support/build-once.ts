// The tests run the command as users do, so dist/ has to be what the sources say.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What dist/ is made from. */
const sources = [
  ...["generator", "templates", "chips", "package.json"],
  // What the site shows of the tests.
  ...["test/examples", "test/litmus", "test/provenance/unnoticed.txt", "test/toolchain/hal", "test/toolchain/use"],
];
/** The last that a build writes. */
const built = "dist/types/index.d.ts";

export default function setup(): void {
  const newest = Math.max(...sources.flatMap(files).map((path) => statSync(path).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  execFileSync(process.execPath, ["generator/build/build.mjs"], { stdio: "inherit" });
}

function files(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return (readdirSync(path, { recursive: true }) as string[]).map((name) => join(path, name));
}
