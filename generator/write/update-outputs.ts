// Brings the output folder up to date with nobody else at it: what an interrupted run left is completed first.
import { join } from "node:path";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { obstacleText } from "./below.ts";
import { codeOf, makeFolders, tidily } from "./disk.ts";
import { privateName, privateObstacles, readJournal } from "./journal.ts";
import { type Holder, isLock, type Lock, type Processes, tryLock } from "./lock.ts";
import { nothingCompared, type OutputComparison } from "./output-set.ts";
import { commit, type Outcome, type Place, recover, removeFolders, unseal } from "./transaction.ts";

export interface UpdateRequest {
  readonly place: Place;
  readonly processes: Processes;
  /** Compares anew with what lies there. @param isOneEnough whether one change is as good as all */
  readonly compare: (isOneEnough: boolean) => OutputComparison;
  /** Whether something has changed by which `compare` goes and which it does not look at anew. */
  readonly isOutdated: () => boolean;
  /** Whether there is something in the comparison, or elsewhere, for which nothing may be written; says what. */
  readonly refuses: (comparison: OutputComparison) => boolean;
}

export type Update =
  | {
      readonly kind: "finished";
      readonly outcome: Outcome;
      readonly comparison: OutputComparison;
      /** Whether a run that was interrupted had to be completed first. */
      readonly isCompleted: boolean;
    }
  /** Another run has changed, before this one had the lock, what the outputs follow from; nothing was written but what was left. */
  | { readonly kind: "outdated"; readonly isCompleted: boolean }
  /** Another run is at it; nothing was looked at. */
  | { readonly kind: "busy"; readonly holder: Holder | undefined };

const nothingDone: Update = {
  kind: "finished",
  outcome: "nothing",
  comparison: nothingCompared,
  isCompleted: false,
};

/** Tries once. Takes the lock only where there is something to write, or left behind. */
export function tryUpdate(request: UpdateRequest, diagnostics: Diagnostics): Update {
  const { place, processes, compare } = request;
  const { folder, disk } = place;
  const privateFolder = join(folder, privateName);
  try {
    if (disk.kindOf(privateFolder) === undefined) {
      const comparison = compare(true);
      // What no run leaves need not be looked at again with the lock held.
      if (comparison.obstacles.length > 0) request.refuses(comparison);
      if (diagnostics.hasErrors || comparison.changes.length === 0)
        return {
          kind: "finished",
          outcome: diagnostics.hasErrors ? "nothing" : "done",
          comparison,
          isCompleted: false,
        };
    }
    const made = makeFolders(folder, disk);
    try {
      const kind = disk.kindOf(privateFolder) ?? "folder";
      if (kind !== "folder") {
        diagnostics.report(kind === "link" ? "output/link" : "output/not-a-file", {
          message: obstacleText({ kind, isOnTheWay: true }),
          path: place.shown(privateFolder),
        });
        return nothingDone;
      }
      const obstacles = privateObstacles(folder, disk);
      for (const { path, message } of obstacles)
        diagnostics.report("output/not-a-file", { message, path: place.shown(path) });
      if (obstacles.length > 0) return nothingDone;
      makeFolders(privateFolder, disk);
      const lock = tryLock(privateFolder, disk, processes);
      if (!lock || !isLock(lock)) return { kind: "busy", holder: lock };
      try {
        return updateLocked(request, lock, diagnostics);
      } finally {
        const ignore = join(privateFolder, ignoreName);
        tidily(() => (disk.kindOf(ignore) === "file" ? disk.unlink(ignore) : undefined));
        lock.release();
      }
    } finally {
      removeFolders([...made, privateFolder], disk);
    }
  } catch (error) {
    if (codeOf(error) === "") throw error;
    diagnostics.report("io/cannot-write", {
      message: `cannot be written (${codeOf(error)})`,
      path: place.shown(folder),
    });
    return nothingDone;
  }
}

const ignoreName = ".gitignore";

function updateLocked(request: UpdateRequest, lock: Lock, diagnostics: Diagnostics): Update {
  const { place, compare, isOutdated, refuses } = request;
  const { folder, disk } = place;
  const isCompleted = readJournal(folder, disk) !== undefined;
  const recovered = recover(place, diagnostics);
  const ended = (outcome: Outcome, comparison = nothingCompared): Update => ({
    kind: "finished",
    outcome,
    comparison,
    isCompleted,
  });
  if (recovered !== "done") return ended(recovered);
  if (isOutdated()) return { kind: "outdated", isCompleted };
  const comparison = compare(false);
  if (refuses(comparison)) return ended("nothing", comparison);
  if (comparison.changes.length > 0) {
    const ignore = join(folder, privateName, ignoreName);
    if (disk.kindOf(ignore) === undefined) disk.create(ignore, "*\n");
    return ended(commit(comparison.changes, lock, place, diagnostics), comparison);
  }
  unseal(folder, disk);
  return ended("done", comparison);
}
