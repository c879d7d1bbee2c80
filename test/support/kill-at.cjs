// Loaded before the command: ends the process by a signal at one of the calls that change something on the disk, or, with
// FENCEGEN_KILL_READS, at one of those that ask the disk for something.
// FENCEGEN_KILL_AT is the number of the call, from 0; FENCEGEN_KILL_SIGNAL the signal. Without a number, the
// calls are counted into the file FENCEGEN_COUNT_TO.
"use strict";
const fs = require("node:fs");
const at = process.env.FENCEGEN_KILL_AT === undefined ? -1 : Number(process.env.FENCEGEN_KILL_AT);
let calls = 0;

const changing = ["writeSync", "fsyncSync", "renameSync", "unlinkSync", "mkdirSync", "rmdirSync"];
const asking = ["lstatSync", "openSync", "readdirSync"];
for (const name of process.env.FENCEGEN_KILL_READS ? asking : changing) {
  const original = fs[name];
  fs[name] = (...parameters) => {
    const index = calls++;
    // Every third time when half of the text is written.
    if (index === at && name === "writeSync" && at % 3 === 0)
      original(parameters[0], parameters[1], 0, parameters[1].length >> 1);
    if (index === at) process.kill(process.pid, process.env.FENCEGEN_KILL_SIGNAL);
    return original(...parameters);
  };
}

if (process.env.FENCEGEN_COUNT_TO)
  process.on("exit", () => fs.writeFileSync(process.env.FENCEGEN_COUNT_TO, String(calls)));
