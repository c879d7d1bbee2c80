// Naturally aligned words, which a bus accesses at one moment each.

export interface Word {
  /** From the start of the access. */
  readonly offset: number;
  readonly lengthBytes: number;
}

/** How many bytes of an access lie in the word at an address. @param mostBytes how many are left of the access */
export function bytesOfWord(address: bigint, atomicBytes: number, mostBytes: number): number {
  const within = atomicBytes === 1 ? 0 : Number(address % BigInt(atomicBytes));
  return Math.min(atomicBytes - within, mostBytes);
}

/** The words of an access. */
export function wordsOf(address: bigint, lengthBytes: number, atomicBytes: number): Word[] {
  const words: Word[] = [];
  for (let offset = 0; offset < lengthBytes; ) {
    const length = bytesOfWord(address + BigInt(offset), atomicBytes, lengthBytes - offset);
    words.push({ offset, lengthBytes: length });
    offset += length;
  }
  return words;
}
