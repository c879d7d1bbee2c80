// Writes down what a run asks the disk and what it says, so that the same question can be answered without it.
import { join } from "node:path";
import { watchDisk } from "../disk/looks.ts";
import { type Answer, type Asked, isRepeatable, keepAnswer } from "./answers.ts";
import { buildOf } from "./build.ts";
import { cacheFolder } from "./cache-folder.ts";
import { type Look, lookOf } from "./looks.ts";

export interface Recording {
  said(stream: 1 | 2, text: string): void;
  /** Keeps the answer, if it is one that can be given again. */
  end(code: number): void;
}

/**
 * Begins to watch.
 * @param folder of the bundled command
 * @param unique a number that no other run has that is at work now
 * @returns undefined where nothing is to be kept
 */
export function startRecording(question: Omit<Asked, "build">, folder: string, unique: number): Recording | undefined {
  const build = buildOf(join(folder, "command.js"));
  const cache = cacheFolder(question.workingFolder, question.variables);
  if (build === undefined || cache === undefined) return undefined;
  const asked: Asked = { ...question, build };
  if (!isRepeatable(asked)) return undefined;
  let looks: Look[] = [];
  const said: [stream: 1 | 2, text: string][] = [];
  let isChanged = false;
  watchDisk({
    looked(...look) {
      if (!isChanged) looks.push(lookOf(...look));
    },
    changed() {
      isChanged = true;
      looks = [];
    },
  });
  return {
    said: (stream, text) => said.push([stream, text]),
    end(code) {
      watchDisk(undefined);
      // Wrong usage and a bug of fencegen are worth another look.
      if (!isChanged && [0, 1, 2].includes(code))
        keepAnswer(asked, { looks, said, code } satisfies Answer, cache, unique);
    },
  };
}
