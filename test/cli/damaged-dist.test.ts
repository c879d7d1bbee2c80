// An installation that is damaged says so in one line, and never runs what is left of it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root, temporaryFolder } from "../support/command.ts";

interface Answer {
  readonly schemaVersion: number;
  readonly error?: { readonly code: string; readonly message: string };
}

describe("dist/", () => {
  /** A copy of the package whose dist/ may be damaged. */
  function installed(): {
    readonly bundle: string;
    /** The compiled code that the commands of these tests are started with. */
    readonly cache: string;
    run(...args: string[]): { code: number | null; stdout: string; stderr: string };
  } {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "dist"));
    for (const name of [
      "package.json",
      "dist/package.json",
      "dist/fencegen.js",
      "dist/command.js",
      "dist/command.generate.cache",
    ])
      cpSync(join(root, name), join(folder, name));
    cpSync(join(root, "chips"), join(folder, "chips"), { recursive: true });
    return {
      bundle: join(folder, "dist/command.js"),
      cache: join(folder, "dist/command.generate.cache"),
      run(...args) {
        const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "dist/fencegen.js"), ...args], {
          cwd: folder,
          encoding: "utf8",
          maxBuffer: 2 ** 28,
        });
        return { code: status, stdout, stderr };
      },
    };
  }

  /** Damages: what becomes of the bytes. */
  const damages: readonly [what: string, damage: (bytes: Buffer) => Buffer][] = [
    ["empty", () => Buffer.alloc(0)],
    ["cut off at the start", (bytes) => bytes.subarray(0, 100)],
    ["cut off in the middle", (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ["cut off at the end", (bytes) => bytes.subarray(0, -1)],
    ["something else", (bytes) => Buffer.alloc(bytes.length, "x")],
    ...[0.1, 0.3, 0.5, 0.7, 0.9].map((part): (typeof damages)[number] => [
      `with another bit at ${part}`,
      (bytes) => {
        const changed = Buffer.from(bytes);
        const at = Math.floor(bytes.length * part);
        changed[at] = changed[at]! ^ 1;
        return changed;
      },
    ]),
  ];

  it.each(damages)("has a bundle that is %s: one line says what to run", (_, damage) => {
    const { bundle, run } = installed();
    writeFileSync(bundle, damage(readFileSync(bundle)));
    const { code, stdout, stderr } = run("list");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^fencegen: install\/damaged: [^\n]*`npm run build`[^\n]*\n$/);
    const { error, schemaVersion } = JSON.parse(run("list", "--json").stdout) as Answer;
    expect({ schemaVersion, code: error?.code }).toEqual({ schemaVersion: 1, code: "install/damaged" });
    expect(error?.message).toContain("command.js");
  });

  it.each(damages)("has a code cache that is %s: the command only starts slower", (_, damage) => {
    const { cache, run } = installed();
    const whole = run("list", "--json");
    expect(whole.code).toBe(0);
    writeFileSync(cache, damage(readFileSync(cache)));
    expect(run("list", "--json")).toEqual(whole);
  });

  it("a bundle or a code cache that is no file is not waited for", () => {
    const { bundle, cache, run } = installed();
    rmSync(cache);
    spawnSync("mkfifo", [cache]);
    expect(run("--version").code).toBe(0);
    rmSync(bundle);
    spawnSync("mkfifo", [bundle]);
    const { code, stderr } = run("--version");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^.* is no regular file\. [^\n]*\n$/) });
  });

  it("one of whose files is missing, or all but the launcher: one line says what to run", () => {
    for (const names of [["command.js"], ["package.json"], ["command.js", "package.json", "command.generate.cache"]]) {
      const { bundle, run } = installed();
      for (const name of names) rmSync(join(dirname(bundle), name));
      const { code, stdout, stderr } = run("list");
      expect({ names, code, stdout }).toEqual({ names, code: 1, stdout: "" });
      expect(stderr).toMatch(/^fencegen: install\/damaged: [^\n]*`npm ci`[^\n]*\n$/);
      const { error } = JSON.parse(run("list", "--json").stdout) as Answer;
      expect(error?.code).toBe("install/damaged");
    }
  });

  it("tells its version although package.json is damaged", () => {
    const { bundle, run } = installed();
    writeFileSync(join(dirname(bundle), "../package.json"), "");
    expect(run("--version")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
