// The emitted crate as a reviewer's tools see it: formatted, without a lint, and with documentation whose links lead
// somewhere. For each target the half that runs there, and on the host the half that does not.
import { readdirSync, readFileSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../support/command.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { compileWith, host, run, workFolder } from "./support/compile.ts";
import { allEmitted } from "./support/emitted.ts";
import { describeWithTools, toolchain } from "./support/tools.ts";

const crate = join(root, "out/rust");
const features = [...readFileSync(join(crate, "Cargo.toml"), "utf8").matchAll(/^(\S+) = \[\]$/gm)].flatMap(([, id]) =>
  id === "host" ? [] : id!,
);

const lints = [
  "warnings",
  "missing_docs",
  "clippy::undocumented_unsafe_blocks",
  "clippy::multiple_unsafe_ops_per_block",
];

function crateOptions(chips: readonly string[]): string[] {
  const known = ["tock", "host", "embedded-dma", ...features].map((id) => JSON.stringify(id)).join(", ");
  return [
    ...["--crate-name", "fences", "--crate-type", "lib", "--check-cfg", `cfg(feature, values(${known}))`],
    ...chips.flatMap((id) => ["--cfg", `feature=${JSON.stringify(id)}`]),
  ];
}

async function lintProblems(folder: string, target: string, chips: readonly string[]): Promise<string> {
  const more = [...crateOptions(chips), ...lints.flatMap((lint) => ["-D", lint]), "--emit=metadata", "-o"];
  const file = join(folder, "src/lib.rs");
  const metadata = join(await workFolder(), "libfences.rmeta");
  const { ok, output } = await compileWith({ tool: "clippyDriver", target, file, more: [...more, metadata] });
  return output || (ok ? "" : "clippy failed without a word");
}

async function documentationProblems(folder: string, target: string, chips: readonly string[]): Promise<string> {
  const more = [...crateOptions(chips), "-D", "warnings", "-D", "rustdoc::all", "--out-dir", await workFolder()];
  const file = join(folder, "src/lib.rs");
  const { ok, output } = await compileWith({ tool: "rustdoc", target, file, more });
  return output || (ok ? "" : "rustdoc failed without a word");
}

async function formatProblems(folder: string): Promise<string> {
  const names = readdirSync(join(folder, "src")).map((name) => join(folder, "src", name));
  const files = [...names, join(folder, "kernel/src/lib.rs")];
  return (await run(toolchain.rustfmt!, ["--edition", "2024", "--check", ...files])).output;
}

describeWithTools("the emitted crate", ["rustc", "rustfmt", "clippyDriver", "rustdoc"], () => {
  it("has a feature for each chip with a fence", () =>
    expect(features).toEqual(shippedChips.filter((id) => planOf(id).planned!.fences.length > 0)));

  it("is as rustfmt would have it", async () => expect(await formatProblems(crate)).toBe(""));

  it.each(["all chips", "no chip"])("has no lint and no bad documentation on the host, with %s", async (which) => {
    const chips = which === "no chip" ? [] : features;
    expect(await lintProblems(crate, host, chips)).toBe("");
    expect(await documentationProblems(crate, host, chips)).toBe("");
  });

  const targets = [...new Set(allEmitted.flatMap(({ target, compiles }) => (compiles ? [target] : [])))].sort();

  it.concurrent.each(targets)("has no lint and no bad documentation for %s", async (target) => {
    const chips = allEmitted.flatMap((emitted) => (emitted.target === target ? [emitted.chip] : []));
    expect(await lintProblems(crate, target, chips)).toBe("");
    expect(await documentationProblems(crate, target, chips)).toBe("");
  });

  it.concurrent.each<[string, (text: string) => string, string]>([
    ["a lint", (text) => text.replace(/^( +)unsafe \{/m, "$1let _ = 1 == 1;\n$1unsafe {"), "clippy::eq"],
    ["an unsafe block without a reason", (text) => text.replace(/^ +\/\/ SAFETY:.*\n/gm, ""), "undocumented-unsafe"],
    ["an undocumented item", (text) => `${text}pub fn more() {}\n`, "missing documentation"],
    [
      "a link that leads nowhere",
      (text) => text.replace("/// DMA fence for", "/// [`Nothing`]\n/// for"),
      "broken-intra",
    ],
    ["a line that is not formatted", (text) => text.replace("    fn release", "  fn release"), "Diff in"],
  ])("notices %s", async (_, defect, expected) => {
    const { planned } = planOf("stm32h743");
    const [target] = planned!.chip.cores[0]!.rustTargets;
    const chip = "stm32h743";
    const folder = await workFolder();
    await cp(crate, folder, { recursive: true });
    const place = join(folder, "src/cortex_m7.rs");
    await writeFile(place, defect(readFileSync(place, "utf8")));
    const found = await Promise.all([
      lintProblems(folder, target!, [chip]),
      documentationProblems(folder, target!, [chip]),
      formatProblems(folder),
    ]);
    expect(found.join("\n")).toContain(expected);
  });
});
