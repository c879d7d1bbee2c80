#!/usr/bin/env node
// Starts the bundled command, and says in one line what to run where a part of dist/ is missing; without dist/package.json, Node
// takes this file for a module. A short run of a cold Node is mostly V8 compiling: the code cache that the build made
// from a run like this one spares it that, and without one (another version of Node, an installed package) the
// command only starts slower. `npm run bench` shows what it is worth.
"use strict";

if (typeof require === "undefined") sayDamaged("dist/ is not built, or not whole");
else start();

function start() {
  if (recall()) return;
  const { setFlagsFromString } = require("node:v8");
  const { Script } = require("node:vm");
  const { join } = require("node:path");
  // Commands that take a fraction of a second are over before optimised code pays for itself. A run that goes on is
  // optimised all the same, only later. V8 takes no code cache that was made with other flags.
  setFlagsFromString("--interrupt-budget=4000000");

  const filename = join(__dirname, "command.js");
  const command = readCommand(filename);
  if (!command) return;
  // What stack traces call it. V8 keeps the name in the cache, and a path there would be that of whoever built it.
  const name = "fencegen/dist/command.js";
  const cache = join(__dirname, codeCacheFor(process.argv[2]));
  const script = new Script(command.text, { filename: name, cachedData: readCodeCache(cache, command.sum) });
  // What explores is optimised as soon as V8 would do it by itself.
  if (["verify", "watch", "litmus"].includes(process.argv[2])) setFlagsFromString("--interrupt-budget=132000");
  // The build asks for the cache after a run.
  module.exports = { script, sum: command.sum, cache };
  script.runInThisContext()(requireLate, module, exports, filename, __dirname);
}

/** Whether the question was answered from what an earlier run found. What it takes to know that may be missing. */
function recall() {
  try {
    return require("./recall.js").recall(__dirname);
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return false;
    throw error;
  }
}

/** Loads the parts of Node that most runs do not need when something of them is used: they take a tenth of a short run. */
function requireLate(name) {
  if (!["node:child_process", "node:crypto", "node:worker_threads"].includes(name)) return require(name);
  // Node keeps what it has loaded.
  return new Proxy({}, { get: (_, key) => require(name)[key] });
}

/** The bundle with its sum, which stands in its last line; undefined where it is damaged, after saying so. */
function readCommand(filename) {
  const { crc32 } = require("node:zlib");
  /** Bytes of the last line of the bundle, such as `//# sum 0123abcd`. */
  const sumBytes = 17;
  let bytes;
  try {
    bytes = readFile(filename);
  } catch (error) {
    return sayDamaged(
      error.code === "ENOENT" ? `there is no ${filename}` : `${filename} ${error.code ?? error.message}`,
    );
  }
  const end = /\/\/# sum ([0-9a-f]{8})\n$/.exec(bytes.toString("latin1", Math.max(0, bytes.length - sumBytes)));
  const sum = crc32(bytes.subarray(0, bytes.length - sumBytes));
  if (!end || Number.parseInt(end[1], 16) !== sum) return sayDamaged(`${filename} is damaged`);
  // The build writes nothing beyond ASCII into it; each copy of a text of this length takes time.
  return { text: bytes.latin1Slice(), sum };
}

/** What only looks at descriptions is spared the code that prints outputs: to load it takes a tenth of such a run. */
function codeCacheFor(name) {
  return `command.${["validate", "plan", "facts"].includes(name) ? "validate" : "generate"}.cache`;
}

/** V8 takes a cache that is damaged, or of another bundle of the same length, and crashes or runs that other bundle. */
function readCodeCache(filename, sum) {
  const { crc32 } = require("node:zlib");
  try {
    const bytes = readFile(filename);
    const body = bytes.subarray(8);
    return bytes.readUInt32LE(0) === sum && bytes.readUInt32LE(4) === crc32(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** A pipe that nobody writes to would hold the command for ever. */
function readFile(filename) {
  const { readFileSync, statSync } = require("node:fs");
  if (!statSync(filename).isFile()) throw new Error("is no regular file");
  return readFileSync(filename);
}

function sayDamaged(message) {
  const mend =
    "Run `npm ci` in a clone of fencegen, or `npm run build` where that was done; if it is installed, install it again.";
  if (process.argv.includes("--json")) {
    const error = {
      code: "install/damaged",
      message,
      severity: "error",
      why: "This is the program itself: without it no command can run.",
      mend,
    };
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, error, diagnostics: [] }, null, 2)}\n`);
  }
  process.stderr.write(`fencegen: install/damaged: ${message}. ${mend}\n`);
  process.exitCode = 1;
  return undefined;
}
