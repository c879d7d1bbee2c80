import { dirname, join, relative, resolve } from "node:path";
import { Diagnostics } from "../diagnostics/diagnostic.ts";
import { slashed } from "../disk/paths.ts";
import { shippedChip } from "../load/read-descriptions.ts";
import { projectFileName } from "../notation/names.ts";
import { coreOf } from "../plan/plan-chip.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { parseId } from "../scaffold/chip-answers.ts";
import { firstDriverTest, type TestRunner } from "../scaffold/first-driver-test.ts";
import { nearestChip } from "../scaffold/nearest-chip.ts";
import { editorSettings, settingsText, workflowText } from "../scaffold/project-files.ts";
import { type Disk, realDisk } from "../write/disk.ts";
import { type Change, nothingCompared } from "../write/output-set.ts";
import {
  type Command,
  type CommandOptions,
  type Environment,
  type ExitCode,
  logDiagnostics,
  printJson,
} from "./environment.ts";
import { bringUpToDate } from "./generate.ts";
import { describeNew, nearestLines, toDoWords } from "./new.ts";
import {
  installedFolder,
  loadChips,
  planAll,
  shippedFolderOf,
  shownPath,
  UsageError,
  unknownChip,
} from "./run-pipeline.ts";

export const init: Command = {
  name: "init",
  arguments: "[chip…]",
  summary: "set up a project: settings, a first chip, the editor, a workflow and a driver test",
  details: [
    "The chips named come with fencegen, and are listed in the settings, or the project describes them; --new writes the description of one of your own, as `new` does and",
    "with its flags. Writes .fencegen.yaml, .vscode/settings.json, .github/workflows/fencegen.yml and a test of a driver for the first chip,",
    "for vitest where the project has it and else for Node's own runner; of a chip of your own, whose class is TypeScript, for vitest alone.",
    "A file that is there stays as it is, and is named.",
    "Asks only at a terminal.",
  ],
  options: [
    "new",
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
    "json",
  ],
  examples: [
    ["fencegen init stm32h743", "with a chip that comes with fencegen"],
    ["fencegen init --new my-chip", "with one of your own, for which it asks"],
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  async run(given, options, environment) {
    const wanted = await wantedFiles(given, options, environment);
    if ("problems" in wanted) return answer({ written: [], left: [], next: [] }, wanted.problems, options, environment);
    const disk = environment.host.disk ?? realDisk;
    const at = (path: string) => join(environment.workingFolder, path);
    const there = wanted.files.filter(({ path }) => disk.kindOf(at(path)) !== undefined);
    const left = [...there.map(({ path }) => path), ...wanted.described];
    const diagnostics = new Diagnostics();
    const compare = () => {
      const missing = wanted.files.filter(({ path }) => disk.kindOf(at(path)) === undefined);
      const changes = missing.map(({ path, text }): Change => {
        return { kind: "create", path: at(path), before: undefined, after: text };
      });
      return { ...nothingCompared, changes };
    };
    const outside = wanted.files.map(({ path }) => at(path));
    const { outcome, comparison } = await bringUpToDate({ compare, outside, diagnostics }, options, environment);
    const isDone = outcome === "done" && !diagnostics.hasErrors;
    const written = isDone ? comparison.changes.map(({ path }) => shownPath(path, environment)) : [];
    const next = isDone ? wanted.next(left) : [];
    return answer({ written, left, next, notes: wanted.notes(left) }, diagnostics, options, environment);
  },
};

/** Where GitHub looks for workflows. */
const workflowPath = ".github/workflows/fencegen.yml";

interface Wanted {
  /** Relative to the folder of the project, with forward slashes. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Descriptions that were there before, and of which no text was made. */
  readonly described: readonly string[];
  /** What comes next. @param left files that were there already */
  next(left: readonly string[]): readonly string[];
  /** What is not written, and why. @param left files that were there already */
  notes(left: readonly string[]): readonly string[];
}

/** @throws {UsageError} for a chip that there is not, and for answers that nobody can be asked for */
async function wantedFiles(
  given: readonly string[],
  options: CommandOptions,
  environment: Environment,
): Promise<Wanted | { readonly problems: Diagnostics }> {
  const { workingFolder } = environment;
  const disk = environment.host.disk ?? realDisk;
  const named = [...new Set(given.length > 0 || options.new !== undefined ? given : await askForChips(environment))];
  const isDescribed = (id: string) =>
    !("problem" in parseId(id)) && disk.kindOf(resolve(workingFolder, `${options.chips}/${id}.yaml`)) !== undefined;
  const shipped = named.filter((id) => !isDescribed(id));
  for (const id of shipped)
    if (shippedChip(shippedFolderOf(environment), id) === undefined)
      throw unknownChip(id, [], new Diagnostics(), environment);
  // One takes the place of the other, and the test would be of the one that ships.
  if (options.new !== undefined && shipped.includes(options.new))
    throw new UsageError(
      `init: ${options.new} comes with fencegen; give the chip of your own another id, or leave out one of the two`,
    );
  const ownId = options.new ?? named.find(isDescribed);
  const own = ownId === undefined ? undefined : await ownChip(ownId, options, environment);
  if (own && "problems" in own) return own;
  const first = shipped[0] === undefined ? own : describedOne(shipped[0], options, environment);
  if (first && "problems" in first) return first;
  const runner = runnerOf(workingFolder, disk);
  const test = first && testOf(first, runner);
  const installed = slashed(relative(workingFolder, installedFolder(environment)));
  const schemas = `${installed}/dist/schema`;
  const top = repositoryAbove(workingFolder, disk);
  const files = [
    { path: projectFileName, text: settingsText(`${schemas}/project.schema.json`, shipped) },
    ...(own?.text === undefined ? [] : [{ path: own.path, text: own.text }]),
    { path: ".vscode/settings.json", text: editorSettings(schemas) },
    ...(top === undefined ? [{ path: workflowPath, text: workflowText(test?.command) }] : []),
    ...(test?.text === undefined ? [] : [{ path: test.path, text: test.text }]),
  ];
  return {
    files,
    described: own && own.text === undefined ? [own.path] : [],
    notes: (left) => [
      ...(own?.told ?? []),
      ...(top === undefined
        ? []
        : [`No workflow: GitHub looks for those at ${shownPath(top, environment)}, above this folder.`]),
      ...(first && test?.text === undefined ? [`No test of a driver: ${test?.why ?? "nothing to test"}.`] : []),
      ...(test?.command !== undefined && left.includes(workflowPath) && !left.includes(test.path)
        ? [`For the test to run in ${workflowPath} as well, add this step: \`- run: ${test.command}\``]
        : []),
    ],
    next(left) {
      if (shipped.length === 0 && !own)
        return ["npx fencegen new <chip>", "npx fencegen validate", "npx fencegen generate"];
      const listed = left.includes(projectFileName) && shipped.length > 0 ? ` ${shipped.join(" ")}` : "";
      return [
        ...(own ? [`npx fencegen validate ${own.path}`, `npx fencegen plan ${own.id}`] : []),
        `npx fencegen generate${listed}`,
        "npx fencegen verify",
        test?.command ?? "npx fencegen check",
      ];
    },
  };
}

/** At a terminal; elsewhere none. */
async function askForChips({ ask }: Environment): Promise<string[]> {
  const said = await ask?.("Which chips that come with fencegen? Their ids, or nothing: ");
  return (said ?? "").split(/[\s,]+/).filter((word) => word !== "");
}

/** The chip whose driver is tested. */
interface FirstChip {
  readonly id: string;
  readonly planned: PlannedChip | undefined;
  /** Why there is no fence, where it is not in the plan. */
  readonly open: readonly string[];
  /** Of a chip of the project's own, relative to its folder. */
  readonly path: string | undefined;
}

interface OwnChip extends FirstChip {
  readonly path: string;
  /** Undefined where it was described before. */
  readonly text: string | undefined;
  /** Of one that is described now, what `new` says of it as well. */
  readonly told: readonly string[];
}

/** Of a file that does not even say that it describes a chip, what is wrong with it. */
function describedOne(
  id: string,
  options: CommandOptions,
  environment: Environment,
): FirstChip | { readonly problems: Diagnostics } {
  const { loaded, selected } = loadChips([id], options, environment);
  if (selected.length === 0) return { problems: loaded.diagnostics };
  const [planned] = planAll(selected, loaded);
  const errors = loaded.diagnostics.sorted().filter(({ severity }) => severity === "error");
  return { id, planned, open: errors.map(({ message }) => message), path: undefined };
}

/** @param given its id. What describes it already stays, and nothing is asked then */
async function ownChip(
  given: string,
  options: CommandOptions,
  environment: Environment,
): Promise<OwnChip | { readonly problems: Diagnostics }> {
  const disk = environment.host.disk ?? realDisk;
  const id = parseId(given);
  if ("problem" in id) throw new UsageError(`init: ${id.problem}`);
  const path = `${options.chips}/${id.value}.yaml`;
  if (disk.kindOf(resolve(environment.workingFolder, path)) !== undefined) {
    const first = describedOne(id.value, options, environment);
    return "problems" in first ? first : { ...first, path, text: undefined, told: [] };
  }
  const described = await describeNew(given, options, environment);
  if (!("problems" in described)) {
    const { planned, open, text, chip, others, todos } = described;
    const told = [
      nearestLines(nearestChip(chip, others)).join("\n"),
      `${path} has ${toDoWords(todos)}: look each up, correct it and cite where you read it.`,
    ].filter((note) => note !== "");
    return { id: id.value, planned, open, path, text, told };
  }
  const problems = new Diagnostics();
  for (const { code, ...problem } of described.problems) problems.report(code, problem);
  return { problems };
}

interface DriverTest {
  readonly path: string;
  /** Undefined where there can be none, and then why. */
  readonly text: string | undefined;
  readonly why: string | undefined;
  readonly command: string | undefined;
}

function testOf({ id, planned, open, path }: FirstChip, runner: TestRunner): DriverTest {
  const file = `test/${id}-driver.test.${runner === "vitest" ? "mts" : "mjs"}`;
  const none = (why: string): DriverTest => ({ path: file, text: undefined, why, command: undefined });
  const fence = planned?.fences[0];
  if (!planned || !fence) {
    const refused = planned?.chip.cores.flatMap((core) => core.refused?.because ?? []) ?? [];
    const reasons = [...new Set([...open, ...refused])].map((reason) => reason.trim().replace(/\.$/, ""));
    const because = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
    const later = path === undefined ? "" : `. \`npx fencegen init ${id}\` writes the test once that is mended`;
    return none(`${id} has no fence as it is described${because}${later}`);
  }
  if (path !== undefined && runner === "node")
    return none(
      `the class of a chip of your own is TypeScript, which not every Node runs. \`npm install --save-dev vitest\`, and run init again`,
    );
  const text = firstDriverTest({
    chip: planned.chip,
    core: coreOf(planned.chip, fence),
    fence,
    runner,
    classFrom: path === undefined ? `fencegen/chips/${id}` : `../out/typescript/${id}.ts`,
    description: path === undefined ? undefined : `../${path}`,
  });
  if (text === undefined) return none(`no DMA master of ${id} both reads and writes a memory of its core`);
  const command = runner === "vitest" ? `npx vitest run ${file}` : `node --test ${file}`;
  return { path: file, text, why: undefined, command };
}

/** The folders from here to the root. */
function* foldersUp(from: string): Generator<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    yield folder;
    if (dirname(folder) === folder) return;
  }
}

