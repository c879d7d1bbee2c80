// `fencegen watch`, without a clock: what changes is what the test says, and rounds follow each other as it says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { runCommandLine } from "../../generator/cli/commands.ts";
import { plain } from "../../generator/diagnostics/format.ts";
import { judgeHere } from "../../generator/verifier/judge.ts";
import { Wakes } from "../../generator/watch/wakes.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { hastyDisk, testHost } from "../support/host.ts";
import { testChip } from "../support/test-chip.ts";
import { misread } from "../verifier/own-chips.ts";

type Step = (folder: string, wakes: Wakes) => void;

const describe = (folder: string, id: string, text = testChip()) => {
  mkdirSync(join(folder, "chips"), { recursive: true });
  writeFileSync(join(folder, `chips/${id}.yaml`), text.replace("chip: test-chip", `chip: ${id}`));
};

interface Played {
  readonly code: number;
  /** What was printed in each round, data and log together. */
  readonly rounds: readonly string[];
  readonly folder: string;
}

/**
 * Runs the command, does a step whenever a round is over, and ends it after the last.
 * @param judging is done before a fence is explored
 */
async function played(steps: readonly Step[], args: readonly string[] = [], judging: Step = () => {}): Promise<Played> {
  const folder = temporaryFolder();
  const [before, ...later] = steps;
  const wakes = new Wakes();
  before!(folder, wakes);
  const rounds = [""];
  const left = [...later];
  const isOver = (text: string) => /^Waiting for changes\.$/m.test(text) || text.includes('"schemaVersion"');
  const say = (text: string) => {
    rounds.push(`${rounds.pop()}${text}\n`);
    if (!isOver(text)) return;
    const step = left.shift();
    if (step) rounds.push("");
    step?.(folder, wakes);
    if (step) wakes.wake();
    else wakes.end();
  };
  const code = await runCommandLine(["watch", ...args], {
    workingFolder: folder,
    packageFolder: root,
    version: "0.0.0",
    host: {
      ...testHost(hastyDisk),
      watch: () => wakes,
      judge: () => async (tasks, done, during) => {
        judging(folder, wakes);
        await judgeHere(tasks, done, during);
      },
    },
    out: say,
    log: say,
    paint: plain,
  });
  return { code, rounds, folder };
}

const wider = (text: string) => text.replace("lineBytes: 32", "lineBytes: 64");

it("says what has changed, what was written, and a verdict on each fence that is another, and on no other", async () => {
  const { code, rounds, folder } = await played([
    (folder) => {
      describe(folder, "one");
      describe(folder, "two");
    },
    (folder) => describe(folder, "two", wider(testChip())),
    // As editors save: another file takes its place.
    (folder) => {
      writeFileSync(
        join(folder, "temporary"),
        readFileSync(join(folder, "chips/two.yaml"), "utf8").replace("64", "32"),
      );
      renameSync(join(folder, "temporary"), join(folder, "chips/two.yaml"));
    },
    (folder) =>
      writeFileSync(join(folder, "chips/one.yaml"), `# A comment.\n${testChip().replace("test-chip", "one")}`),
    (folder) => rmSync(join(folder, "chips/two.yaml")),
  ]);
  expect(code).toBe(0);
  expect(rounds).toHaveLength(5);
  expect(rounds[0]).toMatch(/^create out\/rust\/src\/one\.rs$/m);
  expect(rounds[0]).toMatch(/^one OneDmaFence: sound, .*files agree/m);
  expect(rounds[0]).toMatch(/^two TwoDmaFence: sound, .*files agree.*as OneDmaFence/m);
  for (const round of [rounds[1]!, rounds[2]!]) {
    expect(round).toMatch(/^chips\/two\.yaml was changed$/m);
    expect(round).toMatch(/^update out\/rust\/src\/two\.rs$/m);
    expect(round).toMatch(/^two TwoDmaFence: sound/m);
    expect(round).not.toContain("one");
  }
  expect(rounds[3]).toBe("chips/one.yaml was changed\nEverything is up to date.\nWaiting for changes.\n");
  expect(rounds[4]).toMatch(/^chips\/two\.yaml was removed$/m);
  expect(rounds[4]).toMatch(/^remove out\/rust\/src\/two\.rs$/m);
  expect(rounds[4]).toMatch(/^two TwoDmaFence is gone$/m);
  expect(rounds[4]).toMatch(/Waiting for changes\.\nStopped\.\n$/);
  expect(fencegen(["check"], { cwd: folder }).code).toBe(0);
});

