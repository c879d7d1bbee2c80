// The verdict on one fence that changed, from what the verifier says: of the new fence under the new facts, of the old one under the
// new facts, and of the new one under the old facts. No text is compared for it.
import { fullDigest } from "../notation/digest.ts";
import { lower } from "../program/lower.ts";
import { judgeProgram, type OtherVerdict, replayProgram } from "../verifier/other-program.ts";
import type { Counterexample } from "../verifier/verdict.ts";
import { brokenProperty, type FenceVerdict } from "../verifier/verify-fence.ts";
import type { Execution, PromiseChange, Verdict } from "./comparison.ts";
import { directionOf } from "./fence-steps.ts";
import type { FenceAt } from "./pair-fences.ts";

/** Gives what was worked out before for the same question. */
export type Remember = (question: readonly string[], work: () => OtherVerdict) => OtherVerdict;

export interface JudgedChange {
  readonly verdict: Verdict;
  readonly because: readonly string[];
  readonly executions: readonly Execution[];
}

/** A fence that is proven, or not, by itself. */
export function judgeAlone(now: FenceAt, verdict: FenceVerdict): JudgedChange | undefined {
  const broken = brokenProperty(verdict);
  if (broken !== undefined) {
    const [counterexample] = verdict.counterexamples;
    return {
      verdict: "UNSOUND",
      because: [`The fence that follows from these facts is wrong: ${wrongInWords(counterexample, broken)}.`],
      executions: counterexample
        ? [executionOf(counterexample, `With ${now.name} as it is now`, trialOf(now, now))]
        : [],
    };
  }
  if (verdict.sound && verdict.reachable) return undefined;
  const why = verdict.undecided ?? "no execution of the model completes a transfer with it";
  return { verdict: "undecided", because: [`It is not proven that the fence is right: ${why}.`], executions: [] };
}

/** @param lost masters of which the fence was right, and is not any more */
export function judgeChange(
  old: FenceAt,
  now: FenceAt,
  promises: readonly PromiseChange[],
  lost: readonly string[],
  remember: Remember,
): JudgedChange {
  const moved = lost.length > 0 ? forLostMasters(now, lost, remember) : undefined;
  if (moved) return moved;
  if (old.planKey === now.planKey)
    return {
      verdict: "equivalent",
      because: ["The verifier sees the same fence: words, names or sources differ."],
      executions: [],
    };
  const programs = [old, now].map(({ plan }) => JSON.stringify(spoken(lower(plan)))) as [string, string];
  if (programs[0] === programs[1]) return sameSteps(promises);
  const oldNow = remember(["under", old.contentKey, now.contentKey, factsOf(now)], () =>
    judgeProgram(...trialOf(old, now)),
  );
  const nowOld = remember(["under", now.contentKey, old.contentKey, factsOf(old)], () =>
    judgeProgram(...trialOf(now, old)),
  );
  const executions = [
    ...executionsOf(nowOld, `If the facts of the base were right, with ${now.name} as it is now`, trialOf(now, old)),
    ...executionsOf(oldNow, `Under the new facts, with ${now.name} as it was`, trialOf(old, now)),
  ];
  const { isMore, isLess } = directionOf(old.plan, now.plan);
  const because = [
    outcome(nowOld, "Proven for the new facts.", {
      right: "It would be right under the facts of the base as well.",
      wrong: "If the facts of the base were right, it would lose data",
      foreign: "It executes what the facts of the base do not describe",
    }),
    outcome(oldNow, "", {
      right: "The fence of the base would still be right.",
      wrong: "The fence of the base is wrong under the new facts",
      foreign: "The fence of the base executes what the new facts do not describe",
    }),
  ];
  // Of a fence that the facts of the base do not describe, only a fence that still stands for it shows what it is worth.
  const isElsewhere = nowOld.kind === "foreign" && oldNow.kind !== "right";
  if (isWrong(nowOld) || isElsewhere) return { verdict: "weaker but proven", because, executions };
  if (isWrong(oldNow)) return { verdict: "stronger", because, executions };
  return { verdict: isLess ? "weaker but proven" : isMore ? "stronger" : "equivalent", because, executions };
}

