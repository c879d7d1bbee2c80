#!/usr/bin/env node
// Starts the bundled command. A short run of a cold Node is mostly V8 compiling: the code cache that the build made
// from a run like this one spares it that, and without one (another version of Node, an installed package) the
// command only starts slower. `npm run bench` shows what it is worth.
"use strict";
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

// Commands that take a fraction of a second are over before optimised code pays for itself. A run that goes on is
// optimised all the same, only later; the commands that explore are left alone.
if (!["verify", "litmus"].includes(process.argv[2])) setFlagsFromString("--interrupt-budget=4000000");

const filename = join(__dirname, "command.js");
// What stack traces call it. V8 keeps the name in the cache, and a path there would be that of whoever built it.
const name = "fencegen/dist/command.js";
const source = `(function (require, module, exports, __filename, __dirname) {${readFileSync(filename, "utf8")}\n})`;
const script = new Script(source, { filename: name, cachedData: readCodeCache() });
script.runInThisContext()(require, module, exports, filename, __dirname);

function readCodeCache() {
  try {
    return readFileSync(`${filename}.cache`);
  } catch {
    return undefined;
  }
}

// The build asks for the cache after a run.
module.exports = script;
