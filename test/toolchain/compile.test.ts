// Every emitted fence through the real compiler, for every target that its chip lists and at every level that is used.
// The shims make the assembler read each instruction; a disassembler then says which instructions they are.
import { afterAll, expect, it } from "vitest";
import { compileProblems } from "./support/checks.ts";
import { levels } from "./support/compile.ts";
import { allEmitted } from "./support/emitted.ts";
import { compiledTargets, describeWithTools } from "./support/tools.ts";

describeWithTools("emitted Rust on its targets", ["rustc", "llvmObjdump"], () => {
  let compiled = 0;
  const started = performance.now();

  it.concurrent.each(allEmitted.filter(({ compiles }) => compiles))(
    "$chip for $target has the plan's instructions",
    async (emitted) => {
      for (const level of levels) {
        expect(await compileProblems(emitted, level), `at opt-level ${level}`).toEqual([]);
        compiled += emitted.fences.length;
      }
    },
  );

  it("knows of every fence a target that it runs on", () => {
    for (const { chip, target, fences } of allEmitted) expect(fences, `${chip} for ${target}`).not.toEqual([]);
  });

  afterAll(() => {
    const named = (all: typeof allEmitted) => new Set(all.flatMap(({ fences }) => fences.map(({ name }) => name)));
    const fences = named(allEmitted.filter(({ compiles }) => compiles));
    const onlyAssembled = [...named(allEmitted)].filter((name) => !fences.has(name));
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(
      `compiled ${compiled} fences × targets × levels: ${fences.size} fences, ${compiledTargets.length} targets, levels ${levels.join(", ")}, in ${seconds} s; only assembled, and not here: ${onlyAssembled.join(", ")}`,
    );
  });
});
