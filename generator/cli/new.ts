import { join, relative, resolve } from "node:path";
import { compareCodePoints, type Diagnostic, Diagnostics } from "../diagnostics/diagnostic.ts";
import { slashed } from "../disk/paths.ts";
import { parseSource } from "../load/source-file.ts";
import { load } from "../load-folders.ts";
import type { ResolvedChip } from "../model/chip.ts";
import { type Loaded, planDescription, resolveDescription, validate as validateFiles } from "../pipeline.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { answersFor, type Catalogue, type ChipAnswers, clashesOf, parseId } from "../scaffold/chip-answers.ts";
import { describeChip, type ExpectedRefusal } from "../scaffold/describe-chip.ts";
import { fillFromFiles } from "../scaffold/fill-from-files.ts";
import { type NearestChip, nearestChip } from "../scaffold/nearest-chip.ts";
import { areSameCore } from "../scaffold/same-core.ts";
import type { Told } from "../scaffold/told.ts";
import { idOf } from "../validate/library.ts";
import { isComplete } from "../validate/validate-schema.ts";
import { readText } from "../write/output-set.ts";
import { replaceFile } from "../write/replace-file.ts";
import { collectAnswers } from "./chip-questions.ts";
import {
  type Command,
  type CommandOptions,
  type Environment,
  logDiagnostics,
  outProse,
  printJson,
} from "./environment.ts";
import { foldersOf, installedFolder, loadFor, planAll, shownPath, UsageError } from "./run-pipeline.ts";
import { counted } from "./table.ts";
import { readWitnesses } from "./witness-files.ts";

export const newChip: Command = {
  name: "new",
  arguments: "<chip>",
  summary: "write a first description of a chip, and say which described chip is nearest",
  details: [
    "Asks at the terminal for what no flag says; `?` there explains a question, and `<` goes back to the one before. The",
    "description says `TODO` for the source of every fact and in comments what to look up; `fencegen validate` reports what is left.",
    "What nobody answered, such as which caches there are, is `unknown` in it, and no fence is emitted that depends on it.",
    "--from takes what somebody else's file says: cores, caches beyond theirs, memories, masters and whether they see the caches.",
    "It may be given twice, flags go before it, and `fencegen facts --help` says what is not taken from which file. Main memory",
    "without a node or a size in a device tree is not taken for none: it is asked for.",
    "Where no sound fence follows from the answers, the description says so, and none is emitted until more is known.",
    "",
    "Where a memory has another address for each who looks, or not all see it, BASE names each: a core, a master, cores or",
    "masters, as in DTCM=M7@0x2000_0000,masters@0x5000_0000+64KiB:uncached. A level of one core alone: M7:L2=32. A master that",
    "only reads: LCD=SDRAM:reads; of which no source says whether it reaches a memory: USB=SRAM2:unknown.",
  ],
  options: [
    "from",
    "source",
    "vendor",
    "title",
    "core",
    "target",
    "cache",
    "memory",
    "master",
    "coherent",
    "chips",
    "force",
    "json",
  ],
  examples: [
    ["fencegen new my-chip", "asks for everything"],
    [
      'fencegen new my-chip --from board.dtb --source "linux@0123abc arch/arm/boot/dts/board.dts"',
      "asks for what the tree does not say",
    ],
    [
      'fencegen new my-chip --vendor Acme --core cortex-m7 --cache none --memory "SRAM=0x2000_0000+64KiB" --master DMA1 --coherent no',
      "asks for nothing but the title and targets",
    ],
  ],
  positionals: [1, 1],
  async run([given], options, environment) {
    const described = await describeNew(given!, options, environment);
    if ("problems" in described) return failed(described.problems, options, environment);
    const { id, path, shown, text, chip, others, isCoherent } = described;
    const diagnostics = new Diagnostics();
    if (!replaceFile(path, text, diagnostics)) return failed(diagnostics.sorted(), options, environment);
    const nearest = nearestChip(chip, others);
    const problems = problemsOfFile(shown, options, environment);
    report(shown, nearest, id, problems, options, environment);
    if (!options.json && !isCoherent) warnOfCaches(chip, others, environment);
    return problems.some((problem) => problem.severity === "error" && !isOpen(problem)) ? 1 : 0;
  },
};

