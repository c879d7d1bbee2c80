// Rooms and doors: which folder may import from which. Prose alone would drift.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./support/command.ts";

/** For each room, the rooms that it may import from; itself always. CONTRIBUTING.md says why. */
const doors: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  load: ["diagnostics"],
  validate: ["diagnostics", "load", "resolve"],
  resolve: ["validate"],
  plan: ["diagnostics", "load", "resolve"],
  render: ["diagnostics", "plan", "resolve"],
  write: ["diagnostics", "render"],
  runtime: [],
  simulator: ["plan", "resolve", "runtime"],
  verifier: ["plan", "resolve", "runtime", "simulator"],
  provenance: ["plan", "resolve"],
  scaffold: ["diagnostics", "resolve"],
  toolchain: [],
  // The benchmark runs fences on the harness of the trace tests, which lies outside generator/.
  bench: ["pipeline", "plan", "render", "resolve", "toolchain", ".."],
  cli: [
    "diagnostics",
    "load",
    "pipeline",
    "plan",
    "provenance",
    "render",
    "runtime",
    "scaffold",
    "simulator",
    "toolchain",
    "validate",
    "verifier",
    "write",
  ],
  pipeline: ["diagnostics", "load", "plan", "render", "resolve", "validate"],
  main: ["cli", "diagnostics"],
  "open-chip": ["diagnostics", "pipeline", "resolve", "validate"],
  index: ["open-chip", "resolve", "runtime", "simulator", "verifier"],
};

/** The only files that may use a package or a part of Node that reaches outside. */
const outside: Readonly<Record<string, readonly string[]>> = {
  handlebars: ["render/render.ts"],
  yaml: ["load/source-file.ts"],
  diff: ["cli/check.ts"],
  "node:fs": [
    "bench/experts.ts",
    "bench/fences.ts",
    "bench/measure.ts",
    "bench/results.ts",
    "cli/emitted-fences.ts",
    "cli/litmus.ts",
    "load/read-descriptions.ts",
    "load/read-project.ts",
    "main.ts",
    "toolchain/find-tools.ts",
    "toolchain/targets.ts",
    "write/output-set.ts",
    "write/verdicts.ts",
  ],
};

const generator = join(root, "generator");
const files = (readdirSync(generator, { recursive: true }) as string[]).filter((name) => name.endsWith(".ts")).sort();

describe.each(files)("%s", (file) => {
  const text = readFileSync(join(generator, file), "utf8");
  const imports = [...text.matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)].map((match) => match[1]!);
  const room = roomOf(file);

  it("imports only from rooms that its room has a door to", () => {
    expect(doors, `no doors are declared for ${room}`).toHaveProperty(room);
    for (const specifier of imports.filter((name) => name.startsWith("."))) {
      const target = roomOf(relative(generator, resolve(generator, dirname(file), specifier)));
      if (target !== room) expect(doors[room], `${file} imports ${specifier}`).toContain(target);
    }
  });

  it("reaches outside only where that is its business", () => {
    for (const specifier of imports) {
      const name = Object.keys(outside).find((key) => specifier === key || specifier.startsWith(`${key}/`));
      if (name) expect(outside[name], `${file} imports ${specifier}`).toContain(file);
    }
    if (!["main", "toolchain", "bench"].includes(room)) expect(text).not.toMatch(/\bprocess\./);
  });

  it("names no chip", () => {
    const chips = readdirSync(join(root, "chips")).flatMap((name) => /^(.*)\.yaml$/.exec(name)?.[1] ?? []);
    // The examples of --help are for people and decide nothing.
    const code = text.replace(/examples: \[[\s\S]*?\n {2}\],/, "").replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "");
    for (const chip of chips) expect(code.toLowerCase()).not.toContain(chip);
  });
});

function roomOf(path: string): string {
  return path.includes("/") ? path.split("/")[0]! : path.replace(/\.ts$/, "");
}
