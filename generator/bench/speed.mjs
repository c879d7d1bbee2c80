// How much CPU time the command takes, as a ratio to a Node that does nothing, beside what it may take. Run by `npm run bench`, which
// fails where a target is missed; with --update the table is written to SPEED.md.
// CPU time (user and system), because the clock on the wall depends on what else runs; a ratio, because machines differ; all cases in
// turn, so that a slow moment falls on each of them. `--only simulate` measures the cases whose names have that word, and writes nothing.
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const command = join(root, "dist/fencegen.js");
const table = join(root, "generator/bench/SPEED.md");
/** Files beside the folders of cores and the rest, without that of the sources. */
const chipCount = readdirSync(join(root, "chips")).filter((name) => /^(?!sources\.).*\.yaml$/.test(name)).length;
const rounds = 11;
/** Of a case that takes a minute. */
const fewRounds = 3;
const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;

// Node reads the certificates of NODE_EXTRA_CA_CERTS at every start; that would raise the floor. CI would make `check` trust nothing.
const { NODE_EXTRA_CA_CERTS: _, CI: __, ...environment } = process.env;

const scratch = mkdtempSync(join(tmpdir(), "fencegen-bench-"));
try {
  const cases = prepare();
  for (const { before, args, cwd } of cases) {
    before?.();
    cpuMilliseconds(args, cwd); // fills the page cache, and ours
  }
  for (let round = 0; round < rounds; round++)
    for (const { before, args, cwd, samples, most = rounds } of cases) {
      if (samples.length === most) continue;
      before?.();
      samples.push(cpuMilliseconds(args, cwd));
    }
  report(cases);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Two projects: this repository's chips in a folder of their own, and the same as somebody's own chips elsewhere. */
function prepare() {
  const here = join(scratch, "here");
  const own = join(scratch, "own");
  // Its titles stay as they are: a verdict has the words of its chip, and would be another.
  const verified = join(scratch, "verified");
  for (const folder of [here, own, verified]) {
    cpSync(join(root, "chips"), join(folder, "chips"), { recursive: true });
    run(["generate"], folder);
  }
  // Changed in each round, so that no answer to it is known.
  let changes = 0;
  const comment = (path) => appendFileSync(path, `# ${++changes}\n`);
  const edited = join(own, "chips/stm32h743.yaml");
  const retitled = () => {
    const text = readFileSync(edited, "utf8");
    writeFileSync(edited, text.replace(/^title: .*$/m, `title: STM32H743 of ${++changes}`));
  };
  const branch = join(scratch, "branch");
  cpSync(own, branch, { recursive: true });
  const git = (...argv) =>
    execFileSync("git", ["-c", "user.name=Bench", "-c", "user.email=bench@localhost", ...argv], {
      cwd: branch,
      stdio: "ignore",
    });
  git("init", "--initial-branch=main");
  git("add", "--all");
  git("-c", "commit.gpgSign=false", "commit", "--message=Before");
  const overridden = join(branch, "chips/nrf52840.yaml");
  const override = '  - { fence: release, at: last, use: "dsb sy", reason: Measured here., source: unverified }';
  writeFileSync(
    overridden,
    readFileSync(overridden, "utf8").replace(/^cores:$/m, `barrierOverrides:\n${override}\ncores:`),
  );
  run(["generate"], branch);
  return [
    { name: "`node -e 0`", args: ["-e", "0"] },
    { name: "`--version`", args: [command, "--version"], target: 2 },
    { name: "`generate`, nothing to do", args: [command, "generate"], target: 2 },
    { name: "`check`, nothing stale", args: [command, "check"], target: 4 },
    { name: "`check --no-cache`", args: [command, "check", "--no-cache"] },
    { name: "`validate`, one chip", args: [command, "validate", "chips/stm32h743.yaml"], target: 2 },
    { name: "`plan`, one chip", args: [command, "plan", "stm32h743"], target: 2 },
    { name: "completion of a chip's name", args: [command, "complete", "--", "plan", "stm32h"], target: 2 },
    {
      name: "`validate`, one chip, edited",
      args: [command, "validate", "chips/stm32h743.yaml"],
      cwd: own,
      before: () => comment(edited),
      target: 3.3,
    },
    {
      name: `\`generate\`, one chip of ${chipCount} changed`,
      args: [command, "generate"],
      cwd: own,
      before: retitled,
      target: 4,
    },
    {
      name: `\`verify\`, ${chipCount} chips, every verdict kept`,
      args: [command, "verify"],
      cwd: verified,
      before: () => comment(join(verified, "chips/sources.yaml")),
      target: 60,
    },
    {
      name: `\`diff\`, one chip of ${chipCount} changed, every verdict kept`,
      args: [command, "diff"],
      cwd: branch,
      before: () => comment(overridden),
      target: 40,
    },
    ...simulated("stm32h743", ["Stm32h743DmaFence", "Ethernet", "0x24000400"]),
    ...simulated("nrf52840", ["Nrf52840DmaFence", "EasyDMA", "0x20000100"]),
  ]
    .filter(({ name }, index) => index === 0 || only === undefined || name.includes(only))
    .map((each) => ({ cwd: here, ...each, samples: [] }));
}

/** A buffer sent and received on a chip, by a program that uses the library. */
function simulated(chip, parameters) {
  const script = join(root, "generator/bench/exchange.mjs");
  return [
    { bytes: 1500, words: "1,500 bytes", target: 80 },
    { bytes: 65536, words: "64 KiB", target: 400, most: fewRounds },
  ].map(({ bytes, words, ...rest }) => ({
    name: `simulate ${words} on ${chip} under 200 seeds`,
    args: [script, chip, ...parameters, String(bytes)],
    ...rest,
  }));
}

function run(args, cwd) {
  execFileSync(process.execPath, [command, ...args], { cwd, stdio: "ignore", env: { ...environment, ...cache() } });
}

function cache() {
  return { FENCEGEN_CACHE: join(scratch, "cache") };
}

/**
 * CPU time of one run. Node reports none for a single child, and one measured from within lacks start and end;
 * the shell's `time` keyword reads what the kernel has counted for the whole process.
 */
function cpuMilliseconds(args, cwd) {
  const script = 'TIMEFORMAT="%3U %3S"; { time "$@" >/dev/null 2>&1; } 2>&1';
  const text = execFileSync("bash", ["-c", `${script} || exit`, "bash", process.execPath, ...args], {
    cwd,
    env: { ...environment, ...cache(), LC_ALL: "C" },
    encoding: "utf8",
  });
  return text
    .trim()
    .split(" ")
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}

function report(cases) {
  const floor = median(cases[0].samples);
  const rows = cases.map(({ name, samples, target }) => {
    const ratio = median(samples) / floor;
    return { name, ratio, target, isMissed: target !== undefined && ratio > target };
  });
  const lines = [
    "| | times `node -e 0` | at most | |",
    "| --- | --: | --: | --- |",
    ...rows.map(
      ({ name, ratio, target, isMissed }) =>
        `| ${name} | ${ratio.toFixed(1)} | ${target ?? ""} | ${isMissed ? "missed" : ""} |`,
    ),
  ];
  console.log(
    `CPU time, user and system, medians of ${rounds} runs (${fewRounds} of 64 KiB), all in turn; Node ${process.version}, which takes ${floor.toFixed(0)} ms\n`,
  );
  console.log(lines.join("\n"));
  if (process.argv.includes("--update") && only === undefined)
    writeFileSync(
      table,
      [
        "# What the command costs",
        "",
        "Written by `npm run bench -- --update`: CPU time as a ratio to a Node that does nothing, medians of " +
          `${rounds} runs (${fewRounds} of 64 KiB), all in turn. The corpus is this repository's ${chipCount} chips.`,
        "",
        ...lines,
        "",
      ].join("\n"),
    );
  if (rows.some(({ isMissed }) => isMissed)) process.exitCode = 1;
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