/** A description that is written nowhere yet. */
export interface DescribedNew {
  readonly id: string;
  /** Where it shall lie, absolute, and as it is shown. */
  readonly path: string;
  readonly shown: string;
  readonly text: string;
  readonly chip: ResolvedChip;
  /** Undefined where a fence waits for an answer, or is refused. */
  readonly planned: PlannedChip | undefined;
  /** Why a fence waits for an answer. */
  readonly open: readonly string[];
  /** How many facts say `TODO` for a source. */
  readonly todos: number;
  /** The chips with which it can be compared. */
  readonly others: Catalogue["chips"];
  readonly isCoherent: boolean;
}

/**
 * Finds out what the description of a chip says: from flags, from files, and from whoever is at the terminal.
 * @throws {UsageError} where something is missing, and nobody can be asked
 */
export async function describeNew(
  given: string,
  options: CommandOptions,
  environment: Environment,
): Promise<DescribedNew | { readonly problems: readonly Diagnostic[] }> {
  const id = parseId(given);
  if ("problem" in id) throw new UsageError(`new: ${id.problem}`);
  const folder = resolve(environment.workingFolder, options.chips);
  const path = join(folder, `${id.value}.yaml`);
  const shown = shownPath(path, environment);
  const diagnostics = new Diagnostics();
  // Without the chips of fencegen that the project lists: one of its own may take the place of any.
  const loaded = load(foldersOf(options, environment));
  const before = readText(path);
  const inTheWay = fileInTheWay(id.value, path, before !== undefined && !options.force, loaded, environment);
  if (inTheWay !== undefined)
    diagnostics.report("output/exists", { message: `\`${id.value}\` is described here already`, path: inTheWay });
  if (diagnostics.hasErrors) return { problems: diagnostics.sorted() };
  const catalogue = catalogueOf(loaded, otherChips(id.value, loaded, options, environment));
  const schemaPath = pathToSchema(folder, environment);
  const check = (answers: ChipAnswers) => [
    ...clashesOf(answers),
    ...tryOut(describeChip(answers, schemaPath), shown, loaded)
      .errors.filter(({ code, path }) => path === shown && !code.startsWith("plan/"))
      .map(({ message }) => message),
  ];
  const told = toldBy(options, id.value, diagnostics, environment);
  if (diagnostics.hasErrors) return { problems: diagnostics.sorted() };
  const answers = await collectAnswers(id.value, options, catalogue, check, environment, (said) => {
    const { draft: filled, notes } = fillFromFiles(said, told, catalogue);
    for (const note of notes) environment.log(note);
    return filled;
  });
  const { text, chip, planned, errors, todos } = draft(answers, schemaPath, shown, loaded);
  if (!chip || errors.some((error) => !isOpen(error))) return { problems: errors };
  const isCoherent = answers.isCoherent === true;
  const open = errors.map(({ message }) => message);
  return { id: id.value, path, shown, text, chip, planned, open, todos, others: catalogue.chips, isCoherent };
}

/** What files say, and what is cited for each. */
function toldBy(options: CommandOptions, id: string, diagnostics: Diagnostics, environment: Environment): Told[] {
  if (options.source.length > options.from.length) throw new UsageError("new: there are more --source than --from");
  return options.from.flatMap((name, index) =>
    readWitnesses([name], id, diagnostics, environment).map((witness) => ({
      witness,
      source: options.source[index] ?? `TODO ${name}`,
    })),
  );
}

/** What is refused for want of an answer; a description that asks for it is what was to be written. */
function isOpen({ code }: Pick<Diagnostic, "code">): boolean {
  return code === "plan/caching-unknown" || code === "plan/snooping-unknown";
}

function isToDo({ code }: Pick<Diagnostic, "code">): boolean {
  return code === "rule/source-to-do";
}

