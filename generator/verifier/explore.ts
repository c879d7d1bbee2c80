// Explicit-state exploration: every state that a model can reach, breadth first, so that the first violation found
// is one that no shorter execution shows. States are told apart by their whole encoding, never by a hash of it.

export interface Model<State, Action> {
  readonly initial: readonly State[];
  /** Every action possible in a state, with the state that it leads to. */
  next(state: State): readonly Step<State, Action>[];
  /** Two states with the same encoding are the same state. */
  encode(state: State): string;
  /** What is wrong in a state by itself; steps carry what goes wrong in them. */
  violated(state: State): string | undefined;
  /** A state in which everything that had to happen has happened. */
  isGoal(state: State): boolean;
}

export interface Step<State, Action> {
  readonly action: Action;
  readonly state: State;
  /** The property that the action breaks. */
  readonly violates?: string | undefined;
}

export interface Exploration<State, Action> {
  /** How many states were reached. */
  readonly states: number;
  /** Whether every state was looked at, or a violation found; false where there were more than the limit. */
  readonly isComplete: boolean;
  readonly reachedGoal: boolean;
  /** The first violation, with a shortest execution that ends in it. */
  readonly violation:
    | { readonly property: string; readonly trace: readonly Step<State, Action>[]; readonly initial: State }
    | undefined;
}

/** @param mostStates after which the search gives up */
export function explore<State, Action>(
  model: Model<State, Action>,
  mostStates: number = Number.POSITIVE_INFINITY,
): Exploration<State, Action> {
  const states: State[] = [];
  const cameFrom: (number | undefined)[] = [];
  const actions: (Action | undefined)[] = [];
  const known = new Set<string>();
  let reachedGoal = false;

  /** @returns the property that a new state breaks by itself */
  const add = (state: State, from: number | undefined, action: Action | undefined): string | undefined => {
    const code = model.encode(state);
    if (known.has(code)) return undefined;
    known.add(code);
    states.push(state);
    cameFrom.push(from);
    actions.push(action);
    return model.violated(state);
  };
  const traceTo = (index: number): { trace: Step<State, Action>[]; initial: State } => {
    const trace: Step<State, Action>[] = [];
    let at = index;
    for (let from = cameFrom[at]; from !== undefined; at = from, from = cameFrom[at])
      trace.unshift({ action: actions[at]!, state: states[at]! });
    return { trace, initial: states[at]! };
  };
  const found = (property: string, index: number, last: readonly Step<State, Action>[] = []) => {
    const { trace, initial } = traceTo(index);
    const violation = { property, trace: [...trace, ...last], initial };
    return { states: states.length, isComplete: true, reachedGoal, violation };
  };

  for (const state of model.initial) {
    const property = add(state, undefined, undefined);
    if (property) return found(property, states.length - 1);
  }
  for (let at = 0; at < states.length; at++) {
    if (states.length > mostStates)
      return { states: states.length, isComplete: false, reachedGoal, violation: undefined };
    const state = states[at]!;
    reachedGoal ||= model.isGoal(state);
    for (const step of model.next(state)) {
      if (step.violates) return found(step.violates, at, [step]);
      const property = add(step.state, at, step.action);
      if (property) return found(property, states.length - 1);
    }
  }
  return { states: states.length, isComplete: true, reachedGoal, violation: undefined };
}
