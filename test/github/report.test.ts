// The steps of the action, played here: the shell with the command itself, the comment against a stand-in for GitHub's interface.
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { root, temporaryFolder } from "../support/command.ts";
import { testChip } from "../support/test-chip.ts";
import { misread } from "../verifier/own-chips.ts";

const folder = join(root, ".github/actions/fencegen");
const marker = "<!-- fencegen: what this change does to fences -->";

/** A pull request, merged as actions/checkout has it, and what the action's first step makes of it. */
function looked(before: string, after: string, { isStale = false, base = "HEAD^1" } = {}) {
  const project = temporaryFolder();
  const git = (...args: string[]) => execFileSync("git", args, { cwd: project, encoding: "utf8", stdio: "pipe" });
  const fencegen = `'${process.execPath}' '${join(root, "dist/fencegen.js")}'`;
  const runs = (...args: string[]) => {
    try {
      execFileSync(process.execPath, [join(root, "dist/fencegen.js"), ...args], { cwd: project, stdio: "pipe" });
    } catch {
      // Of a fence that is unsound it says so.
    }
  };
  mkdirSync(join(project, "chips"));
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "t");
  git("config", "user.email", "t@t");
  for (const [text, isWritten] of [
    [before, true],
    [after, !isStale],
  ] as const) {
    writeFileSync(join(project, "chips/test-chip.yaml"), text);
    if (isWritten) runs("generate");
    git("add", "--all");
    git("commit", "--quiet", "--message=Change");
  }
  const bin = temporaryFolder();
  writeFileSync(join(bin, "fencegen"), `#!/bin/sh\nexec ${fencegen} "$@"\n`, { mode: 0o755 });
  const place = temporaryFolder();
  const files = { output: join(place, "output"), summary: join(place, "summary"), reports: join(place, "reports") };
  const log = execFileSync("bash", [join(folder, "look.sh")], {
    cwd: project,
    encoding: "utf8",
    env: {
      PATH: `${bin}:${process.env["PATH"]}`,
      CI: "true",
      FENCEGEN: "env fencegen",
      BASE: base,
      REPORTS: files.reports,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
    },
  });
  const read = (path: string) => readFileSync(path, "utf8");
  return {
    log,
    output: read(files.output),
    summary: read(files.summary),
    markdown: read(join(files.reports, "report.md")),
    text: read(join(files.reports, "report.txt")),
  };
}

const wider = testChip().replace("lineBytes: 32", "lineBytes: 64");

it("says what a pull request does, and that nothing failed", () => {
  const { output, summary, markdown, text, log } = looked(testChip(), wider);
  expect(output).toBe("failed=\n");
  expect(markdown).toMatch(/^### fencegen: what this change does to fences\n/);
  expect(markdown).toMatch(/weaker but proven/);
  expect(summary).toBe(markdown);
  expect(text).toMatch(/weaker but proven/);
  expect(text).not.toContain("### ");
  expect(log).toContain("sound, necessary, reachable");
});

it("says which command failed, and why", () => {
  expect(looked(testChip(), wider, { isStale: true })).toMatchObject({
    output: "failed=check verify\n",
    markdown: expect.stringContaining("- `fencegen check` says that outputs are stale"),
    text: expect.stringContaining("- `fencegen check` says that outputs are stale"),
  });
  expect(looked(testChip(), misread)).toMatchObject({
    output: "failed=verify diff\n",
    markdown: expect.stringMatching(/UNSOUND[\s\S]*- `fencegen diff` finds a fence that is unsound/),
  });
  expect(looked(testChip(), wider, { base: "no-such-branch" })).toMatchObject({
    output: "failed=diff\n",
    markdown: expect.stringMatching(/^### fencegen\n\n\n- `fencegen diff` has no comparison to show/),
  });
});

it("what stands in a description is no command of the workflow", () => {
  const hostile = testChip().replace("title: Test chip", 'title: "x\\n::error::y"');
  const { log } = looked(testChip(), hostile);
  const lines = log.split("\n");
  const token = /^::stop-commands::([0-9a-f]{32})$/.exec(
    lines.find((line) => line.startsWith("::stop-commands::"))!,
  )![1];
  let isStopped = false;
  for (const line of lines) {
    if (line === `::stop-commands::${token}`) isStopped = true;
    else if (line === `::${token}::`) isStopped = false;
    else if (line.startsWith("::")) expect(isStopped, line).toBe(true);
  }
  expect(isStopped).toBe(false);
});

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
  readonly authorization: string | undefined;
}

type Answers = (asked: Asked) => unknown;

/** Runs comment.mjs against a stand-in; an answer that is a number is a status. */
async function commented(mode: "own" | "fork", event: object, answers: Answers, report = "report\n") {
  const all: Asked[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const asked: Asked = {
      method: request.method!,
      url: request.url!,
      body: parts.length > 0 ? (JSON.parse(Buffer.concat(parts).toString()) as { body: string }).body : undefined,
      authorization: request.headers.authorization,
    };
    all.push(asked);
    const given = answers(asked);
    response.statusCode = typeof given === "number" ? given : 200;
    response.end(Buffer.isBuffer(given) ? given : JSON.stringify(typeof given === "number" ? {} : (given ?? {})));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const place = temporaryFolder();
  const path = (name: string, text: string) => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "comment.mjs"), mode], {
    env: {
      PATH: process.env["PATH"],
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      GITHUB_EVENT_PATH: path("event.json", JSON.stringify(event)),
      GITHUB_OUTPUT: path("output", ""),
      GITHUB_REPOSITORY: "owner/name",
      TOKEN: "secret",
      REPORT: path("report.md", report),
      ARTIFACT: "fencegen-report",
    },
  });
  expect(all.every(({ authorization }) => authorization === "Bearer secret")).toBe(true);
  const written = all.filter(({ method }) => method !== "GET");
  return { all, written, stdout, output: readFileSync(join(place, "output"), "utf8") };
}

