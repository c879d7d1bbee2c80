// The worker of the playground: answers what the page asks of the core, one question after the other. A second one only proves, and is
// ended by the next key.
import type { Answered, Asked } from "../playground/messages.ts";
import type { PlaygroundProject } from "../playground/playground-project.ts";
import { openWorkbench, prove, type Workbench } from "../playground/workbench.ts";

let workbench: Workbench | undefined;

const answers = {
  open(project: PlaygroundProject) {
    workbench = openWorkbench(project);
  },
  prove,
};

addEventListener("message", async ({ data }: MessageEvent<Asked>) => {
  const { id, name, args } = data;
  try {
    const known = { ...answers, ...workbench } as Record<string, (...args: readonly unknown[]) => unknown>;
    postMessage({ id, answer: await known[name]!(...args) } satisfies Answered);
  } catch (error) {
    postMessage({ id, failure: String(error) } satisfies Answered);
  }
});
