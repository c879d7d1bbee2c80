// The questions on cores and their Rust targets.
import { type Catalogue, type CoreChoice, type Parsed, parseId } from "./chip-answers.ts";
import { changed, type Draft, type Question, type Surroundings, type Taken } from "./chip-draft.ts";
import { coresLike, parseCore, parseTarget, problemsOfCores, type TargetAnswer, withTargets } from "./core-answers.ts";
import * as help from "./question-help.ts";

/** In place of a core: it is not among those described. */
const noneOfThese = "none of these";

export function coreQuestion(draft: Draft, surroundings: Surroundings): Question | undefined {
  if (draft.newCore) return newCoreQuestion(draft, draft.newCore.id, surroundings);
  if (draft.secondCore) return firstNameQuestion(draft, draft.secondCore, surroundings);
  const { cores } = draft;
  const { catalogue } = surroundings;
  if (cores.isComplete) return undefined;
  const [first] = cores.items;
  if (!first)
    return {
      text: `Core, as ID, or \`${noneOfThese}\``,
      introduction: `Described cores: ${[...catalogue.cores.keys()].join(", ")}.`,
      help: help.core,
      take: (text) =>
        text === noneOfThese
          ? { value: { ...draft, newCore: { id: undefined } } }
          : orLike(text, changed(parseCore(text, catalogue), withCore(draft)), catalogue),
    };
  return {
    text: "Another kind of core that hands buffers to DMA, as ID:Name, or nothing",
    help: help.anotherCore,
    take: (text) => {
      if (text === "") return { value: { ...draft, cores: { ...cores, isComplete: true } } };
      const parsed = parseCore(text, catalogue);
      if ("problem" in parsed) return parsed;
      const more = parsed.value;
      if (first.name === undefined && more.name !== undefined) return { value: { ...draft, secondCore: more } };
      return unlessTheyClash(draft, [...cores.items, more]);
    },
  };
}

function withCore(draft: Draft): (core: CoreChoice) => Draft {
  return (core) => ({
    ...draft,
    newCore: undefined,
    cores: { items: [...draft.cores.items, core], isComplete: false },
  });
}

/** Offers the core that a misspelt id is nearest to. */
function orLike(text: string, taken: Parsed<Draft>, catalogue: Catalogue): Taken {
  return "value" in taken ? taken : { ...taken, offered: coresLike(text, catalogue)[0] };
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
    take: (text) => changed(parseCore(`${id}@${text}`, catalogue), withCore(draft)),
  };
}

/** A core that was alone needs no name. */
function firstNameQuestion(draft: Draft, more: CoreChoice, { catalogue }: Surroundings): Question {
  const [first, ...others] = draft.cores.items as [CoreChoice, ...CoreChoice[]];
  return {
    text: `Name that tells ${first.id} apart, such as M7`,
    help: help.coreName,
    take: (text) => {
      const named = parseCore(`${first.spelling}:${text}`, catalogue);
      return "problem" in named ? named : unlessTheyClash(draft, [named.value, ...others, more]);
    },
  };
}

function unlessTheyClash(draft: Draft, cores: readonly CoreChoice[]): Parsed<Draft> {
  // Without a name of its own, the first is asked for one when the second is there.
  const problems = problemsOfCores(cores);
  if (problems.length > 0) return { problem: [...new Set(problems)].join("\n") };
  return { value: { ...draft, secondCore: undefined, cores: { items: cores, isComplete: false } } };
}

export function targetsQuestion(draft: Draft, { catalogue }: Surroundings): Question | undefined {
  const { givenTargets, rustTargets } = draft;
  const { cores, problems } = withTargets(draft.cores.items, givenTargets ?? [], catalogue);
  const core = cores[rustTargets.length];
  const isAnswered = givenTargets && problems.length === 0 && cores.every((each) => each.rustTargets.length > 0);
  if (!core || isAnswered) return undefined;
  return {
    ...(rustTargets.length === 0 && problems.length > 0 ? { introduction: problems.join("\n") } : {}),
    text: `Rust targets of ${core.id}, with commas between them`,
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
