// Where the answers for `fencegen new` come from: from its flags, and what these leave open from whoever is at the terminal.
import { nearest } from "../diagnostics/diagnostic.ts";
import {
  type Catalogue,
  type ChipAnswers,
  type CoreAnswer,
  type CoreChoice,
  type MasterAnswer,
  type Parsed,
  parseCore,
  parseId,
  parseMaster,
  parseRegion,
  parseTarget,
  parseText,
  parseYesOrNo,
  problemsOfCores,
  type RegionAnswer,
  type TargetAnswer,
  withTargets,
} from "../scaffold/chip-answers.ts";
import type { CommandOptions, Environment } from "./environment.ts";
import { UsageError } from "./run-pipeline.ts";

/** What the rules on descriptions say against answers, also against the first few of them. */
export type Check = (answers: ChipAnswers) => readonly string[];

interface Given {
  readonly vendor: string | undefined;
  readonly title: string | undefined;
  readonly cores: readonly CoreChoice[] | undefined;
  readonly targets: readonly TargetAnswer[] | undefined;
  readonly regions: readonly RegionAnswer[] | undefined;
  readonly masters: readonly MasterAnswer[] | undefined;
  readonly isCoherent: boolean | undefined;
}

/** In place of a DMA master: there are none. */
const none = "none";
/** In place of a core: it is not among those described. */
const noneOfThese = "none of these";

/** @throws {UsageError} with everything that is wrong or missing, if it cannot be asked for */
export async function collectAnswers(
  id: string,
  options: CommandOptions,
  catalogue: Catalogue,
  check: Check,
  environment: Environment,
): Promise<ChipAnswers> {
  const { given, problems } = readFlags(options, catalogue);
  refuse(problems);
  const { ask } = environment;
  const answers = ask
    ? await askForAnswers(id, given, catalogue, check, { ask, log: environment.log })
    : answersOf(id, given, catalogue);
  refuse(check(answers));
  return answers;
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new UsageError(`new: ${problems.join("\n  ")}`);
}

function readFlags(options: CommandOptions, catalogue: Catalogue): { given: Given; problems: readonly string[] } {
  const problems: string[] = [];
  const one = <T>(flag: string, text: string | undefined, parse: (text: string) => Parsed<T>): T | undefined => {
    if (text === undefined) return undefined;
    const parsed = parse(text);
    if ("value" in parsed) return parsed.value;
    problems.push(`${flag}: ${parsed.problem}`);
    return undefined;
  };
  const many = <T>(flag: string, texts: readonly string[], parse: (text: string) => Parsed<T>): T[] | undefined =>
    texts.length === 0 ? undefined : texts.flatMap((text) => one(flag, text, parse) ?? []);
  const cores = many("--core", options.core, (text) => parseCore(text, catalogue));
  const targets = many("--target", options.target, parseTarget);
  problems.push(...problemsOfCores(cores ?? []).map((problem) => `--core: ${problem}`));
  if (cores && targets && problems.length === 0)
    problems.push(...withTargets(cores, targets, catalogue).problems.map((problem) => `--target: ${problem}`));
  return {
    given: {
      vendor: one("--vendor", options.vendor, parseText),
      title: one("--title", options.title, parseText),
      cores,
      targets,
      regions: many("--region", options.region, parseRegion),
      masters: options.dma.join() === none ? [] : many("--dma", options.dma, parseMaster),
      isCoherent: one("--coherent", options.coherent, parseYesOrNo),
    },
    problems,
  };
}

