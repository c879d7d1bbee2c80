// Tells when something may have changed in folders, by what the system says, or by the clock where it says nothing.
import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { Wakes } from "./wakes.ts";

export interface WatchRequest {
  /** Absolute; those that are not there yet are waited for. What lies in folders inside them is not told of. */
  readonly folders: readonly string[];
  /** By the clock, for file systems that tell of no changes. */
  readonly isPolled: boolean;
  /** Is told once that the system does not watch, and why; it goes by the clock then. */
  readonly cannotWatch: (reason: string) => void;
}

const pollMilliseconds = 1000;

interface Watched {
  /** Which folder it was when it was watched: another may stand there now. */
  readonly identity: string;
  readonly watcher: FSWatcher;
}

export function watchFolders({ folders, isPolled, cannotWatch }: WatchRequest): Wakes {
  const watched = new Map<string, Watched>();
  let clock: NodeJS.Timeout | undefined;
  const close = (path: string) => {
    watched.get(path)?.watcher.close();
    watched.delete(path);
  };
  const wakes = new Wakes(() => {
    clearInterval(clock);
    for (const path of [...watched.keys()]) close(path);
  });
  const poll = () => {
    clock ??= setInterval(() => wakes.wake(), pollMilliseconds);
  };
  const happened = () => {
    watchAll();
    wakes.wake();
  };
  if (isPolled) poll();
  else watchAll();
  return wakes;

  /** Watches what is there by now, in the place of a folder that is not there the next one above. */
  function watchAll(): void {
    if (clock) return;
    // Of a folder that is moved away only the one above tells.
    const wanted = new Map(
      folders
        .flatMap((folder) => [folder, dirname(folder)])
        .map(nearest)
        .filter((found) => found !== undefined),
    );
    for (const [path, { identity }] of watched) if (wanted.get(path) !== identity) close(path);
    for (const [path, identity] of wanted) {
      if (watched.has(path)) continue;
      try {
        const watcher = watch(path, { persistent: true }, happened);
        watcher.on("error", () => {
          close(path);
          happened();
        });
        watched.set(path, { identity, watcher });
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // It went meanwhile; what is there in its place is seen at the next event, or by the clock.
        if (code !== "ENOENT") cannotWatch(code ?? String(error));
        poll();
        return;
      }
    }
  }
}

function nearest(folder: string): [path: string, identity: string] | undefined {
  const identity = identityOf(folder);
  if (identity !== undefined) return [folder, identity];
  return dirname(folder) === folder ? undefined : nearest(dirname(folder));
}

/** Undefined where no folder is, or none that may be looked at. */
function identityOf(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isDirectory() ? `${found.dev} ${found.ino}` : undefined;
  } catch {
    return undefined;
  }
}
