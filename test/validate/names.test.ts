// Names that become names of files, modules, types, constants and operands.
import { expect, it } from "vitest";
import { renderOutputs } from "../../generator/pipeline.ts";
import { loadWith, planAllOf, planOf, shippedChips } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const chipCalled = (id: string, title = "Test chip") =>
  testChip()
    .replace("chip: test-chip", `chip: ${id}`)
    .replace("title: Test chip", `title: ${title}`)
    .replace(/test-(core|mechanism)/g, `$1-of-${id}`);

const codesOf = (texts: Readonly<Record<string, string>>) =>
  loadWith(texts)
    .diagnostics.sorted()
    .map(({ code, path }) => [code, path]);

it.each([
  ...["lib", "main", "index", "bin", "build", "default", "core", "std", "host", "tock", "embedded-dma"],
  ...["con", "nul", "aux", "prn", "com1", "lpt9", "class", "delete", "var"],
])("no chip is called %s", (id) => {
  expect(codesOf({ [`chips/${id}.yaml`]: chipCalled(id) })).toEqual([["rule/reserved-id", `chips/${id}.yaml`]]);
});

it("nor as a feature that the generated crate has beside those of chips", () => {
  const { planned } = planAllOf({});
  const files = renderOutputs(planned, { licence: [] });
  const { content } = files.find(({ path }) => path === "rust/Cargo.toml")!;
  const [, features = ""] = /^\[features\]\n([\s\S]*?)^$/m.exec(content)!;
  const names = [...features.matchAll(/^([\w-]+) =/gm)].map(([, name]) => name!);
  const own = names.filter((name) => !shippedChips.includes(name));
  expect(own).toContain("tock");
  for (const id of own)
    expect(codesOf({ [`chips/${id}.yaml`]: chipCalled(id) })).toEqual([["rule/reserved-id", `chips/${id}.yaml`]]);
});

it.each(["kernel", "crate", "self", "super", "match", "yield"])("nor %s, which is a word of Rust", (id) => {
  expect(codesOf({ [`chips/${id}.yaml`]: chipCalled(id) })).toEqual([["rule/word-of-rust", `chips/${id}.yaml`]]);
});

it.each(["com", "com10", "library", "mainline", "x-lib", "nul-1"])("%s is an id", (id) => {
  expect(codesOf({ [`chips/${id}.yaml`]: chipCalled(id) })).toEqual([]);
});

it("a mechanism in a file of its own is called like no device either", () => {
  const text = testMechanism({ id: "nul" }).replace("  - ", "    ").replace(/^ {4}/gm, "");
  expect(
    codesOf({ "chips/test-chip.yaml": testChip({ coreCaches: "[]", mechanisms: testMechanism({ id: "nul" }) }) }),
  ).toEqual([["rule/reserved-id", "chips/test-chip.yaml"]]);
  expect(codesOf({ "chips/mechanisms/nul.yaml": text })).toEqual([["rule/reserved-id", "chips/mechanisms/nul.yaml"]]);
});

it.each([
  ["5x", "chip-5x"],
  ["imx-8", "imx8"],
  ["a-b-1", "a-b1"],
])("%s and %s would have the same names", (one, other) => {
  const found = codesOf({ [`chips/${one}.yaml`]: chipCalled(one), [`chips/${other}.yaml`]: chipCalled(other) });
  expect(found.sort()).toEqual(
    [
      ["rule/same-output-name", `chips/${one}.yaml`],
      ["rule/same-output-name", `chips/${other}.yaml`],
    ].sort(),
  );
});

it.each([
  ["cortex-m", "the architecture `armv6-m` would both have the module cortex_m"],
  ["cortex-m7", "the core `cortex-m7` would both have the module cortex_m7"],
])("%s would have the names of a fence that chips share", (id, words) => {
  const { diagnostics } = loadWith({ [`chips/${id}.yaml`]: chipCalled(id) });
  const found = diagnostics.sorted().filter(({ code }) => code === "rule/same-output-name");
  expect(found.map(({ message }) => message)).toEqual([
    `the chip \`${id}\` and the fence that chips share by ${words}`,
  ]);
});

