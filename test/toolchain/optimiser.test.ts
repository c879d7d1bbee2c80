// What the optimiser may do around a fence: the CPU's stores before a release stay, and what is read after an acquire is
// read again.
import { afterAll, expect, it } from "vitest";
import { optimiserCases, optimiserProblems } from "./support/checks.ts";
import { allEmitted } from "./support/emitted.ts";
import { describeWithTools } from "./support/tools.ts";

describeWithTools("the optimiser around emitted Rust", ["rustc", "llvmObjdump"], () => {
  let cases = 0;

  it.concurrent.each(allEmitted.filter(({ compiles }) => compiles))(
    "keeps the buffer's stores and loads: $chip for $target",
    async (emitted) => {
      expect(await optimiserProblems(emitted)).toEqual([]);
      cases += emitted.fences.length * optimiserCases.length;
    },
  );

  afterAll(() => console.log(`checked ${cases} fences × cases of the optimiser at opt-level 3`));
});
