// The search itself, on graphs small enough to count by hand.
import { describe, expect, it } from "vitest";
import { explore, type Model } from "../../generator/verifier/explore.ts";

/** `from: to to!property`: the action to a state is called after it. */
interface Graph {
  readonly initial: readonly string[];
  readonly edges: Readonly<Record<string, string>>;
  /** What is wrong in a state by itself. */
  readonly bad?: Readonly<Record<string, string>>;
  readonly goals?: readonly string[];
}

function search({ initial, edges, bad = {}, goals = [] }: Graph, mostStates?: number) {
  const visits: string[] = [];
  const model: Model<string, string> = {
    initial,
    next(state) {
      visits.push(state);
      return (edges[state] ?? "").split(" ").flatMap((edge) => {
        const [to = "", violates] = edge.split("!");
        return to === "" ? [] : [{ action: `to ${to}`, state: to, violates }];
      });
    },
    // Upper and lower case are the same state.
    encode: (state) => state.toLowerCase(),
    violated: (state) => bad[state],
    isGoal: (state) => goals.includes(state),
  };
  const { states, isComplete, reachedGoal, violation } = explore(model, mostStates);
  const found = violation && {
    property: violation.property,
    path: [violation.initial, ...violation.trace.map(({ state }) => state)].join(" "),
    actions: violation.trace.map(({ action }) => action),
  };
  return { states, isComplete, reachedGoal, found, visits };
}

/** A diamond with a way back, and a state that nothing leads to. */
const diamond: Graph = { initial: ["a"], edges: { a: "b c", b: "d", c: "d", d: "a e", unreached: "a" } };

describe("every state", () => {
  it("is counted and looked at once, by whatever ways it is reached", () => {
    const { states, visits, found } = search(diamond);
    expect({ states, visits: visits.join(" "), found }).toEqual({ states: 5, visits: "a b c d e", found: undefined });
  });

  it("is the same as another with its encoding", () => {
    expect(search({ initial: ["a", "A"], edges: { a: "b B", b: "A" } }).states).toBe(2);
  });

  it("that an action leads to from itself is no other", () => {
    expect(search({ initial: ["a"], edges: { a: "a" } }).states).toBe(1);
  });

  it("is reached from every initial one", () => {
    const { states, visits } = search({ initial: ["a", "x"], edges: { a: "b", x: "y", y: "b" } });
    expect({ states, visits: visits.join(" ") }).toEqual({ states: 4, visits: "a x b y" });
  });

  it("is none where nothing is initial", () => {
    expect(search({ initial: [], edges: {} })).toMatchObject({ states: 0, reachedGoal: false, found: undefined });
  });
});

describe("the goal", () => {
  it.each([
    ["in reach", ["e"], true],
    ["the initial state", ["a"], true],
    ["out of reach", ["unreached"], false],
    ["one of several in reach", ["unreached", "b"], true],
  ])("%s", (_, goals, reached) => {
    expect(search({ ...diamond, goals }).reachedGoal).toBe(reached);
  });
});

describe("a violation", () => {
  it.each<[string, Graph, { property: string; path: string }]>([
    ["in a state", { ...diamond, bad: { e: "P" } }, { property: "P", path: "a b d e" }],
    ["in the initial state", { ...diamond, bad: { a: "P" } }, { property: "P", path: "a" }],
    ["in a step", { ...diamond, edges: { ...diamond.edges, c: "d!Q" } }, { property: "Q", path: "a c d" }],
    [
      "in a step to a state that is known already",
      { ...diamond, edges: { ...diamond.edges, d: "a!Q" } },
      { property: "Q", path: "a b d a" },
    ],
    [
      "at the end of the shorter of two ways, although the longer one is listed first",
      { initial: ["a"], edges: { a: "b f", b: "c", c: "d", f: "d" }, bad: { d: "P" } },
      { property: "P", path: "a f d" },
    ],
    [
      "that is nearer than another",
      { initial: ["a"], edges: { a: "b c", b: "d", d: "e" }, bad: { e: "far", c: "near" } },
      { property: "near", path: "a c" },
    ],
    [
      "from the second initial state",
      { initial: ["a", "x"], edges: { a: "b", b: "c", x: "y" }, bad: { c: "far", y: "near" } },
      { property: "near", path: "x y" },
    ],
    [
      "in a state, before one in a step that is further away",
      { initial: ["p", "q"], edges: { p: "r!step" }, bad: { q: "state" } },
      { property: "state", path: "q" },
    ],
    ["the first of a state's steps", { initial: ["a"], edges: { a: "b!P c!Q" } }, { property: "P", path: "a b" }],
  ])("%s", (_, graph, expected) => {
    const { found } = search(graph);
    expect(found).toMatchObject(expected);
    // Each action is the one that leads to the state beside it.
    expect(found!.actions).toEqual(
      expected.path
        .split(" ")
        .slice(1)
        .map((state) => `to ${state}`),
    );
  });

  it("ends the search", () => {
    const { states, visits, reachedGoal } = search({ ...diamond, bad: { b: "P" }, goals: ["e"] });
    expect({ states, visits, reachedGoal }).toEqual({ states: 2, visits: ["a"], reachedGoal: false });
  });

  it("that nothing leads to is none", () => {
    expect(search({ ...diamond, bad: { unreached: "P" } }).found).toBeUndefined();
  });
});

describe("a limit of states", () => {
  it("that is not exceeded changes nothing", () => {
    expect(search(diamond, 5)).toEqual(search(diamond));
    expect(search(diamond)).toMatchObject({ states: 5, isComplete: true });
  });

  it("ends the search where there are more, and says so", () => {
    expect(search(diamond, 4)).toMatchObject({ states: 5, isComplete: false, found: undefined, visits: [..."abcd"] });
    expect(search({ ...diamond, goals: ["a"] }, 2)).toMatchObject({ isComplete: false, reachedGoal: true });
  });

  it("does not hide a violation that is found before", () => {
    expect(search({ ...diamond, bad: { b: "P" } }, 1)).toMatchObject({ isComplete: true, found: { property: "P" } });
  });
});
