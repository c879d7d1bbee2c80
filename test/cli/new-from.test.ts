// `new CHIP --from FILE`: a draft says what the file says, validates, and is refused until somebody has looked up the rest.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { temporaryFolder } from "../support/command.ts";
import { type BoardParts, boardTree, flattened } from "../support/flattened-tree.ts";
import { inProcess } from "../support/in-process.ts";

interface Drafted {
  readonly title: string;
  readonly cores: readonly { readonly core: string; readonly name?: string; readonly count?: number }[];
  readonly caches?: readonly { readonly name: string; readonly lineBytes: unknown; readonly maintenance?: unknown }[];
  readonly memories: Readonly<Record<string, { readonly size: unknown; readonly cachedBy: unknown }>>;
  readonly masters: Readonly<Record<string, { readonly snoops: unknown; readonly mayReach?: unknown }>>;
  readonly evidence: Readonly<Record<"cores" | "memories" | "masters", unknown>>;
}

const svd = `<device><name>TD32</name><cpu><name>CM7</name></cpu><peripherals>
  <peripheral><name>DMA1</name><baseAddress>0x40020000</baseAddress></peripheral></peripherals></device>`;
const pack = `<package><devices><family Dfamily="T"><device Dname="TD32"><processor Dcore="Cortex-M7"/>
  <memory name="SRAM" access="rwx" start="0x20000000" size="0x10000"/></device></family></devices></package>`;

function project(board: Partial<BoardParts> = {}): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  writeFileSync(join(folder, "board.dtb"), flattened(boardTree(board)));
  writeFileSync(join(folder, "td32.svd"), svd);
  writeFileSync(join(folder, "td32.pdsc"), pack);
  return folder;
}

const create = (folder: string, ...args: readonly string[]) =>
  inProcess(["new", "td32", "--vendor", "Nobody", ...args], folder);
const drafted = (folder: string): Drafted => parse(readFileSync(join(folder, "chips/td32.yaml"), "utf8")) as Drafted;
const validated = async (folder: string) => {
  const { stdout } = await inProcess(["validate", "chips/td32.yaml", "--json"], folder);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; severity: string }[] };
  return [...new Set(diagnostics.flatMap(({ code, severity }) => (severity === "error" ? [code] : [])))];
};

