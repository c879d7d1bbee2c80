// What the README shows is what there is. Its examples are the files readme-*.test.ts, which run like other tests; its
// excerpts and outputs are compared with what they are from.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fencegen from "fencegen";
import ts from "typescript";
import { expect, it } from "vitest";
import { readExecutionHash } from "../generator/verifier/execution-link.ts";
import { modelLimits } from "../generator/verifier/limits.ts";
import { root } from "./support/command.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");
const simulatorExample = readFileSync(join(root, "test/readme-simulator.test.ts"), "utf8");
const recorderExample = readFileSync(join(root, "test/readme-recorder.test.ts"), "utf8");
/** The README's code blocks, each with the text that introduces it. */
const blocks = [...readme.matchAll(/([^\n]+(?:\n[^\n]+)*)\n\n```(\w*)\n([\s\S]*?)```/g)].map(
  ([, introduction, language, text]) => ({ introduction: introduction!, language: language!, text: text! }),
);

it("has the examples", () => {
  const examples = blocks.flatMap(({ text }) => (/^test\(/m.test(text) ? [text] : []));
  expect(examples).toEqual([simulatorExample, recorderExample]);
});

const excerpts = blocks.flatMap(({ introduction, text }) => {
  const path = [...introduction.matchAll(/\]\(((?:chips|out)\/[^)]+)\)/g)].at(-1)?.[1];
  return path ? [{ path, text }] : [];
});

it("shows a description, Rust and TypeScript", () => {
  expect(excerpts.map(({ path }) => path.split(".").at(-1))).toEqual(["yaml", "rs", "ts"]);
});

it.each(excerpts)("shows $path as it is", ({ path, text }) => {
  expectInOrder(text, readFileSync(join(root, path), "utf8"));
});

it("shows what a test without the fence prints", () => {
  const [shown] = blocks.flatMap(({ text }) => /^ScheduleError: ([\s\S]*)/.exec(text)?.[1] ?? []);
  const { chip, exchange } = runExample();
  const noFence = { release() {}, acquire() {} };
  expectInOrder(
    shown!,
    messageOf(() => fencegen.forSeeds(chip, (machine) => exchange(machine, noFence))),
  );
});

it("shows a counterexample that can be replayed", () => {
  const text = blocks.map((block) => block.text).find((each) => each.includes("Replay it:"))!;
  const [, id, request] = /replay\(openChip\("(.*?)"\), (\{.*\})\)/.exec(text)!;
  const shown = text.slice(text.indexOf("\n") + 1, text.indexOf("Replay it:"));
  expectInOrder(shown, fencegen.replay(fencegen.openChip(id!), JSON.parse(request!) as fencegen.ReplayRequest));
  const link = readExecutionHash(/html(#\S+)/.exec(text)![1]!)!;
  const { fence } = JSON.parse(request!) as fencegen.ReplayRequest;
  const seen = { fence, change: link.change, scenario: link.scenario!, schedule: link.schedule! };
  expectInOrder(shown, fencegen.replay(fencegen.openChip(id!), seen));
});

it("lists what the model does not contain, and SEMANTICS.md explains each", () => {
  const listed = readme.replace(/\n {2}/g, " ").split("\n");
  expect(listed).toEqual(expect.arrayContaining(modelLimits.map(({ limit }) => `- ${limit}`)));
  const semantics = readFileSync(join(root, "generator/semantics/SEMANTICS.md"), "utf8");
  const explained = semantics.slice(semantics.lastIndexOf("\n## ")).match(/^- \*\*/gm);
  expect(explained).toHaveLength(modelLimits.length);
});

interface Example {
  readonly chip: fencegen.ResolvedChip;
  exchange(machine: fencegen.SimulatedMachine, fence: fencegen.DmaFence): void;
}

/** The parts of the simulator's example, without running its tests. */
function runExample(): Example {
  const { outputText } = ts.transpileModule(`${simulatorExample}export { chip, exchange };`, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const modules: Readonly<Record<string, unknown>> = { fencegen, vitest: { expect, test() {} } };
  const example = {};
  new Function("exports", "require", outputText)(example, (name: string) => modules[name] ?? {});
  return example as Example;
}

/** Every line, but those in which something is left out, in the order in which the whole has them. */
function expectInOrder(excerpt: string, whole: string): void {
  const lines = whole.split("\n").map((line) => line.trim());
  let at = 0;
  for (const line of excerpt.split("\n").map((each) => each.trim())) {
    if (line === "" || line.includes("…")) continue;
    const found = lines.indexOf(line, at);
    expect(found, `\`${line}\` is not there, or not in this order`).not.toBe(-1);
    at = found + 1;
  }
}

function messageOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing went wrong");
}
