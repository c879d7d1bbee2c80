// `facts CHIP --against FILE`: exit codes, places on both sides, and what a file that cannot be read is answered with.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/command.ts";
import { type BoardParts, boardTree, flattened } from "../support/flattened-tree.ts";
import { inProcess } from "../support/in-process.ts";

const chip = (more = "") => `chip: test-chip
title: Test chip
vendor: Nobody
cores:
  - core: cortex-a53
    count: 2
caches:
  - { name: L2, lineBytes: 64, sizeBytes: 512KiB, ways: 16, writePolicy: write-back, maintenance: aarch64-dc }
memories:
  SRAM: { base: 0x0090_0000, size: 256KiB }
  DDR: { base: 0x8000_0000, size: { most: 2GiB } }
masters:
  SDMA, ENET: { reaches: all }
${more}`;

function project(text: string, board: Partial<BoardParts> = {}): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  writeFileSync(join(folder, "chips/test-chip.yaml"), text);
  writeFileSync(join(folder, "board.dtb"), flattened(boardTree(board)));
  return folder;
}

const against = (folder: string, ...more: readonly string[]) =>
  inProcess(["facts", "test-chip", "--against", "board.dtb", ...more], folder);

describe("--against", () => {
  it("says of each fact what both say, and where", async () => {
    const { code, stdout, stderr } = await against(project(chip()));
    expect(code).toBe(0);
    expect(stdout.split("\n").slice(0, 7)).toEqual([
      "board.dtb (Test board): 11 facts: differs 0, stale 0, known 0, only here 0, only there 0, agrees 11",
      "  agrees      core",
      "              here   cortex-a53 (chips/test-chip.yaml:5)",
      "              there  arm,cortex-a53 (/cpus/cpu@0)",
      "  agrees      core: count",
      "              here   2 (chips/test-chip.yaml:5)",
      "              there  2 (/cpus/cpu@0)",
    ]);
    expect(stdout).toMatch(/L1D: line\n +here {3}64 bytes \(\S*chips\/cores\/cortex-a53\.yaml:\d+\)\n/);
    expect(stdout).toContain("memory DDR\n              here   0x8000_0000 + 2GiB at most (chips/test-chip.yaml:11)");
    expect(stderr).toContain("Not taken from board.dtb:");
  });

  it.each([
    ["TEST_CHIPx", false],
    ["TEST", false],
    ["Test chip B", false],
    ["OTHER746", true],
  ])("says of an SVD file of %s whether it is called otherwise: %s", async (name, isOther) => {
    const folder = project(chip());
    const svd = `<device><name>${name}</name><cpu><name>CA53</name></cpu><peripherals></peripherals></device>`;
    writeFileSync(join(folder, "chip.svd"), svd);
    const { code, stderr } = await inProcess(["facts", "test-chip", "--against", "chip.svd"], folder);
    expect({ code, isSaid: stderr.includes(`is about \`${name}\``) }, stderr).toEqual({ code: 0, isSaid: isOther });
  });

  it("fails on a difference, and not on one that is known", async () => {
    const board = { l2LineBytes: 32, ethernet: { "dma-coherent": new Uint8Array() } };
    const differing = await against(project(chip(), board));
    expect(differing.code).toBe(1);
    expect(differing.stdout).toContain(
      "differs     L2: line\n              here   64 bytes (chips/test-chip.yaml:8)\n              there  32 bytes (/cpus/l2-cache)",
    );
    const evidence = `evidence:
  cores:
    cortex-a53:
      differs:
        - { fact: "L2: line", source: tree@1 a.dts, says: 32, because: The manual says 64. }
        - { fact: "L2: ways", source: tree@1 a.dts, says: 32, because: It follows from the line. }
  masters:
    ENET: { snoops: tree@1 enet.c, differs: { source: tree@1 a.dts, says: coherent, because: Boards decide. } }
sources: { tree: { repository: owner/trees } }
`;
    const cited = (text: string) =>
      text.replace("maintenance: aarch64-dc }", "maintenance: aarch64-dc, source: tree@1 l2.c }");
    // What the description says instead has to be read as well.
    expect((await against(project(chip(evidence), board))).code).toBe(1);
    const knowing = await against(project(cited(chip(evidence)), board), "--json");
    const { witnesses } = JSON.parse(knowing.stdout) as {
      witnesses: { facts: { fact: string; verdict: string; because: string | null }[] }[];
    };
    const known = witnesses[0]!.facts.filter(({ verdict }) => verdict !== "agrees");
    expect({ code: knowing.code, known: known.map(({ fact, verdict, because }) => [fact, verdict, because]) }).toEqual({
      code: 0,
      known: [
        ["L2: line", "known", "The manual says 64."],
        ["L2: ways", "known", "It follows from the line."],
        ["ENET: snoops", "known", "Boards decide."],
      ],
    });
    // The fact has then been looked at twice.
    const folder = project(chip(evidence));
    const facts = await inProcess(["facts", "test-chip"], folder);
    expect(facts.stdout).toContain("differs: coherent, says owner/trees at 1: a.dts: Boards decide.");
    expect((await inProcess(["validate", "chips/test-chip.yaml"], folder)).stderr).not.toContain("plan/ignored-fact");
  });

  it("fails on a difference that the file has no longer", async () => {
    const evidence = `evidence:
  masters:
    ENET: { differs: { source: tree@1 board.dts, says: coherent, because: Boards decide. } }
sources: { tree: { repository: owner/trees } }
`;
    const { code, stdout } = await against(project(chip(evidence)));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /stale {7}ENET: snoops\n +here {3}none \(.*\)\n +there {2}not coherent \(.*\)\n +By the description, board\.dts says coherent\.\n/,
    );
  });

  it("takes several files, and a chip whose fences are refused", async () => {
    const folder = project(chip().replace("reaches: all", "reaches: all, snoops: unknown"));
    writeFileSync(
      join(folder, "t.svd"),
      "<device><name>T</name><peripherals><peripheral><name>UART</name><baseAddress>0x900000</baseAddress><addressBlock><offset>0</offset><size>16</size></addressBlock></peripheral></peripherals></device>",
    );
    const { code, stdout } = await against(folder, "--against", "t.svd");
    expect(code).toBe(1);
    expect(stdout).toContain("only there  SDMA: snoops\n              here   unknown");
    expect(stdout).toContain("UART at 0x0090_0000 + 16 (line 1)");
  });

  it("needs one chip and files that it can read", async () => {
    const folder = project(chip());
    expect(await inProcess(["facts", "--against", "board.dtb"], folder)).toMatchObject({ code: 64, stdout: "" });
    writeFileSync(join(folder, "board.txt"), "");
    writeFileSync(join(folder, "bad.svd"), "<device>");
    for (const [name, problem] of [
      ["board.txt", "witness/unknown-format"],
      ["none.dtb", "io/cannot-read"],
      ["bad.svd", "witness/malformed"],
      ["chips", "witness/unknown-format"],
    ]) {
      const { code, stdout } = await inProcess(["facts", "test-chip", "--against", name!, "--json"], folder);
      const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] };
      expect({ code, codes: diagnostics.map((each) => each.code) }).toEqual({ code: 1, codes: [problem] });
    }
  });
});
