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

/** Of a scenario, six times what the largest shipped fence has (15,296); of a fence, ten times (340,516). */
export const fullEffort: Effort = { scenario: 100_000, fence: 3_500_000, changes: 12_000_000 };

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
