// The emitted Rust through a real compiler and formatter. On the host only the twin half of each fence is built; its
// assembly is checked elsewhere, for the real targets.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { renderOutputs } from "../../generator/pipeline.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { planOf } from "../support/pipeline.ts";
import { compile, formatProblems, withoutRust } from "../support/rust.ts";
import { shapes } from "../support/shapes.ts";
import { testChip } from "../support/test-chip.ts";

const crate = join(root, "out/rust");
const files = readdirSync(join(crate, "src")).map((name) => join(crate, "src", name));
const features = [...readFileSync(join(crate, "Cargo.toml"), "utf8").matchAll(/^(\S+) = \[\]$/gm)].flatMap(([, id]) =>
  id === "host" ? [] : id!,
);

describe.skipIf(withoutRust)("emitted Rust", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    expect(compile(folder, "kernel", join(crate, "kernel/src/lib.rs"))).toBe("");
  });

  it("is as rustfmt would have it", () => {
    expect(formatProblems([join(crate, "kernel/src/lib.rs"), ...files])).toBe("");
  });

  const compileCrate = (chosen: readonly string[]) => {
    const known = `cfg(feature, values(${["tock", "host", "embedded-dma", ...features].map((feature) => JSON.stringify(feature)).join(", ")}))`;
    const all = chosen.flatMap((feature) => ["--cfg", `feature=${JSON.stringify(feature)}`]);
    const flags = ["--extern", "kernel", "-D", "missing_docs", "--check-cfg", known, ...all];
    return compile(folder, "fencegen_fences", join(crate, "src/lib.rs"), flags);
  };

  it("compiles as a crate, with all chips and with none, with its own trait and with Tock's, without a warning", () => {
    for (const chosen of [[], features, ["tock"], ["tock", "host", ...features]]) expect(compileCrate(chosen)).toBe("");
  });

  it.each(features)("compiles for %s alone", (feature) => {
    expect(compileCrate([feature])).toBe("");
  });

  it.each(Object.entries(shapes))("is formatted and compiles for %s", (_, parts) => {
    const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
    expect(diagnostics).toEqual([]);
    const options = { licence: ["One line."] };
    const outputs = renderOutputs([planned!], options);
    for (const { path, content } of outputs) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const library = join(folder, "rust/src/lib.rs");
    expect(formatProblems([library])).toBe("");
    const chosen = [
      "--cfg",
      'feature="test-chip"',
      "--check-cfg",
      'cfg(feature, values("tock", "host", "embedded-dma", "test-chip"))',
    ];
    expect(compile(folder, "fences", library, chosen)).toBe("");
  });

  it("writes changed quantities as they are described", () => {
    const { planned } = planOf("test-chip", { "chips/test-chip.yaml": testChip(Object.values(shapes)[1]!) });
    const [rust] = renderOutputs([planned!], { traitPath: "a::DmaFence", licence: [] });
    expect(rust!.content).toContain("= in(reg) first_line_32 >> 5,");
    expect(rust!.content).toContain("= in(reg) size_lines_32.wrapping_sub(0x1) | 0x8000_0000,");
    expect(rust!.content).toContain("= in(reg) end_32.wrapping_sub(0x4),");
  });
});
