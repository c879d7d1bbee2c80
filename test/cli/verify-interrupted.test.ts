// Ctrl-C keeps what is done: the verdicts are there, what was judged is reported, and the next run explores the rest.
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Host, VerdictStore } from "../../generator/cli/environment.ts";
import { judgeHere } from "../../generator/verifier/judge.ts";
import type { FenceVerdict } from "../../generator/verifier/verify-fence.ts";
import { sarifRun } from "../report/sarif-schema.ts";
import { progressLine, root, temporaryFolder } from "../support/command.ts";
import { testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";

const chips = ["nrf52840", "arty-e21", "apollo3"];

function project(ids: readonly string[] = chips): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  for (const id of ids) copyFileSync(join(root, `chips/${id}.yaml`), join(folder, `chips/${id}.yaml`));
  return folder;
}

interface Interrupted {
  readonly host: Host;
  /** Names of fences that were explored, in each run. */
  readonly explored: string[];
  readonly letGo: () => number;
}

/** A host whose user presses Ctrl-C when so many fences are done. */
function interruptedAfter(most: number, kept: Map<string, FenceVerdict>): Interrupted {
  const asked = new AbortController();
  const explored: string[] = [];
  let times = 0;
  const verdicts: VerdictStore = { get: (key) => kept.get(key), keep: (key, verdict) => kept.set(key, verdict) };
  const host: Host = {
    ...testHost(),
    verdicts,
    judge: () => (tasks, done, during) =>
      judgeHere(
        tasks,
        (index, verdict) => {
          explored.push(verdict.fence);
          done(index, verdict);
          if (explored.length === most) asked.abort();
        },
        during,
      ),
    interruption: () => ({
      stop: asked.signal,
      letGo: () => {
        times += 1;
      },
    }),
  };
  return { host, explored, letGo: () => times };
}

it("reports what was judged, exits with 130, and explores only the rest in the next run", async () => {
  const folder = project();
  const kept = new Map<string, FenceVerdict>();
  const first = interruptedAfter(2, kept);
  const answer = await inProcess(["verify"], folder, first.host);
  expect(answer.code).toBe(130);
  expect(first.explored).toEqual(["Apollo3DmaFence", "ArtyE21DmaFence"]);
  expect(answer.stdout).toMatch(/^apollo3 Apollo3DmaFence: sound/m);
  expect(answer.stdout).toContain("2 fences; mutants killed");
  expect(answer.stdout).not.toContain("Nrf52840DmaFence");
  expect(answer.stderr).toBe("Interrupted: 1 fence not judged; what was judged is kept, and not explored again.\n");
  expect([first.letGo(), kept.size]).toEqual([1, 2]);

  const second = interruptedAfter(2, kept);
  const whole = await inProcess(["verify"], folder, second.host);
  expect(whole).toMatchObject({ code: 0, stderr: "" });
  expect(second.explored).toEqual(["Nrf52840DmaFence"]);
  expect(whole.stdout).toContain("3 fences; mutants killed");
});

it("says in JSON which fences are open, and in SARIF that the run was not whole", async () => {
  const folder = project();
  const json = await inProcess(["verify", "--json"], folder, interruptedAfter(2, new Map()).host);
  expect(json.code).toBe(130);
  const { results, notJudged } = JSON.parse(json.stdout) as { results: { chip: string }[]; notJudged: unknown };
  expect(results.map(({ chip }) => chip)).toEqual(["apollo3", "arty-e21"]);
  expect(notJudged).toEqual([{ chip: "nrf52840", fence: "Nrf52840DmaFence" }]);
  const sarif = await inProcess(["verify", "--format", "sarif"], folder, interruptedAfter(1, new Map()).host);
  expect(sarifRun(sarif.stdout).invocations).toEqual([{ executionSuccessful: false }]);
  const markdown = await inProcess(["verify", "--format", "markdown"], folder, interruptedAfter(1, new Map()).host);
  expect(markdown.stdout).toContain("interrupted before 2 more");
});

it("exits with 130 also where everything was done when it came", async () => {
  const { code, stdout } = await inProcess(
    ["verify", "--json"],
    project(["nrf52840"]),
    interruptedAfter(1, new Map()).host,
  );
  expect([code, JSON.parse(stdout)]).toEqual([130, expect.objectContaining({ notJudged: [] })]);
});

it("of the command is a signal, after which the verdicts lie on the disk", async () => {
  const folder = project(["zynq7000", "nrf52840"]);
  const cache = temporaryFolder();
  let isAsked = false;
  const first = await start(["--json"], folder, cache, (child) => {
    // When the first of three fences is finished.
    if (!isAsked) child.kill("SIGINT");
    isAsked = true;
  });
  const { results, notJudged } = JSON.parse(first.stdout) as { results: unknown[]; notJudged: unknown[] };
  expect([first.code, results.length + notJudged.length]).toEqual([130, 3]);
  expect(notJudged.length).toBeGreaterThan(0);
  const second = await start([], folder, cache);
  expect(second.code).toBe(0);
  expect(second.stderr.match(progressLine)).toHaveLength(notJudged.length);
  // A kept answer does not repeat how far a run had come.
  expect(await start([], folder, cache)).toEqual({ ...second, stderr: second.stderr.replaceAll(progressLine, "") });
});

async function start(
  args: readonly string[],
  cwd: string,
  cache: string,
  heard: (child: ChildProcess) => void = () => {},
) {
  const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
  const env = { ...environment, FENCEGEN_CACHE: cache };
  const child = spawn(process.execPath, [join(root, "dist/fencegen.js"), "verify", "--jobs", "1", ...args], {
    cwd,
    env,
  });
  const [out, log]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (part: Buffer) => out.push(part));
  child.stderr.on("data", (part: Buffer) => {
    log.push(part);
    heard(child);
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(log).toString() };
}