describe("from a device tree", () => {
  it("says what the tree says, cites it, and has no fence yet", async () => {
    const folder = project();
    const { code, stderr } = await create(folder, "--from", "board.dtb", "--source", "linux@0123abc a/board.dts");
    expect({ code, errors: await validated(folder) }, stderr).toEqual({ code: 0, errors: [] });
    expect(drafted(folder)).toMatchObject({
      title: "TD32",
      cores: [{ core: "cortex-a53", count: 2, refused: { code: "plan/no-maintenance" } }],
      caches: [{ name: "L2", lineBytes: 64, source: { lineBytes: "linux@0123abc a/board.dts (/cpus/l2-cache)" } }],
      memories: {
        "memory@80000000": { base: "0x8000_0000", size: { most: "1GiB" }, cachedBy: "all" },
        "sram@900000": { base: "0x0090_0000", size: "256KiB", cachedBy: "all" },
      },
      masters: {
        "dma-controller@30000000": { mayReach: ["memory@80000000", "sram@900000"], snoops: "none" },
        "ethernet@30010000": { snoops: "none" },
      },
      evidence: {
        cores: { "cortex-a53": "linux@0123abc a/board.dts (/cpus/cpu@0)" },
        memories: {
          "memory@80000000": { place: expect.stringMatching(/^TODO the most that a board can have/), cachedBy: "TODO" },
          "sram@900000": { place: "linux@0123abc a/board.dts (/soc/sram@900000)", cachedBy: "TODO" },
        },
        masters: {
          "ethernet@30010000": {
            reach: "TODO what it reaches",
            snoops: "linux@0123abc a/board.dts (/soc/ethernet@30010000)",
          },
        },
      },
    });
    const plan = await inProcess(["plan", "td32", "--json"], folder);
    expect((JSON.parse(plan.stdout) as { fences?: unknown[] }).fences ?? []).toEqual([]);
    // What it was made from agrees with it.
    expect((await inProcess(["facts", "td32", "--against", "board.dtb"], folder)).code).toBe(0);
  });

  it("says of a level what each cluster says, and that a core has other lines than its description", async () => {
    const folder = project({ lineBytes: 128 });
    const tree = boardTree({ lineBytes: 128 });
    const [chosen, cpus, ...rest] = tree.children!;
    const [first, second, l2] = cpus!.children!;
    const other = { ...second!.properties, "next-level-cache": [2] };
    const l2Properties = { ...l2!.properties, "cache-line-size": [32], phandle: [2], "next-level-cache": [3] };
    const l3 = { "cache-level": [3], "cache-line-size": [64], phandle: [3] };
    const clusters = [
      ...[first!, { ...second!, properties: other }, l2!],
      ...[
        { name: "l2-cache-b", properties: l2Properties },
        { name: "l3-cache", properties: l3 },
      ],
    ];
    const bytes = flattened({ ...tree, children: [chosen!, { ...cpus!, children: clusters }, ...rest] });
    writeFileSync(join(folder, "board.dtb"), bytes);
    const { stderr } = await create(folder, "--from", "board.dtb", "--source", "linux@0123abc a/board.dts");
    expect(stderr).toContain(
      "board.dtb has lines of 128 bytes in level 1 (/cpus/cpu@0), and the description of cortex-a53, which is taken, others",
    );
    expect(drafted(folder).caches).toMatchObject([
      {
        ...{ name: "L2", lineBytes: { smallest: 32, largest: 64 } },
        source: { lineBytes: "linux@0123abc a/board.dts (/cpus/l2-cache, /cpus/l2-cache-b)" },
      },
      { name: "L3", lineBytes: 64 },
    ]);
  });

  it("has the right fence once somebody has said how level 2 is maintained", async () => {
    const folder = project();
    await create(folder, "--from", "board.dtb");
    const path = join(folder, "chips/td32.yaml");
    const completed = readFileSync(path, "utf8")
      .replace("writePolicy: configurable, source", "writePolicy: write-back, maintenance: aarch64-dc, source")
      .replace(/ {4}refused:\n(?: {6}.*\n)+/, "");
    writeFileSync(path, completed);
    const { code, stdout, stderr } = await inProcess(["plan", "td32"], folder);
    expect(code, stderr).toBe(0);
    // Level 1 from the core's description with its errata, level 2 from the tree, in one pass.
    expect(stdout.match(/for each line of 64 bytes, L1D and L2: dc civac/g)).toHaveLength(2);
  });

  it("says at which addresses masters see memory, and what they do not see", async () => {
    const ranges = new Uint8Array();
    const folder = project({ bus: { ranges, "dma-ranges": [0xc000_0000, 0x8000_0000, 0x3000_0000] } });
    const { code, stderr } = await create(folder, "--from", "board.dtb");
    expect({ code, errors: await validated(folder) }, stderr).toEqual({ code: 0, errors: [] });
    expect(drafted(folder)).toMatchObject({
      memories: {
        "memory@80000000": { base: { cores: "0x8000_0000", masters: "0xc000_0000" } },
        "sram@900000": { base: { cores: "0x0090_0000" } },
      },
      masters: { "ethernet@30010000": { mayReach: ["memory@80000000"] } },
      evidence: { memories: { "sram@900000": { place: "TODO board.dtb (/soc/sram@900000; dma-ranges of /soc)" } } },
    });
    // The window has 768 MiB of a memory of 1 GiB.
    expect(stderr).toContain("/soc does not show `memory@80000000` to masters in one piece");
    expect((await inProcess(["facts", "td32", "--against", "board.dtb"], folder)).code).toBe(0);
  });

  it.each<[string, Partial<BoardParts>, string]>([
    ["without a node for main memory", { memory: undefined }, "has no node for main memory"],
    ["with a node of no size", { memory: [0, 0] }, "does not say how large /memory@80000000 is"],
  ])("%s asks for it", async (_, board, words) => {
    const folder = project(board);
    const without = await create(folder, "--from", "board.dtb");
    expect(without).toMatchObject({ code: 64, stdout: "" });
    expect(without.stderr).toContain(words);
    expect(without.stderr).toContain("--memory");
    const { code, stderr } = await create(folder, "--from", "board.dtb", "--memory", "DDR=0x4000_0000+1GiB:most");
    expect(code, stderr).toBe(0);
    expect(Object.keys(drafted(folder).memories)).toEqual(["DDR", "sram@900000"]);
    expect(drafted(folder).evidence.memories).toMatchObject({ DDR: "TODO memory map" });
  });

  it.each<[string, Partial<BoardParts>, string]>([
    ["that says so, does", { ethernet: { "dma-coherent": new Uint8Array() } }, "all"],
    ["for Arm that says nothing, does not", {}, "none"],
    ["for RISC-V that says nothing, perhaps does", { core: ["sifive,u74", "riscv"] }, "unknown"],
    [
      "for RISC-V that says so, does not",
      { core: ["sifive,u74", "riscv"], bus: { ranges: new Uint8Array(), "dma-noncoherent": new Uint8Array() } },
      "none",
    ],
    ["of Zephyr, perhaps does", { chosen: { "zephyr,sram": "/soc/sram@900000" } }, "unknown"],
  ])("a master of a tree %s see the caches", async (_, board, snoops) => {
    const folder = project(board);
    const { code, stderr } = await create(folder, "--from", "board.dtb");
    expect(code, stderr).toBe(0);
    expect(drafted(folder).masters["ethernet@30010000"]).toMatchObject({ snoops });
    const errors = await validated(folder);
    expect(errors).toEqual(snoops === "unknown" ? ["plan/snooping-unknown"] : []);
  });

  it("a master of which two files say different things is asked for", async () => {
    const folder = project({ ethernet: { "dma-coherent": new Uint8Array() } });
    copyFileSync(join(project({}), "board.dtb"), join(folder, "other.dtb"));
    const { code, stderr } = await create(folder, "--from", "board.dtb", "--from", "other.dtb");
    expect(code, stderr).toBe(0);
    expect(drafted(folder).masters["ethernet@30010000"]).toMatchObject({ snoops: "unknown" });
  });

  it.each<[string, string, Partial<BoardParts>, string, string]>([
    ["no", "where the tree does not say", { core: ["sifive,u74", "riscv"] }, "none", ""],
    ["yes", "where the tree does not say", { core: ["sifive,u74", "riscv"] }, "all", ""],
    ["yes", "also where the tree says otherwise", {}, "all", "--coherent yes goes before that"],
    ["unknown", "never before what the tree says", {}, "none", ""],
  ])("--coherent %s holds for its masters, %s", async (answer, _, board, snoops, words) => {
    const folder = project(board);
    const { code, stderr } = await create(folder, "--from", "board.dtb", "--coherent", answer);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(words);
    const { masters, evidence } = drafted(folder);
    expect(masters["ethernet@30010000"]).toMatchObject({ snoops });
    // What was only answered, nobody has read yet.
    const source = expect.stringMatching(answer === "unknown" ? /board\.dtb/ : /^TODO whether its accesses/);
    expect(evidence.masters).toMatchObject({ "ethernet@30010000": { snoops: source } });
  });

  it("asks for a core that nobody has described, and takes flags before the file", async () => {
    const folder = project({ core: ["made,up"] });
    const without = await create(folder, "--from", "board.dtb");
    expect(without.code).toBe(64);
    expect(without.stderr).toContain("names a core that no file here describes, made,up (/cpus/cpu@0)");
    expect(
      (
        await create(
          folder,
          "--from",
          "board.dtb",
          "--core",
          "cortex-a7",
          "--cache",
          "none",
          "--master",
          "X",
          "--coherent",
          "no",
        )
      ).code,
    ).toBe(0);
    const { cores, masters } = drafted(folder);
    expect([cores, Object.keys(masters)]).toMatchObject([[{ core: "cortex-a7" }], ["X"]]);
  });
});

