// The package as a project sees it that imports it: its entries, their types under every way of resolving them, what ends up in a
// bundle, and that what it says of itself is so. `package-contents.test.ts` installs it and uses the command.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./support/command.ts";
import { bareEnvironment, run } from "./support/npm.ts";

const folder = mkdtempSync(join(tmpdir(), "fencegen-types-"));
const project = join(folder, "project");
let tarball: Buffer;

beforeAll(() => {
  mkdirSync(project);
  const env = bareEnvironment(join(folder, "home"));
  const packed = run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], root, env);
  expect(packed.code, packed.stderr).toBe(0);
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz"))!);
  tarball = readFileSync(file);
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  expect(run("npm", ["install", file, "--ignore-scripts"], project, env)).toMatchObject({ code: 0 });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("says nothing of its entries that is not so", async () => {
  const { messages } = await publint({ pkgDir: join(project, "node_modules/fencegen"), strict: true, pack: false });
  expect(messages).toEqual([]);
});

it("has types that fit what is loaded, for each entry", async () => {
  const shipped = createPackageFromTarballData(tarball);
  const entrypoints = [".", "./runtime", "./simulator", "./vitest", "./fast-check", "./chips/stm32h743"];
  const result = await checkPackage(shipped, { entrypoints });
  if (!result.types) throw new Error("no types");
  // A module is all that it is, and resolution as it was before `exports` finds no entry but the first.
  const asModule = result.problems.filter(
    (problem) => !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind)),
  );
  expect(asModule).toEqual([]);
  expect(Object.keys(result.entrypoints)).toEqual(entrypoints);
});

describe.each(["nodenext", "bundler"])("a strict project under %s", (moduleResolution) => {
  const module = moduleResolution === "bundler" ? "esnext" : "nodenext";
  const check = (text: string, lib = "es2023") => {
    writeFileSync(join(project, "use.ts"), text);
    const strict = [
      "--strict",
      "--exactOptionalPropertyTypes",
      "--noUncheckedIndexedAccess",
      "--skipLibCheck",
      "false",
    ];
    const how = ["--noEmit", "--module", module, "--moduleResolution", moduleResolution, "--target", lib, "--lib", lib];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    return run(process.execPath, [tsc, "--ignoreConfig", ...strict, ...how, "use.ts"], project, {});
  };

  it("type-checks a machine and a driver", () => {
    const text = `import { Stm32h743DmaFence } from "fencegen/chips/stm32h743";
import { type Barrier, DecodedMachine, type DmaFenceClass, MasterDmaFence, requireReach } from "fencegen/runtime";
import { checkMachine, openChip, SimulatedMachine } from "fencegen/simulator";

class Mine extends DecodedMachine {
  protected override onBarrier({ completes }: Barrier): void {
    const isAll: boolean = completes.includes("maintenance");
    // @ts-expect-error no class of accesses
    completes.includes("maintainance");
    void isAll;
  }
}
const Fence: DmaFenceClass = Stm32h743DmaFence;
const fence = new MasterDmaFence(Stm32h743DmaFence, new Mine(), "Ethernet", "write");
// @ts-expect-error no such master
new MasterDmaFence(Stm32h743DmaFence, new Mine(), "Etherent", "write");
// @ts-expect-error nor here
requireReach(Stm32h743DmaFence.reach, "DMA9", "read", { address: 0n, lengthBytes: 0 });
fence.release({ address: 0x2400_0000n, lengthBytes: 64 });
const lines: 32 = Stm32h743DmaFence.lineBytes;
const chip = openChip("stm32h743");
// @ts-expect-error a bare machine has no memory
checkMachine(chip, () => new Mine());
checkMachine(chip, (options) => new SimulatedMachine(chip, options));
const machine = new SimulatedMachine(chip, { seed: 1 });
// @ts-expect-error what DMA read is not for writing
machine.engine("DMA1").received[0] = 1;
export { Fence, lines };
`;
    expect(check(text)).toEqual({ code: 0, stdout: "", stderr: "" });
  }, 60_000);

  it("is told that there is no default export, which there is not", () => {
    const { code, stdout } = check('import fencegen from "fencegen";\nexport { fencegen };\n');
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/has no default export/);
  }, 60_000);
});

