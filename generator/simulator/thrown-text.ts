// What a test threw, in words: it may throw anything.

/** Its message, or itself as text. */
export function thrownText(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return "something was thrown that has no text";
  }
}
