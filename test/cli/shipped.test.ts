// Chips that come with fencegen, in a project that does not describe them: looked at by name, generated when the settings list them.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root, temporaryFolder } from "../support/command.ts";
import { faultyDisk } from "../support/faulty-disk.ts";
import { hastyDisk, testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";

const host = testHost(hastyDisk);
const settingsIn = (folder: string) => join(folder, ".fencegen.yaml");
const read = (folder: string, path: string) => readFileSync(join(folder, path), "utf8");
const stale = async (folder: string) => {
  const { code, stdout } = await inProcess(["check", "--json"], folder, host);
  return { code, stale: (JSON.parse(stdout) as { stale: unknown[] }).stale };
};

describe("an empty folder", () => {
  it.each([["plan"], ["explain"], ["facts"], ["selftest"], ["verify"], ["picture", "--without", "release:1"]])(
    "%s looks at a shipped chip by its name, and writes nothing",
    async (command, ...more) => {
      const folder = temporaryFolder();
      const { code, stdout, stderr } = await inProcess([command, "rp2040", ...more], folder, host);
      expect({ code, stderr: stderr.match(/error/g) }).toEqual({ code: 0, stderr: null });
      expect(stdout).not.toBe("");
      expect(existsSync(settingsIn(folder))).toBe(false);
      expect(existsSync(join(folder, "chips"))).toBe(false);
    },
  );

  it("gets a shipped chip, its settings say so, and every later run agrees", async () => {
    const folder = temporaryFolder();
    const { code, stdout, stderr } = await inProcess(["generate", "rp2040"], folder, host);
    expect(code).toBe(0);
    expect(stdout).toContain("create .fencegen.yaml\n");
    expect(stderr).toContain("rp2040 comes with fencegen. .fencegen.yaml lists it under `shipped` now");
    expect(read(folder, ".fencegen.yaml")).toBe("shipped: [rp2040]\n");
    expect(await stale(folder)).toEqual({ code: 0, stale: [] });
    // Another one: both stay, in whichever way a run is asked.
    expect(await inProcess(["generate", "stm32h743"], folder, host)).toMatchObject({ code: 0 });
    expect(read(folder, ".fencegen.yaml")).toBe("shipped: [rp2040, stm32h743]\n");
    for (const args of [["generate"], ["generate", "rp2040"]]) {
      const again = await inProcess(args, folder, host);
      expect(again).toMatchObject({ code: 0, stdout: "", stderr: "Everything is up to date.\n" });
    }
    const { stdout: listed } = await inProcess(["list", "--json"], folder, host);
    expect((JSON.parse(listed) as { chips: { id: string }[] }).chips.map(({ id }) => id)).toEqual([
      "rp2040",
      "stm32h743",
    ]);
    const { stdout: verified } = await inProcess(["verify", "rp2040"], folder, host);
    expect(verified).toMatch(/^rp2040 Rp2040DmaFence: sound, necessary, reachable, files agree/);
    // Only theirs, and as they are in fencegen's own repository.
    const keys = Object.keys(JSON.parse(read(folder, "out/manifest.json")) as object);
    expect(keys.filter((key) => key.startsWith("chip "))).toEqual(["chip rp2040", "chip stm32h743"]);
    for (const path of ["out/rust/src/stm32h743.rs", "out/typescript/rp2040.ts"])
      expect(read(folder, path)).toBe(read(root, path));
  }, 60_000);

  it("loses what is taken off the settings, by generate and before it by check", async () => {
    const folder = temporaryFolder();
    for (const id of ["rp2040", "nrf52840"]) await inProcess(["generate", id], folder, host);
    writeFileSync(settingsIn(folder), "shipped: [nrf52840]\n");
    expect((await stale(folder)).stale).toContainEqual({ kind: "remove", path: "out/rust/src/rp2040.rs" });
    expect(await inProcess(["generate"], folder, host)).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, "out/rust/src/rp2040.rs"))).toBe(false);
    expect(existsSync(join(folder, "out/rust/src/nrf52840.rs"))).toBe(true);
  });

  it("is told what may be meant by a name that is none, and every name", async () => {
    const near = await inProcess(["generate", "stm32h74"], temporaryFolder(), host);
    expect(near).toMatchObject({ code: 64, stderr: expect.stringContaining("did you mean `stm32h743`?") });
    const far = await inProcess(["generate", "zzzzzzzz"], temporaryFolder(), host);
    expect(far).toMatchObject({ code: 64, stderr: expect.stringMatching(/known are .*\brp2040\b.*\bzynq7000\b/) });
    for (const id of ["../chips/rp2040", "sources", "cores", "RP2040", ""])
      expect(await inProcess(["generate", id], temporaryFolder(), host)).toMatchObject({ code: 64 });
  });

  it("is not half set up where the disk is full", async () => {
    const { steps } = await (async () => {
      const counting = faultyDisk();
      await inProcess(["generate", "rp2040"], temporaryFolder(), testHost(counting.disk));
      return counting;
    })();
    for (const at of [0, Math.floor(steps.length / 3), steps.indexOf("rename") - 1]) {
      const folder = temporaryFolder();
      const failed = await inProcess(["generate", "rp2040"], folder, testHost(faultyDisk("is full", at).disk));
      expect(failed.code).toBe(1);
      expect(existsSync(settingsIn(folder))).toBe(false);
      expect(existsSync(join(folder, "out/rust"))).toBe(false);
    }
  });
});

