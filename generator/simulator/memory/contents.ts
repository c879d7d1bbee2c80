// What whole lines hold, each as one number: the semantics moves cells and never looks into them.

/** Runs of bytes, by the numbers that stand for them in the cells of lines. */
export class Contents {
  readonly #runs: Uint8Array[] = [];

  /** @param bytes are not changed afterwards */
  add(bytes: Uint8Array): number {
    return this.#runs.push(bytes) - 1;
  }

  bytesOf(value: number): Uint8Array {
    return this.#runs[value]!;
  }
}
