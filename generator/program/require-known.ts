/**
 * Refuses options that there are not, for tests that no type checker has seen: nobody would act on them.
 * @param what has them, or takes them
 * @throws {RangeError} naming those that there are
 */
export function requireKnown(what: string, options: object, known: readonly string[]): void {
  const other = Object.keys(options).find((name) => !known.includes(name));
  if (other !== undefined) throw new RangeError(`${what} has no option ${other}; it has ${known.join(", ")}`);
}
