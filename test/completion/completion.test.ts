// Completion: what may stand at the end of a line, and the scripts as shells run them.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../generator/cli/commands.ts";
import { wordTable } from "../../generator/cli/complete.ts";
import { scripts } from "../../generator/completion/scripts.ts";
import { chipsAmong, type WordTable, wantedAt } from "../../generator/completion/wanted.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { inProcess } from "../support/in-process.ts";

const table = wordTable(commands);
const missing = ["bash", "zsh", "fish"].filter((shell) => spawnSync(shell, ["--version"]).status !== 0);
if (missing.length > 0 && !process.env["CI"])
  console.warn(`skipped: ${missing.join(" and ")} not found; \`npm run setup\` installs them`);
/** Without a shell its test is left out, except in continuous integration, where it fails. */
const has = (shell: string) => process.env["CI"] !== undefined || !missing.includes(shell);

it("is answered by the launcher from what the build wrote of the commands", () => {
  expect(JSON.parse(readFileSync(join(root, "dist/words.json"), "utf8")) as WordTable).toEqual(table);
});

describe("wanted at the end of", () => {
  it.each<[string[], Partial<ReturnType<typeof wantedAt>>]>([
    [[""], { named: ["command"], words: ["help"] }],
    [["help", ""], { named: ["command"], words: [] }],
    [["plan", "s"], { named: ["chip"], begins: "s" }],
    [["plan", "--chips", "mine", ""], { named: ["chip"], chipsFolder: "mine" }],
    [["plan", "--chips=mine", ""], { named: ["chip"], chipsFolder: "mine" }],
    [["plan", "--chips", ""], { named: [], words: [] }],
    [["verify", "a-chip", "--fence", ""], { named: ["fence"], first: "a-chip" }],
    [["verify", "--trace", "a-chip", "--without", ""], { named: ["step"], first: "a-chip" }],
    [["new", "--coherent", ""], { named: [], words: ["yes", "no", "unknown"] }],
    [["check", "--format", ""], { named: [], words: ["text", "markdown", "json", "github", "sarif"] }],
    [["completion", ""], { named: ["shell"] }],
    [["no-command", ""], { named: [], words: [] }],
    [["validate", ""], { named: [], words: [] }],
  ])("%j", (words, expected) => {
    expect(wantedAt(words, table)).toMatchObject(expected);
  });

  it("a line with a hyphen: the flags of the command", () => {
    expect(wantedAt(["list", "-"], table).words).toEqual([
      "--shipped",
      "--chips",
      "--out",
      "--json",
      "--no-cache",
      "--profile",
      "--help",
    ]);
  });
});

it("takes the names of files for chips, but not lists of sources and hidden files", () => {
  expect(chipsAmong(["b.yaml", "a.yaml", "sources.yaml", "sources.arm.yaml", ".fencegen.yaml", "README.md"])).toEqual([
    "a",
    "b",
  ]);
});

it("says nothing where there is nothing to say, and never fails", async () => {
  for (const words of [["plan", "zzz"], ["verify", "no-chip", "--fence", ""], ["nothing", ""], []]) {
    const answer = await inProcess(["complete", "--", ...words], temporaryFolder());
    expect(answer).toEqual({
      code: 0,
      stdout: words.length === 0 ? expect.stringContaining("plan\n") : "",
      stderr: "",
    });
  }
});

it("offers the chips that come with fencegen beside those of the project, with a folder of chips and without", async () => {
  const folder = temporaryFolder();
  const answers = async () => [
    (await inProcess(["complete", "--", "plan", "stm32h"], folder)).stdout,
    fencegen(["complete", "--", "plan", "stm32h"], { cwd: folder }).stdout,
  ];
  expect(await answers()).toEqual(Array(2).fill("stm32h5\nstm32h723\nstm32h743\nstm32h7rs\n"));
  mkdirSync(join(folder, "chips"));
  for (const id of ["stm32h743", "stm32h6"]) writeFileSync(join(folder, `chips/${id}.yaml`), "");
  expect(await answers()).toEqual(Array(2).fill("stm32h5\nstm32h6\nstm32h723\nstm32h743\nstm32h7rs\n"));
});

it("refuses a shell that it knows nothing of", () => {
  expect(fencegen(["completion", "bsh"])).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("did you mean `bash`?"),
  });
});

/** A folder whose `fencegen` is the built command. */
function withCommand(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "bin"));
  const command = join(folder, "bin/fencegen");
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "dist/fencegen.js")}" "$@"\n`);
  chmodSync(command, 0o755);
  return join(folder, "bin");
}

function run(shell: string, args: readonly string[]): string {
  const PATH = `${withCommand()}:${process.env["PATH"]}`;
  const { status, stdout, stderr } = spawnSync(shell, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

const lines: readonly (readonly [string, readonly string[]])[] = [
  ["fencegen pla", ["plan"]],
  ["fencegen plan stm32f4", ["stm32f401", "stm32f412", "stm32f429", "stm32f446"]],
  ["fencegen plan --chips chips nrf528", ["nrf52832", "nrf52833", "nrf52840"]],
  ["fencegen verify zynq7000 --fence ", ["Zynq7000DmaFence", "Zynq7000CoherentDmaFence"]],
  ["fencegen verify --tr", ["--trace"]],
];

it.runIf(has("bash"))("bash completes commands, chips, fences, steps and flags", () => {
  const ask = (line: string) =>
    `COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _fencegen; printf '%s\\n' "\${COMPREPLY[@]}"; echo --`;
  const asked = [...lines.map(([line]) => line), "fencegen verify zynq7000 --without acquire:"];
  const script = `set -u\n${fencegen(["completion", "bash"]).stdout}\n${asked.map(ask).join("\n")}`;
  const answers = run("bash", ["--norc", "-c", script]).split("--\n");
  for (const [at, [, expected]] of lines.entries()) expect(answers[at]!.trim().split("\n")).toEqual(expected);
  // Readline has what stands before the colon, and gets what stands behind it.
  expect(answers[lines.length]!.trim().split("\n").slice(0, 2)).toEqual(["1", "2"]);
});

it.runIf(has("zsh"))("zsh takes its script", () => {
  run("zsh", ["-f", "-n", "-c", scripts.zsh]);
});

it.runIf(has("fish"))("fish completes the same", () => {
  for (const [line, expected] of lines.slice(0, 2)) {
    const answer = run("fish", ["--no-config", "-c", `${scripts.fish}\ncomplete -C '${line}'`]);
    expect(answer.trim().split("\n")).toEqual(expected);
  }
});
