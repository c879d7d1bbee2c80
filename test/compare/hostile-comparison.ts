// A comparison in which every text is what somebody would write to break out of a report.
import type { Comparison, Group } from "../../generator/compare/comparison.ts";

export const hostileText = "</summary><script>x</script> @everyone [a](http://b) `c` | d ::error::e";
const group: Group = {
  verdict: "UNSOUND",
  chip: hostileText,
  fence: hostileText,
  alike: [{ chip: hostileText, fence: hostileText }],
  place: { path: "chips/a,b:c%.yaml", line: 3 },
  because: [`${hostileText}\n::warning::f`],
  steps: [
    {
      method: "release",
      change: "added",
      number: 1,
      after: hostileText,
      reason: hostileText,
      sources: [hostileText],
      grade: "manual",
    },
  ],
  promises: [{ change: "added", text: hostileText }],
  masters: [hostileText],
  cost: [],
  executions: [
    {
      claim: hostileText,
      counterexample: {
        property: hostileText,
        scenario: "````\n</details>",
        events: [{ cpu: hostileText, cache: "", memory: "", device: "" }],
        schedule: [0],
      },
      replay: () => ({ doesNotReplay: hostileText }),
    },
  ],
  unread: 0,
};
export const hostileComparison: Comparison = {
  base: hostileText,
  head: "here",
  descriptions: [{ path: hostileText, state: "changed", line: 1 }],
  groups: [group],
  counts: { UNSOUND: 2 },
  problems: [{ code: "schema/unknown-key", text: hostileText, place: { path: hostileText, line: 1 } }],
  facts: [
    {
      name: hostileText,
      after: { value: hostileText, grade: "manual", sources: [hostileText] },
      isUse: false,
      chips: [hostileText],
    },
  ],
  questions: [hostileText],
  outputs: {
    files: 1,
    changedLines: 1,
    hunks: [{ path: hostileText, line: 1, lines: ["+```", `+${hostileText}`], also: [] }],
  },
};
