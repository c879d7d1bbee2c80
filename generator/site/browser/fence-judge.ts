// Explores a change anew, beside the page: a worker that is made of this very script's text, because a page from the disk may load no other.
import { findChange } from "../../verifier/fence-change.ts";
import { type FenceUnderTest, fenceUnderTest } from "../../verifier/fence-under-test.ts";
import { brokenScenarios } from "../../verifier/first-counterexample.ts";
import { counterexampleNamed } from "../../verifier/replay-named.ts";
import type { Answers, FenceData, Question } from "./fence-data.ts";

export function underTest({ task: { plan, chip, core } }: FenceData): FenceUnderTest {
  return fenceUnderTest(plan, chip, core);
}

function answer(fence: FenceUnderTest, { change: name, what }: Question): Answers[keyof Answers] {
  const change = findChange(fence, name);
  if (what === "scenarios") return change ? brokenScenarios(fence, change) : { broken: 0, undecided: 0, of: 0 };
  return change
    ? counterexampleNamed(fence, change)
    : { kind: "undecided", because: `this fence has no change ${name}` };
}

/** In the worker: answers one question after the other. */
export function answerQuestions(): void {
  const fence = underTest(fencegenFence());
  self.addEventListener("message", ({ data }: MessageEvent<Question>) => self.postMessage(answer(fence, data)));
}

/** On the page. Another question ends the work on the one before, to which undefined is the answer. */
export class FenceJudge {
  /** For a browser that starts no worker. */
  readonly #fence: FenceUnderTest;
  #stop: () => void = () => {};

  constructor(fence: FenceUnderTest) {
    this.#fence = fence;
  }

  async ask<What extends keyof Answers>(what: What, change: string): Promise<Answers[What] | undefined> {
    this.stop();
    const question: Question = { change, what };
    const worker = started();
    if (!worker) return answer(this.#fence, question) as Answers[What];
    try {
      return await new Promise<Answers[What] | undefined>((resolve, reject) => {
        this.#stop = () => resolve(undefined);
        worker.addEventListener("message", ({ data }: MessageEvent<Answers[What]>) => resolve(data));
        worker.addEventListener("error", () => reject(new Error("the worker failed")));
        worker.postMessage(question);
      });
    } catch {
      return answer(this.#fence, question) as Answers[What];
    } finally {
      worker.terminate();
    }
  }

  stop(): void {
    this.#stop();
  }
}

function started(): Worker | undefined {
  const text = `${fencegenFence};${fencegenFencePage};fencegenFencePage()`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(url);
  }
}
