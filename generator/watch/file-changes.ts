// Which files are others than they were, in bursts: an editor that saves, or a checkout of another branch, touches a file several times and
// many files one after the other. What is compared are contents, so that a file which is replaced by one of the same text has not changed,
// and it does not matter whether it was written, or another was renamed to it.
import type { Wakes } from "./wakes.ts";

export interface FileChange {
  readonly kind: "added" | "changed" | "removed";
  readonly path: string;
}

/** A digest of what each file holds, by path. */
export type Snapshot = ReadonlyMap<string, string>;

/** How often it is waited for quiet: whoever writes without end must not keep everybody waiting. */
const mostPauses = 20;

export class FileChanges implements AsyncIterable<readonly FileChange[]> {
  readonly #wakes: Wakes;
  readonly #look: () => Snapshot;
  readonly #pause: () => Promise<void>;
  #seen: Snapshot;

  /**
   * Looks at once: what changes from now on is told.
   * @param pause waits for as long as a burst may be quiet
   */
  constructor(wakes: Wakes, look: () => Snapshot, pause: () => Promise<void>) {
    this.#wakes = wakes;
    this.#look = look;
    this.#pause = pause;
    this.#seen = look();
  }

  /** Whether there is something to tell that was not told. */
  hasNews(): boolean {
    return this.#wakes.isPending && differences(this.#seen, this.#look()).length > 0;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly FileChange[]> {
    while (await this.#wakes.next()) {
      for (let pauses = 0; pauses < mostPauses; pauses++) {
        await this.#pause();
        if (!this.#wakes.take()) break;
      }
      const now = this.#look();
      const changes = differences(this.#seen, now);
      this.#seen = now;
      if (changes.length > 0) yield changes;
    }
  }
}

/** In the order of the paths. */
export function differences(before: Snapshot, now: Snapshot): FileChange[] {
  const paths = [...new Set([...before.keys(), ...now.keys()])].sort();
  return paths.flatMap((path): FileChange[] => {
    const [was, is] = [before.get(path), now.get(path)];
    if (was === is) return [];
    return [{ kind: was === undefined ? "added" : is === undefined ? "removed" : "changed", path }];
  });
}