/** The file that describes the chip, if it must not be overwritten; one of another name never is. */
function fileInTheWay(
  id: string,
  path: string,
  isProtected: boolean,
  { chips }: Loaded,
  environment: Environment,
): string | undefined {
  if (isProtected) return shownPath(path, environment);
  const others = chips.filter((chip) => idOf(chip) === id).map(({ file }) => file.path);
  return others.find((other) => resolve(environment.workingFolder, other) !== path);
}

/** What is described without errors. */
export function catalogueOf({ library }: Loaded, chips: Catalogue["chips"]): Catalogue {
  const targetArchitectures = new Map(
    library.ids("architecture").flatMap((id) => {
      const description = library.get("architecture", id)!;
      return isComplete(description) ? [[id, description.value.rust.targetArch] as const] : [];
    }),
  );
  const cores = library.ids("core").flatMap((id) => {
    const description = library.get("core", id)!;
    const isUsable = isComplete(description) && targetArchitectures.has(description.value.architecture);
    return isUsable ? [[id, description.value] as const] : [];
  });
  const mechanisms = library.ids("mechanism").flatMap((id) => {
    const description = library.get("mechanism", id)!;
    return isComplete(description) ? [[id, description.value] as const] : [];
  });
  const sorted = <T>(entries: (readonly [string, T])[]) => new Map(entries.sort(([a], [b]) => compareCodePoints(a, b)));
  return { cores: sorted(cores), mechanisms: sorted(mechanisms), targetArchitectures, chips };
}

/** The chips of the folder and of fencegen itself, but for the one that is described anew. */
function otherChips(id: string, loaded: Loaded, options: CommandOptions, environment: Environment): ResolvedChip[] {
  const shippedChips = join(environment.packageFolder, "chips");
  const own = resolvedChips(loaded);
  const shipped =
    resolve(environment.workingFolder, options.chips) === shippedChips
      ? []
      : resolvedChips(loadFor({ chips: shippedChips }, environment));
  const hidden = new Set([id, ...own.map((chip) => chip.id)]);
  return [...own.filter((chip) => chip.id !== id), ...shipped.filter((chip) => !hidden.has(chip.id))];
}

/** Also those of which a fence is refused. */
function resolvedChips(loaded: Loaded): ResolvedChip[] {
  return loaded.chips.flatMap((chip) => resolveDescription(chip, loaded) ?? []);
}

/** From the chip's file to the schema: of this repository, or of the package as it is installed in a project. */
function pathToSchema(folder: string, environment: Environment): string {
  const { packageFolder } = environment;
  const home = resolve(folder, "..") === resolve(packageFolder) ? packageFolder : installedFolder(environment);
  return slashed(relative(folder, join(home, "dist/schema/chip.schema.json")));
}

/** The description, in which each core for which no sound fence follows says so. */
export function draft(answers: ChipAnswers, schemaPath: string, path: string, loaded: Loaded): Draft {
  // The planner refuses a chip as a whole, so that it is asked about each core alone.
  const refusals = answers.cores.map((core) =>
    refusalIn(tryOut(describeChip(answersFor(core, answers), schemaPath), path, loaded).errors),
  );
  return tryOut(describeChip(answers, schemaPath, refusals), path, loaded);
}

interface Draft {
  readonly text: string;
  /** Undefined where what is described is wrong. */
  readonly chip: ResolvedChip | undefined;
  /** Undefined also where a fence is refused. */
  readonly planned: PlannedChip | undefined;
  readonly errors: readonly Diagnostic[];
  readonly todos: number;
}

/** Validates and plans a text that is not on the disk yet, without the other chips. */
function tryOut(text: string, path: string, { library }: Loaded): Draft {
  const diagnostics = new Diagnostics();
  const others = library.all.filter(({ kind }) => kind !== "chip").map(({ file }) => file);
  const loaded = validateFiles([...others, parseSource(path, text, diagnostics)], diagnostics);
  const [description] = loaded.chips;
  const chip = description && resolveDescription(description, loaded);
  const planned = chip && planDescription(description, loaded);
  const problems = diagnostics.sorted();
  const errors = problems.filter(({ severity }) => severity === "error");
  return { text, chip, planned, errors, todos: problems.filter(isToDo).length };
}

