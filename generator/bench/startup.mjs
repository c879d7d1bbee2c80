// How much CPU time the command takes when it has little to do, as a ratio to a Node that does nothing.
// Run by `npm run bench`. CPU time (user and system), because the clock on the wall depends on what else runs;
// a ratio, because machines differ; all cases in turn, so that a slow moment falls on each of them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const command = join(root, "dist/fencegen.js");
const rounds = Number(process.argv[2] ?? 15);
/** What `generate` with nothing to do may cost, for the chips of this repository. */
const target = 8;

// Node reads the certificates of this variable at every start; that would raise the floor.
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

const out = mkdtempSync(join(tmpdir(), "fencegen-bench-"));
try {
  const cases = [
    { name: "node -e 0", args: ["-e", "0"] },
    { name: "fencegen --version", args: [command, "--version"] },
    { name: "fencegen validate chips/stm32h743.yaml", args: [command, "validate", "chips/stm32h743.yaml"] },
    { name: "fencegen check", args: [command, "check", "--out", out] },
    { name: "fencegen generate, nothing to do", args: [command, "generate", "--out", out] },
  ].map((each) => ({ ...each, samples: [] }));

  execFileSync(process.execPath, [command, "generate", "--out", out], { cwd: root, stdio: "ignore", env: environment });
  for (const { args } of cases) cpuMilliseconds(args); // fills the page cache
  for (let round = 0; round < rounds; round++) {
    for (const { args, samples } of cases) samples.push(cpuMilliseconds(args));
  }
  print(cases);
} finally {
  rmSync(out, { recursive: true, force: true });
}

/**
 * CPU time of one run. Node reports none for a single child, and one measured from within lacks start and end;
 * the shell's `time` keyword reads what the kernel has counted for the whole process.
 */
function cpuMilliseconds(args) {
  const script = 'TIMEFORMAT="%3U %3S"; { time "$@" >/dev/null 2>&1; } 2>&1';
  const text = execFileSync("bash", ["-c", `${script} || exit`, "bash", process.execPath, ...args], {
    cwd: root,
    env: { ...environment, LC_ALL: "C" },
    encoding: "utf8",
  });
  return text
    .trim()
    .split(" ")
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}

function print(cases) {
  const figures = cases.map(({ name, samples }) => ({ name, best: Math.min(...samples), median: median(samples) }));
  const floor = figures[0];
  const width = Math.max(...figures.map(({ name }) => name.length));
  const row = (...cells) =>
    console.log(cells.map((cell, i) => (i ? cell.padStart(12) : cell.padEnd(width))).join("  "));
  console.log(`CPU time, user and system, of ${rounds} runs each, interleaved; Node ${process.version}\n`);
  row("", "median ms", "best ms", "median ratio", "best ratio");
  for (const { name, best, median } of figures) {
    row(name, median.toFixed(0), best.toFixed(0), (median / floor.median).toFixed(2), (best / floor.best).toFixed(2));
  }
  const ratio = figures.at(-1).median / floor.median;
  console.log(`\nTarget for generate: at most ${target}. ${ratio <= target ? "Met" : "Missed"} (${ratio.toFixed(2)}).`);
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
