// The commands, in the order of `--help`, and how a command line becomes a call of one.
import { parseArgs } from "node:util";
import { codes } from "../diagnostics/codes.ts";
import { nearest } from "../diagnostics/diagnostic.ts";
import { check } from "./check.ts";
import { diff } from "./diff.ts";
import { doctor } from "./doctor.ts";
import { type Command, type CommandOptions, type Environment, type ExitCode, printJson } from "./environment.ts";
import { facts } from "./facts.ts";
import { generate } from "./generate.ts";
import { list } from "./list.ts";
import { litmus } from "./litmus.ts";
import { newChip } from "./new.ts";
import { refuseNoPlaceForOutputs } from "./out-folder.ts";
import { plan } from "./plan.ts";
import { UsageError } from "./run-pipeline.ts";
import { selftest } from "./selftest.ts";
import { validate } from "./validate.ts";
import { verify } from "./verify.ts";

export const commands: readonly Command[] = [
  generate,
  check,
  newChip,
  validate,
  plan,
  facts,
  list,
  verify,
  diff,
  litmus,
  selftest,
  doctor,
];

interface OptionForm {
  readonly flag: string;
  readonly what: string;
  readonly type: "string" | "boolean";
  /** May be given several times. */
  readonly multiple?: true;
}

const optionForms: Readonly<Record<keyof CommandOptions, OptionForm>> = {
  chips: { flag: "--chips DIR", what: "folder with the chip descriptions (default: chips)", type: "string" },
  out: { flag: "--out DIR", what: "folder of the outputs (default: out)", type: "string" },
  force: {
    flag: "--force",
    what: "overwrite files that were edited by hand or are in the way",
    type: "boolean",
  },
  coverage: {
    flag: "--coverage",
    what: "how many of each chip's facts are read in sources; fails below the project's threshold",
    type: "boolean",
  },
  document: {
    flag: "--document TEXT",
    what: "what rests on the documents, repositories and errata with this in their name",
    type: "string",
  },
  against: {
    flag: "--against FILE",
    what: "compare the chip with a .dtb, .svd or .pdsc; FILE.pdsc#DEVICE where a pack has several like it",
    type: "string",
    multiple: true,
  },
  sources: {
    flag: "--sources",
    what: "what a reviewer must open, first what most facts rest on alone",
    type: "boolean",
  },
  verbose: { flag: "--verbose", what: "show each place that says `TODO` for a source", type: "boolean" },
  trace: { flag: "--trace", what: "show an execution that goes wrong for each change that is caught", type: "boolean" },
  strict: { flag: "--strict", what: "a step or an obligation that no execution needs is an error", type: "boolean" },
  jobs: { flag: "--jobs N", what: "how many fences to explore at a time (default: one a processor)", type: "string" },
  shard: {
    flag: "--shard I/N",
    what: "only the I-th of N parts of all fences; with one cache, a run without it then has every verdict",
    type: "string",
  },
  promela: {
    flag: "--promela",
    what: "print the scenarios of a fence as a model for Spin, and judge nothing",
    type: "boolean",
  },
  fence: { flag: "--fence NAME", what: "of a chip with several fences, the one that is meant", type: "string" },
  scenario: {
    flag: "--scenario TEXT",
    what: "with --promela: only scenarios with this in their names, such as `two rounds` or `DMA1 in`",
    type: "string",
    multiple: true,
  },
  without: { flag: "--without STEP", what: "with --promela: leave out a step, such as release:3", type: "string" },
  format: {
    flag: "--format FORM",
    what: "text (default), markdown, json, github (annotations of a workflow) or sarif",
    type: "string",
  },
  json: { flag: "--json", what: "print one JSON object", type: "boolean" },
  from: {
    flag: "--from FILE",
    what: "take what a .dtb, .svd or .pdsc says, and ask for the rest; FILE.pdsc#DEVICE names a device of a pack",
    type: "string",
    multiple: true,
  },
  source: {
    flag: "--source CITATION",
    what: "what to cite for the file of --from, in the same order, as KEY@COMMIT PATH (default: TODO and its name)",
    type: "string",
    multiple: true,
  },
  vendor: { flag: "--vendor TEXT", what: "who makes the chip", type: "string" },
  title: { flag: "--title TEXT", what: "name as the vendor spells it (default: the id in capitals)", type: "string" },
  core: {
    flag: "--core ID[:NAME]",
    what: "a kind of core; several need names; ID@ARCHITECTURE is one that no file describes",
    type: "string",
    multiple: true,
  },
  target: {
    flag: "--target [NAME:]TRIPLE",
    what: "Rust target, of the core with this name or of all (default: what chips with this core have)",
    type: "string",
    multiple: true,
  },
  cache: {
    flag: "--cache [CORE:]NAME=LINE[:POLICY][:MECHANISM[@BASE]]",
    what: "a level beyond the cores' own, inner to outer, of all or of one CORE; none, or unknown (default)",
    type: "string",
    multiple: true,
  },
  coherent: {
    flag: "--coherent yes|no|unknown",
    what: "whether DMA masters see the CPU's caches (default: unknown)",
    type: "string",
  },
  memory: {
    flag: "--memory NAME=BASE+SIZE[:most][:uncached]",
    what: "memory for buffers; BASE may be VIEWER@BASE,…; most: the board decides; uncached, or cached-by L1D,L2",
    type: "string",
    multiple: true,
  },
  master: {
    flag: "--master NAME[=MEMORY,MEMORY][:reads|:writes|:unknown]",
    what: "a DMA master and what it reaches (default: every memory), only reads or writes; none for a chip without",
    type: "string",
    multiple: true,
  },
};

