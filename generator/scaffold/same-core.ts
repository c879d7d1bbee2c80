// Which cores are the same for a reader: a chip that adds caches to a core describes a core with an id of its own.

interface Named {
  readonly id: string;
  readonly title: string | undefined;
}

/** Whether a core is another one, or the other one as some chip has it, such as the Arm Cortex-M33 with a cache. */
export function isBuiltOn(core: Named, other: Named): boolean {
  return core.id === other.id || core.id.startsWith(`${other.id}-`) || names(core.title, other.title);
}

export function areSameCore(one: Named, other: Named): boolean {
  return isBuiltOn(one, other) || isBuiltOn(other, one);
}

/** Whether a title holds another as whole words. */
function names(title: string | undefined, other: string | undefined): boolean {
  if (!title || !other) return false;
  const at = title.indexOf(other);
  const isPart = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}+-]/u.test(character);
  return at !== -1 && !isPart(title[at - 1]) && !isPart(title[at + other.length]);
}
