// Delta debugging over a schedule: which turns of the adversary a failure needs. (Zeller and Hildebrandt, Simplifying and Isolating
// Failure-Inducing Input, IEEE TSE 28(2), 2002.)

/** Asks whether the run still fails with only these turns; the answer is what `next` is given. */
export type Question = Generator<ReadonlySet<number>, ReadonlySet<number>, boolean>;

/**
 * Finds a small set of turns with which a run fails, by asking.
 * @param turns how many the failing run had
 * @param mostRuns after which the smallest set so far is the answer
 */
export function* neededTurns(turns: number, mostRuns: number): Question {
  let needed: readonly number[] = Array.from({ length: turns }, (_, turn) => turn);
  let runs = 0;
  if (yield new Set()) return new Set();
  for (let parts = 2; needed.length > 1 && runs < mostRuns; ) {
    const size = Math.ceil(needed.length / parts);
    let isSmaller = false;
    for (let from = 0; from < needed.length && runs < mostRuns; ) {
      const without = [...needed.slice(0, from), ...needed.slice(from + size)];
      runs++;
      if (yield new Set(without)) {
        needed = without;
        isSmaller = true;
      } else from += size;
    }
    if (size === 1 && !isSmaller) break;
    if (!isSmaller || size > 1) parts = Math.min(needed.length, Math.max(2, parts * 2));
  }
  return new Set(needed);
}
