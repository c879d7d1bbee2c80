// Somebody brings an architecture that fencegen has never heard of: YAML files in a folder of theirs, and no code.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, temporaryFolder } from "../support/command.ts";

const architecture = (rust: string) => `architecture: loongarch
title: LoongArch64
barriers:
  - instruction: dbar 0x0
    earlier: [read, write, device-read, device-write, maintenance]
    later: [read, write, device-read, device-write, maintenance]
    completes: [read, write, device-read, device-write, maintenance]
    source: linux arch/loongarch/include/asm/barrier.h crwrw
  - instruction: dbar 0xa
    earlier: [write, device-write]
    later: [write, device-write]
    source: linux arch/loongarch/include/asm/barrier.h c_w_w
assembly: {}
rust:
  targetArch: ${rust}
sources:
  linux: { repository: torvalds/linux }
`;

const chip = `chip: my-loongson
title: My Loongson
vendor: Loongson
cores:
  - core:
      core: my-core
      title: My core
      architecture: loongarch
      caches: [{ name: caches, lineBytes: 64, writePolicy: write-back, source: unverified }]
    rustTargets: [loongarch64-unknown-none]
memories: { DRAM: { base: 0x0020_0000, size: 238MiB, cachedBy: all } }
masters: { GMAC: { reaches: [DRAM], snoops: all } }
evidence: { memories: unverified, masters: unverified }
`;

function project(rust: string): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips/architectures"), { recursive: true });
  writeFileSync(join(folder, "chips/my-loongson.yaml"), chip);
  writeFileSync(join(folder, "chips/architectures/loongarch.yaml"), architecture(rust));
  return folder;
}

describe("an architecture of one's own", () => {
  it.each([
    ["named by the value of cfg(target_arch)", "[loongarch64]"],
    ["with what is known of its targets", "[{ arch: loongarch64, triples: [loongarch64-*], addressBits: 64 }]"],
  ])("%s is enough for a fence that is proven", (_, rust) => {
    const cwd = project(rust);
    const generated = fencegen(["generate"], { cwd });
    expect(generated.stderr).toBe("");
    expect(generated.code).toBe(0);
    const emitted = readFileSync(join(cwd, "out/rust/src/my_loongson.rs"), "utf8");
    expect(emitted).toContain('#[cfg(all(target_arch = "loongarch64", target_os = "none"))]');
    expect(emitted).toContain('"dbar 0x0",');
    const verified = fencegen(["verify"], { cwd });
    expect(verified.stdout).toContain("MyLoongsonDmaFence: sound, necessary, reachable, files agree");
    expect(verified.code).toBe(0);
  });

  it("is pointed to where a target is not one of its", () => {
    const cwd = project("[{ arch: loongarch64, triples: [la64*] }]");
    const { code, stderr } = fencegen(["validate"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("`loongarch64-unknown-none` is no target of loongarch: its targets are la64*");
    expect(stderr).toContain("`rust.targetArch` in its description");
  });
});
