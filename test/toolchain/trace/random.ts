// Numbers that look random and are the same in every run.

/** Marsaglia's xorshift with 32 bits. */
export class Random {
  private state: number;

  constructor(seed: string) {
    this.state =
      [...seed].reduce((state, letter) => (Math.imul(state, 31) + letter.codePointAt(0)!) | 0, 0x2545f491) || 1;
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % below;
  }

  /** An address of so many bits. */
  address(bits: number): bigint {
    const word = () => BigInt(this.below(2 ** 32));
    return ((word() << 32n) | word()) >> BigInt(64 - bits);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }
}
