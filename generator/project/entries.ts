// What stays true of a description until its text, or that of a description on which it rests, becomes another.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Held } from "../disk/looks.ts";
import { heldAt } from "../load/read-descriptions.ts";
import type { KnownChip } from "./known-chip.ts";

/** A file that was read, by how its path is shown, and the SHA-256 of what it held. */
export interface FileRead {
  readonly path: string;
  readonly hash: string;
}

/** Of a description in which there is no error, nor in one on which it rests. */
export interface Entry {
  /** The SHA-256 of its own file. */
  readonly hash: string;
  /** The other files on which it rests. */
  readonly restsOn: readonly FileRead[];
  readonly warnings: readonly Diagnostic[];
  /** Undefined for what describes no chip. */
  readonly chip: KnownChip | undefined;
}

/** By the path of the file, as it is shown. */
export type Entries = ReadonlyMap<string, Entry>;

/** Where they are kept between runs. */
export interface EntryStore {
  get(key: string): object | undefined;
  keep(key: string, value: object): void;
}

/** What files hold by now, each read once. */
export class FileHashes {
  readonly #paths: ReadonlyMap<string, string>;
  readonly #known = new Map<string, Held>();
  readonly #same = new Map<readonly FileRead[], boolean>();

  /** @param paths of files, by how each is shown */
  constructor(paths: ReadonlyMap<string, string>) {
    this.#paths = paths;
  }

  /** Undefined where no such file lies in the folders. */
  hashOf(shown: string): string | undefined {
    return this.#find(shown)?.hash;
  }

  bytesOf(shown: string): number {
    return this.#find(shown)?.bytes ?? 0;
  }

  isStillTrue({ hash, restsOn }: Entry, shown: string): boolean {
    return hash === this.hashOf(shown) && this.#areSame(restsOn);
  }

  /** Asked once of a list: most chips of a project share theirs with others. */
  #areSame(files: readonly FileRead[]): boolean {
    const known = this.#same.get(files);
    if (known !== undefined) return known;
    const areSame = files.every(({ path, hash }) => this.hashOf(path) === hash);
    this.#same.set(files, areSame);
    return areSame;
  }

  #find(shown: string) {
    const path = this.#paths.get(shown);
    if (path === undefined) return undefined;
    const known = this.#known.get(shown);
    if (known) return known;
    // What cannot be read is like nothing that was read.
    const found = heldAt(path) ?? { hash: "", bytes: 0 };
    this.#known.set(shown, found);
    return found;
  }
}

/** How entries are kept: each file once, and each list of files, by their numbers. */
interface Kept {
  readonly files: readonly FileRead[];
  readonly lists: readonly (readonly number[])[];
  readonly entries: Readonly<Record<string, Omit<Entry, "restsOn"> & { readonly list: number }>>;
}

export function keptForm(entries: Entries): object {
  const files = new Numbers<FileRead>(({ path, hash }) => `${hash} ${path}`);
  const lists = new Numbers<readonly number[]>((list) => list.join(" "));
  const numbers = new Map<readonly FileRead[], number>();
  const numberOf = (list: readonly FileRead[]) => {
    const number = numbers.get(list) ?? lists.of(list.map((file) => files.of(file)));
    numbers.set(list, number);
    return number;
  };
  const listed = [...entries].map(([path, { restsOn, ...entry }]) => [path, { list: numberOf(restsOn), ...entry }]);
  return { files: files.items, lists: lists.items, entries: Object.fromEntries(listed) } satisfies Kept;
}

/** What was kept, where it has the form; a build reads only what it has written itself. */
export function entriesIn(kept: object | undefined): Entries {
  const { files, lists, entries } = (kept ?? {}) as Partial<Kept>;
  if (!files || !lists || !entries) return new Map();
  const restsOn = lists.map((list) => list.map((number) => files[number]!));
  return new Map(
    Object.entries(entries).map(([path, { list, ...entry }]) => [path, { ...entry, restsOn: restsOn[list]! }]),
  );
}

/** Things in the order in which they came, each once. */
class Numbers<Item> {
  readonly items: Item[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #keyOf: (item: Item) => string;

  constructor(keyOf: (item: Item) => string) {
    this.#keyOf = keyOf;
  }

  of(item: Item): number {
    const key = this.#keyOf(item);
    const number = this.#numbers.get(key) ?? this.items.push(item) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}
