// What is found of a fence, in the form that is handed on.

/** Whether a property holds in a scenario. */
export interface PropertyVerdict {
  readonly name: string;
  readonly scenario: string;
  readonly holds: boolean;
  /** Of the scenario, all that were explored; 0 for the footprint, which has none. */
  readonly states: number;
  /** Present where it is not known whether the property holds. */
  readonly undecided?: true;
}

/** An execution in which a property is broken, as short as any. */
export interface Counterexample {
  readonly property: string;
  readonly scenario: string;
  readonly events: readonly TraceRow[];
  /** The step or promise that rules this execution out; undefined where the fence as it is allows it. */
  readonly preventedBy?: string;
  /** Which of the possible steps was taken, one after the other: what `replay` needs to take them again. */
  readonly schedule: readonly number[];
}

/** An event of an execution, as each part of the machine sees it; empty where it sees nothing. */
export interface TraceRow {
  readonly cpu: string;
  readonly cache: string;
  readonly memory: string;
  readonly device: string;
}
