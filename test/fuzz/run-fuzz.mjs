// `npm run fuzz -- --minutes N [--seed S] [--only KIND]`: mutated inputs until the time is over. Exits with 1 where one broke a
// property, took too long or too much memory.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";

const usage = "Usage: npm run fuzz -- --minutes N [--seed S] [--only KIND]";
const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string", default: "1" }, only: { type: "string" } },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error(usage);
  process.exit(64);
}

/** Bytes of the input that is judged; larger ones are cut. */
const roomBytes = 1024 * 1024;
/** CPU seconds on one input after which it counts as a hang; what is slower than 10 s is told by the worker when it ends. */
const hangSeconds = 60;
const mostMemoryMiB = 900;

const shared = new SharedArrayBuffer(12 + roomBytes);
const numbers = new Int32Array(shared, 0, 3);
const found = join(import.meta.dirname, "found");
let answer;

const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
  workerData: { seed, untilMilliseconds: Date.now() + minutes * 60_000, shared, only: values.only },
  resourceLimits: { maxOldGenerationSizeMb: mostMemoryMiB },
});
worker.on("message", (message) => {
  if (message.text === undefined) answer = message;
  else console.log(message.text);
});

/** Keeps the input that is being judged. */
function keepCurrent(what) {
  mkdirSync(found, { recursive: true });
  const file = join(found, `${what}-kind-${numbers[1]}-seed-${seed}`);
  writeFileSync(file, Buffer.from(new Uint8Array(shared, 12, Math.min(numbers[2], roomBytes))));
  console.error(`${what}: the input is in ${file}`);
  process.exitCode = 1;
}

let last = -1;
let cpuAtLast = 0;
const watch = setInterval(() => {
  const { user, system } = process.cpuUsage();
  const cpu = (user + system) / 1e6;
  if (numbers[0] !== last) {
    last = numbers[0];
    cpuAtLast = cpu;
  } else if (numbers[0] > 0 && cpu - cpuAtLast > hangSeconds) {
    keepCurrent("hang");
    clearInterval(watch);
    worker.terminate();
  }
}, 1000);

worker.on("error", (error) => {
  console.error(error);
  keepCurrent(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "crash");
});
worker.on("exit", () => {
  clearInterval(watch);
  if (!answer || answer.findings > 0 || answer.inputs === 0) process.exitCode = 1;
});