function forLostMasters(now: FenceAt, lost: readonly string[], remember: Remember): JudgedChange {
  const plan = { ...now.plan, controllers: [...now.plan.controllers, ...lost] };
  const trial = trialOf(now, { ...now, plan });
  const other = remember(["for more masters", now.contentKey, factsOf(now), ...lost], () => judgeProgram(...trial));
  const names = lost.join(", ");
  return {
    verdict: "weaker but proven",
    because: [
      outcome(other, `Proven for the masters that it still names, and no longer for ${names}.`, {
        right: "The model finds no execution that goes wrong with it, and the description no longer promises it.",
        wrong: `With ${names} it loses data`,
        foreign: "It executes what is not described",
      }),
    ],
    executions: executionsOf(other, `If a driver still hands a buffer of ${names} to ${now.name}`, trial),
  };
}

/**
 * All that is known of the chip. A content key has of it what a fence rests on: not the masters that it is not for, nor where
 * memories lie that it does not tell apart, and another fence may.
 */
function factsOf({ planned }: FenceAt): string {
  return fullDigest(JSON.stringify(planned.chip, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item)));
}

function sameSteps(promises: readonly PromiseChange[]): JudgedChange {
  const isMore = promises.some(({ change }) => change === "added");
  const isLess = promises.some(({ change }) => change === "removed");
  const because = ["The same steps, proven for the new facts."];
  if (isMore)
    return {
      verdict: "weaker but proven",
      because: [...because, "They are right only with the promises that are new."],
      executions: [],
    };
  return { verdict: isLess ? "stronger" : "equivalent", because, executions: [] };
}

function isWrong({ kind }: OtherVerdict): boolean {
  return kind === "wrong" || kind === "misses";
}

/** What is tried: what a fence executes, and the facts under which it does. */
type Trial = Parameters<typeof judgeProgram>;

function trialOf(executed: FenceAt, { plan, planned, core }: FenceAt): Trial {
  return [lower(executed.plan), plan, planned.chip, core];
}

function executionsOf(other: OtherVerdict, claim: string, trial: Trial): Execution[] {
  return other.kind === "wrong" ? [executionOf(other.counterexample, claim, trial)] : [];
}

function executionOf(counterexample: Counterexample, claim: string, [program, plan, chip, core]: Trial): Execution {
  return { claim, counterexample, replay: () => replayProgram(program, plan, chip, core, counterexample) };
}

function outcome(
  other: OtherVerdict,
  before: string,
  words: Readonly<Record<"right" | "wrong" | "foreign", string>>,
): string {
  const said = () => {
    switch (other.kind) {
      case "right":
        return words.right;
      case "wrong":
        return `${words.wrong}: ${wrongInWords(other.counterexample, other.counterexample.property)}.`;
      case "misses":
        return `${words.wrong}: ${other.what}.`;
      case "foreign":
        return `${words.foreign}: ${other.what}.`;
      case "undecided":
        return `What the other side's facts would make of it could not be searched: ${other.because}.`;
    }
  };
  return [before, said()].filter(Boolean).join(" ");
}

const properties: Readonly<Record<string, string>> = {
  outbound: "a master reads old data instead of what the CPU wrote",
  inbound: "the CPU reads old data instead of what a master wrote",
  untouched: "what the CPU wrote beside the master's data is lost",
  "earlier reads": "a read before the transfer sees data of after it",
  "later writes": "a write after the transfer is lost",
  neighbour: "data of somebody else beside the buffer is lost",
  "memory start": "a master starts before the buffer is ready for it",
};

/** Goes into groups of fences, so that it names nothing that only one of them has. */
function wrongInWords(example: Counterexample | undefined, property: string): string {
  return properties[example?.property ?? property] ?? `the property "${property}" is broken`;
}

/** A program without its prose. */
function spoken(program: unknown): unknown {
  return JSON.parse(
    JSON.stringify(program, (key, value: unknown) =>
      key === "reason" || key === "sources" || key === "name"
        ? undefined
        : typeof value === "bigint"
          ? `${value}n`
          : value,
    ),
  );
}
