// The questions on cores and their Rust targets.
import { type Catalogue, type CoreChoice, type Parsed, parseId } from "./chip-answers.ts";
import { changed, type Draft, type Question, type Surroundings } from "./chip-draft.ts";
import {
  coreNamePattern,
  coresLike,
  parseCore,
  parseTarget,
  problemsOfCores,
  type TargetAnswer,
  withTargets,
} from "./core-answers.ts";
import * as help from "./question-help.ts";

/** In place of a core: it is not among those described. */
const noneOfThese = "none of these";

export function coreQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  if (draft.newCore) return newCoreQuestion(draft, draft.newCore.id, surroundings);
  if (draft.furtherCore) return nameQuestion(draft, draft.furtherCore, surroundings);
  const { cores } = draft;
  const { catalogue } = surroundings;
  if (cores.isComplete) return undefined;
  const isFirst = cores.items.length === 0;
  return {
    ...(isFirst && { introduction: `Described cores: ${[...catalogue.cores.keys()].join(", ")}.` }),
    text: isFirst
      ? `Core, as ID, or \`${noneOfThese}\``
      : `Another kind of core that hands buffers to DMA, as ID, or \`${noneOfThese}\`, or nothing`,
    help: isFirst ? help.core : help.anotherCore,
    take: (text) => {
      if (text === "" && !isFirst) return { value: { ...draft, cores: { ...cores, isComplete: true } } };
      if (text === noneOfThese) return { value: { ...draft, newCore: { id: undefined } } };
      const parsed = parseCore(text, catalogue);
      if ("problem" in parsed) return { ...parsed, ...(isFirst && { offered: coresLike(text, catalogue)[0] }) };
      return withCore(draft, parsed.value);
    },
  };
}

/** Alone it needs no name; of several, each has one before the next is asked for. */
function withCore(before: Draft, core: CoreChoice): Parsed<Draft> {
  const draft: Draft = { ...before, newCore: undefined };
  const { items } = draft.cores;
  if (items.length === 0) return { value: { ...draft, cores: { items: [core], isComplete: false } } };
  if ([...items, core].some(({ name }) => name === undefined)) return { value: { ...draft, furtherCore: core } };
  const problems = problemsOfCores([...items, core]);
  if (problems.length > 0) return { problem: [...new Set(problems)].join("\n") };
  return { value: { ...draft, furtherCore: undefined, cores: { items: [...items, core], isComplete: false } } };
}

function newCoreQuestion(draft: Draft, id: string | undefined, { catalogue }: Surroundings): Question {
  const { cores, targetArchitectures } = catalogue;
  if (id === undefined)
    return {
      text: "Id of the new core, such as my-core",
      help: help.newCore,
      take: (text) =>
        cores.has(text)
          ? { problem: `the core \`${text}\` is described already` }
          : changed(parseId(text), (named) => ({ ...draft, newCore: { id: named } })),
    };
  return {
    text: `Its architecture, one of ${[...targetArchitectures.keys()].join(", ")}`,
    help: help.architecture,
    take: (text) => {
      const parsed = parseCore(`${id}@${text}`, catalogue);
      return "problem" in parsed ? parsed : withCore(draft, parsed.value);
    },
  };
}

/** Of the first core, which needed no name while it was alone, or of the further one. */
function nameQuestion(draft: Draft, further: CoreChoice, { catalogue }: Surroundings): Question {
  const { items } = draft.cores;
  const isOfFirst = items[0]!.name === undefined;
  const core = isOfFirst ? items[0]! : further;
  const taken = [...items, further].flatMap(({ name }) => name ?? []);
  const usual = usualName(core);
  return {
    text: `Name that tells ${core.id} from the other cores`,
    fallback: usual !== undefined && !taken.includes(usual) ? usual : undefined,
    help: help.coreName,
    take: (text) => {
      const parsed = parseCore(`${core.spelling}:${text}`, catalogue);
      if ("problem" in parsed) return parsed;
      if (taken.includes(text)) return { problem: `two cores are called \`${text}\`` };
      if (!isOfFirst) return withCore(draft, parsed.value);
      return withCore({ ...draft, cores: { ...draft.cores, items: [parsed.value, ...items.slice(1)] } }, further);
    },
  };
}

/** `M7` of cortex-m7. */
function usualName({ id }: CoreChoice): string | undefined {
  const last = id.split("-").at(-1)!;
  const name = last.slice(0, 1).toUpperCase() + last.slice(1);
  return coreNamePattern.test(name) ? name : undefined;
}

export function targetsQuestion(draft: Draft, { catalogue }: Surroundings): Question | undefined {
  const { givenTargets, rustTargets } = draft;
  const { cores, problems } = withTargets(draft.cores.items, givenTargets ?? [], catalogue);
  const core = cores[rustTargets.length];
  const isAnswered = givenTargets && problems.length === 0 && cores.every((each) => each.rustTargets.length > 0);
  if (!core || isAnswered) return undefined;
  return {
    ...(rustTargets.length === 0 && problems.length > 0 ? { introduction: problems.join("\n") } : {}),
    text: `Rust targets of ${core.id}${core.name === undefined ? "" : ` (${core.name})`}, with commas between them`,
    fallback: core.rustTargets.length > 0 ? core.rustTargets.join(", ") : undefined,
    help: help.targets,
    take: (text) =>
      changed(parseTargetsOf(core, text, catalogue), (targets) => ({
        ...draft,
        rustTargets: [...rustTargets, targets],
      })),
  };
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
