// What is known of each byte, kept once for neighbours of which the same is known: a buffer is a run, whatever its length.
import { type Byte, type Claim, isSeen } from "./byte.ts";

interface Run {
  readonly first: bigint;
  /** Behind the last byte. */
  end: bigint;
  readonly byte: Byte;
}

export class ByteRuns {
  /** In the order of addresses; none overlaps another. */
  readonly #runs: Run[] = [];

  /**
   * Calls `act` for the bytes of a buffer, once for neighbours of which the same is known: with the address of the first of them and
   * how many they are. It may change what is known.
   */
  each(address: bigint, lengthBytes: number, act: (byte: Byte, first: bigint, lengthBytes: number) => void): void {
    const end = address + BigInt(lengthBytes);
    this.#splitAt(address);
    this.#splitAt(end);
    const from = this.#placeOf(address);
    let at = from;
    for (let next = address; next < end; ) {
      const found = this.#runs[at];
      let run: Run;
      if (found?.first === next) run = found;
      else {
        run = { first: next, end: found && found.first < end ? found.first : end, byte: newByte() };
        this.#runs.splice(at, 0, run);
      }
      for (const claim of run.byte.claims) this.#splitWhereSeen(claim, run);
      act(run.byte, run.first, Number(run.end - run.first));
      next = run.end;
      at++;
    }
    this.#joinBetween(from, at);
  }

  /** What is known of one byte, to look at. */
  at(address: bigint): Byte {
    const run = this.#runs[this.#placeOf(address)];
    return run && run.first <= address ? run.byte : newByte();
  }

  /** The first run that ends behind an address. */
  #placeOf(address: bigint): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#runs[middle]!.end <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #splitAt(address: bigint): void {
    const at = this.#placeOf(address);
    const run = this.#runs[at];
    if (!run || run.first >= address) return;
    const { byte } = run;
    this.#runs.splice(at + 1, 0, { first: address, end: run.end, byte: { ...byte, claims: new Set(byte.claims) } });
    run.end = address;
  }

  /** A claim of which the driver has seen a part is another thing for the bytes behind it. */
  #splitWhereSeen(claim: Claim, { first, end }: Run): void {
    if (isSeen(claim, first) !== isSeen(claim, end - 1n))
      this.#splitAt(claim.buffer.address + BigInt(claim.seenBytes!));
  }

  #joinBetween(from: number, to: number): void {
    for (let at = Math.min(to, this.#runs.length - 1); at > 0 && at >= from; at--) {
      const [before, run] = [this.#runs[at - 1]!, this.#runs[at]!];
      if (before.end !== run.first || !areAlike(before.byte, run.byte)) continue;
      before.end = run.end;
      this.#runs.splice(at, 1);
    }
  }
}

function newByte(): Byte {
  const calls = { releasedAt: 0, acquiredAt: 0, storedAt: 0, loadedAt: 0, arrivedAt: 0 };
  return { ...calls, eventsAtRelease: 0, eventsAtAcquire: 0, claims: new Set() };
}

function areAlike(one: Byte, other: Byte): boolean {
  if (one.claims.size !== other.claims.size) return false;
  for (const claim of one.claims) if (!other.claims.has(claim)) return false;
  return (
    one.releasedAt === other.releasedAt &&
    one.acquiredAt === other.acquiredAt &&
    one.storedAt === other.storedAt &&
    one.loadedAt === other.loadedAt &&
    one.arrivedAt === other.arrivedAt &&
    one.eventsAtRelease === other.eventsAtRelease &&
    one.eventsAtAcquire === other.eventsAtAcquire
  );
}