/** Without a terminal. What has a default need not be given. */
function answersOf(id: string, given: Given, catalogue: Catalogue): ChipAnswers {
  const { vendor, cores: choices, regions, masters } = given;
  const cores = withTargets(choices ?? [], given.targets ?? [], catalogue).cores;
  // Nobody can see caches where there is no DMA.
  const isCoherent = masters?.length === 0 ? false : given.isCoherent;
  const missing = [
    ...(vendor === undefined ? ["--vendor TEXT"] : []),
    ...(choices === undefined ? ["--core ID"] : []),
    ...(cores.some(({ rustTargets }) => rustTargets.length === 0) ? ["--target TRIPLE"] : []),
    ...(regions === undefined ? ['--region "NAME=BASE+SIZE[:most][:uncached]"'] : []),
    ...(masters === undefined ? ['--dma "NAME[=REGION,REGION]" (or --dma none)'] : []),
    ...(isCoherent === undefined ? ["--coherent yes|no"] : []),
  ];
  if (missing.length > 0)
    throw new UsageError(
      `new: there is no terminal to ask at, and these flags are missing:\n  ${missing.join("\n  ")}`,
    );
  return {
    id,
    title: given.title ?? defaultTitle(id),
    vendor: vendor!,
    cores,
    regions: regions!,
    masters: masters!,
    isCoherent: isCoherent!,
  };
}

function defaultTitle(id: string): string {
  return id.toUpperCase();
}

/** Somebody to ask, and where to say why an answer will not do. */
interface Conversation {
  readonly ask: NonNullable<Environment["ask"]>;
  readonly log: Environment["log"];
}

/** Asks for what the flags do not say. */
async function askForAnswers(
  id: string,
  given: Given,
  catalogue: Catalogue,
  check: Check,
  talk: Conversation,
): Promise<ChipAnswers> {
  const vendor = given.vendor ?? (await askFor("Vendor", parseText, talk));
  const title = given.title ?? (await askFor("Title, as the vendor spells it", parseText, talk, defaultTitle(id)));
  const choices = given.cores ?? (await askForCores(catalogue, talk));
  const cores = await askForTargets(choices, given.targets, catalogue, talk);
  const soFar = { id, title, vendor, cores, regions: [], masters: [], isCoherent: false };
  const regions = given.regions ?? (await askForRegions(soFar, check, talk));
  const masters = given.masters ?? (await askForMasters({ ...soFar, regions }, check, talk));
  const isCoherent =
    given.isCoherent ??
    (masters.length > 0 &&
      (await askFor("Do the DMA masters see the CPU's caches, yes or no", parseYesOrNo, talk, "no")));
  return { ...soFar, regions, masters, isCoherent };
}

async function askForCores(catalogue: Catalogue, talk: Conversation): Promise<readonly CoreChoice[]> {
  talk.log(`Described cores: ${[...catalogue.cores.keys()].join(", ")}.`);
  const cores = [await askForCore(catalogue, talk)];
  for (;;) {
    const more = await askFor(
      "Another kind of core that hands buffers to DMA, as ID:Name, or nothing",
      (text): Parsed<CoreChoice | undefined> => (text === "" ? { value: undefined } : parseCore(text, catalogue)),
      talk,
    );
    if (!more) return cores;
    const [first] = cores;
    if (first!.name === undefined) {
      const named = (name: string) => parseCore(`${first!.spelling}:${name}`, catalogue);
      cores[0] = await askFor(`Name that tells ${first!.id} apart, such as M7`, named, talk);
    }
    const problems = problemsOfCores([...cores, more]);
    if (problems.length === 0) cores.push(more);
    else talk.log(problems.join("\n"));
  }
}

async function askForCore(catalogue: Catalogue, talk: Conversation): Promise<CoreChoice> {
  let offered: string | undefined;
  for (;;) {
    const question = `Core, as ID, or \`${noneOfThese}\``;
    const text = await askFor(question, (text) => ({ value: text }), talk, offered);
    if (text === noneOfThese) return askForNewCore(catalogue, talk);
    const parsed = parseCore(text, catalogue);
    if ("value" in parsed) return parsed.value;
    talk.log(parsed.problem);
    offered = nearest(text.split(/[:@]/)[0]!, catalogue.cores.keys());
  }
}

async function askForNewCore(catalogue: Catalogue, talk: Conversation): Promise<CoreChoice> {
  const { cores, targetArchitectures } = catalogue;
  const parseNewId = (text: string): Parsed<string> =>
    cores.has(text) ? { problem: `the core \`${text}\` is described already` } : parseId(text);
  const id = await askFor("Id of the new core, such as my-core", parseNewId, talk);
  const question = `Its architecture, one of ${[...targetArchitectures.keys()].join(", ")}`;
  return askFor(question, (architecture) => parseCore(`${id}@${architecture}`, catalogue), talk);
}

