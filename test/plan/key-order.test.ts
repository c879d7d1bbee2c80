// What is emitted does not depend on the order in which a description has its keys: not of any map, of any file that a chip rests
// on, nor where facts are missing or wrong.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import type { SourceFile } from "../../generator/load/source-file.ts";
import { type Loaded, planDescription, restsOn } from "../../generator/pipeline.ts";
import { planText, refusalText } from "../../generator/program/plan-text.ts";
import { chipFacts } from "../../generator/provenance/chip-facts.ts";
import { renderChip } from "../../generator/render/render-outputs.ts";
import { type DescriptionOf, idOf, Library } from "../../generator/validate/library.ts";
import { validateRules } from "../../generator/validate/validate-rules.ts";
import { type Description, validateSchema } from "../../generator/validate/validate-schema.ts";
import { renderOptions } from "../fuzz/judge-description.ts";
import { shippedFiles } from "../fuzz/library.ts";
import { fenceOf, planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const shipped = shippedFiles.flatMap((file) => validateSchema(file, new Diagnostics()) ?? []);
const isChip = (description: Description): description is DescriptionOf<"chip"> => description.kind === "chip";
const library = new Library(shipped, new Diagnostics());
const chips = shipped
  .filter(isChip)
  .map((chip) => [idOf(chip)!, restsOn(chip, library).map(({ file }) => file)] as const);

type Reorder = <T>(keys: readonly T[]) => T[];

function reordered(value: unknown, reorder: Reorder): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, reorder));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(reorder(Object.entries(value)).map(([key, item]) => [key, reordered(item, reorder)]));
}

/** All that is made of files, and the problems that are found, which stand elsewhere in a text of another order. */
function madeOf(files: readonly SourceFile[]) {
  const diagnostics = new Diagnostics();
  const descriptions = files.flatMap((file) => validateSchema({ ...file, isShipped: false }, diagnostics) ?? []);
  const own = new Library(descriptions, diagnostics);
  for (const description of descriptions) validateRules(description, own, diagnostics);
  const loaded: Loaded = {
    library: own,
    chips: descriptions.filter(isChip),
    paths: files.map(({ path }) => path),
    diagnostics,
  };
  const planned = loaded.chips.flatMap((chip) => planDescription(chip, loaded) ?? []);
  return {
    texts: planned.flatMap((chip) => [
      ...(chip.fences.length > 0 ? renderChip(chip, renderOptions).map(({ content }) => content) : []),
      ...chip.fences.map(planText),
      ...chip.refused.map(refusalText),
      JSON.stringify(chipFacts(chip)),
    ]),
    problems: diagnostics
      .sorted()
      .map(({ path, code }) => `${path} ${code}`)
      .sort(),
  };
}

const inOrder = (files: readonly SourceFile[], reorder: Reorder) =>
  files.map((file) => ({ ...file, value: reordered(file.value, reorder) }));

/** The value without one of its parts, or with one of them under another key beside it. */
function damaged(value: unknown, at: number): unknown {
  const copy = structuredClone(value);
  const parts: (readonly [parent: Record<string, unknown>, key: string])[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      parts.push([node as Record<string, unknown>, key]);
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(copy);
  const [parent, key] = parts[at % parts.length]!;
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (at % 2 === 0) delete parent[key];
  else parent[`${key}-2`] = structuredClone(parent[key]);
  return copy;
}

describe("the order of keys decides nothing", () => {
  it.each(chips)("%s", (_, files) => {
    expect(madeOf(inOrder(files, (keys) => [...keys].reverse()))).toEqual(madeOf(files));
  });

  it("in any order, and with parts that are missing or there twice", () => {
    const choices = [fc.constantFrom(...chips), fc.nat(), fc.nat(), fc.infiniteStream(fc.nat())] as const;
    fc.assert(
      fc.property(...choices, ([, files], which, at, numbers) => {
        const broken = files.map((file, index) =>
          index === which % files.length ? { ...file, value: damaged(file.value, at) } : file,
        );
        const shuffle: Reorder = (keys) =>
          keys
            .map((key) => [numbers.next().value as number, key] as const)
            .sort(([a], [b]) => a - b)
            .map(([, key]) => key);
        expect(madeOf(inOrder(broken, shuffle))).toEqual(madeOf(broken));
      }),
      { numRuns: 60 },
    );
  });
});

describe("of several operations with one effect", () => {
  const write = "write: { register: CLEAN, value: address }";
  /** All clean a line; by name the best would be the last. */
  const cleans = {
    "a-promise": `{ effect: clean, sequence: [${write}], requires: [{ text: Something holds., source: unverified }] }`,
    "b-twice": `{ effect: clean, sequence: [${write}], repeat: 2 }`,
    "c-long": `{ effect: clean, sequence: [${write}, write: { register: START, value: 1 }] }`,
    "d-plain": `{ effect: clean, sequence: [write: { register: END, value: address }] }`,
    "e-plain": `{ effect: clean, sequence: [write: { register: INVALIDATE, value: address }] }`,
  };
  const chosen = (names: readonly (keyof typeof cleans)[]) => {
    const operations = [
      ...names.map((name) => `\n      ${name}: ${cleans[name]}`),
      "\n      drop: { effect: clean-and-invalidate, sequence: [write: { register: CLEAN_INVALIDATE, value: address }] }",
    ].join("");
    const mechanisms = testMechanism({ operations });
    const steps = fenceOf("test-chip", { "chips/test-chip.yaml": testChip({ mechanisms }) }).release;
    return steps.flatMap((step) => (step.kind === "maintain-lines" ? [step.operation] : []));
  };

  it.each<[keyof typeof cleans, (keyof typeof cleans)[]]>([
    ["d-plain", ["a-promise", "b-twice", "c-long", "d-plain", "e-plain"]],
    ["c-long", ["a-promise", "c-long"]],
    ["b-twice", ["a-promise", "b-twice"]],
  ])("%s is taken of %j, in whatever order they stand", (best, names) => {
    expect(chosen(names)).toEqual([best]);
    expect(chosen([...names].reverse())).toEqual([best]);
  });
});

describe("parameters", () => {
  const promises = (parameters: string) => {
    const text = testChip({ more: `parameters: ${parameters}` });
    const { obligations } = fenceOf("test-chip", { "chips/test-chip.yaml": text });
    return obligations.filter(({ kind }) => kind === "parameter").map((obligation) => obligation.text);
  };

  it("become promises in the order of their names", () => {
    const inOrder = ["a: one", "b: two"].map((each) => `The design was configured with ${each}.`);
    expect(promises("{ b: two, a: one }")).toEqual(inOrder);
    expect(promises("{ a: one, b: two }")).toEqual(inOrder);
  });

  it.each([
    ["[a, b]", "a list"],
    ["text", "`text`"],
    ["", "`null`"],
  ])("that are no map are refused in plain words: %j", (parameters, what) => {
    const { diagnostics } = planOf("test-chip", {
      "chips/test-chip.yaml": testChip({ more: `parameters: ${parameters}` }),
    });
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["schema/wrong-value", `${what} is no value for \`parameters\`: it must be a map, each of whose values is text`],
    ]);
  });
});
