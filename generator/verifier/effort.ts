// How far the verifier searches. What is larger is undecided, which counts as not proven.

/** Numbers of states. */
export interface Effort {
  /** Of one scenario. */
  readonly scenario: number;
  /** Of all scenarios of one fence, or of one change to it. */
  readonly fence: number;
  /** Of all changes to one fence, and of all worlds in which an obligation is not kept. */
  readonly changes: number;
}

/**
 * Far above the largest shipped fences, which have 47,872 states in one scenario and 825,522 in all: two levels of which each may
 * have lines of 32 to 128 bytes take up to 400,000 and 2,700,000.
 */
export const fullEffort: Effort = { scenario: 400_000, fence: 10_000_000, changes: 30_000_000 };

/** What came of a search, with the states that it took. */
export interface Judged<T> {
  readonly result: T;
  readonly states: number;
}

/** Judges one thing after the other, each with the states that those before it left. */
export function eachWithin<Item, Result>(
  items: readonly Item[],
  mostStates: number,
  judge: (item: Item, mostStates: number) => Judged<Result>,
): Judged<readonly Result[]> {
  const results: Result[] = [];
  let states = 0;
  for (const item of items) {
    const judged = judge(item, Math.max(0, mostStates - states));
    states += judged.states;
    results.push(judged.result);
  }
  return { result: results, states };
}
