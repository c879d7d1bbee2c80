// What very many chips cost: `npm run bench -- scale`. Chips shaped like the corpus, each a shipped one with a name and a title of its
// own, by a seed; beside them the floor: their texts parsed, validated and printed by the same libraries in a plain loop, which
// derives nothing. CPU time and memory as the process itself counts them at its end.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const command = join(root, "dist/fencegen.js");
const table = join(root, "generator/bench/SCALE.md");
const seed = 20261130;
const counts = [10, 100, 1000, 10_000];
const most = { slope: 1.15, timesFloor: 1.5, megabytes: 600, timesOne: 1.5, timesNothing: 2 };

const { NODE_EXTRA_CA_CERTS: _, CI: __, ...environment } = process.env;

export function reportScale(isUpdate) {
  const rows = measureScale();
  const lines = [
    "| | measured | at most | |",
    "| --- | --: | --: | --- |",
    ...rows.map(
      ({ name, value, target, isMissed }) => `| ${name} | ${value} | ${target} | ${isMissed ? "missed" : ""} |`,
    ),
  ];
  console.log(lines.join("\n"));
  if (isUpdate)
    writeFileSync(
      table,
      [
        "# What very many chips cost",
        "",
        "Written by `npm run bench -- scale --update`: CPU time, user and system, of one run, as ratios; of `generate` as one to a Node that does nothing.",
        "The chips are this repository's, by a seed, each with a name and a title of its own.",
        "",
        ...lines,
        "",
      ].join("\n"),
    );
  if (rows.some(({ isMissed }) => isMissed)) process.exitCode = 1;
}

/** @returns the table's rows, each with whether a target is missed */
function measureScale() {
  const scratch = mkdtempSync(join(tmpdir(), "fencegen-scale-"));
  const run = (args, cwd) => costOf([command, ...args], cwd, scratch);
  try {
    const runs = counts.map((count) => {
      const folder = join(scratch, `${count}`);
      writeChips(folder, count);
      const cold = run(["generate"], folder);
      console.error(`${count}: ${cold.cpu.toFixed(0)} ms, ${cold.megabytes.toFixed(0)} MB`);
      const one = () => {
        retitle(folder, count);
        return run(["plan", nameOf(folder, 0)], folder);
      };
      const changed = () => {
        retitle(folder, count);
        return run(["generate"], folder);
      };
      // The first fills the caches.
      const [nothing, plan, edit] = [() => run(["generate"], folder), one, changed].map((each) => {
        each();
        return median([each(), each(), each()].map(({ cpu }) => cpu));
      });
      return { count, cold, nothing, plan, edit };
    });
    const floor = costOf(
      [fileURLToPath(import.meta.url), "floor", join(scratch, "1000/chips"), join(scratch, "1000/out")],
      root,
      scratch,
    );
    const empty = costOf(["-e", "0"], root, scratch);
    return rowsOf(runs, (floor.cpu - empty.cpu) / 1000, empty.cpu);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function rowsOf(runs, floorPerChip, empty) {
  const slopes = runs.slice(1).map((run, index) => {
    const before = runs[index];
    return (run.cold.cpu - before.cold.cpu) / (run.count - before.count);
  });
  const last = runs.at(-1);
  const row = (name, value, target, unit = "") => ({
    name,
    value: `${value.toFixed(1)}${unit}`,
    target: target === undefined ? "" : `${target}${unit}`,
    isMissed: target !== undefined && value > target,
  });
  return [
    ...runs.map(({ count, cold }) => row(`\`generate\` of ${count} chips, cold`, cold.cpu / empty)),
    row("slope from 1,000 to 10,000 chips, to that from 100 to 1,000", slopes[2] / slopes[1], most.slope),
    row(
      "a chip more, to one that is parsed, validated and printed and no more",
      slopes[2] / floorPerChip,
      most.timesFloor,
    ),
    row("100,000 chips, in folders of 10,000, by that slope", (slopes[2] * 100_000) / empty),
    row("peak memory at 10,000 chips", last.cold.megabytes, most.megabytes, " MB"),
    row("`plan` of one changed chip of 10,000, to one of 10", last.plan / runs[0].plan, most.timesOne),
    row(
      "`generate` after a change of one chip of 10,000, to nothing to do there",
      last.edit / last.nothing,
      most.timesNothing,
    ),
    row("the same at 100 chips", runs[1].edit / runs[1].nothing, most.timesNothing),
  ];
}

function writeChips(folder, count) {
  const shipped = readdirSync(join(root, "chips")).filter((name) => name.endsWith(".yaml") && name !== "sources.yaml");
  mkdirSync(join(folder, "chips"), { recursive: true });
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  for (let index = 0; index < count; index++) {
    const name = shipped[next() % shipped.length];
    const id = `v${String(index).padStart(5, "0")}-${name.replace(".yaml", "")}`;
    const text = readFileSync(join(root, "chips", name), "utf8")
      .replace(/^chip: .*$/m, `chip: ${id}`)
      .replace(/^title: .*$/m, `title: Variant ${next() % 1000} of ${index}`);
    writeFileSync(join(folder, "chips", `${id}.yaml`), text);
  }
}

function nameOf(folder, index) {
  return readdirSync(join(folder, "chips")).sort()[index].replace(".yaml", "");
}

let changes = 0;

function retitle(folder) {
  const path = join(folder, "chips", `${nameOf(folder, 0)}.yaml`);
  writeFileSync(path, readFileSync(path, "utf8").replace(/^title: .*$/m, `title: Change ${++changes}`));
}

/** CPU time, user and system, in milliseconds, and the most memory that was resident. */
function costOf(args, cwd, scratch) {
  const result = join(scratch, "cost.json");
  const hook = join(scratch, "hook.cjs");
  writeFileSync(
    hook,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(result)}, JSON.stringify(process.resourceUsage())));\n`,
  );
  execFileSync(process.execPath, ["--require", hook, ...args], {
    cwd,
    stdio: "ignore",
    env: { ...environment, FENCEGEN_CACHE: join(scratch, "cache") },
  });
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(result, "utf8"));
  return { cpu: (userCPUTime + systemCPUTime) / 1000, megabytes: maxRSS / 1024 };
}

/** What is run as a process of its own: nothing is derived, and as many lines are printed as fencegen prints. */
async function floor(chips, out) {
  const { parseDocument } = await import("yaml");
  const { default: Handlebars } = await import("handlebars");
  const { chip: validate } = await import("../../dist/generated/validators.js");
  const template = Handlebars.compile("{{#each lines}}{{{this}}}\n{{/each}}", { noEscape: true, strict: true });
  const outputs = readdirSync(out, { recursive: true }).filter((name) => /\.(rs|ts)$/.test(name));
  const perChip = Math.ceil(outputs.length / readdirSync(chips).length);
  const texts = outputs.map((name) => readFileSync(join(out, name), "utf8").split("\n"));
  let printed = 0;
  for (const [index, name] of readdirSync(chips).entries()) {
    const value = parseDocument(readFileSync(join(chips, name), "utf8"), {
      ...{ uniqueKeys: true, stringKeys: true, strict: true },
    }).toJS();
    if (!validate(value)) throw new Error(name);
    for (const lines of texts.slice(index * perChip, (index + 1) * perChip)) printed += template({ lines }).length;
  }
  if (printed === 0) throw new Error("nothing was printed");
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

if (process.argv[2] === "floor") await floor(process.argv[3], process.argv[4]);
