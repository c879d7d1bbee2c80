// What must hold of a whole command: run in this process, in a folder of its own, with one of the files that it reads mutated.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runCommandLine } from "../../generator/cli/commands.ts";
import { visibleLines } from "../../generator/diagnostics/characters.ts";
import { plain } from "../../generator/diagnostics/format.ts";
import { testHost } from "../support/host.ts";
import { testChip } from "../support/test-chip.ts";
import { Fault, type Looks } from "./fault.ts";
import { root } from "./library.ts";

const folder = mkdtempSync(join(tmpdir(), "fencegen-fuzz-command-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Commands by the file that is mutated. Proving a chip of any facts would take too long; `verify` gets a harmless one. */
const lines: Readonly<Record<string, readonly string[]>> = {
  chip: ["validate", "validate chips/test-chip.yaml", "generate", "check", "plan test-chip", "facts test-chip"],
  any: ["facts --coverage", "facts --document a", "list", "generate --force", "generate test-chip"],
  other: ["generate", "check", "verify test-chip", "generate --force", "facts --coverage", "list"],
  litmus: ["litmus tests.json"],
};

/** The paths that a mutated file may have. */
export const commandPaths = [
  "chips/test-chip.yaml",
  ".fencegen.yaml",
  "out/manifest.json",
  "chips/.unsound.json",
  "out/rust/src/test_chip.rs",
  "tests.json",
] as const;

const harmless: Readonly<Record<string, string>> = {
  "chips/test-chip.yaml": testChip({ architecture: "armv6-m", coreCaches: "[]", mechanisms: " []" }),
  ".fencegen.yaml": "optimize: speed\nlicence: [One line.]\ntables: [README.md]\n",
  "README.md": "<!-- fencegen:chips -->\n<!-- /fencegen:chips -->\n",
};

const documented = [0, 1, 2, 64];

/** @param choice chooses the command */
export async function judgeCommand(path: string, bytes: Buffer, choice: number, looks: Looks): Promise<string> {
  looks.note("no exception");
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of [...Object.entries(harmless), [path, bytes] as const]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const list =
    path === "chips/test-chip.yaml"
      ? [...lines["chip"]!, ...lines["any"]!]
      : path === "tests.json"
        ? lines["litmus"]!
        : lines["other"]!;
  const line = list[Math.floor(choice / 2) % list.length]!;
  const isJson = choice % 2 === 0;
  const code = await run(line, isJson, looks);
  if (line === "generate" && code === 0) {
    const after = await run("check", isJson, looks);
    if (after !== 0) throw new Fault("a documented exit code", `check exits with ${after} after generate`);
  }
  return `${line.split(" ")[0]} ${code}`;
}

async function run(line: string, isJson: boolean, looks: Looks): Promise<number> {
  const out: string[] = [];
  const log: string[] = [];
  const code = await runCommandLine([...line.split(" "), ...(isJson ? ["--json"] : [])], {
    workingFolder: folder,
    packageFolder: root,
    version: "0",
    host: testHost(),
    out: (text) => out.push(visibleLines(text)),
    log: (text) => log.push(visibleLines(text)),
    paint: plain,
  });
  looks.note("a documented exit code");
  if (!documented.includes(code)) throw new Fault("a documented exit code", `${line} exits with ${code}`);
  if (code === 1 && out.length + log.length === 0)
    throw new Fault("a documented exit code", `${line}: 1 without a word`);
  // A usage error is no answer yet.
  if (isJson && code !== 64) {
    looks.note("JSON is one object");
    const answer: unknown = out.length === 1 ? JSON.parse(out[0]!) : undefined;
    const isWhole = typeof answer === "object" && answer !== null && Object.hasOwn(answer, "schemaVersion");
    if (!isWhole)
      throw new Fault("JSON is one object", `${line} prints ${out.length} texts: ${out.join("").slice(0, 200)}`);
  }
  return code;
}
