// Finding the tools, in made-up places; and what `doctor` says of them.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { compilerFor, findToolchain, targetSpecification } from "../../generator/toolchain/find-tools.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";

function file(path: string, text = ""): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

const rustc = (version: string) => `#!/bin/sh\necho "release: ${version}"\necho "LLVM version: 22.1.8"\n`;

describe("findToolchain", () => {
  it("takes the compiler of rustup that has a target installed", () => {
    const home = temporaryFolder();
    const toolchains = join(home, ".rustup/toolchains");
    const target = "thumbv6m-none-eabi";
    for (const [name, version] of [
      ["1.80.0-x86_64-unknown-linux-gnu", "1.80.0"],
      ["stable-x86_64-unknown-linux-gnu", "1.96.0"],
    ] as const) {
      file(join(toolchains, name, "bin/rustc"), rustc(version));
      file(join(toolchains, name, "lib/rustlib", target, "lib/libcore-0123.rlib"));
      file(join(toolchains, name, "lib/rustlib/x86_64-unknown-linux-gnu/lib/libcore-0123.rlib"));
    }
    const toolchain = findToolchain({ HOME: home, PATH: "" });
    const stable = join(toolchains, "stable-x86_64-unknown-linux-gnu");
    expect([...toolchain.rustupCompilers]).toEqual([[target, stable]]);
    expect(compilerFor(toolchain, target)).toMatchObject({
      rustc: join(stable, "bin/rustc"),
      arguments: ["--target", target],
      environment: {},
    });
    expect(compilerFor(toolchain, "aarch64-unknown-none")).toBeUndefined();
  });

  it("takes core from the cache, and the description of a target that rustc does not know", () => {
    const home = temporaryFolder();
    const folder = join(home, "bin");
    file(join(folder, "rustc"), rustc("1.99.0"));
    const toolchain = findToolchain({ PATH: folder, HOME: home, XDG_CACHE_HOME: join(home, "cache") });
    expect(toolchain.sysroot).toBe(join(home, `cache/fencegen/toolchain/sysroot-${toolchain.rustVersion}`));
    const target = "i486-unknown-none";
    expect(compilerFor(toolchain, target)).toBeUndefined();
    for (const name of ["core", "compiler_builtins"])
      file(join(toolchain.sysroot, "lib/rustlib", target, `lib/lib${name}.rmeta`));
    const specification = file(targetSpecification(toolchain, target));
    expect(compilerFor(toolchain, target)).toMatchObject({
      arguments: ["-Zunstable-options", "--target", specification, "--sysroot", toolchain.sysroot],
      environment: { RUSTC_BOOTSTRAP: "1" },
    });
  });
});

describe("fencegen doctor", () => {
  const empty = () => ({ XDG_CACHE_HOME: temporaryFolder(), HOME: temporaryFolder(), PATH: "" });

  it("names what is missing, and how to get it", () => {
    const { code, stdout } = fencegen(["doctor"], { env: empty() });
    expect(code).toBe(1);
    expect(stdout).toContain("MISSING core");
    expect(stdout).toContain("Bring what is missing with `npm run setup`.");
  });

  it("says it for programs, with every target of the chips", () => {
    const { stdout } = fencegen(["doctor", "--json"], { env: empty() });
    const doctor = JSON.parse(stdout);
    const list = JSON.parse(fencegen(["list", "--json"]).stdout);
    const targets = new Set(list.chips.flatMap(({ rustTargets }: { rustTargets: string[] }) => rustTargets));
    expect(doctor).toMatchObject({ schemaVersion: 1, complete: false });
    expect(doctor.targets.map(({ triple }: { triple: string }) => triple)).toEqual([...targets].sort());
    for (const { triple, core, note } of doctor.targets) {
      expect(core, triple).toBe(triple.startsWith("xtensa") ? "none" : "missing");
      if (!/^(armeb|i486|xtensa)/.test(triple)) expect(note).toBeNull();
    }
  });

  it("needs no chips", () => {
    const { stdout } = fencegen(["doctor", "--chips", join(root, "out"), "--json"], { env: empty() });
    expect(JSON.parse(stdout)).toMatchObject({ targets: [], tools: expect.arrayContaining([]) });
  });
});
