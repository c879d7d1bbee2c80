import { appendFileSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { watchDisk } from "../../generator/disk/looks.ts";
import { readDescriptions, type Wanted } from "../../generator/load/read-descriptions.ts";
import { root, temporaryFolder } from "../support/command.ts";

const shipped = join(root, "chips");

function read(own: string, wanted?: Wanted) {
  const diagnostics = new Diagnostics();
  const files = readDescriptions({ shared: [shipped], own, shown: (path) => path }, diagnostics, wanted);
  return { paths: files.map(({ path }) => path), problems: diagnostics.sorted() };
}

it("takes the chips from the user's folder only, and the rest from both", () => {
  const own = temporaryFolder();
  mkdirSync(join(own, "cores"));
  writeFileSync(join(own, "my-chip.yaml"), "chip: my-chip\n");
  writeFileSync(join(own, "cores/my-core.yml"), "core: my-core\n");
  writeFileSync(join(own, "notes.txt"), "no description\n");
  const { paths, problems } = read(own);
  expect(paths.filter((path) => path.startsWith(own))).toEqual([
    join(own, "cores/my-core.yml"),
    join(own, "my-chip.yaml"),
  ]);
  const others = paths.filter((path) => !path.startsWith(own));
  expect(others).toContain(join(shipped, "cores/cortex-m7.yaml"));
  expect(others.filter((path) => !/\/(architectures|cores|mechanisms)\/[^/]+$/.test(path))).toEqual([
    join(shipped, "sources.yaml"),
  ]);
  expect(problems).toEqual([]);
});

it("takes a copy of a shipped file for that file, and another file of the same name for another", () => {
  const own = temporaryFolder();
  mkdirSync(join(own, "cores"));
  copyFileSync(join(shipped, "cores/cortex-m7.yaml"), join(own, "cores/cortex-m7.yaml"));
  writeFileSync(join(own, "cores/cortex-m4.yaml"), "core: cortex-m4\n");
  const named = (name: string) => read(own).paths.filter((path) => path.endsWith(name));
  expect(named("cortex-m7.yaml")).toEqual([join(own, "cores/cortex-m7.yaml")]);
  expect(named("cortex-m4.yaml")).toHaveLength(2);
});

it("takes a copy for the file where only what is wanted is read, and looks at no other", () => {
  const own = temporaryFolder();
  cpSync(shipped, own, { recursive: true });
  appendFileSync(join(own, "mechanisms/arm-scb.yaml"), "# Other.\n");
  const looked: string[] = [];
  watchDisk({ looked: (question, path) => question === "bytes" && looked.push(path), changed: () => {} });
  const { paths, problems } = read(own, { ids: ["stm32h743"] });
  watchDisk(undefined);
  expect(paths.filter((path) => path.endsWith("/cortex-m7.yaml"))).toEqual([join(own, "cores/cortex-m7.yaml")]);
  expect(paths.filter((path) => path.endsWith("/arm-scb.yaml"))).toEqual([
    join(shipped, "mechanisms/arm-scb.yaml"),
    join(own, "mechanisms/arm-scb.yaml"),
  ]);
  expect(problems).toEqual([]);
  const cores = paths.filter((path) => path.includes("/cores/"));
  expect(new Set(looked.filter((path) => path.includes("/cores/")))).toEqual(
    new Set(cores.flatMap((path) => [path, path.replace(own, shipped)])),
  );
});

it("gives what has been parsed no second time, and still takes it for its shipped copy", () => {
  const own = temporaryFolder();
  cpSync(shipped, own, { recursive: true });
  const core = join(own, "cores/cortex-m7.yaml");
  const { paths } = read(own, { ids: ["cortex-m7"], parsed: [core] });
  expect(paths.filter((path) => path.endsWith("/cortex-m7.yaml"))).toEqual([]);
  expect(paths).toContain(join(own, "sources.yaml"));
});

it("reads the shipped chips once where they are the user's", () => {
  const { paths } = read(shipped);
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths).toContain(join(shipped, "stm32h743.yaml"));
});

it("reports a folder that is not there", () => {
  const { problems } = read(join(temporaryFolder(), "nowhere"));
  expect(problems.map(({ code }) => code)).toEqual(["io/cannot-read"]);
});