function refusalIn(errors: readonly Diagnostic[]): ExpectedRefusal | undefined {
  const refusals = errors.filter((error) => error.code.startsWith("plan/") && !isOpen(error));
  const code = refusals[0]?.code;
  if (code === undefined) return undefined;
  const messages = refusals.filter((error) => error.code === code).map(({ message }) => message);
  return { code, messages: [...new Set(messages)] };
}

/** As `fencegen validate FILE` finds them in the file as it was written. */
function problemsOfFile(shown: string, options: CommandOptions, environment: Environment): readonly Diagnostic[] {
  const loaded = loadFor(options, environment);
  planAll(
    loaded.chips.filter(({ file }) => file.path === shown),
    loaded,
  );
  return loaded.diagnostics.sorted().filter(({ path }) => path === shown);
}

/** A core without a cache says nothing of the chip's own: others with the same core have one. */
function warnOfCaches(chip: ResolvedChip, others: Catalogue["chips"], environment: Environment): void {
  if (chip.dma.length === 0 || chip.memories.some(({ cachingUnknown }) => cachingUnknown)) return;
  for (const core of chip.cores) {
    if (core.caches.length > 0) continue;
    const withCache = others.filter(({ cores }) =>
      cores.some((other) => areSameCore(core, other) && other.caches.length > 0),
    );
    if (withCache.length === 0) continue;
    const ofCore = chip.cores.length === 1 ? "" : ` of ${core.name}`;
    environment.log(
      `\nNo data cache${ofCore} is described. ${withCache.map(({ id }) => id).join(", ")} ${withCache.length === 1 ? "has" : "have"} the same core (${core.title}) with a cache: look once more whether there is one here, and describe it under \`caches\`${chip.cores.length === 1 ? "" : ", of the chip or of the core's entry"}.`,
    );
  }
}

function failed(diagnostics: readonly Diagnostic[], options: CommandOptions, environment: Environment): 1 {
  if (options.json) printJson({ file: null, nearest: null, todos: 0, unknown: 0, diagnostics }, environment);
  else {
    logDiagnostics(diagnostics, environment);
    environment.log("Nothing was written.");
  }
  return 1;
}

/** Which described chip is nearest, and what differs; nothing where none is. */
export function nearestLines(nearest: NearestChip | undefined): string[] {
  if (!nearest) return [];
  const { id, title, vendor, differences } = nearest;
  return [`The nearest described chip is ${id}, ${title} by ${vendor}.`, ...differences.map((each) => `  - ${each}`)];
}

export function toDoWords(todos: number): string {
  return `${counted(todos, "fact")} with \`TODO\` for a source`;
}

function report(
  file: string,
  nearest: NearestChip | undefined,
  id: string,
  diagnostics: readonly Diagnostic[],
  options: CommandOptions,
  environment: Environment,
): void {
  const todos = diagnostics.filter(isToDo).length;
  const unknown = diagnostics.filter(isOpen).length;
  if (options.json) {
    const like = nearest ? { chip: nearest.id, differences: nearest.differences } : null;
    printJson({ file, nearest: like, todos, unknown, diagnostics }, environment);
    return;
  }
  // The marks are counted below.
  logDiagnostics(
    diagnostics.filter((diagnostic) => !isToDo(diagnostic)),
    environment,
  );
  environment.out(`wrote ${file}`);
  for (const line of nearestLines(nearest)) outProse(line, environment);
  const chips = options.chips === "chips" ? "" : ` --chips ${options.chips}`;
  environment.log(
    [
      "",
      ...(unknown > 0
        ? [`${counted(unknown, "fact")} \`unknown\`: no fence is emitted until somebody has looked.`]
        : []),
      `${toDoWords(todos)}. Next:`,
      "  1. Look up each fact, correct it and cite its source; the comments in the file say what matters.",
      `  2. fencegen validate ${file}${chips}`,
      `  3. fencegen plan ${id}${chips}, and read the steps against the manual`,
      `  4. fencegen generate${chips}`,
      `  5. fencegen verify ${id}${chips}`,
      ...options.from.map((name) => `  And: fencegen facts ${id} --against ${name}${chips}`),
    ].join("\n"),
  );
}
