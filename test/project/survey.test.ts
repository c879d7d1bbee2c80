// What an earlier run found is taken over while nothing has changed that it rests on, and then it is what a run finds that knows nothing.
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { EntryStore } from "../../generator/project/entries.ts";
import { surveyProject } from "../../generator/project/survey.ts";
import { wantedOutputs } from "../../generator/project/wanted-outputs.ts";
import type { RenderOptions } from "../../generator/render/render-outputs.ts";
import { root, temporaryFolder } from "../support/command.ts";

const chips = ["stm32f7", "stm32h743", "nrf52840", "fe310-g002", "zynq7000"];
const size: RenderOptions = { licence: ["One line."] };

function project() {
  const folder = temporaryFolder();
  const at = (path: string) => join(folder, "chips", path);
  for (const each of ["cores", "mechanisms", "architectures"]) mkdirSync(at(each), { recursive: true });
  for (const path of ["sources.yaml", "cores/cortex-m4.yaml", ...chips.map((id) => `${id}.yaml`)])
    copyFileSync(join(root, "chips", path), at(path));
  // A core of the project's own, with a mechanism of its own, on which two chips are built.
  for (const path of ["cores/cortex-m7.yaml", "mechanisms/arm-scb.yaml", "stm32f7.yaml", "stm32h743.yaml"]) {
    const text = readFileSync(join(root, "chips", path), "utf8");
    const own = text.replace(/^( *(?:- )?core:) cortex-m7\b/gm, "$1 own-m7").replace(/\barm-scb\b/g, "own-scb");
    writeFileSync(at(path.replace("cortex-m7", "own-m7").replace("arm-scb", "own-scb")), own);
  }
  const kept = new Map<string, string>();
  // As a store on the disk: what comes back is another object.
  const store: EntryStore = {
    get: (key) => (kept.has(key) ? JSON.parse(kept.get(key)!) : undefined),
    keep: (key, value) => void kept.set(key, JSON.stringify(value)),
  };
  const folders = {
    chipsFolder: join(folder, "chips"),
    shippedFolder: join(root, "chips"),
    shown: (path: string) => path.replace(`${folder}/`, ""),
  };
  /** Everything that commands say of the project, and the chips that had to be worked out for it. */
  const look = (isKept: boolean, render = size, ids: readonly string[] = []) => {
    const visited: string[] = [];
    const found = surveyProject({
      ...{ folders, render, ids },
      store: isKept ? store : undefined,
      visit: ({ known }) => visited.push(known.id),
    });
    const wanted = wantedOutputs(found, ids, render, isKept ? store : undefined);
    const listed = wanted.chips.map(({ id, files }) => ({ id, paths: files.map(({ path }) => path) }));
    const hashes = (files: readonly { readonly path: string; readonly hash: string }[]) =>
      files.map(({ path, hash }) => `${path} ${hash}`);
    const said = {
      described: found.described,
      chips: found.chips,
      problems: found.diagnostics.sorted(),
      wanted: [...wanted.chips.flatMap(({ files }) => hashes(files)), ...hashes(wanted.shared(listed))],
      parts: listed.map((chip) => wanted.partsOf(chip)),
    };
    return { said, visited: visited.sort() };
  };
  return { at, look, kept };
}

