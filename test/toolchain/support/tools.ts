// Tests that need a compiler say so in one line where it is missing. Where a change is decided upon, they fail.
import { describe, it } from "vitest";
import { compilerFor, findToolchain, howToGetTools, type Tools } from "../../../generator/toolchain/find-tools.ts";
import { targetNote } from "../../../generator/toolchain/targets.ts";
import { planOf, shippedChips } from "../../support/pipeline.ts";

export const toolchain = findToolchain();

/** Every Rust target of the chips that rustc can compile for. */
export const compiledTargets: readonly string[] = [
  ...new Set(shippedChips.flatMap((id) => planOf(id).planned?.chip.cores.flatMap((core) => core.rustTargets) ?? [])),
]
  .filter((target) => targetNote(target)?.checkedBy !== "assembling only")
  .sort();

/** `describe`, for tests that run these tools; with rustc goes `core` for every target. */
export function describeWithTools(name: string, tools: readonly (keyof Tools)[], body: () => void): void {
  const missing: string[] = tools.filter((tool) => toolchain[tool] === undefined);
  const withoutCore = compiledTargets.filter((target) => !compilerFor(toolchain, target)).length;
  if (tools.includes("rustc") && withoutCore > 0) missing.push(`core for ${withoutCore} Rust targets`);
  if (missing.length === 0) {
    describe(name, body);
    return;
  }
  const message = `${name}: ${missing.join(", ")} missing; \`${howToGetTools}\` brings that`;
  if (process.env["CI"] === "true") {
    it(name, () => {
      throw new Error(message);
    });
    return;
  }
  console.warn(`skipped ${message}`);
  it.skip(name);
}