it("goes on after errors, and writes nothing meanwhile", async () => {
  const { code, rounds, folder } = await played([
    (folder) => describe(folder, "one"),
    (folder) => writeFileSync(join(folder, "chips/one.yaml"), "{"),
    (folder) => describe(folder, "one", testChip().replace("\ntitle:", "\ntitel:")),
    (folder) => writeFileSync(join(folder, ".fencegen.yaml"), "licence: 3\n"),
    (folder) => rmSync(join(folder, ".fencegen.yaml")),
    (folder) => describe(folder, "one", wider(testChip())),
  ]);
  expect(code).toBe(0);
  expect(rounds[1]).toMatch(/^chips\/one\.yaml:1:\d+ error yaml\/syntax/m);
  expect(rounds[2]).toMatch(/^chips\/one\.yaml:2:1 error schema\/unknown-key/m);
  expect(rounds[3]).toMatch(/^\.fencegen\.yaml was added$/m);
  for (const round of rounds.slice(1, 5)) expect(round).toContain("Nothing was written.\n");
  for (const round of rounds.slice(1, 5)) expect(round).not.toMatch(/sound|gone|^(create|update|remove) /m);
  expect(rounds[5]).toMatch(/^one OneDmaFence: sound/m);
  expect(fencegen(["check"], { cwd: folder }).code).toBe(0);
});

it("a folder that is not there yet is waited for", async () => {
  const { rounds } = await played([() => {}, (folder) => describe(folder, "one")]);
  expect(rounds[0]).toMatch(/^chips error io\/cannot-read/m);
  expect(rounds[1]).toMatch(/^chips\/one\.yaml was added$/m);
  expect(rounds[1]).toMatch(/^one OneDmaFence: sound/m);
});

it("its own outputs, and files that describe nothing, are no change", async () => {
  const { rounds } = await played([
    (folder) => describe(folder, "one"),
    (folder, wakes) => {
      writeFileSync(join(folder, "chips/notes.txt"), "");
      writeFileSync(join(folder, "out/rust/other.rs"), "");
      wakes.wake();
      // No round comes of it, so that the next thing to be told ends the test.
      setImmediate(() => setImmediate(() => wakes.end()));
    },
  ]);
  expect(rounds[1]).toBe("Stopped.\n");
});

it("what is found unsound is not for use, and nothing is written until the facts are others", async () => {
  const { rounds, folder } = await played([
    (folder) => describe(folder, "one", misread),
    (folder) => describe(folder, "two"),
    (folder) => describe(folder, "one"),
  ]);
  expect(rounds[0]).toMatch(/^one OneDmaFence: NOT SOUND/m);
  expect(rounds[0]).toMatch(/^1 fence NOT SOUND, and not for use/m);
  expect(existsSync(join(folder, "chips/.unsound.json"))).toBe(true);
  expect(rounds[1]).toMatch(/plan\/found-unsound/);
  expect(rounds[1]).toContain("Nothing was written.\n");
  expect(rounds[2]).toMatch(/^one OneDmaFence: sound/m);
});

