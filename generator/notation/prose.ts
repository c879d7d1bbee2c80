// How sentences list and name things.

/** `a`, `a and b`, `a, b and c`; `none` for nothing. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "none") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** The noun with `a` or `an` before it. Names like nRF54H20, STM32H743 or x86 are spoken letter by letter. */
export function article(noun: string): string {
  const isSpelled = /^([a-z]?[A-Z]{2,}|[a-zA-Z]\d)/.test(noun);
  const startsWithVowel = (isSpelled ? /^[aefhilmnorsx]/i : /^[aeiou]/i).test(noun);
  return `${startsWithVowel ? "an" : "a"} ${noun}`;
}
