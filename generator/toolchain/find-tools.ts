// Where the compilers, disassemblers, linkers and emulators are that build and run emitted Rust, what explores Promela
// models, and what shows the site. `npm run setup` installs them; `generate` needs none of them. Nothing here throws for a tool that is not there.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { env } from "node:process";

/** The command that brings what is missing. */
export const howToGetTools = "npm run setup";

/** The programs, each by the name under which it is reported; undefined where it is not there. */
export interface Tools {
  readonly rustc: string | undefined;
  readonly rustfmt: string | undefined;
  readonly clippyDriver: string | undefined;
  readonly rustdoc: string | undefined;
  readonly cargo: string | undefined;
  readonly llvmObjdump: string | undefined;
  readonly llvmMc: string | undefined;
  readonly qemuArm: string | undefined;
  readonly qemuAarch64: string | undefined;
  readonly qemuRiscv32: string | undefined;
  readonly qemuRiscv64: string | undefined;
  readonly qemuX86: string | undefined;
  readonly ldArm: string | undefined;
  readonly ldRiscv: string | undefined;
  readonly ldAarch64: string | undefined;
  readonly ldX86: string | undefined;
  readonly spin: string | undefined;
  readonly gcc: string | undefined;
  readonly chromium: string | undefined;
}

export interface Toolchain extends Tools {
  /** As rustc says it, such as 1.96.0. */
  readonly rustVersion: string | undefined;
  readonly cacheFolder: string;
  /** Holds `core` of the targets that were built, as `lib/rustlib/<target>/lib/libcore.rmeta`. */
  readonly sysroot: string;
  /** rustup's targets: from triple to the compiler that has them installed. */
  readonly rustupCompilers: ReadonlyMap<string, string>;
  /** The tools that are not there. */
  readonly missing: readonly (keyof Tools)[];
}