/** By what changes: how, and which chips have to be worked out again. */
const changes: Readonly<Record<string, readonly [change: (at: (path: string) => string) => void, again: string[]]>> = {
  nothing: [() => {}, []],
  "a chip": [(at) => edit(at("nrf52840.yaml"), /^title: .*$/m, "title: Another"), ["nrf52840"]],
  "a comment in a chip": [(at) => appendFileSync(at("stm32f7.yaml"), "# a comment\n"), ["stm32f7"]],
  "a core": [(at) => edit(at("cores/own-m7.yaml"), /^title: .*$/m, "title: Another core"), ["stm32f7", "stm32h743"]],
  "a mechanism": [
    (at) => edit(at("mechanisms/own-scb.yaml"), /^title: .*$/m, "title: Other registers"),
    ["stm32f7", "stm32h743"],
  ],
  "the sources": [(at) => appendFileSync(at("sources.yaml"), "# a comment\n"), [...chips].sort()],
  // Of its architecture there was none, so that the fence that all such cores share says more.
  "a chip of another architecture": [
    (at) => copyFileSync(join(root, "chips/rp2040.yaml"), at("rp2040.yaml")),
    ["rp2040"],
  ],
  "a chip more": [(at) => copyFileSync(join(root, "chips/apollo3.yaml"), at("apollo3.yaml")), ["apollo3"]],
  "a chip less": [(at) => rmSync(at("stm32h743.yaml")), []],
  // A copy that is like the file that comes with fencegen is that file, elsewhere.
  "a core that is gone": [(at) => rmSync(at("cores/cortex-m4.yaml")), ["nrf52840"]],
  "a mechanism that nothing names": [
    (at) => {
      copyFileSync(join(root, "chips/mechanisms/pl310.yaml"), at("mechanisms/other-pl310.yaml"));
      edit(at("mechanisms/other-pl310.yaml"), /^mechanism: .*$/m, "mechanism: other-pl310");
    },
    [],
  ],
  "an error in a chip": [(at) => edit(at("zynq7000.yaml"), /^vendor: .*$/m, "vender: x"), []],
  // Which chips such a one is for is not known.
  "an error in a core": [
    (at) => edit(at("cores/own-m7.yaml"), /^title: .*$/m, "tilte: x"),
    ["fe310-g002", "nrf52840", "zynq7000"],
  ],
  "a chip that calls itself another": [(at) => copyFileSync(at("stm32h743.yaml"), at("another.yaml")), []],
  "a chip that calls itself another, and comes after it": [
    (at) => copyFileSync(at("nrf52840.yaml"), at("zz.yaml")),
    [],
  ],
  "a mechanism that calls itself another": [
    (at) => copyFileSync(join(root, "chips/mechanisms/pl310.yaml"), at("mechanisms/other-pl310.yaml")),
    [...chips].sort(),
  ],
};

for (const [name, [change, again]] of Object.entries(changes))
  it(`works out what rests on ${name}`, () => {
    const { at, look } = project();
    const first = look(true);
    expect(first.visited).toEqual([...chips].sort());
    expect(first.said).toEqual(look(false).said);
    expect(look(true)).toEqual({ said: first.said, visited: [] });
    change(at);
    const second = look(true);
    expect(second.said).toEqual(look(false).said);
    expect(second.visited).toEqual(again);
  });

it("works everything out for other settings, and takes over both", () => {
  const { look } = project();
  look(true);
  const speed: RenderOptions = { ...size, optimize: "speed" };
  expect(look(true, speed).visited).toEqual([...chips].sort());
  expect(look(true, speed).said).toEqual(look(false, speed).said);
  expect(look(true, speed).visited).toEqual([]);
  expect(look(true).visited).toEqual([]);
});

it("for some chips, says of the others what they share", () => {
  const { at, look } = project();
  const known = look(false, size, ["nrf52840"]);
  expect(known.visited).toEqual(["nrf52840"]);
  look(true);
  expect(look(true, size, ["nrf52840"])).toEqual({ said: known.said, visited: [] });
  // An error in another chip is none of its business.
  edit(at("zynq7000.yaml"), /^vendor: .*$/m, "vender: x");
  expect(look(true, size, ["nrf52840"]).said.problems).toEqual([]);
  expect(look(true, size, ["nrf52840"]).said).toEqual(look(false, size, ["nrf52840"]).said);
});

it("makes nothing of entries of another form", () => {
  const { look, kept } = project();
  const { said } = look(true);
  for (const key of kept.keys()) kept.set(key, "[]");
  expect(look(true).said).toEqual(said);
});

it("after any changes, one after another, says what a run says that knows nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.values(changes)), { minLength: 2, maxLength: 4 }), (several) => {
      const { at, look } = project();
      look(true);
      for (const [change] of several) {
        try {
          change(at);
        } catch {
          // It changes a file that is gone.
        }
        expect(look(true).said).toEqual(look(false).said);
      }
    }),
    { numRuns: 6 },
  );
});

function edit(path: string, from: RegExp, to: string): void {
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(from, to));
  if (readFileSync(path, "utf8") === text) throw new Error(`nothing to change in ${path}`);
}
