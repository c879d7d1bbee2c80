// What options there are, in which form, and how the words behind a command become them.
import { parseArgs } from "node:util";
import { didYouMean } from "../diagnostics/nearest.ts";
import { type Form, forms, usualForms } from "../report/form.ts";
import type { Command, CommandOptions } from "./environment.ts";
import { UsageError } from "./run-pipeline.ts";

export interface OptionForm {
  readonly flag: string;
  readonly what: string;
  readonly type: "string" | "boolean";
  /** May be given several times. */
  readonly multiple?: true;
}

export const optionForms: Readonly<Record<keyof CommandOptions, OptionForm>> = {
  chips: { flag: "--chips DIR", what: "folder with the chip descriptions (default: chips)", type: "string" },
  shipped: {
    flag: "--shipped",
    what: "every chip that comes with fencegen, in place of the project's",
    type: "boolean",
  },
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
  poll: {
    flag: "--poll",
    what: "look at the files every second, where the file system tells of no changes (networks, some containers)",
    type: "boolean",
  },
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
  without: {
    flag: "--without STEP",
    what: "leave out a step, such as release:3 (verify: with --promela)",
    type: "string",
  },
  theme: {
    flag: "--theme light|dark|auto",
    what: "colours of a picture (default: auto, as whoever looks prefers)",
    type: "string",
  },
  format: {
    flag: `--format ${usualForms.join("|")}`,
    what: "how to answer (default: text); github prints annotations of a workflow",
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
  new: { flag: "--new ID", what: "also write the description of a chip of your own", type: "string" },
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

/** An option as help writes it for a command. */
export function flagOf(option: keyof CommandOptions, { forms: own }: Pick<Command, "forms">): string {
  return option === "format" && own ? `--format ${own.join("|")}` : optionForms[option].flag;
}

/** What the launcher and the recording go by; to a command itself they say nothing. */
export const commonOptions = ["--no-cache", "--profile"] as const;

export interface CalledWith {
  readonly positionals: readonly string[];
  readonly options: CommandOptions;
}

/** @returns "help" where that is asked for */
export function parseOptions(command: Command, argv: readonly string[]): CalledWith | "help" {
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
    const flags = ["--help", ...commonOptions, ...command.options.map((option) => `--${option}`)];
    throw new UsageError(`${command.name}: ${message}${flag ? didYouMean(flag, flags) : ""}`);
  }
  const { values, positionals } = parsed;
  if (values["help"]) return "help";
  const [least, most] = command.positionals;
  if (positionals.length < least || positionals.length > most)
    throw new UsageError(`usage: fencegen ${command.name} ${command.arguments}`.trim());
  for (const name of ["chips", "out"])
    if (values[name] === "") throw new UsageError(`${command.name}: --${name} needs the name of a folder`);
  const text = (name: keyof CommandOptions) => values[name] as string | undefined;
  const texts = (name: keyof CommandOptions) => (values[name] ?? []) as string[];
  const format = formOf(text("format"), values["json"] === true, command);
  return {
    positionals,
    options: {
      json: format === "json",
      force: values["force"] === true,
      trace: values["trace"] === true,
      strict: values["strict"] === true,
      promela: values["promela"] === true,
      poll: values["poll"] === true,
      jobs: text("jobs"),
      shard: text("shard"),
      fence: text("fence"),
      scenario: texts("scenario"),
      without: text("without"),
      theme: text("theme"),
      format,
      coverage: values["coverage"] === true,
      verbose: values["verbose"] === true,
      document: text("document"),
      against: texts("against"),
      sources: values["sources"] === true,
      chips: text("chips") ?? "chips",
      shipped: values["shipped"] === true,
      out: text("out") ?? command.defaultOut ?? "out",
      from: texts("from"),
      source: texts("source"),
      new: text("new"),
      vendor: text("vendor"),
      title: text("title"),
      core: texts("core"),
      cache: texts("cache"),
      target: texts("target"),
      coherent: text("coherent"),
      memory: texts("memory"),
      master: texts("master"),
    },
  };
}

/** @throws {UsageError} for one that there is not, and for two */
function formOf(asked: string | undefined, isJson: boolean, { name, forms: own = usualForms }: Command): Form {
  if (asked === undefined) return isJson ? "json" : "text";
  const known = own.find((each) => each === asked);
  if (!known) {
    const isOfOthers = forms.some((each) => each === asked);
    const meant = isOfOthers ? ", which other commands have" : didYouMean(asked, own);
    const there = isOfOthers || meant === "" ? `; there are ${own.join(", ")}` : "";
    throw new UsageError(`${name}: there is no form \`${asked}\`${meant}${there}`);
  }
  if (isJson && known !== "json") throw new UsageError(`${name}: --json and --format ${known} are two forms`);
  return known;
}
