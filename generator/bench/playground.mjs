// How soon the playground answers in a browser, as a ratio to a Node that does nothing: until the first plan, for the verdict on a fence,
// and from a key to the plan of the changed text. Run by `npm run bench -- playground`; with --update the table is written to PLAYGROUND.md.
// The clock on the wall, because a browser works in several processes and what counts is the wait: both are measured in turn, and a
// machine that does something else meanwhile shows in both.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { findToolchain, howToGetTools } from "../toolchain/find-tools.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const table = join(root, "generator/bench/PLAYGROUND.md");
const rounds = 7;
const keysOfRound = 20;
/** Its core is that of which the targets were measured; they are twice of what a first design took. */
const chip = "stm32h743";

// Node reads the certificates of NODE_EXTRA_CA_CERTS at every start.
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

export async function reportPlayground(isUpdate) {
  const executablePath = findToolchain().chromium;
  if (executablePath === undefined) {
    console.error(`The playground is not measured: chromium missing; \`${howToGetTools}\` brings that.`);
    process.exitCode = 1;
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), "fencegen-bench-"));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    mkdirSync(join(scratch, "chips"));
    copyFileSync(join(root, `chips/${chip}.yaml`), join(scratch, `chips/${chip}.yaml`));
    execFileSync(process.execPath, [join(root, "dist/fencegen.js"), "site"], { cwd: scratch, stdio: "ignore" });
    const address = `${pathToFileURL(join(scratch, "out/site/playground.html"))}#chip=${chip}`;
    const samples = { floor: [], plan: [], verdict: [], key: [] };
    for (let round = 0; round < rounds; round++) {
      samples.floor.push(floorMilliseconds());
      const { plan, verdict, keys } = await visit(browser, address);
      samples.plan.push(plan);
      samples.verdict.push(verdict);
      samples.key.push(...keys);
    }
    report(samples, isUpdate);
  } finally {
    await browser.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function floorMilliseconds() {
  const from = performance.now();
  execFileSync(process.execPath, ["-e", "0"], { env: environment });
  return performance.now() - from;
}

/** One visit with nothing kept: the times are taken in the page. */
async function visit(browser, address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    const times = { plan: 0, exploring: 0, proved: 0, key: 0, keys: [] };
    globalThis.benchTimes = times;
    addEventListener(
      "keydown",
      () => {
        times.key = performance.now();
      },
      true,
    );
    addEventListener("DOMContentLoaded", () => {
      new MutationObserver(() => {
        times.plan ||= performance.now();
        if (times.key > 0) times.keys.push(performance.now() - times.key);
        times.key = 0;
      }).observe(document.querySelector("#panel-plan"), { childList: true });
      const words = document.querySelector("#proof-words");
      new MutationObserver(() => {
        if (words.textContent === "exploring") times.exploring ||= performance.now();
        if (words.textContent === "proved") times.proved ||= performance.now();
      }).observe(words, { childList: true });
    });
  });
  await page.goto(address);
  await page.locator("#proof-words", { hasText: "proved" }).waitFor();
  await page.locator(".cm-line", { hasText: /^vendor:/ }).click();
  await page.keyboard.press("End");
  const count = () => page.evaluate("benchTimes.keys.length");
  const before = await count();
  for (let key = 0; key < keysOfRound; key++) {
    await page.keyboard.press("x");
    while ((await count()) === before + key) await page.waitForTimeout(5);
  }
  const { plan, exploring, proved, keys } = await page.evaluate("benchTimes");
  await context.close();
  return { plan, verdict: proved - exploring, keys: keys.slice(before) };
}

function report({ floor, plan, verdict, key }, isUpdate) {
  const one = quantile(floor, 0.5);
  const rows = [
    { name: "first plan, from opening the page", milliseconds: quantile(plan, 0.5), target: 13 },
    { name: "verdict on a fence of a Cortex-M7", milliseconds: quantile(verdict, 0.5), target: 40 },
    { name: "from a key to the plan, median", milliseconds: quantile(key, 0.5), target: 1.3 },
    { name: "from a key to the plan, 95 of 100", milliseconds: quantile(key, 0.95), target: 5.7 },
  ].map((row) => ({ ...row, ratio: row.milliseconds / one, isMissed: row.milliseconds / one > row.target }));
  const lines = [
    "| | times `node -e 0` | at most | |",
    "| --- | --: | --: | --- |",
    ...rows.map(
      ({ name, ratio, target, isMissed }) =>
        `| ${name} | ${ratio.toFixed(1)} | ${target} | ${isMissed ? "missed" : ""} |`,
    ),
  ];
  console.log(
    `Wall clock, ${rounds} visits; \`node -e 0\` takes ${one.toFixed(0)} ms; ${rows.map(({ milliseconds }) => milliseconds.toFixed(0)).join(", ")} ms\n`,
  );
  console.log(lines.join("\n"));
  const head =
    "Written by `npm run bench -- playground --update`: the wait in a browser as a ratio to that for a Node that does nothing, " +
    `medians of ${rounds} visits.`;
  if (isUpdate) writeFileSync(table, ["# How soon the playground answers", "", head, "", ...lines, ""].join("\n"));
  if (rows.some(({ isMissed }) => isMissed)) process.exitCode = 1;
}

function quantile(numbers, part) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}
