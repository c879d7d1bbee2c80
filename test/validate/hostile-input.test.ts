// Whatever is in a file, fencegen says what is wrong with it; an exception would be a bug of ours.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, temporaryFolder } from "../support/command.ts";
import { loadWith } from "../support/pipeline.ts";

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
  "aliases that double": `chip: x\nmemories:\n  - &n0 [x]\n${doubling}\n`,
  "an alias of itself": "chip: x\nmemories: &r { r: *r }\n",
  "an alias of nothing": "chip: *nobody\n",
  "keys of every kind": "? [a, b]\n: 1\n? {x: 1}\n: 2\n~: 3\n1: 4\nchip: x\n",
  "names of Object.prototype": "chip: constructor\n__proto__: {x: 1}\nconstructor: 1\ntoString: 2\nhasOwnProperty: 3\n",
  tags: "chip: !!binary aGVsbG8=\ntitle: !foo bar\nvendor: !!set {a, b}\ncores: 2001-01-01\n",
  "numbers that are none": "chip: x\nmemories: { A: { base: .nan, size: .inf, cachedBy: none } }\nmasters: -0\n",
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
