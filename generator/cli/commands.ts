// The commands, in the order of `--help`, and how a command line becomes a call of one.
import { parseArgs } from "node:util";
import { nearest } from "../diagnostics/diagnostic.ts";
import { check } from "./check.ts";
import { doctor } from "./doctor.ts";
import type { Command, CommandOptions, Environment, ExitCode } from "./environment.ts";
import { generate } from "./generate.ts";
import { list } from "./list.ts";
import { litmus } from "./litmus.ts";
import { plan } from "./plan.ts";
import { UsageError } from "./run-pipeline.ts";
import { validate } from "./validate.ts";
import { verify } from "./verify.ts";

export const commands: readonly Command[] = [generate, check, validate, plan, list, verify, litmus, doctor];

const optionHelp: Readonly<Record<keyof CommandOptions, readonly [flag: string, what: string]>> = {
  chips: ["--chips DIR", "folder with the chip descriptions (default: chips)"],
  out: ["--out DIR", "folder of the outputs (default: out)"],
  force: ["--force", "overwrite files that were edited by hand or are in the way"],
  trace: ["--trace", "show an execution that goes wrong for each change that is caught"],
  json: ["--json", "print one JSON object"],
};

const exitCodes =
  "Exit codes: 0 fine, 1 the input has problems or something is unsound, 2 the outputs are stale,\n64 wrong usage, 70 a bug in fencegen.";

/** Runs a command line, without the program's name. */
export async function runCommandLine(argv: readonly string[], environment: Environment): Promise<ExitCode> {
  try {
    const [name, ...rest] = argv;
    if (name === undefined || name === "help" || name === "--help" || name === "-h") {
      environment.out(overview());
      return name === undefined ? 64 : 0;
    }
    if (name === "--version" || name === "-V") {
      environment.out(environment.version);
      return 0;
    }
    const command = commands.find((candidate) => candidate.name === name);
    if (!command) {
      const meant = nearest(
        name,
        commands.map((candidate) => candidate.name),
      );
      throw new UsageError(`there is no command \`${name}\`${meant ? `; did you mean \`${meant}\`?` : ""}`);
    }
    return await runCommand(command, rest, environment);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    environment.log(`fencegen: ${error.message}\nRun \`fencegen --help\` for the commands.`);
    return 64;
  }
}

function runCommand(command: Command, argv: readonly string[], environment: Environment): ExitCode | Promise<ExitCode> {
  let parsed: { values: { [name: string]: string | boolean | undefined }; positionals: string[] };
  const types = { chips: "string", out: "string", force: "boolean", trace: "boolean", json: "boolean" } as const;
  const known = Object.fromEntries(command.options.map((name) => [name, { type: types[name] }]));
  try {
    parsed = parseArgs({
      args: [...argv],
      options: { ...known, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    const message = (error as Error).message.split(". ")[0]!;
    const flag = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
    const meant = flag && nearest(flag, ["--help", ...command.options.map((option) => `--${option}`)]);
    throw new UsageError(`${command.name}: ${message}${meant ? `; did you mean \`${meant}\`?` : ""}`);
  }
  const { values, positionals } = parsed;
  if (values["help"]) {
    environment.out(help(command));
    return 0;
  }
  const [least, most] = command.positionals;
  if (positionals.length < least || positionals.length > most)
    throw new UsageError(`usage: fencegen ${command.name} ${command.arguments}`.trim());
  const options: CommandOptions = {
    json: values["json"] === true,
    force: values["force"] === true,
    trace: values["trace"] === true,
    chips: (values["chips"] as string | undefined) ?? "chips",
    out: (values["out"] as string | undefined) ?? "out",
  };
  return command.run(positionals, options, environment);
}

function overview(): string {
  const usages = commands.map(({ name, arguments: args }) => `${name} ${args}`.trim());
  const width = Math.max(...usages.map(({ length }) => length));
  return [
    "fencegen: DMA fences from chip descriptions, in Rust for Tock and in TypeScript for simulation.",
    "",
    "Usage: fencegen <command> [options]",
    "",
    ...commands.map(({ summary }, index) => `  ${usages[index]!.padEnd(width)}  ${summary}`),
    "",
    "`fencegen <command> --help` shows a command's options and examples; `fencegen --version` the version.",
    exitCodes,
  ].join("\n");
}

function help(command: Command): string {
  const options = command.options.map((name) => optionHelp[name]);
  const width = Math.max(...options.map(([flag]) => flag.length), "--help".length);
  const exampleWidth = Math.max(...command.examples.map(([line]) => line.length));
  return [
    `Usage: fencegen ${command.name} ${command.arguments}`.trim(),
    "",
    `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`,
    ...command.details,
    "",
    "Options:",
    ...[...options, ["--help", "show this"] as const].map(([flag, what]) => `  ${flag.padEnd(width)}  ${what}`),
    "",
    "Examples:",
    ...command.examples.map(([line, what]) => `  ${line.padEnd(exampleWidth)}  # ${what}`),
    "",
    exitCodes,
  ].join("\n");
}
