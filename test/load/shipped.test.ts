// What the build has parsed is taken without a second look: so it must be what a run without it would make of the files.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { shippedIn } from "../../generator/load/read-shipped.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";

const built = join(root, "dist/shipped.json");

/** The package as it is built, without the values of its descriptions. */
function withoutShipped(args: readonly string[]) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "dist"));
  for (const name of ["command.js", "fencegen.js", "recall.js", "package.json"])
    cpSync(join(root, "dist", name), join(folder, "dist", name));
  cpSync(join(root, "chips"), join(folder, "chips"), { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "dist/fencegen.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return { code: status, stdout, stderr };
}

it("has nothing of which a run has anything to say", () => {
  expect(withoutShipped(["validate", "--json", "--no-cache"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"diagnostics": []'),
  });
});

it("changes no answer", () => {
  const args = ["plan", "zynq7000", "--json", "--no-cache"];
  expect(withoutShipped(args)).toEqual(fencegen(args));
});

it("is taken for the text that was parsed, and for no other", () => {
  const text = readFileSync(join(root, "chips/cores/cortex-m7.yaml"), "utf8");
  const shipped = shippedIn(built)("cores/cortex-m7.yaml");
  expect(shipped).toMatchObject({ text, value: { core: "cortex-m7" } });
  expect(shippedIn(built)("cores/nothing.yaml")).toBeUndefined();
  expect(shippedIn(built)("constructor")).toBeUndefined();
});

it.each(["", "zzzzzzzz\n{}", "00000005\n{}\n", readFileSync(built, "utf8").slice(0, 5000)])(
  "is nothing where the file is damaged",
  (text) => {
    const folder = temporaryFolder();
    const path = join(folder, "shipped.json");
    writeFileSync(path, text);
    expect(shippedIn(path)("cores/cortex-m7.yaml")).toBeUndefined();
    rmSync(path);
    expect(shippedIn(path)("cores/cortex-m7.yaml")).toBeUndefined();
  },
);
