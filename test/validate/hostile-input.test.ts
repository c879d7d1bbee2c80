// Whatever is in a file, fencegen says what is wrong with it; an exception would be a bug of ours.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { renderOutputs } from "../../generator/pipeline.ts";
import { fencegen, temporaryFolder } from "../support/command.ts";
import { loadWith, planAllOf, shippedText } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

const nested = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);
const doubling = Array.from({ length: 30 }, (_, i) => `  - &n${i + 1} [*n${i}, *n${i}]`).join("\n");

const hostile: Readonly<Record<string, string>> = {
  empty: "",
  "only comments": "# nothing\n# at all\n",
  "only a document marker": "---\n",
  "a list": "- chip: x\n",
  "a number": "42",
  "two documents": "chip: a\n---\nchip: b\n",
  "not text": String.fromCharCode(...Array.from({ length: 512 }, (_, i) => (i * 167) % 256)),
  "lone surrogates": "chip: \ud800\ntitle: \udc00\n",
  "a byte order mark and CRLF": "\ufeffchip: x\r\ntitel: y\r\n",
  "deep lists": `chip: ${nested("[", "]", 20_000)}`,
  "deep maps": `chip: x\nnotes: ${"{a: ".repeat(3000)}1${"}".repeat(3000)}`,
  "deep enough for later stages": `chip: x\nnotes: ${nested("[", "]", 150)}`,
  "aliases that double": `chip: x\nregions:\n  - &n0 [x]\n${doubling}\n`,
  "an alias of itself": "chip: x\nregions: &r [*r]\n",
  "an alias of nothing": "chip: *nobody\n",
  "keys of every kind": "? [a, b]\n: 1\n? {x: 1}\n: 2\n~: 3\n1: 4\nchip: x\n",
  "names of Object.prototype": "chip: constructor\n__proto__: {x: 1}\nconstructor: 1\ntoString: 2\nhasOwnProperty: 3\n",
  tags: "chip: !!binary aGVsbG8=\ntitle: !foo bar\nvendor: !!set {a, b}\ncores: 2001-01-01\n",
  "numbers that are none": "chip: x\nregions: [{ name: A, base: .nan, size: .inf, cachedBy: none }]\ndma: -0\n",
};

describe.each(Object.entries(hostile))("%s", (_, text) => {
  it("is refused with a diagnostic", () => {
    const { diagnostics } = loadWith({ "chips/hostile.yaml": text });
    expect(diagnostics.sorted().filter(({ path }) => path === "chips/hostile.yaml")).not.toEqual([]);
  });
});

it("the command names each of them", () => {
  const folder = temporaryFolder();
  const names = Object.keys(hostile).map((name) => `${name.replaceAll(" ", "-")}.yaml`);
  for (const [index, text] of Object.values(hostile).entries()) writeFileSync(join(folder, names[index]!), text);
  const { code, stderr } = fencegen(["validate", ...names], { cwd: folder });
  expect(code, stderr).toBe(1);
  for (const name of names) expect(stderr).toContain(`${name}`);
});

/** Values that fit nowhere, and some that fit somewhere else. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1.5,
    2 ** 60,
    "",
    " ",
    "all",
    "none",
    "cortex-m7",
    "arm-scb",
    "0x10",
    "1GiB",
  ),
  fc.constantFrom<unknown>("constructor", "__proto__", "{address}", "*/", "\n", "L1D", "a b", [], {}, [[]], { a: {} }),
  fc.jsonValue(),
);

/** A copy with one part replaced, removed or renamed, at a place that `choose` walks to. */
function mutate(value: unknown, choose: readonly number[], replacement: unknown, how: number): unknown {
  const copy = structuredClone(value);
  let node = copy as Record<string, unknown>;
  for (const [step, choice] of choose.entries()) {
    const keys = Object.keys(node);
    if (keys.length === 0) break;
    const key = keys[choice % keys.length]!;
    const inner = node[key];
    if (typeof inner === "object" && inner !== null && step < choose.length - 1) {
      node = inner as Record<string, unknown>;
      continue;
    }
    if (how === 0 && Array.isArray(node)) node.splice(Number(key), 1);
    else if (how === 0) delete node[key];
    else if (how === 1 && !Array.isArray(node)) {
      delete node[key];
      node[typeof replacement === "string" ? replacement : "other"] = inner;
    } else node[key] = replacement;
    break;
  }
  return copy;
}

it("a description with anything in any place is refused or gives a fence", () => {
  const victims = [
    ["chips/test-chip.yaml", testChip()],
    ...["chips/zynq7000.yaml", "chips/cores/cortex-a9.yaml", "chips/mechanisms/pl310.yaml"].map(
      (path) => [path, shippedText(path)] as const,
    ),
    ["chips/architectures/riscv.yaml", shippedText("chips/architectures/riscv.yaml")],
  ] as const;
  const values = victims.map(([path, text]) => [path, parse(text) as unknown] as const);
  fc.assert(
    fc.property(
      fc.constantFrom(...values),
      fc.array(fc.nat(50), { minLength: 1, maxLength: 7 }),
      strange,
      fc.nat(4),
      ([path, value], place, replacement, how) => {
        const text = stringify(mutate(value, place, replacement, how));
        const { planned, loaded } = planAllOf({ [path]: text });
        for (const { range } of loaded.diagnostics.sorted())
          if (range) expect(range.start.line).toBeLessThanOrEqual(text.split("\n").length + 200);
        renderOutputs(planned, [], { traitPath: "a::DmaFence", licence: [] });
      },
    ),
    { numRuns: 100 },
  );
});
