// Runs the command in this process, which takes a fraction of the time that one of its own does.
import { runCommandLine } from "../../generator/cli/commands.ts";
import type { Host } from "../../generator/cli/environment.ts";
import { plain } from "../../generator/diagnostics/format.ts";
import { wrapped } from "../../generator/diagnostics/wrap.ts";
import { root } from "./command.ts";
import { testHost } from "./host.ts";

export interface InProcessResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * An exception is what `main.ts` makes of it: 70.
 * @param packageFolder whose `chips` come with the command
 * @param columns of the terminal; left out, there is none
 */
export async function inProcess(
  args: readonly string[],
  workingFolder: string,
  host: Host = testHost(),
  packageFolder: string = root,
  columns?: number,
): Promise<InProcessResult> {
  let stdout = "";
  let stderr = "";
  try {
    const code = await runCommandLine(args, {
      workingFolder,
      packageFolder,
      version: "0.0.0",
      host,
      out(text) {
        stdout += `${text}\n`;
      },
      log(text, { isBroken = false } = {}) {
        stderr += `${isBroken ? text : wrapped(text, columns)}\n`;
      },
      columns: { out: columns, log: columns },
      paint: plain,
    });
    return { code, stdout, stderr };
  } catch (error) {
    return { code: 70, stdout, stderr: `${stderr}${(error as Error).stack}` };
  }
}
