// Parts of a description that are larger than is read.
import { mostShownOfFile } from "../diagnostics/diagnostic.ts";
import { mostEntries, mostKeyLength, mostTextLength, mostValues } from "./limits.ts";
import type { Pointer } from "./positions.ts";

export interface PartBeyondLimit {
  readonly pointer: Pointer;
  readonly at: "key" | "value";
  readonly message: string;
}

/** Parts that are larger than they may be, the first ones of a file; of a value, its depth is bounded already. */
export function partsBeyondLimits(value: unknown): PartBeyondLimit[] {
  const found: PartBeyondLimit[] = [];
  let values = 0;
  const walk = (node: unknown, pointer: Pointer): void => {
    values += 1;
    if (values > mostValues || found.length >= mostShownOfFile) return;
    if (typeof node === "string" && node.length > mostTextLength)
      found.push({
        pointer,
        at: "value",
        message: `a text of ${node.length} characters; at most ${mostTextLength} are read`,
      });
    if (typeof node !== "object" || node === null) return;
    const entries = Object.entries(node);
    if (entries.length > mostEntries) {
      found.push({
        pointer,
        at: "key",
        message: `${Array.isArray(node) ? "a list" : "a map"} of ${entries.length} entries; at most ${mostEntries} are read`,
      });
      return;
    }
    for (const [key, item] of entries) {
      const inner = [...pointer, Array.isArray(node) ? Number(key) : key];
      if (key.length > mostKeyLength)
        found.push({
          pointer: inner,
          at: "key",
          message: `a key of ${key.length} characters; at most ${mostKeyLength} are read`,
        });
      walk(item, inner);
    }
  };
  walk(value, []);
  if (values <= mostValues) return found;
  const message = `the file holds more than ${mostValues} values, those behind aliases counted each time`;
  return [...found, { pointer: [], at: "value", message }];
}