const ownEvent = { repository: { id: 1 }, pull_request: { number: 7, head: { repo: { id: 1 } } } };
const comment = (id: number, type: string, body: string) => ({ id, user: { type }, body });

it("a comment is posted, and the next time it is that one", async () => {
  const first = await commented("own", ownEvent, ({ method }) => (method === "GET" ? [] : {}));
  expect(first.output).toBe("posted=true\n");
  expect(first.written).toEqual([
    expect.objectContaining({
      method: "POST",
      url: "/repos/owner/name/issues/7/comments",
      body: `${marker}\nreport\n`,
    }),
  ]);
  const others = Array.from({ length: 100 }, (_, at) => comment(at + 1, "User", `${marker}\nmine`));
  const again = await commented("own", ownEvent, ({ url }) =>
    url.endsWith("page=1") ? others : url.endsWith("page=2") ? [comment(500, "Bot", `${marker}\nbefore`)] : {},
  );
  expect(again.written).toEqual([
    expect.objectContaining({ method: "PATCH", url: "/repos/owner/name/issues/comments/500" }),
  ]);
});

it("from a fork, or with a token that only reads, the report becomes an artefact", async () => {
  const fromFork = { ...ownEvent, pull_request: { number: 7, head: { repo: { id: 2 } } } };
  expect(await commented("own", fromFork, () => [])).toMatchObject({ output: "posted=false\n", all: [] });
  const reads = await commented("own", ownEvent, ({ method }) => (method === "GET" ? [] : 403));
  expect(reads.output).toBe("posted=false\n");
});

it("a comment is never longer than GitHub takes", async () => {
  const { written } = await commented(
    "own",
    ownEvent,
    ({ method }) => (method === "GET" ? [] : {}),
    "x".repeat(2 ** 18),
  );
  expect(written[0]!.body!.length).toBeLessThanOrEqual(65_536);
});

const sha = "a".repeat(40);
const run = {
  id: 11,
  event: "pull_request",
  head_sha: sha,
  head_branch: "b&state=closed",
  head_repository: { id: 2, owner: { login: "somebody" } },
  pull_requests: [],
};
const pull = (number: number, head: object = { sha, repo: { id: 2 } }) => ({ number, head });

function zipped(files: Readonly<Record<string, string>>): Buffer {
  const place = temporaryFolder();
  mkdirSync(join(place, "in"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, "in", name), text);
  execFileSync("zip", ["--quiet", "--recurse-paths", "../out.zip", "."], { cwd: join(place, "in") });
  return readFileSync(join(place, "out.zip"));
}

const forkAnswers =
  (zip: Buffer, pulls: readonly object[] = [pull(8)], size = zip.length): Answers =>
  ({ url }) => {
    if (url.includes("/artifacts?")) return { artifacts: [{ id: 5, name: "fencegen-report", size_in_bytes: size }] };
    if (url.endsWith("/actions/artifacts/5/zip")) return zip;
    if (url.includes("/pulls?")) return pulls;
    return url.includes("/comments?") ? [] : {};
  };

