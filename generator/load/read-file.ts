// The bytes of a file that is no description.

import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { look } from "../disk/looks.ts";

/** @returns undefined if it cannot be read, which is reported */
export function readBytes(
  path: string,
  shown: string,
  mostBytes: number,
  diagnostics: Diagnostics,
): Uint8Array | undefined {
  const bytes = look("bytes", path, mostBytes);
  if (bytes instanceof Uint8Array) return bytes;
  const mend = { "io/not-a-file": "Name a regular file.", "io/too-large": "Name a file of one chip or one board." };
  const { code, message } = bytes;
  diagnostics.report(code, { message, path: shown, mend: code === "io/cannot-read" ? undefined : mend[code] });
  return undefined;
}
