// Runs the command once, as the launcher does, and writes the code that V8 compiled for it beside the bundle.
"use strict";
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");

const [launcher, ...args] = process.argv.slice(2);
process.argv = [process.argv[0], launcher, ...args];
const script = require(launcher);
process.on("exit", () => writeFileSync(join(launcher, "../command.js.cache"), script.createCachedData()));
