// Paths below the output folder, or another: looked at part by part, so that no link leads out of it.
import { join } from "node:path";
import { type EntryKind, entryKinds } from "../disk/entry-kind.ts";
import { codeOf, type Disk } from "./disk.ts";

/** What stands at a path below a folder. */
export type Found =
  | { readonly kind: "nothing" }
  | { readonly kind: "file"; readonly bytes: Buffer }
  /** Something that is no file, or one that cannot be read. */
  | { readonly kind: "obstacle"; readonly message: string }
  /** The part of the path that is a link. */
  | { readonly kind: "link"; readonly path: string };

/** What stands where there should be a file, or a folder on the way to one. */
export interface Obstacle {
  readonly path: string;
  readonly kind: EntryKind;
  readonly isOnTheWay: boolean;
}

export function obstacleText({ kind, isOnTheWay }: Pick<Obstacle, "kind" | "isOnTheWay">): string {
  return kind === "link" ? "is a link" : `is ${entryKinds[kind]}, no ${isOnTheWay ? "folder" : "file"}`;
}

/** Looks at paths below one folder; remembers the folders that it has been through. */
export class Below {
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #seen = new Map<string, EntryKind | undefined>();

  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** What is there. */
  #kindOf(path: string): EntryKind | undefined {
    try {
      return this.#disk.kindOf(join(this.#folder, path));
    } catch {
      return "unknown";
    }
  }

  /** The first part above the last that is not a folder. */
  #endsAt(path: string): { readonly path: string; readonly kind: EntryKind | undefined } | undefined {
    const parts = path.split("/");
    for (let count = 1; count < parts.length; count++) {
      const part = parts.slice(0, count).join("/");
      if (!this.#seen.has(part)) this.#seen.set(part, this.#kindOf(part));
      const kind = this.#seen.get(part);
      if (kind !== "folder") return { path: part, kind };
    }
    return undefined;
  }

  /** What keeps a file from being written at the path: something above it that is no folder, or at it that is no file. */
  obstacleAt(path: string): Obstacle | undefined {
    const end = this.#endsAt(path) ?? { path, kind: this.#kindOf(path) };
    const { kind } = end;
    const isOnTheWay = end.path !== path;
    return kind === undefined || (kind === "file" && !isOnTheWay) ? undefined : { path: end.path, kind, isOnTheWay };
  }

  /** The link on the way to the path, or at it. */
  linkAt(path: string): string | undefined {
    const obstacle = this.obstacleAt(path);
    return obstacle?.kind === "link" ? obstacle.path : undefined;
  }

  /** Whether a file is there that holds what has this SHA-256. */
  holds(path: string, hash: string): boolean {
    if (this.#endsAt(path)) return false;
    try {
      return this.#disk.hash(join(this.#folder, path)) === hash;
    } catch {
      // What is there is asked next.
      return false;
    }
  }

  find(path: string): Found {
    const end = this.#endsAt(path);
    if (end) return end.kind === "link" ? { kind: "link", path: end.path } : { kind: "nothing" };
    try {
      const bytes = this.#disk.read(join(this.#folder, path));
      return bytes ? { kind: "file", bytes } : { kind: "nothing" };
    } catch (error) {
      // Mostly it is a file; what else it is, is asked where it cannot be read as one.
      const kind = this.#kindOf(path);
      if (kind === undefined) return { kind: "nothing" };
      if (kind === "link") return { kind, path };
      const isFile = kind === "file";
      const message = isFile ? `cannot be read (${codeOf(error)})` : obstacleText({ kind, isOnTheWay: false });
      return { kind: "obstacle", message };
    }
  }
}