describe("from other files", () => {
  it("an SVD file gives core and DMA controllers, and memory is asked for", async () => {
    const folder = project();
    expect((await create(folder, "--from", "td32.svd")).stderr).toContain("--memory");
    expect((await create(folder, "--from", "td32.svd", "--memory", "RAM=0x2000_0000+64KiB")).code).toBe(0);
    const { cores, memories, masters, caches } = drafted(folder);
    expect({ cores, caches }).toMatchObject({ cores: [{ core: "cortex-m7" }], caches: undefined });
    expect(memories["RAM"]).toMatchObject({ cachedBy: "unknown" });
    expect(masters["DMA1"]).toMatchObject({ mayReach: ["RAM"], snoops: "unknown" });
    expect(await validated(folder)).toEqual(["plan/caching-unknown", "plan/snooping-unknown"]);
  });

  it("two files complete each other", async () => {
    const folder = project();
    const { code, stderr } = await create(folder, "--from", "td32.pdsc", "--from", "td32.svd");
    expect(code, stderr).toBe(0);
    const { cores, memories, masters, evidence } = drafted(folder);
    expect([cores.length, Object.keys(memories), Object.keys(masters)]).toEqual([1, ["SRAM"], ["DMA1"]]);
    expect(evidence.memories).toMatchObject({
      SRAM: { place: expect.stringMatching(/^TODO td32\.pdsc \(line \d+\)$/) },
    });
  });

  it("nothing is written from one that cannot be read, or with a source that leads nowhere", async () => {
    const folder = project();
    writeFileSync(join(folder, "bad.dtb"), "no tree");
    const bad = await create(folder, "--from", "bad.dtb", "--json");
    expect(JSON.parse(bad.stdout)).toMatchObject({ file: null, diagnostics: [{ code: "witness/malformed" }] });
    expect((await create(folder, "--source", "linux a", "--vendor", "V")).code).toBe(64);
    const lost = await create(folder, "--from", "board.dtb", "--source", "nowhere@1 a.dts");
    expect(lost.code).toBe(64);
    expect(lost.stderr).toContain("`nowhere` is declared neither under `sources` nor in sources.yaml");
    expect(() => drafted(folder)).toThrow();
  });
});
