// An execution by names: what is asked for, and what is found.

/** A counterexample of `fencegen verify --trace`, as that prints it, or by the shorter names that stand in links. */
export interface ReplayRequest {
  /** Name of the fence's type. */
  readonly fence: string;
  /**
   * The change to the fence, as `fencegen verify --trace` names it, or such as `without=acquire.2`, `without=fence` and
   * `unkept=edge-lines-quiet`; left out, the fence as it is.
   */
  readonly change?: string;
  /** In full, or its id. */
  readonly scenario: string;
  /** Which of the possible steps was taken each time; as a list, or as the text that stands for it in links. */
  readonly schedule: readonly number[] | string;
}

/** An execution in which a fence goes wrong, by names that `replaySteps` takes and that can stand in a link. */
export interface FoundCounterexample {
  readonly kind: "counterexample";
  /** Name of the property that is broken. */
  readonly property: string;
  /** Id of the scenario, which says in short what it is. */
  readonly scenario: string;
  /** In full, for people. */
  readonly scenarioName: string;
  /** A character for each step. */
  readonly schedule: string;
}

/** Why no execution is shown. */
export interface NoCounterexample {
  /**
   * footprint: it touches wrong lines, which needs no schedule. architectural: a step that an erratum or an architecture demands, although
   * no execution goes wrong. environment: a promise that is kept where the model begins. nothing-goes-wrong: all were searched.
   * undecided: there are more than are searched.
   */
  readonly kind: "footprint" | "architectural" | "environment" | "nothing-goes-wrong" | "undecided";
  /** What is touched, who demands the step, or why nothing is shown. */
  readonly because: string;
}
