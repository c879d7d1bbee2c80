// `fencegen schema`: the schemas of a project, with the names of what it describes.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { completeSchemas } from "../../generator/editors/complete-schemas.ts";
import { namesIn } from "../../generator/editors/names.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { faultyDisk } from "../support/faulty-disk.ts";
import { testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { loadWith } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";
import { offeredAt } from "./language-server.ts";

/** A project with a chip, a core and a list of sources of its own. */
function project(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips/cores"), { recursive: true });
  writeFileSync(join(cwd, "chips/test-chip.yaml"), testChip().replaceAll("RAM", "Packet RAM"));
  writeFileSync(
    join(cwd, "chips/cores/my-core.yaml"),
    "core: my-core\ntitle: My core\narchitecture: armv7-m\ncaches: []\nrustTargets: [thumbv7em-none-eabi]\n",
  );
  writeFileSync(join(cwd, "chips/sources.yaml"), "sources:\n  my-manual: { document: My manual }\n");
  return cwd;
}

const run = (cwd: string, ...args: string[]) => inProcess(["schema", ...args], cwd);

describe("in a project", () => {
  it("offers what it describes beside what comes with fencegen, and no memories of other chips", async () => {
    const cwd = project();
    const { code, stdout, stderr } = await run(cwd);
    expect({ code, files: stdout.trim().split("\n").length }).toEqual({ code: 0, files: 9 });
    const [, path] = /\n# yaml-language-server: \$schema=(\S+)\n$/.exec(stderr)!;
    const schema = join(cwd, "chips", path!);
    const cores = await offeredAt("cores:\n  - core: ▮\n", schema);
    expect(cores.get("my-core")).toBe("My core");
    expect(cores.get("cortex-m7")).toMatch(/^Arm Cortex-M7/);
    const memories = await offeredAt("masters:\n  DMA:\n    writes: [▮]\n", schema);
    expect(memories.get("Packet RAM")).toBe("Memory of Test chip");
    expect([...memories.keys()]).not.toContain("DTCM");
    const sources = await offeredAt("evidence:\n  cores: ▮\n", schema);
    expect(sources.get("my-manual")).toBe("My manual");
    const mechanisms = await offeredAt("caches:\n  - maintenance: ▮\n", schema);
    expect(mechanisms.get("test-mechanism")).toBe("Test mechanism");
    const operations = await offeredAt("errata:\n  - withoutOperation: [▮]\n", schema);
    expect(operations.get("clean-line")).toBe("Clean of Test mechanism");
  });

  it("writes what has changed, and nothing the second time", async () => {
    const cwd = project();
    await run(cwd, "--out", "elsewhere");
    expect(readdirSync(join(cwd, "elsewhere/schema"))).toHaveLength(9);
    expect(await run(cwd, "--out", "elsewhere")).toMatchObject({ code: 0, stdout: "" });
    writeFileSync(join(cwd, "chips/test-chip.yaml"), testChip().replaceAll("RAM", "Other RAM"));
    expect((await run(cwd, "--out", "elsewhere")).stdout).toBe("wrote elsewhere/schema/names.schema.json\n");
    expect(readdirSync(cwd).sort()).toEqual(["chips", "elsewhere"]);
  });

  it("takes the names of descriptions that have problems, and says so", async () => {
    const cwd = project();
    writeFileSync(join(cwd, "chips/broken.yaml"), "chip: broken\ntitle: Broken\nmemories: { Half: { bse: 1 } }\n");
    const { code, stderr } = await run(cwd);
    expect(code).toBe(1);
    expect(stderr).toContain("schema/unknown-key");
    expect(readFileSync(join(cwd, "out/schema/names.schema.json"), "utf8")).toContain('"Half"');
  });

  it("leaves a file alone that somebody else wrote, and all others with it", async () => {
    const cwd = project();
    mkdirSync(join(cwd, "out/schema"), { recursive: true });
    writeFileSync(join(cwd, "out/schema/core.schema.json"), "{}\n");
    const { code, stdout, stderr } = await run(cwd);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("out/schema/core.schema.json error output/in-the-way");
    expect(readdirSync(join(cwd, "out/schema"))).toEqual(["core.schema.json"]);
    expect((await run(cwd, "--force")).code).toBe(0);
    expect(readdirSync(join(cwd, "out/schema"))).toHaveLength(9);
  });

  it("follows no link", async () => {
    const cwd = project();
    mkdirSync(join(cwd, "out"));
    mkdirSync(join(cwd, "theirs"));
    symlinkSync("../theirs", join(cwd, "out/schema"));
    const { code, stderr } = await run(cwd);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("out/schema error output/link") });
    expect(readdirSync(join(cwd, "theirs"))).toEqual([]);
  });

  it.each([0, 12, 20])("says where it cannot write, and leaves nothing of the set, fault at step %i", async (step) => {
    const other = project();
    const full = await inProcess(["schema", "--json"], other, testHost(faultyDisk("is full", step).disk));
    expect(full.code).toBe(1);
    expect(JSON.parse(full.stdout)).toMatchObject({ written: [], diagnostics: [{ code: "io/cannot-write" }] });
    const folder = join(other, "out/schema");
    const left = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
    expect(left).toEqual([]);
  });

  it("does not disturb the outputs", async () => {
    const cwd = project();
    const generated = await inProcess(["generate"], cwd);
    expect(generated.code).toBe(0);
    await run(cwd);
    expect((await inProcess(["check"], cwd)).code).toBe(0);
    expect((await inProcess(["generate"], cwd)).stdout).toBe("");
    expect(readdirSync(join(cwd, "out/schema"))).toHaveLength(9);
  });
});

it("what comes with fencegen is written in the same way", () => {
  const { library } = loadWith({});
  const expected = completeSchemas(namesIn(library, () => true));
  const folder = join(root, "dist/schema");
  expect(readdirSync(folder).sort()).toEqual([...expected.keys()].sort());
  for (const [name, text] of expected) expect(readFileSync(join(folder, name), "utf8"), name).toBe(text);
});