/** The examples of the documents that are modules: with what they are called, or one after the other. */
function exampleModules(): ReadonlyMap<string, string> {
  const pages = readdirSync(join(root, "templates/site/pages")).filter((name) => name.endsWith(".md"));
  const documents = ["README.md", "chips/test-your-driver.md", ...pages.map((name) => `templates/site/pages/${name}`)];
  const found = documents.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const folderOf = path.replaceAll(/[^a-z]+/gi, "-");
    return [...text.matchAll(/([^\n]*(?:\n[^\n]+)*)\n\n```ts(?: (\S+))?\n([\s\S]*?)```/g)].flatMap(
      ([, introduction, file, body], index) => {
        // With a file named, that is the listing.
        const code = file === undefined ? body! : readFileSync(join(root, file), "utf8");
        // What shows a part of a file is none: of the README's excerpts the documents say so by `…`.
        if (!/^import /m.test(code)) return [];
        const called = /`([\w.-]+\.ts)`:\s*$/.exec(introduction!)?.[1] ?? file?.split("/").at(-1);
        return [[`${folderOf}/${called ?? `example-${index}.ts`}`, code] as const];
      },
    );
  });
  return new Map(found);
}

describe.each(["nodenext", "bundler"])("the examples of the documents, strictly under %s", (moduleResolution) => {
  it("are checked as they are printed, beside what a project that has followed them has", () => {
    const examples = exampleModules();
    expect(examples.size).toBeGreaterThan(8);
    const place = join(project, `examples-${moduleResolution}`);
    // Whose types they are is no business of the package.
    for (const name of ["vitest", "fast-check", "@types", "rp2040js"]) {
      const link = join(project, "node_modules", name);
      if (!existsSync(link)) symlinkSync(join(root, "node_modules", name), link);
    }
    for (const [path, text] of examples) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), text);
    }
    // The fence that the reader wrote.
    const own = 'export { Stm32h743DmaFence as MyFence } from "fencegen/chips/stm32h743";\n';
    writeFileSync(join(place, "templates-site-pages-for-emulator-authors-md/my-fence.ts"), own);
    cpSync(join(root, "out/typescript"), join(place, "out/typescript"), { recursive: true });
    const module = moduleResolution === "bundler" ? "esnext" : "nodenext";
    const strict = [
      "--strict",
      "--exactOptionalPropertyTypes",
      "--noUncheckedIndexedAccess",
      "--skipLibCheck",
      "false",
    ];
    const how = ["--noEmit", "--allowImportingTsExtensions", "--types", "node", "--target", "es2023"];
    const resolution = ["--module", module, "--moduleResolution", moduleResolution];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const files = [...examples.keys()].map((path) => join(place, path));
    const args = [tsc, "--ignoreConfig", ...strict, ...how, ...resolution, ...files];
    expect(run(process.execPath, args, project, {})).toEqual({ code: 0, stdout: "", stderr: "" });
  }, 120_000);
});

/** @param platform where the parts that need Node, of which nothing is left, are looked at all the same */
const bundled = async (text: string, platform: "browser" | "node" = "browser") => {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: project },
    ...{ bundle: true, write: false, minify: true, platform, format: "esm", target: "es2022" },
  });
  return outputFiles[0]!.text;
};

