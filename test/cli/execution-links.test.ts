// The links that `verify` prints: each shows on the page of its fence what the trace above it says.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openChip, replay } from "../../generator/index.ts";
import { executionHash, readExecutionHash } from "../../generator/verifier/execution-link.ts";
import { fencegen, root } from "../support/command.ts";

const project = mkdtempSync(join(tmpdir(), "fencegen-links-"));
mkdirSync(join(project, "chips"));
copyFileSync(join(root, "chips/nrf52840.yaml"), join(project, "chips/nrf52840.yaml"));
afterAll(() => rmSync(project, { recursive: true, force: true }));

function linksOf(settings: string): string[] {
  writeFileSync(join(project, ".fencegen.yaml"), settings);
  const { stdout, code, stderr } = fencegen(["verify", "--trace"], { cwd: project });
  expect(code, stderr).toBe(0);
  const lines = stdout.split("\n");
  return lines.flatMap((line, index) => (line.endsWith("See it step by step:") ? [lines[index + 1]!.trim()] : []));
}

describe("links to executions", () => {
  it("are paths where nobody says where the site is, and each replays", () => {
    const links = linksOf("optimize: size\n");
    expect(links.length).toBeGreaterThan(1);
    const chip = openChip("nrf52840");
    for (const link of links) {
      const [, fence, hash] = /^out\/site\/fence\/(\w+)\.html(#.*)$/.exec(link)!;
      const { change, scenario, schedule, step } = readExecutionHash(hash!)!;
      expect(step).toBe(schedule!.length);
      const text = replay(chip, { fence: fence!, change, scenario: scenario!, schedule: schedule! });
      expect(text).toMatch(/^\w[\w ]* broken: /);
    }
  });

  it("lead to the project's site", () => {
    const links = linksOf("siteUrl: https://example.org/fences/\n");
    expect(links.length).toBeGreaterThan(1);
    for (const link of links) expect(link).toMatch(/^https:\/\/example\.org\/fences\/fence\/\w+\.html#[\w.~=&-]+$/);
  });

  it.each(["ftp://example.org", "https://example.org/?q=1", "https://exa mple.org", "javascript:alert(1)"])(
    "refuses %s as an address",
    (url) => {
      writeFileSync(join(project, ".fencegen.yaml"), `siteUrl: "${url}"\n`);
      const { code, stderr } = fencegen(["validate"], { cwd: project });
      expect(code).toBe(1);
      expect(stderr).toContain("siteUrl");
    },
  );
});

describe("a hash", () => {
  it.each([
    { change: "none", scenario: undefined, schedule: undefined, step: 0 },
    { change: "without=acquire.2", scenario: "i1wrbin.BDMA.SRAM4", schedule: "0000_1011", step: 9 },
    { change: "unkept=edge-lines-quiet.2", scenario: "o1wrbin.a~2b~b.x", schedule: "0", step: undefined },
    { change: "changed=release.3.address.not.aligned", scenario: undefined, schedule: undefined, step: undefined },
  ])("is read as it was written: $change", (link) => {
    expect(readExecutionHash(executionHash(link))).toEqual(link);
  });

  it.each(["", "#", "#step=3", "#schedule=00", "#%", "#=&=&"])("%s names no change", (hash) => {
    expect(readExecutionHash(hash)).toBeUndefined();
  });

  it.each(["-1", "1e3", "99999", "x", ""])("with step %s names none", (step) => {
    expect(readExecutionHash(`#change=none&step=${step}`)).toMatchObject({ step: undefined });
  });
});
