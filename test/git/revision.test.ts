// A revision in a folder of its own: what git is asked, and that nothing of the user's is touched or started.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GitError, openRevision } from "../../generator/git/revision.ts";
import { temporaryFolder } from "../support/command.ts";

function repository() {
  const folder = temporaryFolder();
  const git = (...argv: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgSign=false", ...argv], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  const commit = (text: string) => {
    writeFileSync(join(folder, "a.txt"), text);
    git("add", "--all");
    git("commit", "--quiet", `--message=${text}`);
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  return { folder, git, commit };
}

const messageOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(GitError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
};

describe("the base", () => {
  it("is, left out, where HEAD and the default branch part", () => {
    const { folder, git, commit } = repository();
    const parted = commit("one");
    git("checkout", "--quiet", "-b", "topic");
    commit("two");
    git("checkout", "--quiet", "main");
    commit("three");
    git("checkout", "--quiet", "topic");
    const revision = openRevision(folder, undefined);
    expect(revision.commit).toBe(parted);
    revision.checkOut(revision.pathsIn(["a.txt", "b.txt"]));
    expect(readFileSync(join(revision.folder, "a.txt"), "utf8")).toBe("one");
    revision.close();
    expect(existsSync(revision.folder)).toBe(false);
  });

  it("is what the remote calls its default branch, before a branch that happens to be called main", () => {
    const { folder, git, commit } = repository();
    const first = commit("one");
    git("update-ref", "refs/remotes/origin/trunk", "HEAD");
    git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk");
    commit("two");
    const revision = openRevision(folder, undefined);
    expect(revision).toMatchObject({ commit: first, name: `merge base with origin/HEAD (${first.slice(0, 10)})` });
    revision.close();
  });
});

it("leaves the index and the work tree alone, and starts no hook", () => {
  const { folder, git, commit } = repository();
  const hook = join(folder, ".git/hooks/post-index-change");
  mkdirSync(join(folder, ".git/hooks"), { recursive: true });
  commit("one");
  commit("two");
  writeFileSync(hook, `#!/bin/sh\ntouch ${join(folder, "ran")}\n`);
  chmodSync(hook, 0o755);
  writeFileSync(join(folder, "a.txt"), "three");
  const index = readFileSync(join(folder, ".git/index"));
  const revision = openRevision(folder, "HEAD~1");
  revision.checkOut(["a.txt"]);
  revision.close();
  expect(readFileSync(join(folder, ".git/index"))).toEqual(index);
  expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("three");
  expect(existsSync(join(folder, "ran"))).toBe(false);
  expect(git("status", "--porcelain")).toBe("M a.txt");
});

it("follows no link of the revision", () => {
  const { folder, commit } = repository();
  symlinkSync("/etc/passwd", join(folder, "link.yaml"));
  commit("one");
  const revision = openRevision(folder, "HEAD");
  revision.checkOut(["link.yaml"]);
  expect(lstatSync(join(revision.folder, "link.yaml")).isSymbolicLink()).toBe(false);
  revision.close();
});

describe("says what to do", () => {
  it("outside of a repository", () => {
    expect(messageOf(() => openRevision(temporaryFolder(), undefined))).toContain(
      "name two folders to compare instead",
    );
  });

  it.each(["nothing-like-this", "-x", "--output=x"])("for %s, which is no revision", (name) => {
    const { folder, commit } = repository();
    commit("one");
    expect(messageOf(() => openRevision(folder, name))).toContain(`no revision is called \`${name}\``);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  it("without a default branch", () => {
    const { folder, git, commit } = repository();
    commit("one");
    git("branch", "--move", "main", "topic");
    expect(messageOf(() => openRevision(folder, undefined))).toContain("fencegen diff REVISION");
  });

  it("in a clone that is too shallow", () => {
    const { folder, git, commit } = repository();
    commit("one");
    git("checkout", "--quiet", "-b", "topic");
    commit("two");
    git("checkout", "--quiet", "main");
    commit("three");
    const clone = temporaryFolder();
    execFileSync(
      "git",
      ["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=topic", `file://${folder}`, clone],
      { stdio: "ignore" },
    );
    expect(messageOf(() => openRevision(clone, undefined))).toContain("git fetch --unshallow");
  });
});