describe("a project with chips of its own", () => {
  function project(settings?: string): string {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "chips"));
    writeFileSync(join(folder, "chips/test-chip.yaml"), testChip());
    if (settings !== undefined) writeFileSync(settingsIn(folder), settings);
    return folder;
  }

  it("has the shipped one beside them, also in a table, where no link leads to a file that is not there", async () => {
    const folder = project("tables: [README.md] # the one that people read\n");
    writeFileSync(join(folder, "README.md"), "<!-- fencegen:chips -->\n<!-- /fencegen:chips -->\n");
    expect(await inProcess(["generate", "rp2040"], folder, host)).toMatchObject({ code: 0 });
    expect(read(folder, ".fencegen.yaml")).toBe("tables: [README.md] # the one that people read\nshipped: [rp2040]\n");
    // The other files are those of a run for all.
    expect(await inProcess(["generate"], folder, host)).toMatchObject({ code: 0 });
    expect(read(folder, "README.md")).toContain("| RP2040 | Raspberry Pi |");
    expect(read(folder, "README.md")).toContain("| [Test chip](chips/test-chip.yaml) |");
    expect(await stale(folder)).toEqual({ code: 0, stale: [] });
  });

  it("keeps its own one of the same id, and nothing is listed for it", async () => {
    const folder = project();
    const text = read(root, "chips/rp2040.yaml").replace(/^title: .*$/m, "title: Mine");
    writeFileSync(join(folder, "chips/rp2040.yaml"), text);
    expect(await inProcess(["generate", "rp2040"], folder, host)).toMatchObject({ code: 0 });
    expect(existsSync(settingsIn(folder))).toBe(false);
    // Nor does it matter that they name it.
    writeFileSync(settingsIn(folder), "shipped: [rp2040]\n");
    const { code, stdout } = await inProcess(["list", "--json"], folder, host);
    expect(code).toBe(0);
    const { chips } = JSON.parse(stdout) as { chips: { id: string; title: string }[] };
    expect(chips.map(({ id, title }) => `${id} ${title}`)).toEqual(["rp2040 Mine", "test-chip Test chip"]);
    expect((await stale(folder)).stale).not.toContainEqual(expect.objectContaining({ path: ".fencegen.yaml" }));
  });

  it("may describe anew, by `new`, what its settings list", async () => {
    const folder = project("shipped: [rp2040]\n");
    const flags = ["--vendor", "Me", "--title", "Mine", "--core", "cortex-m0plus", "--cache", "none"];
    const more = [
      "--memory",
      "SRAM=0x2000_0000+264KiB",
      "--master",
      "DMA",
      "--coherent",
      "yes",
      "--target",
      "thumbv6m-none-eabi",
    ];
    const { stderr } = await inProcess(["new", "rp2040", ...flags, ...more], folder, host);
    expect(stderr).not.toContain("output/exists");
    expect(read(folder, "chips/rp2040.yaml")).toContain("title: Mine");
  });

  it("is told of an id that does not come with fencegen, where the settings name it, and nothing is written", async () => {
    const folder = project("optimize: size\nshipped:\n  - rp2040\n  - rp2041\n");
    const { code, stderr } = await inProcess(["generate"], folder, host);
    expect(code).toBe(1);
    expect(stderr).toContain(".fencegen.yaml:4:5 error rule/unknown-shipped-chip: no chip called `rp2041`");
    expect(stderr).toContain("did you mean `rp2040`?");
    expect(existsSync(join(folder, "out"))).toBe(false);
    for (const command of ["check", "verify", "validate", "list"])
      expect(await inProcess([command], folder, host)).toMatchObject({ code: 1 });
  });

  it("has settings behind a link left alone, and nothing is written", async () => {
    const folder = project();
    writeFileSync(join(folder, "elsewhere.yaml"), "optimize: size\n");
    symlinkSync("elsewhere.yaml", settingsIn(folder));
    expect(await inProcess(["generate", "rp2040"], folder, host)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("output/link"),
    });
    expect(read(folder, "elsewhere.yaml")).toBe("optimize: size\n");
    expect(existsSync(join(folder, "out/rust"))).toBe(false);
  });
});

