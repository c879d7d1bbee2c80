// Explores fences on several threads, each with a bundle of its own (judge.ts). The verdicts are the same however many there are.
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { addSpan } from "./profile/spans.ts";
import { effortOf, type Judge, judgeHere } from "./verifier/judge.ts";
import type { FenceVerdict } from "./verifier/verify-fence.ts";

/**
 * @param file the bundle of judge.ts
 * @param threads at most so many; undefined for one a processor
 */
export function judgeOnThreads(file: string, threads: number = availableParallelism()): Judge {
  return async (tasks, done, during = {}) => {
    const { begun, stop } = during;
    if (tasks.length === 0) return;
    // The launcher has V8 optimise late; what explores is optimised as soon as V8 would do it by itself.
    setFlagsFromString("--interrupt-budget=132000");
    const count = Math.min(threads, tasks.length);
    // A thread has to load the bundle first, which is worth it where there are several, or where this one has to hear of an interruption.
    if (count === 1 && !stop) {
      let from = performance.now();
      const doneHere = (index: number, verdict: FenceVerdict) => {
        addSpan("explore", verdict.fence, from);
        done(index, verdict);
        from = performance.now();
      };
      return judgeHere(tasks, doneHere, during);
    }
    // What takes long first: begun last it would run alone.
    const order = [...tasks.keys()].sort((a, b) => effortOf(tasks[b]!) - effortOf(tasks[a]!) || a - b);
    let next = 0;
    const work = (_: unknown, thread: number) =>
      new Promise<void>((resolve, reject) => {
        if (stop?.aborted) return resolve();
        const worker = new Worker(file);
        let at: number | undefined;
        let from = performance.now();
        const end = () => {
          void worker.terminate();
          resolve();
        };
        const take = () => {
          at = order[next++];
          from = performance.now();
          if (at === undefined) return end();
          begun?.(at);
          worker.postMessage(tasks[at]);
        };
        worker.on("message", (verdict: FenceVerdict) => {
          if (stop?.aborted) return;
          addSpan("explore", verdict.fence, from, thread + 1);
          done(at!, verdict);
          take();
        });
        worker.on("error", reject);
        stop?.addEventListener("abort", end);
        take();
      });
    await Promise.all(Array.from({ length: count }, work));
  };
}
