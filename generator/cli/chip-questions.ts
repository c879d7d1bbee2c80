// Where the answers for `fencegen new` come from: from its flags, and what these leave open from whoever is at the terminal.
import { type Catalogue, type ChipAnswers, unknown } from "../scaffold/chip-answers.ts";
import { answersSoFar, type Draft, type Question, type Surroundings, type Taken } from "../scaffold/chip-draft.ts";
import { nextQuestion } from "../scaffold/next-question.ts";
import { missingFlags, readFlags } from "./chip-flags.ts";
import type { CommandOptions, Environment } from "./environment.ts";
import { UsageError } from "./run-pipeline.ts";

/** What the rules on descriptions say against answers, also against the first few of them. */
export type Check = Surroundings["check"];

/** Somebody to ask, and where to say why an answer will not do. */
interface Conversation {
  readonly ask: NonNullable<Environment["ask"]>;
  readonly log: Environment["log"];
}

/**
 * @param fill adds to what flags say what files say
 * @throws {UsageError} with everything that is wrong or missing, if it cannot be asked for
 */
export async function collectAnswers(
  id: string,
  options: CommandOptions,
  catalogue: Catalogue,
  check: Check,
  environment: Environment,
  fill: (draft: Draft) => Draft = (draft) => draft,
): Promise<ChipAnswers> {
  const { draft: said, problems } = readFlags(id, options, catalogue);
  const draft = fill(said);
  const { ask, log } = environment;
  const answers = ask
    ? await askForTheRest(draft, problems, { catalogue, check }, { ask, log })
    : answersWithoutAsking(draft, problems, catalogue);
  refuse(check(answers));
  return answers;
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new UsageError(`new: ${problems.join("\n  ")}`);
}

function answersWithoutAsking(draft: Draft, problems: readonly string[], catalogue: Catalogue): ChipAnswers {
  refuse(problems);
  // What caches there are is not known where nobody says so.
  const isOpen = draft.caches !== unknown && !draft.caches.isComplete;
  const answers = answersSoFar(isOpen ? { ...draft, caches: unknown } : draft, catalogue);
  const missing = missingFlags(
    draft,
    answers.cores.every(({ rustTargets }) => rustTargets.length > 0),
  );
  if (missing.length > 0)
    throw new UsageError(
      `new: there is no terminal to ask at, and these flags are missing:\n  ${missing.join("\n  ")}`,
    );
  return answers;
}

/** Asks for what the flags do not say, or say in a way that will not do. */
async function askForTheRest(
  draft: Draft,
  problems: readonly string[],
  surroundings: Surroundings,
  talk: Conversation,
): Promise<ChipAnswers> {
  if (problems.length > 0) talk.log(problems.join("\n"));
  const { catalogue, check } = surroundings;
  const answers = answersSoFar(await converse(draft, surroundings, talk), catalogue);
  // What was asked for has been checked; lists that flags give are only known not to go together now.
  const clashes = check(answers);
  const nothing = { items: [], isComplete: false };
  const isGiven =
    draft.memories.isComplete || draft.masters.isComplete || draft.caches === unknown || draft.caches.isComplete;
  if (clashes.length === 0 || !isGiven) return answers;
  talk.log(clashes.join("\n"));
  const { id, vendor, title, cores } = answers;
  const rustTargets = cores.map((core) => core.rustTargets);
  const again = { ...draft, id, vendor, title, cores: { items: cores, isComplete: true }, rustTargets };
  return answersSoFar(
    await converse({ ...again, caches: nothing, memories: nothing, masters: nothing }, surroundings, talk),
    catalogue,
  );
}

const backWords = ["<", "back"];

/** Asks one question after the other, until nothing is open. */
async function converse(start: Draft, surroundings: Surroundings, talk: Conversation): Promise<Draft> {
  const before: Draft[] = [];
  let draft = start;
  let question = nextQuestion(draft, surroundings);
  if (question) talk.log("`?` explains a question, `<` goes back to the one before.");
  for (; question; question = nextQuestion(draft, surroundings)) {
    const next = await askFor(question, talk);
    if (next !== "back") {
      before.push(draft);
      draft = next;
    } else if (before.length > 0) draft = before.pop()!;
    else talk.log("This is the first question.");
  }
  return draft;
}

/** Asks until the answer is a legal one, or whoever answers wants to go back. */
async function askFor(question: Question, { ask, log }: Conversation): Promise<Draft | "back"> {
  const { text, introduction, help } = question;
  let { fallback } = question;
  if (introduction !== undefined) log(introduction);
  for (;;) {
    const typed = await ask(`${text}${fallback === undefined ? "" : ` [${fallback}]`}: `);
    if (typed === undefined) throw new UsageError("new: the input ended before the last question; nothing was written");
    const answer = typed.trim();
    if (backWords.includes(answer)) return "back";
    if (answer === "?") {
      log(help);
      continue;
    }
    const taken: Taken = question.take(answer || (fallback ?? ""));
    if ("value" in taken) return taken.value;
    log(taken.problem);
    fallback = taken.offered ?? question.fallback;
  }
}
