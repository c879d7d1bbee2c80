// Runs the command once, as the launcher does, and writes the code that V8 compiled for it beside the bundle, after the
// sums of the bundle and of the code, by which the launcher knows a cache that it must not use.
"use strict";
const { writeFileSync } = require("node:fs");
const { crc32 } = require("node:zlib");

const [launcher, ...args] = process.argv.slice(2);
process.argv = [process.argv[0], launcher, ...args];
const { script, sum, cache } = require(launcher);
process.on("exit", () => {
  const body = script.createCachedData();
  const sums = Buffer.alloc(8);
  sums.writeUInt32LE(sum, 0);
  sums.writeUInt32LE(crc32(body), 4);
  writeFileSync(cache, Buffer.concat([sums, body]));
});