it("what changes while fences are explored goes first, and no fence is forgotten", async () => {
  const many = Array.from({ length: 20 }, (_, at) => `chip${at}`);
  let judgings = 0;
  const { rounds } = await played(
    [
      (folder) => {
        for (const [at, id] of many.entries())
          describe(folder, id, testChip().replace("0x4000_0000", `0x40${at + 10}_0000`));
      },
    ],
    [],
    (folder, wakes) => {
      if (judgings++ !== 0) return;
      describe(folder, "late", wider(testChip()));
      wakes.wake();
    },
  );
  const all = rounds.join("");
  expect(all).toMatch(/^\d+ fences still to be verified\.$/m);
  const verdicts = [...all.matchAll(/^(\S+) \S+: sound/gm)].map(([, id]) => id).sort();
  expect(verdicts).toEqual([...many, "late"].sort());
});

it("of the chips that it is called for, one may go and come", async () => {
  const { code, rounds } = await played(
    [
      (folder) => {
        describe(folder, "one");
        describe(folder, "two");
      },
      (folder) => rmSync(join(folder, "chips/one.yaml")),
      (folder) => describe(folder, "one", wider(testChip())),
    ],
    ["one"],
  );
  expect(code).toBe(0);
  expect(rounds[0]).not.toContain("two");
  expect(rounds[1]).toContain("no chip is called `one`");
  expect(rounds[2]).toMatch(/^one OneDmaFence: sound/m);
  expect((await played([(folder) => describe(folder, "one")], ["none"])).code).toBe(64);
});

it("with --json says each round in one line of the form that its schema promises", async () => {
  const folder = join(root, "generator/schema/answers");
  const schemas = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as object);
  const ajv = new Ajv2020({ schemas, strict: true, strictRequired: false, allowUnionTypes: true, strictTypes: false });
  const validate = ajv.getSchema("watch.schema.json")!;
  const { rounds } = await played(
    [
      (folder) => describe(folder, "one"),
      (folder) => describe(folder, "one", "{"),
      (folder) => describe(folder, "one", misread),
      (folder) => rmSync(join(folder, "chips/one.yaml")),
    ],
    ["one", "--json"],
  );
  const answers = rounds.map((round) => {
    expect(round.trimEnd().split("\n")).toHaveLength(1);
    const answer = JSON.parse(round) as Record<string, unknown[]>;
    validate(answer);
    expect(validate.errors).toBe(null);
    return answer;
  });
  expect(
    answers.map(({ changed, results, diagnostics }) => [changed, results, diagnostics].map((each) => each!.length)),
  ).toEqual([
    [0, 1, 0],
    [1, 0, 1],
    [1, 1, 0],
    [1, 0, 0],
  ]);
  expect(answers[1]).toMatchObject({
    written: [],
    diagnostics: [{ path: "chips/one.yaml", range: expect.anything() }],
  });
  expect(answers[3]).toMatchObject({ because: expect.stringContaining("no chip is called `one`") });
});

it("the command itself sees what is saved, and ends by Ctrl-C with all files whole", async () => {
  const folder = temporaryFolder();
  describe(folder, "one");
  const { FORCE_COLOR: _, ...variables } = process.env;
  const child = spawn(process.execPath, [join(root, "dist/fencegen.js"), "watch", "--no-cache"], {
    cwd: folder,
    env: variables,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const logged = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  const data: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => data.push(line));
  const until = async (text: string) => {
    for (let line = await logged.next(); !line.done; line = await logged.next()) if (line.value === text) return;
    expect.unreachable(`ended before it said ${text}`);
  };
  await until("Waiting for changes.");
  describe(folder, "one", wider(testChip()));
  await until("Waiting for changes.");
  const ended = once(child, "close");
  child.kill("SIGINT");
  await until("Stopped.");
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(data).toContain("chips/one.yaml was changed");
  expect(data.filter((line) => /^one OneDmaFence: sound/.test(line))).toHaveLength(2);
  expect(fencegen(["check"], { cwd: folder }).code).toBe(0);
  expect(readdirSync(join(folder, "out"))).not.toContain(".fencegen");
});
