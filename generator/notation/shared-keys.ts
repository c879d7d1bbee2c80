// Keys of a map that stand for several entries with the same facts.

/** The names in a key: `DMA1, DMA2` are two. A name holds no comma. */
export function namesIn(key: string): string[] {
  return key.split(", ");
}