/** Whether packages are installed with vitest among them, here or in a folder above that shares its packages. */
function runnerOf(workingFolder: string, disk: Disk): TestRunner {
  const isInstalled = (folder: string) => disk.kindOf(join(folder, "node_modules/vitest/package.json")) !== undefined;
  return [...foldersUp(workingFolder)].some(isInstalled) ? "vitest" : "node";
}

/** The top of a git repository of which the folder is a part. */
function repositoryAbove(workingFolder: string, disk: Disk): string | undefined {
  const top = [...foldersUp(workingFolder)].find((folder) => disk.kindOf(join(folder, ".git")) !== undefined);
  return top === workingFolder ? undefined : top;
}

interface Answer {
  readonly written: readonly string[];
  readonly left: readonly string[];
  readonly next: readonly string[];
  readonly notes?: readonly string[];
}

function answer(
  { written, left, next, notes = [] }: Answer,
  diagnostics: Diagnostics,
  options: CommandOptions,
  environment: Environment,
): ExitCode {
  const problems = diagnostics.sorted();
  if (options.json) printJson({ written, left, notes, next, diagnostics: problems }, environment);
  else {
    logDiagnostics(problems, environment);
    for (const path of written) environment.out(`wrote ${path}`);
    for (const path of left) environment.log(`${path} is there, and stays as it is.`);
    for (const note of notes) environment.log(note);
    if (diagnostics.hasErrors) environment.log("Nothing was written.");
    else environment.log(["", "Next:", ...next.map((command) => `  ${command}`)].join("\n"));
  }
  return diagnostics.hasErrors ? 1 : 0;
}
