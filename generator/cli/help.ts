// What `--help` and `help` print.
import { wrapped } from "../diagnostics/wrap.ts";
import type { Command } from "./environment.ts";
import { flagOf, optionForms } from "./options.ts";

const exitCodes = [
  "Text is broken at the width of the terminal, in a pipe only where COLUMNS names one; JSON, code and diffs never are.",
  "",
  "Exit codes: 0 fine, 1 the input has problems or something is unsound, 2 the outputs are stale,",
  "64 wrong usage, 70 a bug in fencegen, 130 interrupted.",
];

/** Of all commands. */
export function overview(commands: readonly Command[], columns?: number): string {
  const usages = commands.map(({ name, arguments: args }) => `${name} ${args}`.trim());
  return [
    ...paragraphs(
      ["fencegen: DMA fences from chip descriptions, in Rust for Tock and in TypeScript for simulation."],
      columns,
    ),
    "",
    "Usage: fencegen <command> [options]",
    "",
    ...described(
      commands.map(({ summary }, index) => [usages[index]!, summary]),
      columns,
    ),
    "",
    ...paragraphs(
      [
        "`fencegen help <command>` shows a command's options and examples; `fencegen --version` the version.",
        "",
        ...exitCodes,
      ],
      columns,
    ),
  ].join("\n");
}

/** Of one command. */
export function help(command: Command, columns?: number): string {
  const options = command.options.map((name) => [flagOf(name, command), optionForms[name].what] as const);
  const common = [
    ["--no-cache", "work everything out anew"],
    ["--profile FILE", "write where the time goes, for chrome://tracing or Perfetto"],
    ["--help", "show this"],
  ] as const;
  return [
    `Usage: fencegen ${command.name} ${command.arguments}`.trim(),
    "",
    `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`,
    ...paragraphs(command.details, columns),
    "",
    "Options:",
    ...described([...options, ...common], columns),
    "",
    "Examples:",
    ...described(
      command.examples.map(([line, what]) => [line, `# ${what}`]),
      columns,
    ),
    "",
    ...paragraphs(exitCodes, columns),
  ].join("\n");
}

/** Two columns: what is written, and what it means. Where what is written leaves no room for it, that stands below. */
function described(rows: readonly (readonly [what: string, means: string])[], columns: number | undefined): string[] {
  const width = Math.max(...rows.map(([what]) => what.length));
  const lines = rows.map(([what, means]) => `  ${what.padEnd(width)}  ${means}`);
  if (columns === undefined) return lines;
  const indent = Math.min(width + 4, Math.floor(columns / 2));
  return rows.flatMap(([what, means]) =>
    what.length + 4 <= indent
      ? wrapped(`  ${what.padEnd(indent - 4)}  ${means}`, columns, indent).split("\n")
      : [...wrapped(`  ${what}`, columns, 4).split("\n"), wrapped(" ".repeat(indent) + means, columns, indent)],
  );
}

/** Lines that belong together are one text, which is broken anew. */
function paragraphs(lines: readonly string[], columns: number | undefined): string[] {
  if (columns === undefined) return [...lines];
  return wrapped(lines.join("\n").replaceAll(/(?<=\S)\n(?=\S)/g, " "), columns).split("\n");
}
