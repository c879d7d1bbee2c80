// The commands, in the order of `--help`, and how a command line becomes a call of one.
import { parseArgs } from "node:util";
import { codes } from "../diagnostics/codes.ts";
import { didYouMean } from "../diagnostics/nearest.ts";
import { check } from "./check.ts";
import { compare } from "./compare.ts";
import { complete } from "./complete.ts";
import { completion } from "./completion.ts";
import { diff } from "./diff.ts";
import { doctor } from "./doctor.ts";
import { type Command, type Environment, type ExitCode, printJson } from "./environment.ts";
import { explain } from "./explain.ts";
import { facts } from "./facts.ts";
import { generate } from "./generate.ts";
import { help, overview } from "./help.ts";
import { init } from "./init.ts";
import { list } from "./list.ts";
import { litmus } from "./litmus.ts";
import { newChip } from "./new.ts";
import { parseOptions } from "./options.ts";
import { refuseNoPlaceForOutputs } from "./out-folder.ts";
import { picture } from "./picture.ts";
import { plan } from "./plan.ts";
import { UsageError } from "./run-pipeline.ts";
import { schema } from "./schema.ts";
import { selftest } from "./selftest.ts";
import { site } from "./site.ts";
import { validate } from "./validate.ts";
import { verify } from "./verify.ts";
import { watch } from "./watch.ts";

export const commands: readonly Command[] = [
  init,
  generate,
  check,
  newChip,
  validate,
  plan,
  explain,
  compare,
  facts,
  list,
  verify,
  picture,
  watch,
  diff,
  litmus,
  selftest,
  schema,
  site,
  doctor,
  completion,
];

/** Runs a command line, without the program's name. */
export async function runCommandLine(argv: readonly string[], environment: Environment): Promise<ExitCode> {
  const [name, ...rest] = argv;
  try {
    if (name === undefined || name === "help" || name === "--help" || name === "-h") {
      const width = environment.columns?.out;
      const topic = name === undefined ? undefined : rest.find((word) => !word.startsWith("-"));
      environment.out(
        topic === undefined || topic === "help" ? overview(commands, width) : help(commandCalled(topic), width),
      );
      return name === undefined ? 64 : 0;
    }
    if (name === "--version" || name === "-V") {
      environment.out(environment.version);
      return 0;
    }
    // Only scripts ask it.
    if (name === "complete") return complete(rest, commands, environment);
    return await runCommand(commandCalled(name), rest, environment);
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
export function failure(code: "usage/wrong-command-line" | "bug/exception", message: string) {
  return { error: { code, message, ...codes[code] }, diagnostics: [] };
}

function runCommand(command: Command, argv: readonly string[], environment: Environment): ExitCode | Promise<ExitCode> {
  const called = parseOptions(command, argv);
  if (called === "help") {
    environment.out(help(command, environment.columns?.out));
    return 0;
  }
  if (command.options.includes("out")) refuseNoPlaceForOutputs(called.options, environment);
  return command.run(called.positionals, called.options, environment);
}

/** The command of this name. */
function commandCalled(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  const names = [...commands.map((candidate) => candidate.name), "help"];
  throw new UsageError(`there is no command \`${name}\`${didYouMean(name, names)}`);
}
