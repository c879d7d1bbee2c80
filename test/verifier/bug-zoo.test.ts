// The bug zoo: each mistake planted in a fence, and the verifier must find it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { chipPaths } from "../../generator/render/render-outputs.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { root } from "../support/command.ts";
import { readZoo, type ZooRow, zoo } from "./bug-zoo.ts";
import { judge, type Planned, planSubject } from "./subject.ts";

const counts = { reproduced: 0, partly: 0, explained: 0 };

it("has no record with a mistake, and no word that nobody uses", () => {
  expect(zoo.mistakes).toEqual([]);
});

const text = `
- id: BZ000
  link: https://example.org
  class: planted
  model: yes
  what: A mistake in a record.
  fence: stm32h743 for Ethernet
  change: no clean
  breaks: [outbound]
`;
const named = "no clean: { release: without maintenance }";

it.each([
  ["an unknown key", "class:", "klass:", 'unknown key "klass"'],
  ["a key that is missing", "  class: planted\n", "", "there is no class"],
  ["an unknown name of a change", "no clean", "no cleaning", 'changes.yaml has no change "no cleaning"'],
  ["an unknown key of a change", "no clean", "{ relase: nothing }", 'unknown key "relase" in a change'],
  ["unknown words", "no clean", "{ release: without cleaning }", 'unknown words "without cleaning"'],
  ["words of another key", "no clean", "{ maintenance: nothing }", 'unknown words "nothing"'],
  ["an empty change", "no clean", "", "a change of nothing"],
  ["two changes of the same", "no clean", "[no clean, { release: nothing }]", "the same is changed twice"],
  [
    "no mistake planted",
    "  change: no clean\n",
    "",
    "breaks needs one of change, believed, actual, reproduce, and they it",
  ],
  ["a chip that is not there", "stm32h743", "stm32h999", "there is no chip stm32h999"],
  ["a chip of the tests that is not there", "stm32h743 for Ethernet", "own h999", "own-chips.ts has no h999"],
  ["a reservation about nothing", "yes", "partly", "model and reservations do not agree"],
])("reports %s with file and record", (_, right, wrong, problem) => {
  const { rows, mistakes } = readZoo({ "changes.yaml": named, "planted.yaml": text.replace(right, wrong) });
  expect(rows).toEqual([]);
  expect(mistakes).toContain(`planted.yaml: BZ000: ${problem}`);
});

it("reports a fact that the description does not have", () => {
  const actual = "actual: { file: chips/mechanisms/zicbom.yaml, lacks: no such fact }";
  const { mistakes } = readZoo({ "planted.yaml": text.replace("change: no clean", actual) });
  expect(mistakes).toContain('planted.yaml: BZ000: chips/mechanisms/zicbom.yaml does not say "no such fact"');
});

it("reports an id that is there twice, and changes and words that no record has", () => {
  const { rows, mistakes } = readZoo({
    "changes.yaml": `${named}\nunused: { lines: shared }`,
    "planted.yaml": text + text,
  });
  expect(rows).toHaveLength(1);
  expect(mistakes).toEqual(
    expect.arrayContaining([
      "planted.yaml: BZ000: the id is there twice",
      "changes.yaml: unused: no record has this change",
      "bug-zoo-words.ts: levels swapped: no record has these words",
    ]),
  );
  expect(mistakes).not.toContain("bug-zoo-words.ts: without maintenance: no record has these words");
});

it.each(zoo.rows)("$id $class: $what", (row) => {
  if (row.because) {
    counts.explained++;
    return;
  }
  show(row);
  counts[row.partly ? "partly" : "reproduced"]++;
});

/** What is printed of it: the promise, and beside the fence the masters, each with its memory. */
function reachOf({ plan, chip }: Planned): string {
  const { text } = plan.obligations.find(({ kind }) => kind === "regions")!;
  const masters = chipPaths({ chip, fences: [plan] }, { licence: [] }).filter((path) => path.endsWith("_masters.rs"));
  return [text, ...masters.map((path) => readFileSync(join(root, "out", path), "utf8"))].join("\n");
}

function show({ fence, change, breaks, superfluous, reproduce, states }: ZooRow): void {
  if (breaks) {
    const broken = reproduce?.() ?? judge(fence!, change).broken;
    expect(broken).toEqual(expect.arrayContaining([...breaks]));
    // The same fence without the mistake.
    if (fence && !fence.facts) expect(judge(fence, sound).broken).toEqual([]);
    return;
  }
  const { plan, chip, core } = planSubject(fence!);
  if (states) {
    expect(reachOf({ plan, chip, core })).toContain(states);
    return;
  }
  const more = { ...plan, release: superfluous!.release!(plan.release, core) };
  const verdict = verifyFence(more, chip, core);
  expect(verdict).toMatchObject({ sound: true, necessary: false });
  const found = verdict.steps.filter(({ verdict }) => verdict === "superfluous");
  expect(found.map(({ fence }) => fence)).toContain("release");
  // Nothing of it is superfluous without what was put in.
  expect(verifyFence(plan, chip, core)).toMatchObject({ sound: true, necessary: true });
}

const sound = {};

afterAll(() => {
  const { reproduced, partly, explained } = counts;
  console.log(`bug zoo: ${reproduced} reproduced, ${partly} in part, ${explained} explained, of ${zoo.rows.length}`);
});
