// What a command was built from.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes of the last line of the bundle, such as `//# sum 0123abcd`. */
const sumBytes = 17;

/** The sum in the bundle's last line; undefined where there is no whole bundle. */
export function buildOf(bundle: string): string | undefined {
  try {
    const file = openSync(bundle, "r");
    try {
      const end = Buffer.alloc(sumBytes);
      readSync(file, end, 0, sumBytes, Math.max(0, fstatSync(file).size - sumBytes));
      return /^\/\/# sum ([0-9a-f]{8})\n$/.exec(end.toString("latin1"))?.[1];
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
