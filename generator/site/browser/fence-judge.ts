// Explores a change anew, beside the page: a worker that is made of this very script's text, because a page from the disk may load no other.
import { findChange } from "../../verifier/fence-change.ts";
import { type FenceUnderTest, fenceUnderTest } from "../../verifier/fence-under-test.ts";
import { counterexampleNamed } from "../../verifier/replay-named.ts";
import type { Answer, FenceData, Question } from "./fence-data.ts";

export function underTest({ task: { plan, chip, core } }: FenceData): FenceUnderTest {
  return fenceUnderTest(plan, chip, core);
}

function answer(fence: FenceUnderTest, { change: name }: Question): Answer {
  const change = findChange(fence, name);
  if (!change) return { kind: "undecided", because: `this fence has no change ${name}` };
  return counterexampleNamed(fence, change);
}

/** In the worker: answers one question after the other. */
export function answerQuestions(): void {
  const fence = underTest(fencegenFence());
  self.addEventListener("message", ({ data }: MessageEvent<Question>) => self.postMessage(answer(fence, data)));
}

/** On the page. @param fence for a browser that starts no worker */
export async function exploreAnew(fence: FenceUnderTest, question: Question): Promise<Answer> {
  const worker = started();
  if (!worker) return answer(fence, question);
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => resolve(data));
      worker.addEventListener("error", () => reject(new Error("the worker failed")));
      worker.postMessage(question);
    });
  } catch {
    return answer(fence, question);
  } finally {
    worker.terminate();
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