it("of a fork the number is what GitHub says of the run, whatever the artefact says", async () => {
  const zip = zipped({ "report.txt": "pull request 99\n", number: "99", "pr.json": '{ "number": 99 }' });
  const { all, written } = await commented("fork", { workflow_run: run }, forkAnswers(zip));
  const asked = new URL(all.find(({ url }) => url.includes("/pulls?"))!.url, "http://x").searchParams;
  expect([...asked.keys()].sort()).toEqual(["head", "per_page", "state"]);
  expect(asked.get("head")).toBe("somebody:b&state=closed");
  expect(written).toEqual([expect.objectContaining({ method: "POST", url: "/repos/owner/name/issues/8/comments" })]);
  expect(written[0]!.body).toContain("pull request 99");
  const named = { ...run, pull_requests: [pull(9), pull(10, { sha: "b".repeat(40) })] };
  expect((await commented("fork", { workflow_run: named }, forkAnswers(zip, []))).written[0]!.url).toContain(
    "/issues/9/",
  );
});

it.each([
  ["of another commit", [pull(8, { sha: "b".repeat(40), repo: { id: 2 } })]],
  ["of another repository", [pull(8, { sha, repo: { id: 3 } })]],
  ["one of two", [pull(8), pull(9)]],
])("no comment is posted where the pull request is %s", async (_, pulls) => {
  const zip = zipped({ "report.txt": "x" });
  const { written, stdout } = await commented("fork", { workflow_run: run }, forkAnswers(zip, pulls));
  expect(written).toEqual([]);
  expect(stdout).toContain("No pull request is open");
});

it.each([
  ["ends the fence", "```\n# Loud\n```text\n"],
  ["has long fences", `${"`".repeat(40)}\n# Loud\n`],
  ["is nothing but fences", "`".repeat(100_000)],
  ["calls names and shows pictures", "@everyone ![x](https://example.com/x.png) <img src=x onerror=alert(1)>"],
  ["hides text", "a\u202Eb\u200Bc\u0007d\u2028e"],
  ["begins like the comment", `${marker}\n`],
  ["is long", "x\n".repeat(200_000)],
])("a report that %s is shown as text", async (_, report) => {
  const { written } = await commented("fork", { workflow_run: run }, forkAnswers(zipped({ "report.txt": report })));
  const body = written[0]!.body!;
  expect(body.length).toBeLessThanOrEqual(65_536);
  const [first, line, empty, opening, ...rest] = body.split("\n");
  expect([first, line, empty]).toEqual([marker, expect.stringContaining("as text"), ""]);
  const fence = /^(`{3,})text$/.exec(opening!)![1]!;
  // The only line that could end what is between the fences is the last.
  expect(rest.at(-1)).toBe(fence);
  const longest = Math.max(
    0,
    ...rest.slice(0, -1).flatMap((each) => [...each.matchAll(/`+/g)].map(([run]) => run.length)),
  );
  expect(longest).toBeLessThan(fence.length);
  expect(rest.slice(0, -1).join("\n")).toMatch(/^[^\p{C}\u2028\u2029]*(\n[^\p{C}\u2028\u2029]*)*$/u);
});

it("an artefact that is larger than a report is not unpacked", async () => {
  const zip = zipped({ "report.txt": "x" });
  await expect(commented("fork", { workflow_run: run }, forkAnswers(zip, [pull(8)], 2 ** 30))).rejects.toThrow(
    /more than/,
  );
  const bomb = zipped({ "report.txt": "x".repeat(2 ** 24) });
  expect(bomb.length).toBeLessThan(2 ** 20);
  await expect(commented("fork", { workflow_run: run }, forkAnswers(bomb))).rejects.toThrow(/maxBuffer|ENOBUFS/);
});

it("a run of another event is none of its business", async () => {
  const { all } = await commented("fork", { workflow_run: { ...run, event: "push" } }, () => ({}));
  expect(all).toEqual([]);
});

it("a run of a fork that is gone meanwhile has no pull request to comment", async () => {
  const gone = { ...run, head_repository: null };
  const { written } = await commented("fork", { workflow_run: gone }, forkAnswers(zipped({ "report.txt": "text" })));
  expect(written).toEqual([]);
});

it("the script needs nothing but Node", () => {
  const script = readFileSync(join(folder, "comment.mjs"), "utf8");
  const imports = [...script.matchAll(/from "([^"]+)"/g)].map(([, name]) => name!);
  expect(imports).not.toEqual([]);
  expect(imports.filter((name) => !name.startsWith("node:"))).toEqual([]);
});
