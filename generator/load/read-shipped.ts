// The descriptions that the build has parsed, each read when it is asked for.
import { closeSync, openSync, readSync } from "node:fs";
import type { Shipped, ShippedDescriptions } from "./shipped.ts";

/** Bytes of the first line, which says how many the second one has, the index. */
const headBytes = 9;

/** By the origin of a file, where its entry stands: the first byte behind the index, and how many there are. */
type Index = Readonly<Record<string, readonly [start: number, bytes: number]>>;

/** From the file that the build has written; nothing where it cannot be read, for then the texts are parsed. */
export function shippedIn(path: string): ShippedDescriptions {
  let entries: { readonly index: Index; read(start: number, bytes: number): string } | undefined;
  return (origin) => {
    try {
      entries ??= open(path);
      const place = Object.hasOwn(entries.index, origin) ? entries.index[origin] : undefined;
      return place && (JSON.parse(entries.read(...place)) as Shipped);
    } catch {
      entries = { index: {}, read: () => "" };
      return undefined;
    }
  };
}

function open(path: string) {
  const read = (start: number, bytes: number) => {
    const file = openSync(path, "r");
    try {
      const buffer = Buffer.alloc(bytes);
      return buffer.toString("utf8", 0, readSync(file, buffer, 0, bytes, start));
    } finally {
      closeSync(file);
    }
  };
  const indexBytes = Number.parseInt(read(0, headBytes), 16);
  const index = JSON.parse(read(headBytes, indexBytes)) as Index;
  return { index, read: (start: number, bytes: number) => read(headBytes + indexBytes + start, bytes) };
}
