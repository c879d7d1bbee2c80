// The worker of the playground, as it is shipped: what it says of a text is what the command says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { renamed } from "../../generator/compare/renamed.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { planText } from "../../generator/program/plan-text.ts";
import { proofOf } from "../../generator/site/playground/proof.ts";
import { startText } from "../../generator/site/playground/start-text.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { root } from "../support/command.ts";
import { loadWithoutChips, planAllOf, planOf, shippedChips, shippedText } from "../support/pipeline.ts";
import { shippedProject, startWorker } from "../support/playground-worker.ts";

const worker = startWorker();
beforeAll(() => worker.ask("open", shippedProject()));

const textOf = (id: string) => shippedText(`chips/${id}.yaml`);

describe("a shipped chip", () => {
  it("has the files that lie in out/, each of them", async () => {
    let compared = 0;
    for (const id of shippedChips) {
      const { result, diagnostics } = await worker.ask("look", textOf(id));
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const files = [...result!.rust, ...result!.typescript];
      // A chip of which every core is refused has none.
      expect(files.length > 0).toBe(result!.plans.length > 0);
      for (const { path, content } of files) expect(content, path).toBe(readFileSync(join(root, "out", path), "utf8"));
      compared += files.length;
    }
    expect(compared).toBeGreaterThan(shippedChips.length);
  });

  it("has the problems that the command finds", async () => {
    const { diagnostics } = planAllOf({}).loaded;
    for (const id of shippedChips) {
      const { path, diagnostics: found } = await worker.ask("look", textOf(id));
      expect(found).toEqual(structuredClone(diagnostics.of(path)));
    }
  });

  it("is proved as verify does", async () => {
    const { planned } = planOf("stm32h743");
    await worker.ask("look", textOf("stm32h743"));
    const tasks = await worker.ask("tasks");
    expect(tasks.map(({ plan }) => plan.name)).toEqual(planned!.fences.map(({ name }) => name));
    const { chip, fences } = planned!;
    for (const [index, plan] of fences.entries())
      expect(await worker.ask("prove", tasks[index]!)).toEqual(
        structuredClone(proofOf(verifyFence(plan, chip, coreOf(chip, plan)))),
      );
  });
});

describe("a text with mistakes", () => {
  const mistakes = {
    "a key that is none": startText.replace("vendor:", "vendr:"),
    "a core that is none": startText.replace("cortex-m7", "cortex-m77"),
    "YAML that is none": startText.replace("chip: my-chip", "chip: [my-chip"),
    "a memory that is none": startText.replace("reads: [Flash]", "reads: [Flush]"),
    nothing: "",
  };
  it.each(Object.entries(mistakes))("has the problems that the command finds: %s", async (_, text) => {
    const { path, diagnostics, result } = await worker.ask("look", text);
    expect(diagnostics).toEqual(structuredClone(loadWithoutChips({ [path]: text }).diagnostics.sorted()));
    expect(result).toBeUndefined();
  });
});

it("begins with a text that has no problem, and a fence with something to do", async () => {
  const { diagnostics, result } = await worker.ask("look", startText);
  expect(diagnostics).toEqual([]);
  expect(result!.plans[0]!.methods.every(({ steps }) => steps.length > 1)).toBe(true);
});

it("says what differs from another chip, from its plan and its Rust", async () => {
  await worker.ask("look", textOf("stm32h743"));
  const [plan, rust] = (await worker.ask("difference", textOf("imxrt1062")))!;
  const { planned } = planOf("imxrt1062");
  const removed = plan!.pieces.flatMap(({ lines }) => lines.filter((line) => line.startsWith("-")));
  expect(removed.length).toBeGreaterThan(0);
  const own = planOf("stm32h743").planned!.chip;
  const text = renamed(planned!.fences.map(planText).join("\n\n"), planned!.chip, own).split("\n");
  for (const line of removed) expect(text).toContain(line.slice(1));
  expect(rust!.changedLines).toBeGreaterThan(0);
  const same = (await worker.ask("difference", textOf("stm32h743")))!;
  expect(same.map(({ changedLines }) => changedLines)).toEqual([0, 0]);
  expect(await worker.ask("difference", "chip: nothing\n")).toBeUndefined();
});

it("takes the names of the two chips for no difference", async () => {
  const text = textOf("stm32h743");
  const other = text
    .replace("chip: stm32h743", "chip: our-board-2")
    .replace("title: STM32H743", "title: Board (2) of ours");
  await worker.ask("look", text);
  const found = (await worker.ask("difference", other))!;
  const lines = found.flatMap(({ pieces }) => pieces.flatMap((piece) => piece.lines));
  expect(lines.filter((line) => /^[-+]/.test(line)).join("\n")).not.toMatch(/our[-_]board|OurBoard|Board \(2\)/i);
  expect(found[0]!.changedLines).toBe(0);
});

it.each([
  ["a text with a name that is a pattern", "a.c and abc", { id: "x", title: "a.c" }, "Chip and abc"],
  [
    "names that go on",
    "AbDmaFence, Above, ab_masters, AB_MASTERS",
    { id: "ab", title: "T" },
    "OwnDmaFence, Above, own_masters, OWN_MASTERS",
  ],
  ["no title", "nothing", { id: "x", title: "" }, "nothing"],
] as const)("renames %s", (_, text, from, shown) => {
  expect(renamed(text, from, { id: "own", title: "Chip" })).toBe(shown);
});

it("goes by the project's own descriptions and settings", async () => {
  const own = startWorker();
  const text = shippedText("chips/cores/cortex-m7.yaml").replace(/^core: .*/m, "core: own-core");
  const project = shippedProject({ "chips/cores/own-core.yaml": text });
  const render = { licence: ["Licence of somebody."], traitPath: "ours::Fence" };
  await own.ask("open", { ...project, render });
  const { diagnostics, result } = await own.ask("look", startText.replace("cortex-m7", "own-core"));
  expect(diagnostics).toEqual([]);
  expect(result!.plans[0]!.core).toBe("own-core");
  expect(result!.rust[0]!.content).toMatch(/^\/\/ Licence of somebody\.\n/);
  expect(result!.rust.map(({ content }) => content).join()).toContain("ours::Fence");
});
