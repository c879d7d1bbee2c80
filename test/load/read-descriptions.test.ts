import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { readDescriptions } from "../../generator/load/read-descriptions.ts";
import { root, temporaryFolder } from "../support/command.ts";

const shipped = join(root, "chips");

function read(own: string) {
  const diagnostics = new Diagnostics();
  const files = readDescriptions([shipped], own, (path) => path, diagnostics);
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

it("reads the shipped chips once where they are the user's", () => {
  const { paths } = read(shipped);
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths).toContain(join(shipped, "stm32h743.yaml"));
});

it("reports a folder that is not there", () => {
  const { problems } = read(join(temporaryFolder(), "nowhere"));
  expect(problems.map(({ code }) => code)).toEqual(["io/cannot-read"]);
});