it("two runs at once for two chips end with both, and with what was there before", async () => {
  const folder = temporaryFolder();
  await inProcess(["generate", "nrf52840"], folder, host);
  // The other run comes between the first one's survey and its lock.
  let isFirst = true;
  const crossed = testHost(hastyDisk);
  const { code, stderr } = await inProcess(["generate", "rp2040"], folder, {
    ...crossed,
    async uninterrupted(work) {
      if (isFirst) {
        isFirst = false;
        expect(await inProcess(["generate", "stm32f401"], folder, host)).toMatchObject({ code: 0 });
        mkdirSync(join(folder, "chips"));
        writeFileSync(join(folder, "chips/test-chip.yaml"), testChip());
        expect(await inProcess(["generate"], folder, host)).toMatchObject({ code: 0 });
      }
      return work();
    },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("rp2040 comes with fencegen") });
  expect(read(folder, ".fencegen.yaml")).toBe("shipped: [nrf52840, stm32f401, rp2040]\n");
  for (const id of ["nrf52840", "stm32f401", "rp2040", "test-chip"])
    expect(existsSync(join(folder, `out/typescript/${id}.ts`))).toBe(true);
  expect(await stale(folder)).toEqual({ code: 0, stale: [] });
}, 60_000);

describe("the folder of descriptions", () => {
  it("is missed in every command that names one that is not there, and nothing is written or removed", async () => {
    const folder = temporaryFolder();
    await inProcess(["generate", "rp2040"], folder, host);
    mkdirSync(join(folder, "chips"));
    writeFileSync(join(folder, "chips/test-chip.yaml"), testChip());
    await inProcess(["generate"], folder, host);
    const commands = [
      ...["generate", "generate rp2040", "generate test-chip", "check", "verify", "verify rp2040", "validate", "list"],
      ...["plan rp2040", "plan test-chip", "explain rp2040", "facts rp2040", "selftest rp2040", "picture rp2040"],
      ...["compare rp2040 nrf52840", "site"],
    ];
    for (const command of commands) {
      const { code, stderr, stdout } = await inProcess([...command.split(" "), "--chips", "chps"], folder, host);
      expect({ command, code, said: stderr + stdout }).toEqual({
        command,
        code: 1,
        said: expect.stringMatching(/^chps error io\/cannot-read: there is no such folder/m),
      });
    }
    expect((await inProcess(["diff", "--chips", "chps", ".", "."], folder, host)).code).toBe(64);
    expect(existsSync(join(folder, "out/site"))).toBe(false);
    expect(await stale(folder)).toEqual({ code: 0, stale: [] });
  }, 60_000);

  it("may be missing in a project that is set up and has no chip yet, or none any more", async () => {
    const folder = temporaryFolder();
    expect(await inProcess(["init"], folder, host)).toMatchObject({ code: 0 });
    const none = await inProcess(["generate"], folder, host);
    expect(none.stderr).toContain("There is no chip here, and so no fence: `fencegen generate <chip>` takes one");
    for (const command of ["generate", "check", "verify", "validate"])
      expect(await inProcess([command], folder, host)).toMatchObject({ code: 0 });
    await inProcess(["generate", "rp2040"], folder, host);
    writeFileSync(settingsIn(folder), "shipped: []\n");
    expect((await stale(folder)).stale).toContainEqual({ kind: "remove", path: "out/rust/src/rp2040.rs" });
    expect(await inProcess(["generate"], folder, host)).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, "out/rust/src/rp2040.rs"))).toBe(false);
    expect(await stale(folder)).toEqual({ code: 0, stale: [] });
    // Nor is it missed beside what is wrong with the settings.
    writeFileSync(settingsIn(folder), "shipped: [nope]\n");
    const { code, stderr } = await inProcess(["check"], folder, host);
    expect({ code, errors: stderr.match(/^.* error /gm) }).toEqual({ code: 1, errors: [".fencegen.yaml:1:11 error "] });
  }, 60_000);

  it("is missed in a folder that is no project, with what to do", async () => {
    const { code, stderr } = await inProcess(["generate"], temporaryFolder(), host);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("begin with `fencegen init`") });
  });
});

