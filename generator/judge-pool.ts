// Explores fences on several threads, each with a bundle of its own (judge.ts). The verdicts are the same however many there are.
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { addSpan } from "./profile/spans.ts";
import { type FenceTask, type Judge, judgeHere } from "./verifier/judge.ts";
import type { FenceVerdict } from "./verifier/verify-fence.ts";

/**
 * @param file the bundle of judge.ts
 * @param threads at most so many; undefined for one a processor
 */
export function judgeOnThreads(file: string, threads: number = availableParallelism()): Judge {
  return async (tasks, done) => {
    if (tasks.length === 0) return;
    // The launcher has V8 optimise late; what explores is optimised as soon as V8 would do it by itself.
    setFlagsFromString("--interrupt-budget=132000");
    const count = Math.min(threads, tasks.length);
    // A thread has to load the bundle first.
    if (count <= 1) {
      let from = performance.now();
      return judgeHere(tasks, (index, verdict) => {
        addSpan("explore", verdict.fence, from);
        done(index, verdict);
        from = performance.now();
      });
    }
    // What takes long first: begun last it would run alone.
    const order = [...tasks.keys()].sort((a, b) => effortOf(tasks[b]!) - effortOf(tasks[a]!) || a - b);
    let next = 0;
    const work = (_: unknown, index: number) =>
      new Promise<void>((resolve, reject) => {
        const worker = new Worker(file);
        let at: number | undefined;
        let from = performance.now();
        const take = () => {
          at = order[next++];
          from = performance.now();
          if (at !== undefined) return worker.postMessage(tasks[at]);
          void worker.terminate();
          resolve();
        };
        worker.on("message", (verdict: FenceVerdict) => {
          addSpan("explore", verdict.fence, from, index + 1);
          done(at!, verdict);
          take();
        });
        worker.on("error", reject);
        take();
      });
    await Promise.all(Array.from({ length: count }, work));
  };
}

/** About in proportion to the time that a fence takes: each step is changed, and each level of caches has lines of its own. */
function effortOf({ plan, core }: FenceTask): number {
  return (plan.release.length + plan.acquire.length) * 4 ** (core.caches.length + core.masterCaches.length);
}
