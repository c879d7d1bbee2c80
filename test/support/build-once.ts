// The tests run the command as users do, so dist/ has to be what the sources say.
import { execFileSync } from "node:child_process";

export default function setup(): void {
  execFileSync(process.execPath, ["generator/build/build.mjs"], { stdio: "inherit" });
}