describe("a run for one chip, beside another that cannot be read", () => {
  /** A project with a chip of its own, called `mine`, whose files are written. */
  async function withMine(): Promise<string> {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "chips"));
    const text = read(root, "chips/stm32f401.yaml").replace("chip: stm32f401", "chip: mine");
    writeFileSync(join(folder, "chips/mine.yaml"), text);
    writeFileSync(settingsIn(folder), "shipped: [rp2040]\n");
    expect(await inProcess(["generate"], folder, host)).toMatchObject({ code: 0 });
    return folder;
  }

  const broken: Readonly<Record<string, (path: string) => void>> = {
    "that is no YAML": (path) => edit(path, /^cores:/m, "cores: ["),
    "that is a link to nowhere": (path) => {
      rmSync(path);
      symlinkSync("nowhere.yaml", path);
    },
    "that is a folder": (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    "of a core that there is not": (path) => edit(path, /core: cortex-m4/, "core: cortex-m44"),
  };

  it.each(Object.entries(broken))(
    "leaves the files of one %s, says so, and writes nothing",
    async (_, breakIt) => {
      const folder = await withMine();
      breakIt(join(folder, "chips/mine.yaml"));
      for (const id of ["rp2040", "stm32h743"]) {
        const { code, stderr } = await inProcess(["generate", id], folder, host);
        expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^chips\/mine\.yaml.* error /m) });
      }
      for (const path of ["rust/src/mine.rs", "rust/src/cortex_m.rs", "typescript/mine.ts"])
        expect(existsSync(join(folder, "out", path))).toBe(true);
      expect(existsSync(join(folder, "out/rust/src/stm32h743.rs"))).toBe(false);
      // Nor are files that are right accused: what chips share with it is not known.
      const { code, stdout, stderr } = await inProcess(["verify", "rp2040"], folder, host);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^rp2040 Rp2040DmaFence: sound, necessary, reachable, files agree/);
      expect(stderr).toMatch(/^chips\/mine\.yaml.* error /m);
      expect(stderr).not.toContain("output/differs");
    },
    60_000,
  );

  it("leaves the files of one that calls itself another", async () => {
    const folder = await withMine();
    edit(join(folder, "chips/mine.yaml"), /^chip: mine/m, "chip: renamed");
    expect(await inProcess(["generate", "rp2040"], folder, host)).toMatchObject({ code: 0, stdout: "" });
    expect(existsSync(join(folder, "out/rust/src/mine.rs"))).toBe(true);
  });

  it.each([
    ...Object.entries(broken).slice(0, 3),
    ["that calls itself another", (path: string) => edit(path, /^chip: .*$/m, "chip: other")] as const,
  ])(
    "says of one %s what is wrong with it, where it is asked for",
    async (_, breakIt) => {
      const folder = temporaryFolder();
      mkdirSync(join(folder, "chips"));
      cpSync(join(root, "chips/stm32h743.yaml"), join(folder, "chips/stm32h743.yaml"));
      breakIt(join(folder, "chips/stm32h743.yaml"));
      for (const command of ["generate", "verify", "plan", "picture", "explain", "facts", "selftest", "init"]) {
        const { code, stderr } = await inProcess([command, "stm32h743"], folder, host);
        expect({ command, code, stderr }).toEqual({
          command,
          code: 1,
          stderr: expect.stringMatching(/^chips\/stm32h743\.yaml.* error /m),
        });
      }
      expect(existsSync(join(folder, "out"))).toBe(false);
    },
    60_000,
  );
});

function edit(path: string, from: RegExp, to: string): void {
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(from, to));
  expect(readFileSync(path, "utf8")).not.toBe(text);
}

it("diff says of a chip that the settings list from now on that it is new, and of one that they do not that it is gone", async () => {
  const folder = temporaryFolder();
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  git("init", "-q");
  const commit = () => {
    git("add", "-A");
    git("-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-q", "-m", "m", "--allow-empty");
  };
  await inProcess(["generate", "nrf52840"], folder, host);
  commit();
  await inProcess(["generate", "rp2040"], folder, host);
  const { code, stdout } = await inProcess(["diff", "HEAD"], folder, host);
  expect({ code, new: stdout.match(/^new +.*$/gm) }).toEqual({ code: 0, new: ["new  rp2040 Rp2040DmaFence"] });
  writeFileSync(settingsIn(folder), "shipped: [rp2040]\n");
  await inProcess(["generate"], folder, host);
  expect((await inProcess(["diff", "HEAD"], folder, host)).stdout).toMatch(/^removed +nrf52840 /m);
}, 60_000);

it("the folder of fencegen's own chips is a project like any other, in which none of them is listed", async () => {
  const folder = temporaryFolder();
  cpSync(join(root, "chips"), join(folder, "chips"), { recursive: true });
  expect(await inProcess(["generate", "rp2040"], folder, host, folder)).toMatchObject({ code: 0 });
  expect(existsSync(settingsIn(folder))).toBe(false);
});