/** A compiler that has `core` for a target, and what has to be said to it. */
export interface TargetCompiler {
  readonly rustc: string;
  readonly rustdoc: string | undefined;
  readonly clippyDriver: string | undefined;
  /** Goes before everything else. */
  readonly arguments: readonly string[];
  /** Goes on top of the process's own environment. */
  readonly environment: Readonly<Record<string, string>>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The oldest compiler that knows edition 2024, which emitted Rust is written in. */
const oldestRust = 85;

/** @param variables of the environment: PATH, HOME, XDG_CACHE_HOME */
export function findToolchain(variables: Variables = env): Toolchain {
  const path = (variables["PATH"] ?? "").split(delimiter).filter(Boolean);
  const home = variables["HOME"] ?? homedir();
  const cacheFolder = join(variables["XDG_CACHE_HOME"] || join(home, ".cache"), "fencegen/toolchain");
  // A rustup in PATH comes before the distribution's packages, but does not have the targets.
  const folders = ["/usr/bin", ...path];
  const find = (...names: string[]) => findProgram(names, folders);

  const compiler = firstCompiler(folders);
  const beside = (name: string) => (compiler ? findProgram([name], [compiler.folder]) : undefined);
  const versions = [compiler?.llvmMajor, "22", "21", "20", "19", "18", "17"].filter((major) => major !== undefined);
  // Older ones, such as Debian's plain llvm-objdump, do not know the extensions for cache management.
  const llvm = (name: string) => find(...versions.map((major) => `${name}-${major}`)) ?? recent(find(name));

  const tools: Tools = {
    rustc: compiler?.rustc,
    rustfmt: beside("rustfmt"),
    clippyDriver: beside("clippy-driver"),
    rustdoc: beside("rustdoc"),
    cargo: beside("cargo") ?? find("cargo"),
    llvmObjdump: llvm("llvm-objdump"),
    llvmMc: llvm("llvm-mc"),
    qemuArm: find("qemu-system-arm"),
    qemuAarch64: find("qemu-system-aarch64"),
    qemuRiscv32: find("qemu-system-riscv32"),
    qemuRiscv64: find("qemu-system-riscv64"),
    qemuX86: find("qemu-system-x86_64"),
    ldArm: find("arm-none-eabi-ld"),
    ldRiscv: find("riscv64-unknown-elf-ld"),
    ldAarch64: find("aarch64-linux-gnu-ld"),
    ldX86: find("x86_64-linux-gnu-ld", "ld"),
    spin: find("spin"),
    gcc: find("gcc", "cc"),
    chromium: find("chromium", "chromium-browser", "google-chrome"),
  };
  return {
    ...tools,
    rustVersion: compiler?.version,
    cacheFolder,
    sysroot: join(cacheFolder, `sysroot-${compiler?.version ?? "none"}`),
    rustupCompilers: rustupCompilers(join(variables["RUSTUP_HOME"] ?? join(home, ".rustup"), "toolchains")),
    missing: (Object.keys(tools) as (keyof Tools)[]).filter((name) => tools[name] === undefined),
  };
}

/** Where `npm run setup` puts the description of a target that rustc does not know by itself. */
export function targetSpecification(toolchain: Toolchain, target: string): string {
  return join(toolchain.cacheFolder, "targets", `${target}.json`);
}

/** @returns undefined where no compiler has `core` for the target */
export function compilerFor(toolchain: Toolchain, target: string): TargetCompiler | undefined {
  const rustup = toolchain.rustupCompilers.get(target);
  if (rustup) {
    const folder = [join(rustup, "bin")];
    return {
      rustc: join(rustup, "bin/rustc"),
      rustdoc: findProgram(["rustdoc"], folder),
      clippyDriver: findProgram(["clippy-driver"], folder),
      arguments: ["--target", target],
      environment: {},
    };
  }
  const { rustc, rustdoc, clippyDriver, sysroot } = toolchain;
  const library = join(sysroot, "lib/rustlib", target, "lib");
  if (!rustc || !["core", "compiler_builtins"].every((name) => existsSync(join(library, `lib${name}.rmeta`))))
    return undefined;
  const specification = targetSpecification(toolchain, target);
  const custom = existsSync(specification);
  return {
    rustc,
    rustdoc,
    clippyDriver,
    arguments: custom
      ? ["-Zunstable-options", "--target", specification, "--sysroot", sysroot]
      : ["--target", target, "--sysroot", sysroot],
    // A target that is described by a file is not a stable feature.
    environment: custom ? { RUSTC_BOOTSTRAP: "1" } : {},
  };
}

function firstCompiler(folders: readonly string[]) {
  for (const folder of folders) {
    const compiler = compilerIn(folder);
    if (compiler && compiler.minor >= oldestRust) return compiler;
  }
  return undefined;
}

function compilerIn(folder: string) {
  const rustc = findProgram(["rustc"], [folder]);
  const text = rustc ? spawnSync(rustc, ["-vV"], { encoding: "utf8" }).stdout : "";
  const [, version, minor] = /^release: (\d+\.(\d+)\.\d+)/m.exec(text ?? "") ?? [];
  if (!rustc || !version) return undefined;
  return { folder, rustc, version, minor: Number(minor), llvmMajor: /^LLVM version: (\d+)/m.exec(text)?.[1] };
}

/** Targets other than the host's that rustup has installed, in any of its toolchains that is new enough. */
function rustupCompilers(toolchains: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of foldersIn(toolchains)) {
    const folder = join(toolchains, name);
    const targets = foldersIn(join(folder, "lib/rustlib")).filter(
      (target) =>
        !found.has(target) &&
        !name.endsWith(`-${target}`) &&
        foldersIn(join(folder, "lib/rustlib", target, "lib")).some((file) => /^libcore-.*\.rlib$/.test(file)),
    );
    if (targets.length === 0 || (compilerIn(join(folder, "bin"))?.minor ?? 0) < oldestRust) continue;
    for (const target of targets) found.set(target, folder);
  }
  return found;
}

function findProgram(names: readonly string[], folders: readonly string[]): string | undefined {
  for (const name of names)
    for (const folder of folders) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {}
    }
  return undefined;
}

function recent(program: string | undefined): string | undefined {
  if (!program) return undefined;
  const text = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout ?? "";
  return Number(/LLVM version (\d+)/.exec(text)?.[1] ?? 0) >= 17 ? program : undefined;
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