describe("a bundle", () => {
  const machine = `class Mine { barrier() {} writeRegister() {} } globalThis.made = new Fence(new Mine());`;

  it.each<[string, string, number]>([
    ["rp2040", "Rp2040DmaFence", 1500],
    ["stm32h743", "Stm32h743DmaFence", 3 * 1024],
    ["k210", "", 0],
  ])("with the class of %s alone is small", async (id, name, most) => {
    const exists = readdirSync(join(project, "node_modules/fencegen/dist/chips")).includes(`${id}.js`);
    expect(exists).toBe(name !== "");
    if (!exists) return;
    const text = await bundled(`import { ${name} as Fence } from "fencegen/chips/${id}"; ${machine}`);
    expect(text.length).toBeLessThan(most);
    expect(text).not.toMatch(/node:|\brequire\b|\bprocess\b/);
  });

  /** Classes that take more than 3 KB, and what they may take: operations of several accesses, on two levels, or for ranges. */
  const larger: Readonly<Record<string, number>> = {
    CycloneVDmaFence: 3250,
    Esp32C5DmaFence: 4900,
    Esp32P4DmaFence: 6800,
    Esp32S3DmaFence: 4400,
    Hpm6750Core0DmaFence: 3400,
    Hpm6750Core1DmaFence: 3400,
    Imx8mmM4DmaFence: 4500,
    Imx93M33NonSecureDmaFence: 4300,
    Imx93M33SecureDmaFence: 4300,
    Imxrt1176CM4DmaFence: 4800,
    Imxrt595DmaFence: 4400,
    Imxrt1062DmaFence: 3200,
    Imxrt798sCpu0DmaFence: 4000,
    Jh7100DmaFence: 3200,
    Jh7110DmaFence: 3600,
    K28fDmaFence: 4900,
    KinetisK66DmaFence: 4000,
    Nrf54h20AppDmaFence: 3500,
    Rp2350ArmDmaFence: 3200,
    Rp2350RiscvDmaFence: 3400,
    RzFiveDmaFence: 4600,
    Stm32h5NonSecureDmaFence: 4100,
    Stm32h5SecureDmaFence: 4100,
    Stm32h7rsDmaFence: 3200,
    Stm32n657DmaFence: 3250,
    Stm32u545NonSecureDmaFence: 3700,
    Stm32u545SecureDmaFence: 3700,
  };

  it("with one class of the package is at most 3 KB, or as much as is said here", async () => {
    const files = readdirSync(join(project, "node_modules/fencegen/dist/chips")).filter((name) =>
      name.endsWith(".d.ts"),
    );
    const classes = files.flatMap((name) => {
      const declared = readFileSync(join(project, "node_modules/fencegen/dist/chips", name), "utf8");
      const entry = name.slice(0, -".d.ts".length);
      return [...declared.matchAll(/class (\w+)/g)].map(([, Fence]) => ({ entry, name: Fence! }));
    });
    expect(classes.length).toBeGreaterThan(70);
    expect(classes.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(larger)));
    for (const { entry, name } of classes) {
      const text = await bundled(`export { ${name} } from "fencegen/chips/${entry}";`);
      const most = larger[name] ?? 3 * 1024;
      expect(text.length, name).toBeLessThan(most);
      // A bound that nothing comes near says nothing.
      if (name in larger) expect(text.length, name).toBeGreaterThan(most - 400);
    }
  }, 60_000);

  it("with any class of the package has nothing of the simulator", async () => {
    const files = readdirSync(join(project, "node_modules/fencegen/dist/chips")).filter((name) => name.endsWith(".js"));
    expect(files.length).toBeGreaterThan(50);
    const sizes = await Promise.all(
      files.map(async (name) => {
        const text = await bundled(`export * from "fencegen/chips/${name.slice(0, -3)}";`);
        expect(text).not.toMatch(/node:|\brequire\b/);
        return text.length;
      }),
    );
    expect(Math.max(...sizes)).toBeLessThan(12 * 1024);
  });

  it("that imports the whole package for one function has only that", async () => {
    const text = await bundled('import { lineStart } from "fencegen"; console.log(lineStart(5n, 4));', "node");
    expect(text.length).toBeLessThan(300);
    expect(await bundled('import "fencegen";', "node")).toBe("");
  });

  it("of the example page runs where there is no Node", async () => {
    const page = readFileSync(join(root, "test/examples/page.html"), "utf8");
    expect(page).toContain('<script type="module" src="page.js">');
    const script = readFileSync(join(root, "test/examples/page.ts"), "utf8");
    const { outputFiles } = await build({
      stdin: { contents: script, loader: "ts", resolveDir: project },
      ...{ bundle: true, write: false, platform: "browser", format: "iife", target: "es2022" },
    });
    const elements: Record<string, { value: string; innerHTML: string; addEventListener(): void }> = {};
    for (const [, id] of page.matchAll(/id="(\w+)"/g))
      elements[id!] = { value: "40", innerHTML: "", addEventListener() {} };
    const document = { getElementById: (id: string) => elements[id] };
    runInContext(outputFiles[0]!.text, createContext({ document }));
    expect(elements["operations"]!.innerHTML).toBe(
      "<li>dsb sy</li><li>write32 0xe000ef68 = 0x24000108</li><li>write32 0xe000ef68 = 0x24000128</li><li>dsb sy</li>",
    );
  });
});

it("runs without types, and one error is one class in every entry", () => {
  writeFileSync(
    join(project, "use.mjs"),
    `import * as all from "fencegen";
import { Stm32h743DmaFence } from "fencegen/chips/stm32h743";
import { MasterDmaFence, ReachError, RecordingMachine } from "fencegen/runtime";
const fence = new MasterDmaFence(Stm32h743DmaFence, new RecordingMachine(), "BDMA", "read");
try { fence.release({ address: 0x2400_0000n, lengthBytes: 4 }); } catch (error) {
  console.log(error instanceof ReachError, error instanceof all.ReachError, all.RecordingMachine === RecordingMachine);
}
`,
  );
  expect(execFileSync(process.execPath, ["use.mjs"], { cwd: project, encoding: "utf8" })).toBe("true true true\n");
});
