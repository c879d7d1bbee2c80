// npm as somebody has it who has just installed Node: no settings, an empty cache, and no network.
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { CommandResult } from "./command.ts";

/** @param home an empty folder, which becomes that of the user */
export function bareEnvironment(home: string): Record<string, string> {
  mkdirSync(home, { recursive: true });
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    npm_config_cache: join(home, "cache"),
    npm_config_offline: "true",
    // Nobody answers there, should something ask all the same.
    npm_config_registry: "http://127.0.0.1:9/",
    npm_config_update_notifier: "false",
  };
}

export function run(program: string, args: readonly string[], cwd: string, env: Record<string, string>): CommandResult {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: "utf8" });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

/** The same beside others. */
export function start(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}
