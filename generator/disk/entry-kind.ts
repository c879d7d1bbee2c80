// What may stand at a path.
import type { Stats } from "node:fs";

/** In words for a message. The last is what cannot be looked at. */
export const entryKinds = {
  file: "a file",
  folder: "a folder",
  link: "a link",
  pipe: "a named pipe",
  socket: "a socket",
  device: "a device",
  unknown: "something that cannot be looked at",
} as const;
export type EntryKind = keyof typeof entryKinds;

export function kindOf(stats: Stats): EntryKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isFIFO()) return "pipe";
  return stats.isSocket() ? "socket" : "device";
}
