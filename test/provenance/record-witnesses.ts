// Public files → the records of witnesses/, one for each chip.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { parseWitnessName, readWitness } from "../../generator/witness/read-witness.ts";
import type { Witness } from "../../generator/witness/witness.ts";
import { recordText } from "./witness-records.ts";

interface Listed {
  readonly repository: string;
  readonly revision: string;
  readonly files: readonly { readonly chip: string; readonly path: string; readonly device?: string }[];
}

const witnesses = join(import.meta.dirname, "witnesses");
const mostBytes = 128 * 1024 * 1024;

/** @param folder with a clone of each repository, as owner/name */
export function recordWitnesses(folder: string, chips: readonly string[], log: (text: string) => void): void {
  const listed = parse(readFileSync(join(witnesses, "files.yaml"), "utf8")) as Listed[];
  const files = listed.flatMap(({ repository, revision, files }) =>
    files.map((file) => ({ ...file, repository, revision })),
  );
  const wanted = [...new Set(files.map(({ chip }) => chip))].filter(
    (chip) => chips.length === 0 || chips.includes(chip),
  );
  for (const chip of wanted.sort()) {
    const own = files.filter((file) => file.chip === chip);
    const read = own.map(({ repository, revision, path, device }) => {
      const name = `${repository}@${revision} ${path}${device === undefined ? "" : `#${device}`}`;
      try {
        const bytes = bytesOf(join(folder, repository), revision, path);
        return {
          name,
          witness: witnessOf(bytes, `${path.replace(/\.dts$/, ".dtb")}${device ? `#${device}` : ""}`, chip),
        };
      } catch (error) {
        log(`${chip}: ${name}: ${(error as Error).message.split("\n")[0]}`);
        return undefined;
      }
    });
    if (read.every((each) => each !== undefined)) {
      writeFileSync(join(witnesses, `${chip}.yaml`), recordText(read));
      log(`${chip}: ${read.length} files`);
    }
  }
}

/** Of a tree's source the flattened tree. */
function bytesOf(repository: string, revision: string, path: string): Buffer {
  if (!path.endsWith(".dts")) return git(repository, ["show", `${revision}:${path}`]);
  const folder = mkdtempSync(join(tmpdir(), "fencegen-tree-"));
  try {
    // Of Linux and of repositories with its trees: sources in src/, headers in include/.
    const [, above] = /^(.*\/)?src\//.exec(path) ?? [];
    const parts = [`${above ?? ""}src`, `${above ?? ""}include`];
    const archive = git(repository, ["archive", revision, ...parts]);
    execFileSync("tar", ["x", "-C", folder], { input: archive });
    const own = dirname(path);
    const includes = [parts[1]!, own, dirname(own), parts[0]!].flatMap((each) => ["-I", join(folder, each)]);
    const flags = ["-nostdinc", "-undef", "-x", "assembler-with-cpp"];
    const text = execFileSync("cpp", [...flags, ...includes, join(folder, path)], { maxBuffer: mostBytes });
    return execFileSync("dtc", ["-q", "-@", "-I", "dts", "-O", "dtb"], { input: text, maxBuffer: mostBytes });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function git(repository: string, args: readonly string[]): Buffer {
  return execFileSync("git", ["-C", repository, ...args], {
    maxBuffer: mostBytes * 8,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function witnessOf(bytes: Uint8Array, path: string, chip: string): Witness {
  const diagnostics = new Diagnostics();
  const witness = readWitness(bytes, parseWitnessName(path), path, chip, diagnostics);
  if (!witness)
    throw new Error(
      diagnostics
        .sorted()
        .map(({ message }) => message)
        .join("; "),
    );
  return witness;
}
