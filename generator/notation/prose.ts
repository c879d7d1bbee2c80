// How sentences list and name things.

/** `a`, `a and b`, `a, b and c`; `none` for nothing. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "none") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** The noun with `a` or `an` before it. */
export function article(noun: string): string {
  return `${/^([aeiou]|x86)/i.test(noun) ? "an" : "a"} ${noun}`;
}
