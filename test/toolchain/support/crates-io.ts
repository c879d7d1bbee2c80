// Projects that cargo builds with crates from crates.io, in locked versions.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TargetCompiler, Toolchain } from "../../../generator/toolchain/find-tools.ts";

/** Runs cargo in a folder. @param environment on top of the process's own */
export function cargo(
  { cargo: program }: Toolchain,
  folder: string,
  environment: Readonly<Record<string, string>>,
  ...words: readonly string[]
) {
  const env = { ...process.env, ...environment, CARGO_TERM_COLOR: "never" };
  const { status, stdout, stderr } = spawnSync(program!, words, { cwd: folder, encoding: "utf8", env });
  return { ok: status === 0, output: stderr, messages: stdout };
}

/** What makes cargo build for a target as the tests' compilers do. */
export function environmentFor(compiler: TargetCompiler): Record<string, string> {
  // For the target alone: what builds and expands runs on this machine.
  const flags = compiler.arguments.slice(compiler.arguments.indexOf("--target") + 2);
  return { RUSTC: compiler.rustc, CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f") };
}

/**
 * Names crates.io in the lock file of a project, which is kept without it, as cargo calls it here.
 * @param scratch an empty folder
 * @returns false where crates.io cannot be reached
 */
export function lockTo(toolchain: Toolchain, project: string, scratch: string): boolean {
  const source = cratesIo(toolchain, scratch);
  if (source === undefined) return false;
  const lock = join(project, "Cargo.lock");
  writeFileSync(lock, readFileSync(lock, "utf8").replaceAll('source = "crates.io"', `source = "${source}"`));
  return true;
}

function cratesIo(toolchain: Toolchain, folder: string): string | undefined {
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "src/lib.rs"), "");
  writeFileSync(
    join(folder, "Cargo.toml"),
    '[package]\nname = "one"\nversion = "0.0.0"\n[dependencies]\nembedded-dma = "=0.2.0"\n',
  );
  cargo(toolchain, folder, {}, "generate-lockfile");
  try {
    return /^source = "(.*)"$/m.exec(readFileSync(join(folder, "Cargo.lock"), "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
