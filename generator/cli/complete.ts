// What the scripts of `completion` ask: `fencegen complete -- WORDS…`. Chips, commands and flags are answered by the launcher; what
// needs a plan comes here. A key that is pressed must never show a message: what cannot be answered is nothing.
import { join, resolve } from "node:path";
import {
  type CommandWords,
  chipsAmong,
  type Named,
  offered,
  shells,
  type Wanted,
  type WordTable,
  wantedAt,
} from "../completion/wanted.ts";
import { explainedCodes } from "../diagnostics/explain-code.ts";
import { fenceMethods } from "../model/chip.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { realDisk } from "../write/disk.ts";
import type { Command, CommandOptions, Environment, ExitCode } from "./environment.ts";
import { commonOptions, flagOf, optionForms } from "./options.ts";
import { loadChips, planAll } from "./run-pipeline.ts";

/** What completion goes by, from the commands themselves. */
export function wordTable(commands: readonly Command[]): WordTable {
  return { commands: commands.map(wordsOf) };
}

function wordsOf(command: Command): CommandWords {
  const { name, arguments: args, options } = command;
  const named: readonly Named[] = ["chip", "code", "shell", "step"];
  return {
    name,
    takes: named.filter((each) => new RegExp(`\\b${each}\\b`).test(args)),
    flags: [
      ...options.map((option) => {
        const [word = "", form = ""] = flagOf(option, command).split(" ");
        return { flag: word, ...(optionForms[option].type === "string" && { value: valueWords(form) }) };
      }),
      ...commonOptions.map((flag) => ({ flag, ...(flag === "--profile" && { value: [] }) })),
      { flag: "--help" },
    ],
  };
}

/** What may stand for a value, by how help writes it. */
function valueWords(form: string): Named | readonly string[] {
  if (form === "NAME") return "fence";
  if (form === "STEP") return "step";
  return /^[a-z]+(\|[a-z]+)+$/.test(form) ? form.split("|") : [];
}

/** Prints what may stand at the end of the line; for `--table`, what the launcher needs to answer most of it. */
export function complete(argv: readonly string[], commands: readonly Command[], environment: Environment): ExitCode {
  const table = wordTable(commands);
  if (argv[0] === "--table") {
    environment.out(JSON.stringify(table));
    return 0;
  }
  const wanted = wantedAt(argv.slice(argv[0] === "--" ? 1 : 0), table);
  const words = [...wanted.words, ...wanted.named.flatMap((name) => namesOf(name, wanted, table, environment))];
  const answer = offered(wanted, words);
  if (answer.length > 0) environment.out(answer.join("\n"));
  return 0;
}

function namesOf(name: Named, wanted: Wanted, table: WordTable, environment: Environment): readonly string[] {
  switch (name) {
    case "command":
      return table.commands.map((command) => command.name);
    case "shell":
      return shells;
    case "code":
      return explainedCodes;
    case "chip":
      return chipsIn(wanted.chipsFolder, environment);
    case "fence":
      return plannedOf(wanted, environment).flatMap(({ fences }) => fences.map((fence) => fence.name));
    case "step":
      return plannedOf(wanted, environment).flatMap(({ fences }) =>
        fences.flatMap((fence) =>
          fenceMethods.flatMap((method) => fence[method].map((_, at) => `${method}:${at + 1}`)),
        ),
      );
  }
}

/** Those of the project, and those that come with fencegen. */
function chipsIn(chipsFolder: string, { workingFolder, packageFolder, host }: Environment): readonly string[] {
  const disk = host.disk ?? realDisk;
  return chipsAmong(
    [resolve(workingFolder, chipsFolder), join(packageFolder, "chips")].flatMap((folder) => {
      try {
        return disk.list(folder);
      } catch {
        return [];
      }
    }),
  );
}

function plannedOf({ first, chipsFolder }: Wanted, environment: Environment): readonly PlannedChip[] {
  if (first === undefined || !chipsIn(chipsFolder, environment).includes(first)) return [];
  const options: Pick<CommandOptions, "chips"> = { chips: chipsFolder };
  const { loaded, selected } = loadChips([first], options, environment);
  return planAll(selected, loaded);
}