it.each(["hal", "buffer", "reach", "guard", "dma-fence"])("the chip %s has no file of what all chips share", (id) => {
  const { planned } = planOf(id, { [`chips/${id}.yaml`]: chipCalled(id) });
  const paths = renderOutputs([planned!], { licence: [] }).map(({ path }) => path);
  expect(paths).toContain(`rust/src/chip_${id.replace("-", "_")}.rs`);
  expect(new Set(paths).size).toBe(paths.length);
});

const twoCores = (one: string, other: string, more = "") =>
  testChip({ coreCaches: "[]", mechanisms: " []" })
    .replace(
      /^memories:/m,
      `  - { core: cortex-m4, rustTargets: [thumbv7em-none-eabi], name: ${other}${more} }\nmemories:`,
    )
    .replace("    rustTargets: [thumbv7em-none-eabi]\n", `    rustTargets: [thumbv7em-none-eabi]\n    name: ${one}\n`);

it.each([
  ["Ab", "AB", ["rule/same-output-name"]],
  ["A", "ACoherent", ["rule/same-output-name"]],
  ["A", "B", []],
])("cores called %s and %s", (one, other, codes) => {
  const path = "chips/test-chip.yaml";
  const text = twoCores(one, other).replace("mechanisms: []\n", "");
  expect(codesOf({ [path]: text }).map(([code]) => code)).toEqual(codes);
});

it.each<[string, string, string | undefined]>([
  ["CLEAN", "CLEAN_TOO", undefined],
  ["CTRL A", "CTRL-A", "would both be called CTRL_A"],
  ["Ctrl", "CTRL", "would both be called CTRL"],
  ["CLEAN", "VALUE_0", "would be the operand `value_0`"],
  ["CLEAN", "LINE_REGISTER", "would be the operand `line_register`"],
  ["CLEAN", "END_32", "would be the operand `end_32`"],
  ["CLEAN", "TYPE", "would be the operand `type`"],
  ["CLEAN", "END_ADDRESS", undefined],
])("registers called %s and %s", (one, other, message) => {
  const mechanisms = testMechanism()
    .replaceAll(/\bCLEAN:/g, `"${one}":`)
    .replaceAll("register: CLEAN,", `register: "${one}",`)
    .replaceAll(/\bCLEAN_INVALIDATE:/g, `"${other}":`)
    .replaceAll("register: CLEAN_INVALIDATE,", `register: "${other}",`)
    .replaceAll(/\n\s+invalidate-line:.*/g, "");
  const operations = /clean-line:.*\n.*clean-invalidate-line/.test(mechanisms);
  expect(operations).toBe(true);
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip({ mechanisms }) });
  const found = diagnostics.map((each) => [each.code, each.message]);
  if (message === undefined) {
    expect(found).toEqual([]);
    expect(planned).toBeDefined();
  } else {
    expect(found).toEqual([["plan/same-register-name", expect.stringContaining(message)]]);
    expect(planned).toBeUndefined();
  }
});

it("two registers at one address have one name", () => {
  const mechanisms = testMechanism().replace("CLEAN_INVALIDATE: { offset: 0x8 }", "CLEAN_INVALIDATE: { offset: 0x0 }");
  const { diagnostics } = planOf("test-chip", {
    "chips/test-chip.yaml": testChip({ mechanisms: mechanisms.replace(/\n\s+invalidate-line:.*/, "") }),
  });
  expect(diagnostics.map(({ code }) => code)).toEqual(["plan/same-register-name"]);
});

it("no shipped chip is refused for its names", () => {
  const { loaded } = planAllOf({});
  expect(loaded.diagnostics.sorted().filter(({ severity }) => severity === "error")).toEqual([]);
});
