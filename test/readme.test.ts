// What the README and the guide show is what there is. Their examples are the files readme-*.test.ts, which run like other tests; their
// excerpts, pictures and outputs are compared with what they are from.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as fencegen from "fencegen";
import ts from "typescript";
import { expect, it } from "vitest";
import { readExecutionHash } from "../generator/verifier/execution-link.ts";
import { modelLimits } from "../generator/verifier/limits.ts";
import { root } from "./support/command.ts";
import { inProcess } from "./support/in-process.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");
const guide = (name: string) => readFileSync(join(root, `templates/site/pages/${name}.md`), "utf8");
const simulatorExample = readFileSync(join(root, "test/readme-simulator.test.ts"), "utf8");
const recorderExample = readFileSync(join(root, "test/readme-recorder.test.ts"), "utf8");
/** The code blocks of a text, each with what introduces it. */
const blocksOf = (markdown: string) =>
  [...markdown.matchAll(/([^\n]+(?:\n[^\n]+)*)\n\n```(\w*)\n([\s\S]*?)```/g)].map(
    ([, introduction, language, text]) => ({ introduction: introduction!, language: language!, text: text! }),
  );
const [blocks, ofSimulator, ofProof] = [readme, guide("simulator"), guide("prove-a-fence")].map(blocksOf) as [
  ReturnType<typeof blocksOf>,
  ReturnType<typeof blocksOf>,
  ReturnType<typeof blocksOf>,
];

it("is short enough to be read", () => {
  expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(200);
});

it.each(["light", "dark"])("opens with a picture of what goes wrong, %s", async (theme) => {
  const path = `.github/counterexample-${theme}.svg`;
  expect(readme).toContain(path);
  const { stdout } = await inProcess(["picture", "stm32h743", "--without", "acquire:2", "--theme", theme], root);
  expect(readFileSync(join(root, path), "utf8").trimEnd()).toBe(stdout.trimEnd());
});

it("leads to files that are there", () => {
  const pages = readdirSync(join(root, "templates/site/pages")).filter((name) => name.endsWith(".md"));
  const texts = [
    "README.md",
    "CONTRIBUTING.md",
    "chips/README.md",
    ...pages.map((name) => `templates/site/pages/${name}`),
  ];
  const dead = texts.flatMap((path) =>
    [...readFileSync(join(root, path), "utf8").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(([, href]) => {
      // Pages that only the site has.
      if (/^https?:|\.html$|\.svg$/.test(href!)) return [];
      const target = join(root, dirname(path), href!);
      const onSite = path.startsWith("templates/") && href === "when-two-branches-meet.md";
      return existsSync(target) || onSite ? [] : [`${path}: ${href}`];
    }),
  );
  expect(dead).toEqual([]);
});

it("has the examples", () => {
  const examples = ofSimulator.flatMap(({ text }) => (/^test\(/m.test(text) ? [text] : []));
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
  const [shown] = ofSimulator.flatMap(({ text }) => /^ScheduleError: ([\s\S]*)/.exec(text)?.[1] ?? []);
  const { chip, exchange } = runExample();
  const noFence = { release() {}, acquire() {} };
  expectInOrder(
    shown!,
    messageOf(() => fencegen.forSeeds(chip, (machine) => exchange(machine, noFence))),
  );
});

it("shows a counterexample that can be replayed", () => {
  const text = ofProof.map((block) => block.text).find((each) => each.includes("Replay it:"))!;
  const [, id, request] = /replay\(openChip\("(.*?)"\), (\{.*\})\)/.exec(text)!;
  const shown = text.slice(text.indexOf("\n") + 1, text.indexOf("Replay it:"));
  expectInOrder(shown, fencegen.replay(fencegen.openChip(id!), JSON.parse(request!) as fencegen.ReplayRequest));
  const link = readExecutionHash(/html(#\S+)/.exec(text)![1]!)!;
  const { fence } = JSON.parse(request!) as fencegen.ReplayRequest;
  const seen = { fence, change: link.change, scenario: link.scenario!, schedule: link.schedule! };
  expectInOrder(shown, fencegen.replay(fencegen.openChip(id!), seen));
});

it("lists what the model does not contain, and SEMANTICS.md explains each", () => {
  const listed = guide("prove-a-fence")
    .replace(/\n {2}/g, " ")
    .split("\n");
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
