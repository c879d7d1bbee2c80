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
 * Far above the largest shipped fence, which has 825,522 states in all: two levels of which each may have lines of 32 to 128
 * bytes take up to 400,000 in one scenario and 2,700,000 in all.
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
