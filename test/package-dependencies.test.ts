// Whom the project relies on: only those whom CONTRIBUTING.md lists with a reason, each in one version.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./support/command.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
type Versions = Readonly<Record<string, string>>;
const manifest = JSON.parse(read("package.json")) as Readonly<Record<string, Versions | undefined>>;
const kinds = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "bundleDependencies"];
const lock = JSON.parse(read("package-lock.json")) as {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};
const locked = Object.entries(lock.packages).filter(([path]) => path !== "");

it("has a row with a reason for each dependency, and no row for none", () => {
  const section = read("CONTRIBUTING.md").split("\n## Dependencies\n")[1]!;
  const rows = [...section.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)];
  const needed = [...new Set(kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {})))];
  expect(needed.length).toBeGreaterThan(5);
  expect(rows.map(([, name]) => name).sort()).toEqual(needed.sort());
  for (const [, name, reason] of rows) expect(reason!.length, name).toBeGreaterThan(10);
});

it("needs nobody where it is installed", () => {
  const others = kinds.filter((kind) => !["devDependencies", "peerDependencies"].includes(kind));
  for (const kind of others) expect(manifest, kind).not.toHaveProperty(kind);
  // An entry of its own is for each: who does not import it needs none.
  const peers = Object.keys(manifest["peerDependencies"]!);
  expect(Object.keys(manifest["exports"]!)).toEqual(expect.arrayContaining(peers.map((name) => `./${name}`)));
  const optional = Object.fromEntries(peers.map((name) => [name, { optional: true }]));
  expect(manifest["peerDependenciesMeta"]).toEqual(optional);
  for (const name of peers) expect(manifest["devDependencies"]).toHaveProperty(name);
  for (const [path, { dev, devOptional }] of locked) expect([path, dev || devOptional]).toEqual([path, true]);
});

it("pins each dependency to one version, which is the one in the lock file", () => {
  for (const [name, version] of Object.entries(manifest["devDependencies"]!)) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(lock.packages[`node_modules/${name}`], name).toMatchObject({ version });
  }
});

it("has the digest of each package in the lock file, and no host to get it from", () => {
  expect(locked.length).toBeGreaterThan(50);
  for (const [path, entry] of locked) {
    expect(entry, path).toHaveProperty("integrity", expect.stringMatching(/^sha512-/));
    // Where somebody asks for money is not where a package is from.
    const { funding: _, ...rest } = entry;
    expect(rest, path).not.toHaveProperty("resolved");
    expect(JSON.stringify(rest), path).not.toMatch(/\w+:\/\/|registry|git[+@]|file:/);
  }
  expect(read(".npmrc")).toMatch(/^omit-lockfile-registry-resolved=true$/m);
});

it("knows which packages run a script when they are installed", () => {
  const running = locked.flatMap(([path, { hasInstallScript }]) => (hasInstallScript ? [path] : []));
  // fsevents is for macOS only. SECURITY.md says what is to be known of esbuild.
  expect(running.filter((path) => !path.endsWith("/fsevents"))).toEqual(["node_modules/esbuild"]);
});
