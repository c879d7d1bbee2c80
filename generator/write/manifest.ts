// What fencegen wrote last: one line for each chip, so that branches that add chips merge.
//
// Files that list all chips have no hash here, which every chip would change. Instead each line of theirs has a number, and the
// numbers of a file's lines add up, whatever their order: a chip's line holds the sum of what the chip adds to the file, and
// one line for each file holds the sum of what it says without chips. An edit changes the sum; a merge of two lists does not.
import { compareCodePoints } from "../diagnostics/diagnostic.ts";
import { hash } from "../disk/hash.ts";
import { bothVersions } from "../notation/conflicts.ts";

export const manifestName = "manifest.json";

/** By path: SHA-256 of a file of the chip's own, or the sum of its lines in a file that lists all chips. */
export type ChipEntry = Readonly<Record<string, string>>;

export interface Manifest {
  readonly chips: ReadonlyMap<string, ChipEntry>;
  /** By path of a file that lists all chips: the sum of its lines for no chip. */
  readonly shared: ReadonlyMap<string, string>;
  /** What a merge left of the other branch: entries of chips that have another above, and files for which two lines have unlike sums. */
  readonly merged: {
    readonly chips: readonly (readonly [id: string, entry: ChipEntry])[];
    readonly shared: ReadonlySet<string>;
  };
  /** SHA-256 by path, of every file, in a manifest of the form before this one. */
  readonly older: ReadonlyMap<string, string>;
}

export const emptyManifest: Manifest = {
  chips: new Map(),
  shared: new Map(),
  merged: { chips: [], shared: new Set() },
  older: new Map(),
};

/**
 * Reads a manifest of this form or the one before, line by line: what a merge left between the entries does not matter, nor that it
 * left an entry of each branch.
 * @returns undefined for a text that is no manifest
 */
export function parseManifest(text: string): Manifest | undefined {
  if (!/^ {2}"schemaVersion": 2,?\r?$/m.test(text)) {
    const older = parseOlder(text);
    return older && { ...emptyManifest, older };
  }
  const chips = new Map<string, ChipEntry>();
  const shared = new Map<string, string>();
  const others: [id: string, entry: ChipEntry][] = [];
  const unlike = new Set<string>();
  for (const line of bothVersions(text).split(/\r?\n/)) {
    const [, kind, name, json] = /^ {2}"(chip|shared) ([^"\\]+)": (.*?),?$/s.exec(line) ?? [];
    const value = json === undefined ? undefined : parseJson(json);
    if (kind === "shared" && typeof value === "string" && isInside(name!)) {
      if ((shared.get(name!) ?? value) !== value) unlike.add(name!);
      shared.set(name!, value);
    }
    if (kind === "chip" && isTexts(value)) {
      const entry = insideOnly(value);
      const other = chips.get(name!);
      if (other && !isSame(other, entry)) others.push([name!, other]);
      chips.set(name!, entry);
    }
  }
  return { chips, shared, merged: { chips: others, shared: unlike }, older: new Map() };
}

/** Paths of which two branches say different things, so that neither says what a merge of both made of them. */
export function mergedPaths({ chips, merged }: Manifest): Set<string> {
  const paths = new Set(merged.shared);
  for (const [id, other] of merged.chips) {
    const entry = chips.get(id) ?? {};
    for (const path of [...Object.keys(entry), ...Object.keys(other)]) if (entry[path] !== other[path]) paths.add(path);
  }
  return paths;
}

function isSame(one: ChipEntry, other: ChipEntry): boolean {
  return [...Object.keys(one), ...Object.keys(other)].every((path) => one[path] === other[path]);
}

function parseOlder(text: string): Manifest["older"] | undefined {
  const value = parseJson(text) as { schemaVersion?: unknown; files?: unknown } | undefined;
  if (value?.schemaVersion !== 1 || !isTexts(value.files)) return undefined;
  return new Map(Object.entries(insideOnly(value.files)));
}

/**
 * The manifest's text: sorted, and without a last entry that a new one would put a comma behind.
 * @param also entries of chips that have another in the manifest, which stay until those chips' files are written
 */
export function printManifest(
  { chips, shared }: Pick<Manifest, "chips" | "shared">,
  also: Manifest["merged"]["chips"] = [],
): string {
  const byName = <T>([a]: readonly [string, T], [b]: readonly [string, T]) => compareCodePoints(a, b);
  const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(byName);
  const lines = [
    ...[...also, ...chips].sort(byName).map(([id, entry]) => {
      const files = sorted(new Map(Object.entries(entry)));
      return `"chip ${id}": { ${files.map((each) => each.map((text) => JSON.stringify(text)).join(": ")).join(", ")} },`;
    }),
    ...sorted(shared).map(([path, sum]) => `${JSON.stringify(`shared ${path}`)}: ${JSON.stringify(sum)},`),
    '"schemaVersion": 2',
  ];
  return `{\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
}

const modulus = 1n << 128n;

/** The sum of the numbers of a text's lines, blank ones left out, in 32 hexadecimal digits. */
export function lineSum(text: string): string {
  let sum = 0n;
  for (const line of text.split("\n")) if (line.trim() !== "") sum += BigInt(`0x${hash(line).slice(0, 32)}`);
  return hex(sum);
}

export function addSums(...sums: readonly string[]): string {
  return hex(sums.reduce((total, sum) => total + toNumber(sum), 0n));
}

export function subtractSum(from: string, sum: string): string {
  return hex(toNumber(from) - toNumber(sum));
}

function hex(sum: bigint): string {
  return (((sum % modulus) + modulus) % modulus).toString(16).padStart(32, "0");
}

/** A sum as somebody may have spelled it; what is none counts as nothing, and then no file has it. */
function toNumber(sum: string): bigint {
  return /^[0-9a-f]{1,32}$/.test(sum) ? BigInt(`0x${sum}`) : 0n;
}

/** Whether a path is one of a file below the output folder: relative, and with nothing that leads up again. */
export function isInside(path: string): boolean {
  // No part of it is empty, `.` or `..`.
  return /^(?!.*(?:^|\/)\.{0,2}(?:\/|$))[^\\:\p{Cc}]+$/su.test(path);
}

function insideOnly(files: ChipEntry): ChipEntry {
  if (Object.keys(files).every(isInside)) return files;
  return Object.fromEntries(Object.entries(files).filter(([path]) => isInside(path)));
}

function isTexts(value: unknown): value is ChipEntry {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "string")
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
