// Asks a worker, which is made from a text: from the disk, browsers start no worker from a file.
import type { Answered, Asked } from "../playground/messages.ts";

export class Asker<Known extends { [Name in keyof Known]: (...args: never[]) => unknown }> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answered: Answered) => void>();
  #next = 0;

  constructor(source: string) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.#worker = new Worker(url);
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Answered>) => {
      URL.revokeObjectURL(url);
      this.#waiting.get(data.id)?.(data);
      this.#waiting.delete(data.id);
    });
    // What the worker could not catch, such as the end of its memory.
    this.#worker.addEventListener("error", ({ message }) => {
      for (const [id, answered] of this.#waiting) answered({ id, failure: message || "The worker has ended" });
      this.#waiting.clear();
    });
  }

  /** In the order in which it is asked. Of a worker that was ended there is no answer. */
  ask<Name extends keyof Known & string>(
    name: Name,
    ...args: Parameters<Known[Name]>
  ): Promise<Awaited<ReturnType<Known[Name]>>> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, ({ answer, failure }) =>
        failure === undefined
          ? resolve(answer as Awaited<ReturnType<Known[Name]>>)
          : reject(new Error(`${failure}. This is a mistake of fencegen's, not of the text.`)),
      );
      this.#worker.postMessage({ id, name, args } satisfies Asked);
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}
