// Where a fact of a chip is written that a stage knows by the name of its entry.
import type { Pointer } from "../load/source-file.ts";
import { namesIn } from "../notation/shared-keys.ts";

type Entries = Readonly<Record<string, unknown>>;

/** What a master does not say for itself stands with what is said of every master; any other place is what it is. */
export function whereStated(description: unknown, pointer: Pointer): Pointer {
  const [section, name, fact, ...rest] = pointer;
  if (section !== "masters" || fact === undefined) return pointer;
  const { masters, everyMaster } = description as { readonly masters?: Entries; readonly everyMaster?: Entries };
  const key = Object.keys(masters ?? {}).find((each) => each === name || namesIn(each).includes(String(name)));
  const own = key === undefined ? undefined : masters?.[key];
  return says(own, fact) || !says(everyMaster, fact) ? pointer : ["everyMaster", fact, ...rest];
}

function says(entry: unknown, fact: string | number): boolean {
  return typeof entry === "object" && entry !== null && (entry as Entries)[fact] !== undefined;
}