async function askForTargets(
  choices: readonly CoreChoice[],
  given: readonly TargetAnswer[] | undefined,
  catalogue: Catalogue,
  talk: Conversation,
): Promise<readonly CoreAnswer[]> {
  const { cores, problems } = withTargets(choices, given ?? [], catalogue);
  refuse(problems.map((problem) => `--target: ${problem}`));
  if (given && cores.every(({ rustTargets }) => rustTargets.length > 0)) return cores;
  const answered: CoreAnswer[] = [];
  for (const core of cores) {
    const usual = core.rustTargets.length > 0 ? core.rustTargets.join(", ") : undefined;
    const question = `Rust targets of ${core.id}, with commas between them`;
    const rustTargets = await askFor(question, (text) => parseTargetsOf(core, text, catalogue), talk, usual);
    answered.push({ ...core, rustTargets });
  }
  return answered;
}

function parseTargetsOf(core: CoreChoice, text: string, catalogue: Catalogue): Parsed<readonly string[]> {
  const targets: TargetAnswer[] = [];
  for (const triple of text.split(",")) {
    const parsed = parseTarget(triple);
    if ("problem" in parsed) return parsed;
    targets.push({ ...parsed.value, coreName: undefined });
  }
  const { cores, problems } = withTargets([core], targets, catalogue);
  return problems.length > 0 ? { problem: problems.join("\n") } : { value: cores[0]!.rustTargets };
}

async function askForRegions(soFar: ChipAnswers, check: Check, talk: Conversation): Promise<readonly RegionAnswer[]> {
  const regions: RegionAnswer[] = [];
  for (;;) {
    const isFirst = regions.length === 0;
    const region = await askFor(
      isFirst
        ? "Memory region, as NAME=BASE+SIZE[:most][:uncached], such as SRAM=0x2000_0000+64KiB"
        : "Another region, or nothing",
      (text): Parsed<RegionAnswer | undefined> =>
        text === "" && !isFirst
          ? { value: undefined }
          : checked(parseRegion(text), (region) => check({ ...soFar, regions: [...regions, region] })),
      talk,
    );
    if (!region) return regions;
    regions.push(region);
  }
}

async function askForMasters(soFar: ChipAnswers, check: Check, talk: Conversation): Promise<readonly MasterAnswer[]> {
  const masters: MasterAnswer[] = [];
  for (;;) {
    const isFirst = masters.length === 0;
    const master = await askFor(
      isFirst
        ? `DMA master, as NAME[=REGION,REGION], with no region for all of them, or \`${none}\``
        : "Another DMA master, or nothing",
      (text): Parsed<MasterAnswer | undefined> =>
        text === (isFirst ? none : "")
          ? { value: undefined }
          : checked(parseMaster(text), (master) => check({ ...soFar, masters: [...masters, master] })),
      talk,
    );
    if (!master) return masters;
    masters.push(master);
  }
}

/** A parsed answer, unless the rules say something against it. */
function checked<T>(parsed: Parsed<T>, check: (value: T) => readonly string[]): Parsed<T> {
  const problems = "value" in parsed ? check(parsed.value) : [];
  return problems.length > 0 ? { problem: problems.join("\n") } : parsed;
}

/** Asks until the answer is a legal one. */
async function askFor<T>(
  question: string,
  parse: (text: string) => Parsed<T>,
  { ask, log }: Conversation,
  fallback?: string,
): Promise<T> {
  for (;;) {
    const answer = await ask(`${question}${fallback === undefined ? "" : ` [${fallback}]`}: `);
    if (answer === undefined)
      throw new UsageError("new: the input ended before the last question; nothing was written");
    const parsed = parse(answer.trim() || (fallback ?? ""));
    if ("value" in parsed) return parsed.value;
    log(parsed.problem);
  }
}
