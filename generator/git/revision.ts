// A revision of the repository in which the command runs, for whoever compares with it: files of it in a folder of their own. The
// index and the work tree of the user are left alone: git is given another index, and writes into the other folder.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";

/** Why git has no answer, in words for whoever asked. */
export class GitError extends Error {}

export interface Revision {
  /** Full name of the commit. */
  readonly commit: string;
  /** For people, such as `merge base with origin/main, 1a2b3c4d5e`. */
  readonly name: string;
  /** Of the repository's work tree. */
  readonly topFolder: string;
  /** Holds what was checked out, under the paths that it has below `topFolder`. */
  readonly folder: string;
  /** Paths of all files of the commit at or below these, which are relative to `topFolder`. */
  pathsIn(places: readonly string[]): readonly string[];
  /** What at, above or below these is a link or a submodule: what it leads to is not in the commit. */
  detoursAt(places: readonly string[]): readonly Detour[];
  checkOut(paths: readonly string[]): void;
  /** Removes the folder. */
  close(): void;
}

export interface Detour {
  /** Relative to `topFolder`. */
  readonly path: string;
  readonly kind: "symbolic link" | "submodule";
}

/** Nothing of a repository's own configuration makes git start another program here, and no link leads out of the folder. */
const quiet = ["core.hooksPath=/dev/null", "core.fsmonitor=false", "core.symlinks=false"].flatMap((each) => [
  "-c",
  each,
]);

const mostBytes = 256 * 1024 * 1024;

/**
 * @param revision as git names one; left out, where HEAD and the default branch part
 * @throws {GitError} where there is none
 */
export function openRevision(workingFolder: string, revision: string | undefined): Revision {
  const topFolder = topOf(workingFolder);
  const { commit, name } = revision === undefined ? mergeBase(topFolder) : named(revision, topFolder);
  const ownFolder = mkdtempSync(join(realpathSync(tmpdir()), "fencegen-diff-"));
  const folder = join(ownFolder, "tree");
  mkdirSync(folder);
  const ownIndex = { GIT_INDEX_FILE: join(ownFolder, "index") };
  const close = () => rmSync(ownFolder, { recursive: true, force: true });
  try {
    git(topFolder, ["read-tree", commit], { variables: ownIndex });
  } catch (error) {
    close();
    throw error;
  }
  return {
    commit,
    name,
    topFolder,
    folder,
    pathsIn: (places) => entriesIn(commit, ["-r"], places, topFolder).map(({ path }) => path),
    detoursAt(places) {
      const above = places.flatMap((place) => foldersAbove(place));
      const entries = [...entriesIn(commit, [], above, topFolder), ...entriesIn(commit, ["-r"], places, topFolder)];
      return entries.flatMap(({ path, mode }) => {
        const kind = detours[mode];
        return kind === undefined ? [] : [{ path, kind }];
      });
    },
    checkOut(paths) {
      if (paths.length === 0) return;
      git(topFolder, ["checkout-index", "-z", "--stdin", "--force", `--prefix=${folder}/`], {
        variables: ownIndex,
        input: paths.map((path) => `${path}\0`).join(""),
      });
    },
    close,
  };
}

/** By the mode that git's trees have for them, https://git-scm.com/docs/git-fast-import. */
const detours: Readonly<Record<string, Detour["kind"]>> = { "120000": "symbolic link", "160000": "submodule" };

interface TreeEntry {
  readonly mode: string;
  readonly path: string;
}

function entriesIn(
  commit: string,
  options: readonly string[],
  places: readonly string[],
  topFolder: string,
): TreeEntry[] {
  // Without any, git would list all.
  if (places.length === 0) return [];
  const all = git(topFolder, ["ls-tree", ...options, "-z", "--full-tree", commit, "--", ...places]);
  return all.split("\0").flatMap((line) => {
    const [, mode, path] = /^(\d+) [^\t]*\t(.*)$/s.exec(line) ?? [];
    return mode === undefined ? [] : [{ mode, path: path! }];
  });
}

/** `a` and `a/b` for `a/b/c`. */
function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

function topOf(workingFolder: string): string {
  const top = git(workingFolder, ["rev-parse", "--show-toplevel"], {
    otherwise: `${workingFolder} lies in no work tree of git; name two folders to compare instead: fencegen diff OLD NEW`,
  }).trimEnd();
  return realpathSync(top);
}

function named(revision: string, topFolder: string): Pick<Revision, "commit" | "name"> {
  const commit = commitOf(revision, topFolder);
  if (commit !== undefined) return { commit, name: `${revision} (${commit.slice(0, 10)})` };
  throw new GitError(`no folder and no revision is called \`${revision}\`${shallowHint(topFolder)}`);
}

/** Where the default branch is to be found, first what the remote says. */
const defaultBranches = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

function mergeBase(topFolder: string): Pick<Revision, "commit" | "name"> {
  const branch = defaultBranches.find((each) => commitOf(each, topFolder) !== undefined);
  if (branch === undefined)
    throw new GitError(
      `there is no default branch to compare with (${defaultBranches.join(", ")})${shallowHint(topFolder)}; name a revision: fencegen diff REVISION`,
    );
  const commit = answerOf(topFolder, ["merge-base", "HEAD", branch]);
  if (commit === undefined)
    throw new GitError(
      `HEAD and ${branch} have no commit in common${shallowHint(topFolder)}; name a revision: fencegen diff REVISION`,
    );
  return { commit, name: `merge base with ${branch} (${commit.slice(0, 10)})` };
}

function commitOf(revision: string, topFolder: string): string | undefined {
  return answerOf(topFolder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]);
}

function shallowHint(topFolder: string): string {
  return answerOf(topFolder, ["rev-parse", "--is-shallow-repository"]) === "true"
    ? "; the clone is shallow: `git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout, brings what is missing"
    : "";
}

/** Undefined where git says no. */
function answerOf(folder: string, argv: readonly string[]): string | undefined {
  try {
    return git(folder, argv).trimEnd();
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

interface GitCall {
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** What is said where it fails; left out, what git says. */
  readonly otherwise?: string;
}

/** @throws {GitError} where git is not there or fails */
function git(folder: string, argv: readonly string[], { variables, input, otherwise }: GitCall = {}): string {
  try {
    return execFileSync("git", [...quiet, ...argv], {
      cwd: folder,
      // Without a network: what a partial clone lacks is not fetched.
      env: {
        ...env,
        LC_ALL: "C",
        GIT_OPTIONAL_LOCKS: "0",
        GIT_NO_LAZY_FETCH: "1",
        GIT_TERMINAL_PROMPT: "0",
        ...variables,
      },
      encoding: "utf8",
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      maxBuffer: mostBytes,
      ...(input !== undefined && { input }),
    });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === "ENOENT")
      throw new GitError("git is not on the PATH; name two folders to compare instead: fencegen diff OLD NEW");
    const [said] = String(stderr ?? "")
      .trim()
      .split("\n");
    throw new GitError(otherwise ?? `git ${argv[0]} fails: ${said || code}`);
  }
}
