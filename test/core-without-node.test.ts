// From text to verdict without Node: the core is bundled as for a browser and runs in a context that has nothing of Node.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { root } from "./support/command.ts";

const entry = `
import { parseSource } from "./generator/load/source-file.ts";
import { Diagnostics } from "./generator/diagnostics/diagnostic.ts";
import { planDescription, renderOutputs, validate } from "./generator/pipeline.ts";
import { idOf } from "./generator/validate/library.ts";
import { coreOf } from "./generator/plan/plan-chip.ts";
import { planKey } from "./generator/plan/plan-key.ts";
import { verifyFence } from "./generator/verifier/verify-fence.ts";

export function judge(texts, id, options) {
  const diagnostics = new Diagnostics();
  const loaded = validate(Object.entries(texts).map(([path, text]) => parseSource(path, text, diagnostics)), diagnostics);
  const planned = planDescription(loaded.chips.find((chip) => idOf(chip) === id), loaded);
  const [plan] = planned.fences;
  const core = coreOf(planned.chip, plan);
  return JSON.stringify({
    problems: loaded.diagnostics.sorted(),
    outputs: renderOutputs([planned], options),
    key: planKey(plan, planned.chip, core),
    verdict: verifyFence(plan, planned.chip, core),
  });
}`;

it("gives the files that lie in out/, and a verdict", async () => {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    globalName: "fencegen",
    target: "es2022",
    logLevel: "silent",
  });
  // Of what a browser has, the core asks for this one thing that is no part of the language.
  const context = createContext({ TextEncoder });
  runInContext(outputFiles[0]!.text, context);

  const texts = Object.fromEntries(
    ["architectures", "cores", "mechanisms", "."].flatMap((folder) =>
      readdirSync(join(root, "chips", folder))
        .filter((name) => name.endsWith(".yaml"))
        .map((name) => {
          const path = join("chips", folder, name);
          return [path, readFileSync(join(root, path), "utf8")];
        }),
    ),
  );
  const options = {
    licence: readFileSync(join(root, "out/typescript/apollo3.ts"), "utf8")
      .split("\n")
      .slice(0, 3)
      .map((line) => line.replace(/^\/\/ /, "")),
  };
  const given = runInContext(
    `fencegen.judge(${JSON.stringify(texts)}, "apollo3", ${JSON.stringify(options)})`,
    context,
  ) as string;
  const { problems, outputs, key, verdict } = JSON.parse(given);
  expect(problems).toEqual([]);
  expect(key).toMatch(/^[0-9a-f]{16}$/);
  expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
  const own = (outputs as { path: string; content: string }[]).filter(({ path }) => path.includes("apollo3"));
  expect(own.map(({ path }) => path)).toEqual([
    "rust/src/apollo3.rs",
    "rust/src/apollo3_masters.rs",
    "typescript/apollo3.ts",
  ]);
  for (const { path, content } of own) expect(content).toBe(readFileSync(join(root, "out", path), "utf8"));
});
