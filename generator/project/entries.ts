// What stays true of a description until its text, or that of a description on which it rests, becomes another.
import { hash } from "node:crypto";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { textOf } from "../load/read-descriptions.ts";
import type { KnownChip } from "./known-chip.ts";

/** Of a description in which there is no error, nor in one on which it rests. */
export interface Entry {
  readonly digest: string;
  /** The other files on which it rests, with the digest of each. */
  readonly restsOn: Readonly<Record<string, string>>;
  readonly warnings: readonly Diagnostic[];
  /** Undefined for what describes no chip. */
  readonly chip: KnownChip | undefined;
}

/** By the path of the file, as it is shown. */
export type Entries = Readonly<Record<string, Entry>>;

/** Where they are kept between runs. */
export interface EntryStore {
  get(key: string): object | undefined;
  keep(key: string, value: object): void;
}

/** What files hold by now, each read once. */
export class FileDigests {
  readonly #paths: ReadonlyMap<string, string>;
  readonly #known = new Map<string, string>();
  readonly #lengths = new Map<string, number>();

  /** @param paths of files, by how each is shown */
  constructor(paths: ReadonlyMap<string, string>) {
    this.#paths = paths;
  }

  /** Undefined where no such file lies in the folders. */
  digestOf(shown: string): string | undefined {
    const path = this.#paths.get(shown);
    if (path === undefined) return undefined;
    const known = this.#known.get(shown);
    if (known !== undefined) return known;
    const text = textOf(path);
    // What cannot be read is like nothing that was read.
    const digest = typeof text === "string" ? textDigest(text) : "";
    this.#known.set(shown, digest);
    this.#lengths.set(shown, typeof text === "string" ? text.length : 0);
    return digest;
  }

  lengthOf(shown: string): number {
    this.digestOf(shown);
    return this.#lengths.get(shown) ?? 0;
  }
}

export function textDigest(text: string): string {
  return hash("sha256", text, "base64url");
}

export function isStillTrue(entry: Entry, shown: string, digests: FileDigests): boolean {
  return (
    entry.digest === digests.digestOf(shown) &&
    Object.entries(entry.restsOn).every(([path, digest]) => digests.digestOf(path) === digest)
  );
}

/** What was kept, where it has the form; a build reads only what it has written itself. */
export function entriesIn(kept: object | undefined): Entries {
  return kept && !Array.isArray(kept) ? (kept as Entries) : {};
}
