// Scripted pull requests on a small project in a git repository of its own: what each changes, and what a reviewer should be told.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Host } from "../../generator/cli/environment.ts";
import { temporaryFolder } from "../support/command.ts";
import { hastyDisk, testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";

/** By path; null removes a file. */
export type Files = Readonly<Record<string, string | null>>;

const mechanism = `mechanism: own-cache
title: Cache controller of our own
address: { kind: virtual, ignoredLowBits: line, uncachedAddress: ignored, source: manual 3 }
base: 0x4000_0000
registers:
  CLEAN: { offset: 0x0 }
  INVALIDATE: { offset: 0x4 }
  CLEAN_INVALIDATE: { offset: 0x8 }
operations:
  clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }], source: manual 3 }
  invalidate-line: { effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }], source: manual 3 }
  clean-invalidate-line: { effect: clean-and-invalidate, sequence: [write: { register: CLEAN_INVALIDATE, value: address }], source: manual 3 }
ordering: { accessClass: maintenance, doneWhen: completed, source: manual 3 }
reentrancy: atomic
`;

const core = `core: own-core
title: Core of our own
architecture: armv7-m
caches:
  - name: L1D
    lineBytes: 32
    writePolicy: write-back
    maintenance: { mechanism: own-cache, source: manual 2.1 }
    source: manual 2
`;

const chip = (id: string, masters: string, more = "") => `chip: ${id}
title: ${id[0]!.toUpperCase()}${id.slice(1)}
vendor: Nobody
cores:
  - core: own-core
    rustTargets: [thumbv7em-none-eabi]
${more}memories:
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }
masters:
${masters}
evidence:
  cores: manual 1
  memories: manual 1
  masters: manual 1
`;

const sources = `sources:
  manual: { document: Reference manual of our own, revision: "1" }
`;

const dma = "  DMA: { reaches: [RAM], snoops: none }";
const both = `${dma}\n  GMAC: { reaches: [RAM], snoops: all }\n  USB: { reaches: [RAM], snoops: all }`;

/** Without a cache: barriers are all that its fence has. */
const plain = (more = "") =>
  chip("plain", "  DMA: { reaches: [RAM], snoops: none }", more).replace("own-core", "cortex-m4");

const base: Files = {
  "chips/alpha.yaml": chip("alpha", dma),
  "chips/beta.yaml": chip("beta", dma),
  "chips/delta.yaml": chip("delta", both),
  "chips/plain.yaml": plain(),
  "chips/cores/own-core.yaml": core,
  "chips/mechanisms/own-cache.yaml": mechanism,
  "chips/sources.yaml": sources,
};

const override = `barrierOverrides:
  - { fence: release, at: last, use: dsb sy, reason: The errata sheet asks for it., source: manual 7 }
`;

const erratum = `errata:
  - erratum: OWN 12
    title: Cleaning a line may lose it.
    affects: all
    replaceOperation: { clean-line: clean-invalidate-line }
    source: manual 9
`;

/** What each changes. */
export const pullRequests: Readonly<Record<string, Files>> = {
  "line size": { "chips/cores/own-core.yaml": core.replace("lineBytes: 32", "lineBytes: 64") },
  "line size unverified": {
    "chips/cores/own-core.yaml": core
      .replace("lineBytes: 32", "lineBytes: 16")
      .replace("    source: manual 2\n", "    source: { lineBytes: unverified, writePolicy: manual 2 }\n"),
  },
  "master no longer coherent": { "chips/delta.yaml": chip("delta", both.replace("snoops: all", "snoops: none")) },
  "no master coherent any more": { "chips/delta.yaml": chip("delta", both.replaceAll("snoops: all", "snoops: none")) },
  override: { "chips/plain.yaml": plain(override) },
  erratum: { "chips/cores/own-core.yaml": `${core}${erratum}` },
  "new chip": { "chips/gamma.yaml": chip("gamma", `${dma}\n  SDMMC: { reaches: [RAM], snoops: none }`) },
  "comments only": {
    "chips/alpha.yaml": `# Looked at again.\n${chip("alpha", dma)}`,
    "chips/cores/own-core.yaml": `${core}# The end.\n`,
  },
  "core refactored": {
    "chips/cores/own-core.yaml": core.replace(
      "lineBytes: 32\n    writePolicy: write-back",
      "writePolicy: write-back\n    lineBytes: 32",
    ),
  },
  // What is said to clean begins with what drops the line.
  "wrong mechanism": {
    "chips/mechanisms/own-cache.yaml": mechanism.replace(
      "[write: { register: CLEAN, value: address }]",
      "[write: { register: INVALIDATE, value: address }, write: { register: CLEAN, value: address }]",
    ),
  },
  "broken mechanism": { "chips/mechanisms/own-cache.yaml": mechanism.replace("effect: clean,", "effect: cleen,") },
  "other licence": { ".fencegen.yaml": "licence: [Nobody has a right to this.]\n" },
  "removed chip": { "chips/beta.yaml": null },
  // No fence is about the settings, and none could be read of the chip.
  "misspelt setting and a chip cut short": {
    ".fencegen.yaml": "licenze: [None.]\n",
    "chips/zeta.yaml": "chip: [zeta\n",
  },
};

export interface Repository {
  readonly folder: string;
  change(files: Files): void;
  git(...argv: string[]): string;
}

/** Of which outputs are generated and committed on both sides. */
export const withOutputs: readonly string[] = ["line size", "new chip", "other licence"];

/** A folder with the project as it was, committed. */
export async function repository(hasOutputs = false): Promise<Repository> {
  const folder = temporaryFolder();
  const git = (...argv: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgSign=false", ...argv], {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
        GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const change = (files: Files) => write(folder, files);
  git("init", "--quiet", "--initial-branch=main");
  change(base);
  if (hasOutputs) await inProcess(["generate"], folder, testHost(hastyDisk));
  git("add", "--all");
  git("commit", "--quiet", "--message=Before");
  return { folder, change, git };
}

export function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const at = join(folder, path);
    mkdirSync(dirname(at), { recursive: true });
    if (text === null) rmSync(at);
    else writeFileSync(at, text);
  }
}

/** One that keeps what it finds, so that a second run need not find it again. */
export function keepingHost(kept = new Map<string, object>()): Host {
  const store = {
    get: (key: string) => kept.get(key),
    keep: (key: string, value: object) => void kept.set(key, JSON.parse(JSON.stringify(value)) as object),
  };
  return { ...testHost(hastyDisk), projects: store, comparisons: store, verdicts: store as Host["verdicts"] };
}

export { base };

/** The text that is kept, written anew where FENCEGEN_UPDATE_DIFFS=1 asks for it. */
export function golden(name: string, text: string): string {
  const path = join(import.meta.dirname, "golden", name);
  if (process.env["FENCEGEN_UPDATE_DIFFS"] === "1") writeFileSync(path, text);
  return readFileSync(path, "utf8");
}
