// One round of `watch`: outputs brought up to date, and a verdict on each fence that is another than before.
import { resolve } from "node:path";
import { Diagnostics } from "../diagnostics/diagnostic.ts";
import type { KnownChip, KnownFence } from "../project/known-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { judgeHere } from "../verifier/judge.ts";
import { brokenProperty } from "../verifier/verify-fence.ts";
import { rememberVerdicts } from "../write/verdicts.ts";
import type { CommandOptions, Environment } from "./environment.ts";
import { type UpdatedProject, updateOutputs, writtenFiles } from "./generate.ts";
import { type DistinctFence, distinctFences, judgeFences } from "./judge-fences.ts";
import { shownPath } from "./run-pipeline.ts";
import type { Result } from "./verify-results.ts";

/** So many are explored before it is asked whether something has changed meanwhile. */
const mostAtOnce = 8;

export interface FenceName {
  readonly chip: string;
  readonly fence: string;
}

export interface Round {
  readonly updated: UpdatedProject;
  /** Fences that are not there any more. */
  readonly removed: readonly FenceName[];
  /** Verdicts on fences that are others than before, as they are found. */
  readonly results: AsyncIterable<Result>;
  /** What was wrong with keeping the verdicts in mind. */
  readonly ofVerdicts: Diagnostics;
  /** How many fences are still to be verified, when the results have ended. */
  notVerified(): number;
}

/** What the rounds so far have found. */
export class Rounds {
  readonly #ids: readonly string[];
  readonly #options: CommandOptions;
  readonly #environment: Environment;
  /** What was last known of each chip; undefined before the first round. */
  #known: ReadonlyMap<string, KnownChip> | undefined;
  /** Content keys of the fences that are still to be verified. */
  #open: ReadonlySet<string> = new Set();

  constructor(ids: readonly string[], options: CommandOptions, environment: Environment) {
    this.#ids = ids;
    this.#options = options;
    this.#environment = environment;
  }

  /**
   * @param hasNews whether more has changed by now: then what is still to be verified is left to the next round
   * @throws {UsageError} where no chip has one of the ids
   */
  async next(hasNews: () => boolean): Promise<Round> {
    const updated = await updateOutputs(this.#ids, this.#options, this.#environment);
    const written = writtenFiles(updated, this.#options, this.#environment);
    const removed = this.#take(updated);
    const ofVerdicts = new Diagnostics();
    return {
      updated,
      removed,
      results: this.#verify(updated.project, written !== undefined, hasNews, ofVerdicts),
      ofVerdicts,
      notVerified: () => this.#open.size,
    };
  }

  /** Finds out which fences are others than before. @returns those that are gone */
  #take({ project, comparison, outcome }: UpdatedProject): FenceName[] {
    const now = new Map(project.chips.map((chip) => [chip.id, chip]));
    const last = this.#known;
    // A description with errors may not even say of which chip it is: what was known when it had none is kept.
    const stays = project.diagnostics.hasErrors ? [...(last ?? [])].filter(([id]) => !now.has(id)) : [];
    const writtenPaths = new Set(outcome === "done" ? comparison.changes.map(({ path }) => path) : []);
    // At first, those whose files were not as they shall be.
    const isOther = (chip: KnownChip, { name, contentKey }: KnownFence) =>
      last
        ? last.get(chip.id)?.fences.find((fence) => fence.name === name)?.contentKey !== contentKey
        : [...chip.files.map(({ path }) => path), ...chip.sharedPaths].some((path) => writtenPaths.has(path));
    const others = project.chips.flatMap((chip) => chip.fences.filter((fence) => isOther(chip, fence)));
    this.#known = new Map([...stays, ...now]);
    const keys = new Set([...this.#known.values()].flatMap(({ fences }) => fences.map((fence) => fence.contentKey)));
    this.#open = new Set([...this.#open, ...others.map((fence) => fence.contentKey)].filter((key) => keys.has(key)));
    const names = (chips: Iterable<KnownChip>) =>
      [...chips].flatMap(({ id, fences }) => fences.map(({ name }) => ({ chip: id, fence: name })));
    const there = new Set(names(this.#known.values()).map(({ chip, fence }) => `${chip} ${fence}`));
    return names((last ?? new Map()).values()).filter(({ chip, fence }) => !there.has(`${chip} ${fence}`));
  }

  async *#verify(
    project: ProjectChips,
    isWritten: boolean,
    hasNews: () => boolean,
    diagnostics: Diagnostics,
  ): AsyncGenerator<Result> {
    const { host, workingFolder } = this.#environment;
    const distinct = distinctFences(project, new Map());
    const isOpen = ({ contentKey }: KnownFence) => this.#open.has(contentKey);
    const open = project.chips.flatMap((chip) => chip.fences.filter(isOpen).map((fence) => ({ chip, fence })));
    const planKeys = [...new Set(open.map(({ fence }) => fence.planKey))];
    for (let at = 0; at < planKeys.length && !hasNews(); at += mostAtOnce) {
      const part = planKeys.slice(at, at + mostAtOnce).map((key) => distinct.get(key)!);
      const judged = await judgeFences(part, host.judge?.(undefined) ?? judgeHere, host.verdicts);
      const found = new Map<string, string | undefined>();
      for (const [key, { verdict }] of judged) {
        const broken = brokenProperty(verdict);
        if (broken || verdict.sound) found.set(key, broken);
      }
      const place = {
        chipsFolder: resolve(workingFolder, this.#options.chips),
        shown: (path: string) => shownPath(path, this.#environment),
      };
      rememberVerdicts(place, found, diagnostics);
      const isDone = new Set<string>();
      for (const { chip, fence } of open) {
        const known = judged.get(fence.planKey);
        if (!known) continue;
        isDone.add(fence.contentKey);
        yield resultOf(chip, fence, distinct.get(fence.planKey)!, known, isWritten);
      }
      this.#open = new Set([...this.#open].filter((key) => !isDone.has(key)));
    }
  }
}

function resultOf(
  chip: KnownChip,
  { name, planKey }: KnownFence,
  first: DistinctFence,
  { verdict, milliseconds }: Pick<Result, "verdict" | "milliseconds">,
  isWritten: boolean,
): Result {
  const isFirst = first.chip === chip.id && first.name === name;
  return {
    chip: chip.id,
    planKey,
    fence: name,
    verdict,
    // They were written or compared just now.
    emitted: isWritten ? chip.files.map(({ path }) => ({ path, state: "agrees" })) : undefined,
    milliseconds: isFirst ? milliseconds : 0,
    sameAs: isFirst ? undefined : verdict.fence,
    exploredFor: first.chip,
  };
}