const exitCodes =
  "Exit codes: 0 fine, 1 the input has problems or something is unsound, 2 the outputs are stale,\n64 wrong usage, 70 a bug in fencegen.";

/** Runs a command line, without the program's name. */
export async function runCommandLine(argv: readonly string[], environment: Environment): Promise<ExitCode> {
  const [name, ...rest] = argv;
  try {
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
    const hint = commands.some((command) => command.name === name)
      ? `Run \`fencegen ${name} --help\` for its options and examples.`
      : "Run `fencegen --help` for the commands.";
    if (asksForJson(argv)) printJson(failure("usage/wrong-command-line", error.message), environment);
    environment.log(`fencegen: ${error.message}\n${hint}`);
    return 64;
  }
}

/** Whether a command line that cannot be understood, or one that failed, asks for JSON. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const options = end === -1 ? argv : argv.slice(0, end);
  return options.some(
    (each, at) => /^--(json|format=json)$/.test(each) || (each === "--format" && options[at + 1] === "json"),
  );
}

/** The file to which a command line asks that be written where its time went. */
export function profileFile(argv: readonly string[]): string | undefined {
  const { values } = parseArgs({ args: [...argv], options: { profile: { type: "string" } }, strict: false });
  return typeof values.profile === "string" ? values.profile : undefined;
}

/** What JSON says where there is no answer: a code of the table, and what went wrong. */
export function failure(code: "usage/wrong-command-line" | "bug/exception", message: string): object {
  return { error: { code, message, ...codes[code] } };
}

function runCommand(command: Command, argv: readonly string[], environment: Environment): ExitCode | Promise<ExitCode> {
  let parsed: {
    values: { [name: string]: string | boolean | (string | boolean)[] | undefined };
    positionals: string[];
  };
  const known = Object.fromEntries(
    command.options.map((name) => {
      const { type, multiple = false } = optionForms[name];
      return [name, { type, multiple }];
    }),
  );
  try {
    parsed = parseArgs({
      args: [...argv],
      // What the launcher and the recording go by; to the command itself it says nothing.
      options: {
        ...known,
        help: { type: "boolean", short: "h" },
        "no-cache": { type: "boolean" },
        profile: { type: "string" },
      },
      allowPositionals: true,
    });
  } catch (error) {
    const message = (error as Error).message.split(". ")[0]!;
    const flag = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
    const meant =
      flag && nearest(flag, ["--help", "--no-cache", "--profile", ...command.options.map((option) => `--${option}`)]);
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
  for (const name of ["chips", "out"])
    if (values[name] === "") throw new UsageError(`${command.name}: --${name} needs the name of a folder`);
  const text = (name: keyof CommandOptions) => values[name] as string | undefined;
  const texts = (name: keyof CommandOptions) => (values[name] ?? []) as string[];
  const options: CommandOptions = {
    json: values["json"] === true,
    format: text("format"),
    force: values["force"] === true,
    trace: values["trace"] === true,
    strict: values["strict"] === true,
    promela: values["promela"] === true,
    jobs: text("jobs"),
    shard: text("shard"),
    fence: text("fence"),
    scenario: texts("scenario"),
    without: text("without"),
    coverage: values["coverage"] === true,
    verbose: values["verbose"] === true,
    document: text("document"),
    against: texts("against"),
    sources: values["sources"] === true,
    chips: text("chips") ?? "chips",
    out: text("out") ?? "out",
    from: texts("from"),
    source: texts("source"),
    vendor: text("vendor"),
    title: text("title"),
    core: texts("core"),
    cache: texts("cache"),
    target: texts("target"),
    coherent: text("coherent"),
    memory: texts("memory"),
    master: texts("master"),
  };
  if (command.options.includes("out")) refuseNoPlaceForOutputs(options, environment);
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
