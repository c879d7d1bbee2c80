// A row of a table of barriers that stands for several.
import { expect, it } from "vitest";
import { parse } from "yaml";
import { barrierRows } from "../../generator/validate/barrier-rows.ts";
import { loadWith, shippedText } from "../support/pipeline.ts";

const rowsOf = (text: string) => parse(text).flatMap(barrierRows);

it("is one barrier for each domain and each kind of accesses, in their order", () => {
  const text = `
- instruction: dmb {domain}{accesses}
  domain: { ish: inner-shareable, osh: outer-shareable }
  accesses:
    st: { earlier: [write], later: [write] }
    "": { earlier: [read, write], later: [read, write], completes: [read] }
  source: manual
- { instruction: isb, earlier: [], later: [] }
- { instruction: "dsb {accesses}", domain: full-system, accesses: { sy: { earlier: [read], later: [read] } } }
- { instruction: "dmb {domain}", earlier: [read], later: [write], domain: { nsh: non-shareable } }
`;
  const store = { earlier: ["write"], later: ["write"], source: "manual" };
  const full = { earlier: ["read", "write"], later: ["read", "write"], completes: ["read"], source: "manual" };
  expect(rowsOf(text)).toEqual([
    { instruction: "dmb ishst", domain: "inner-shareable", ...store },
    { instruction: "dmb ish", domain: "inner-shareable", ...full },
    { instruction: "dmb oshst", domain: "outer-shareable", ...store },
    { instruction: "dmb osh", domain: "outer-shareable", ...full },
    { instruction: "isb", earlier: [], later: [] },
    { instruction: "dsb sy", domain: "full-system", earlier: ["read"], later: ["read"] },
    { instruction: "dmb nsh", domain: "non-shareable", earlier: ["read"], later: ["write"] },
  ]);
});

it("says either what it orders or what each kind of it does", () => {
  const codesOf = (barrier: string) => {
    const path = "chips/architectures/armv6-m.yaml";
    const text = shippedText(path).replace(/(?<=^barriers:\n)/m, `  - ${barrier}\n`);
    return loadWith({ [path]: text })
      .diagnostics.sorted()
      .filter((diagnostic) => diagnostic.path === path)
      .map(({ code, message }) => `${code}: ${message}`);
  };
  const accesses = "accesses: { sy: { earlier: [], later: [] } }";
  expect(codesOf(`{ instruction: "x {accesses}", ${accesses} }`)).toEqual([]);
  expect(codesOf("{ instruction: x, earlier: [] }")).toEqual(["schema/missing-key: `barriers` has no `later`"]);
  expect(codesOf(`{ instruction: "x {accesses}", ${accesses}, completes: [] }`)).toEqual([
    "rule/accesses-twice: `completes` stands under each of `accesses`, and here as well",
  ]);
  expect(codesOf("{ instruction: x, earlier: [], later: [], domain: { y: full-system } }")).toEqual([
    "rule/no-instruction: `x` has not one `{domain}`",
  ]);
});
