// What `--help` and `help` print.
import type { Command } from "./environment.ts";
import { optionForms } from "./options.ts";

const exitCodes =
  "Exit codes: 0 fine, 1 the input has problems or something is unsound, 2 the outputs are stale,\n64 wrong usage, 70 a bug in fencegen.";

/** Of all commands. */
export function overview(commands: readonly Command[]): string {
  const usages = commands.map(({ name, arguments: args }) => `${name} ${args}`.trim());
  const width = Math.max(...usages.map(({ length }) => length));
  return [
    "fencegen: DMA fences from chip descriptions, in Rust for Tock and in TypeScript for simulation.",
    "",
    "Usage: fencegen <command> [options]",
    "",
    ...commands.map(({ summary }, index) => `  ${usages[index]!.padEnd(width)}  ${summary}`),
    "",
    "`fencegen help <command>` shows a command's options and examples; `fencegen --version` the version.",
    exitCodes,
  ].join("\n");
}

/** Of one command. */
export function help(command: Command): string {
  const options = command.options.map((name) => [optionForms[name].flag, optionForms[name].what] as const);
  const common = [
    ["--no-cache", "work everything out anew"],
    ["--profile FILE", "write where the time goes, for chrome://tracing or Perfetto"],
    ["--help", "show this"],
  ] as const;
  const width = Math.max(...[...options, ...common].map(([flag]) => flag.length));
  const exampleWidth = Math.max(...command.examples.map(([line]) => line.length));
  return [
    `Usage: fencegen ${command.name} ${command.arguments}`.trim(),
    "",
    `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`,
    ...command.details,
    "",
    "Options:",
    ...[...options, ...common].map(([flag, what]) => `  ${flag.padEnd(width)}  ${what}`),
    "",
    "Examples:",
    ...command.examples.map(([line, what]) => `  ${line.padEnd(exampleWidth)}  # ${what}`),
    "",
    exitCodes,
  ].join("\n");
}
