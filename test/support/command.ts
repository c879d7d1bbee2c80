// Runs the built command in a folder of its own, as a user would.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

export const root = resolve(import.meta.dirname, "../..");

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  /** Without what tells how far `verify` has come, which is other in each run. */
  readonly stderr: string;
}

/** `1/4 alpha AlphaDmaFence: sound, took 2 s`. */
export const progressLine = /^\d+\/\d+ [^\n]*: [^\n]*, took [^\n]*\n/gm;

export function fencegen(
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: Record<string, string> } = {},
): CommandResult {
  const { NODE_EXTRA_CA_CERTS: _, FORCE_COLOR: __, ...environment } = process.env;
  const result = spawnSync(process.execPath, [join(root, "dist/fencegen.js"), ...args], {
    cwd: options.cwd ?? root,
    input: options.input ?? "",
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...environment, ...options.env },
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr.replaceAll(progressLine, "") };
}

/** A folder that is gone after the test, outside the repository, with a copy of chips/ if asked for. */
export function temporaryFolder(withChips = false): string {
  const folder = mkdtempSync(join(tmpdir(), "fencegen-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (withChips) cpSync(join(root, "chips"), join(folder, "chips"), { recursive: true });
  return folder;
}
