// The host's Rust compiler and formatter, for tests of what is emitted.
import { spawnSync } from "node:child_process";

const rustc = process.env["FENCEGEN_RUSTC"] ?? "rustc";
const missing = [rustc, "rustfmt"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);

/** Without the tools these tests are left out, except in continuous integration, where they fail. */
export const withoutRust = missing.length > 0 && !process.env["CI"];
if (withoutRust) console.warn(`skipped: ${missing.join(" and ")} not found; \`npm run setup\` installs the toolchain`);

/** What rustfmt would change, or cannot read; empty where there is nothing. */
export function formatProblems(files: readonly string[]): string {
  return run("rustfmt", ["--edition", "2024", "--check", ...files]);
}

/** Compiles a library crate into the folder, with every warning an error; returns what the compiler says. */
export function compile(folder: string, crate: string, source: string, more: readonly string[] = []): string {
  const lints = ["-D", "warnings", "-D", "missing_debug_implementations", "-D", "unsafe_op_in_unsafe_fn"];
  return run(rustc, [
    ...["--edition", "2024", "--crate-type", "rlib", "--crate-name", crate, "--out-dir", folder, "-L", folder],
    ...lints,
    ...more,
    source,
  ]);
}

function run(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { encoding: "utf8" });
  return status === 0 ? "" : `${error ?? ""}${stdout}${stderr}` || `${tool} ended with ${status}`;
}
