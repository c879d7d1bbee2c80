// What differs between outputs as text: pieces that are the same in several files stand once.
import type { Hunk, OutputChanges } from "./comparison.ts";

export interface ChangedText {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export async function outputChanges(files: readonly ChangedText[]): Promise<OutputChanges> {
  // Most commands print no difference.
  const { structuredPatch } = await import("diff");
  const hunks = new Map<string, Hunk & { also: string[] }>();
  let changedLines = 0;
  for (const { path, before, after } of files)
    for (const { newStart, lines } of structuredPatch(path, path, before ?? "", after ?? "", "", "", { context: 2 })
      .hunks) {
      const changed = lines.filter((line) => /^[+-]/.test(line));
      changedLines += changed.length;
      const key = changed.join("\n");
      const known = hunks.get(key);
      if (!known) hunks.set(key, { path, line: newStart, lines, also: [] });
      else if (known.path !== path && !known.also.includes(path)) known.also.push(path);
    }
  return { files: files.length, changedLines, hunks: [...hunks.values()] };
}

/** The first line that is another one, from 1 on. */
export function firstDifferentLine(before: string, after: string): number {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const at = now.findIndex((line, index) => line !== old[index]);
  return at === -1 ? Math.min(now.length, old.length) : at + 1;
}
