// The emitted Rust through a real compiler and formatter. On the host only the twin half of each fence is built; its
// assembly is checked elsewhere, for the real targets.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { renderOutputs } from "../../generator/pipeline.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { planOf } from "../support/pipeline.ts";
import { compile, compileAlone, formatProblems, withoutRust } from "../support/rust.ts";
import { shapes } from "../support/shapes.ts";
import { testChip } from "../support/test-chip.ts";

const crate = join(root, "out/rust");
const fences = readdirSync(join(crate, "src"))
  .filter((name) => name !== "lib.rs")
  .sort()
  .map((name) => join(crate, "src", name));

describe.skipIf(withoutRust)("emitted Rust", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    expect(compile(folder, "kernel", join(crate, "kernel/src/lib.rs"))).toBe("");
  });

  it("is as rustfmt would have it", () => {
    expect(formatProblems([join(crate, "src/lib.rs"), join(crate, "kernel/src/lib.rs"), ...fences])).toBe("");
  });

  it("compiles as a crate, with all features and with none, without a warning", () => {
    const manifest = readFileSync(join(crate, "Cargo.toml"), "utf8");
    const features = [...manifest.matchAll(/^([a-z0-9-]+) = \[\]$/gm)].map((match) => match[1]!);
    expect(features).toHaveLength(fences.length);
    const known = `cfg(feature, values(${features.map((feature) => JSON.stringify(feature)).join(", ")}))`;
    const flags = ["--extern", "kernel", "-D", "missing_docs", "--check-cfg", known];
    const all = features.flatMap((feature) => ["--cfg", `feature=${JSON.stringify(feature)}`]);
    for (const chosen of [[], all])
      expect(compile(folder, "fencegen_fences", join(crate, "src/lib.rs"), [...flags, ...chosen])).toBe("");
  });

  it.each(fences.map((file) => file.slice(crate.length + 1)))("compiles alone: %s", (file) => {
    expect(compileAlone(folder, [join(crate, file)])).toBe("");
  });

  it.each(Object.entries(shapes))("is formatted and compiles for %s", (_, parts) => {
    const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
    expect(diagnostics).toEqual([]);
    const options = { traitPath: "kernel::platform::dma_fence::DmaFence", licence: ["One line."] };
    const outputs = renderOutputs([planned!], options);
    for (const { path, content } of outputs) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const file = join(folder, "rust/src/test_chip.rs");
    expect(formatProblems([file, join(folder, "rust/src/lib.rs")])).toBe("");
    expect(compileAlone(folder, [file])).toBe("");
  });

  it("writes changed quantities as they are described", () => {
    const { planned } = planOf("test-chip", { "chips/test-chip.yaml": testChip(Object.values(shapes)[1]!) });
    const [rust] = renderOutputs([planned!], { traitPath: "a::DmaFence", licence: [] });
    expect(rust!.content).toContain("= in(reg) first_line_32 >> 5,");
    expect(rust!.content).toContain("= in(reg) size_lines_32.wrapping_sub(0x1) | 0x8000_0000,");
    expect(rust!.content).toContain("= in(reg) end_32.wrapping_sub(0x4),");
  });
});
