// Whether the files that lie in the output folder are what fencegen prints for a chip. They are read, never run: whoever
// can change a file there could otherwise have the verifier execute what they like.
import type { Position } from "../diagnostics/diagnostic.ts";
import type { OutputFile } from "../render/printer.ts";
import type { Below, Obstacle } from "../write/below.ts";

/** A generated file as it lies on the disk, compared byte for byte with what would be printed now. */
export interface EmittedFile {
  /** Relative to the output folder, with forward slashes. */
  readonly path: string;
  readonly state: "agrees" | "differs" | "not generated";
  /** Where it begins to differ; absent where it is not read. */
  readonly firstDifference?: Position;
  /** What stands in its place, or in that of a folder on the way to it. */
  readonly obstacle?: Obstacle;
  /** Why it cannot be read, in words for a message. */
  readonly unreadable?: string;
}

/** @param below the output folder; no link inside it is followed */
export function compareEmitted(below: Below, { path, content }: OutputFile): EmittedFile {
  const obstacle = below.obstacleAt(path);
  if (obstacle) return { path, state: "differs", obstacle };
  const found = below.find(path);
  if (found.kind === "nothing") return { path, state: "not generated" };
  if (found.kind !== "file")
    return { path, state: "differs", unreadable: found.kind === "link" ? "is a link" : found.message };
  const expected = Buffer.from(content);
  if (found.bytes.equals(expected)) return { path, state: "agrees" };
  return { path, state: "differs", firstDifference: positionOf(firstDifference(expected, found.bytes), expected) };
}

/** The index of the first byte that is not the same in both, or that only one of them has. */
function firstDifference(expected: Buffer, found: Buffer): number {
  const at = expected.findIndex((byte, index) => byte !== found[index]);
  return at === -1 ? expected.length : at;
}

/** The line and column of a byte of a UTF-8 text. */
function positionOf(at: number, text: Buffer): Position {
  const isInsideCharacter = (index: number) => index > 0 && ((text[index] ?? 0) & 0xc0) === 0x80;
  let start = at;
  while (isInsideCharacter(start)) start--;
  const lines = text.subarray(0, start).toString().split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
