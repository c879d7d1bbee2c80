import type { Library } from "../validate/library.ts";

/** What follows from a part of a description and from all that is described, for every chip that has the part: worked out once. */
export function onceIn<Part extends object, Result>(
  work: (part: Part, library: Library) => Result,
): (part: Part, library: Library) => Result {
  const byLibrary = new WeakMap<Library, Map<Part, Result>>();
  return (part, library) => {
    const known = byLibrary.get(library) ?? new Map<Part, Result>();
    byLibrary.set(library, known);
    if (!known.has(part)) known.set(part, work(part, library));
    return known.get(part)!;
  };
}
