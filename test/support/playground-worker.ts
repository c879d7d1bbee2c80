// The worker of the playground as the build made it, in a context that has nothing of Node.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import type { Answered, Asked } from "../../generator/site/playground/messages.ts";
import { type PlaygroundProject, playgroundProject } from "../../generator/site/playground/playground-project.ts";
import type { prove, Workbench } from "../../generator/site/playground/workbench.ts";
import { root } from "./command.ts";
import { loadWith } from "./pipeline.ts";

/** What is shipped, with more descriptions or others in their place, in the licence of `out/`. */
export function shippedProject(texts: Readonly<Record<string, string>> = {}): PlaygroundProject {
  const licence = readFileSync(join(root, "out/typescript/apollo3.ts"), "utf8")
    .split("\n")
    .slice(0, 3)
    .map((line) => line.replace(/^\/\/ /, ""));
  return playgroundProject(loadWith(texts), { licence });
}

type Known = Workbench & { open(project: PlaygroundProject): void; prove: typeof prove };

export function startWorker() {
  const given = createContext({});
  runInContext(readFileSync(join(root, "dist/site/core.js"), "utf8"), given);
  let handle: (event: { readonly data: Asked }) => unknown = () => undefined;
  const waiting = new Map<number, (answered: Answered) => void>();
  const context = createContext({
    TextEncoder,
    structuredClone,
    addEventListener(_: "message", listener: typeof handle) {
      handle = listener;
    },
    postMessage: (answered: Answered) => waiting.get(answered.id)!(structuredClone(answered)),
  });
  runInContext((given as { readonly fencegenCore: string }).fencegenCore, context);
  return {
    ask<Name extends keyof Known>(
      name: Name,
      ...args: Parameters<Known[Name]>
    ): Promise<Awaited<ReturnType<Known[Name]>>> {
      return new Promise((resolve, reject) => {
        const id = waiting.size;
        waiting.set(id, ({ answer, failure }) =>
          failure === undefined ? resolve(answer as Awaited<ReturnType<Known[Name]>>) : reject(new Error(failure)),
        );
        void handle({ data: structuredClone({ id, name, args }) });
      });
    },
  };
}
