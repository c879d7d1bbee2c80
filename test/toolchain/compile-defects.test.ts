// Defects planted in what is emitted, as a mistake in a template or a view would. Each has to be noticed, or the other
// tests here prove nothing.

import { expect, it } from "vitest";
import { stepTitle } from "../../generator/program/words.ts";
import { compileProblems } from "./support/checks.ts";
import { allEmitted, emittedWith, withDefect } from "./support/emitted.ts";
import { describeWithTools } from "./support/tools.ts";

interface Defect {
  readonly title: string;
  /** What the emitted file of the chip has in it. */
  readonly where: string;
  readonly defect: (text: string) => string;
  /** Part of what the tests say. */
  readonly noticed: string;
}

const defects: readonly Defect[] = [
  {
    title: "a mnemonic that does not exist",
    where: '"dsb sy"',
    defect: (text) => text.replace('"dsb sy"', '"dsbb sy"'),
    noticed: "instruction",
  },
  {
    title: "a weaker barrier than the plan's",
    where: '"dsb sy"',
    defect: (text) => text.replace('"dsb sy"', '"dmb sy"'),
    noticed: "expected ",
  },
  {
    title: "a barrier that is left out",
    where: '"fence ',
    defect: (text) => text.replace(/ +"fence .*\n/, ""),
    noticed: "expected ",
  },
  {
    title: "a barrier on the wrong side of the line operations",
    where: '"cbo.clean',
    defect: (text) => {
      const [barrier = ""] = /^ +"fence [^"]*",\n/m.exec(text) ?? [];
      return text.replace(barrier, "").replace(/^ +"2:",\n/m, (label) => barrier + label);
    },
    noticed: "expected cbo.clean / fence w, iow, but it has fence w, iow / cbo.clean",
  },
  {
    title: "another cache operation than the plan's",
    where: '"cbo.clean',
    defect: (text) => text.replace('"cbo.clean', '"cbo.inval'),
    noticed: "expected cbo.clean",
  },
  {
    title: "an operation on the wrong cache register",
    where: '"mcr p15, 0, {line}, c7, c10, 1"',
    defect: (text) => text.replace("c7, c10, 1", "c7, c6, 1"),
    noticed: "mcr p15, 0, c7, c6, 1",
  },
  {
    title: "an operand that the text uses and that is not given",
    where: "remaining = inout(reg)",
    defect: (text) => text.replace(/ +remaining = inout\(reg\).*\n/, ""),
    noticed: "there is no argument named `remaining`",
  },
  {
    title: "an operand that is given and that the text does not use",
    where: "line = inout(reg)",
    defect: (text) => text.replace("line = inout(reg)", "line = in(reg)"),
    noticed: "error",
  },
  {
    title: "an extension that is not enabled around its instruction",
    where: ".option arch, +zicbom",
    defect: (text) => text.replace(/ +"\.option arch, \+zicbom",\n/, ""),
    noticed: "instruction requires the following: 'Zicbom'",
  },
  {
    title: "an extension that stays enabled",
    where: ".option pop",
    defect: (text) => text.replace(/ +"\.option push",\n/, ""),
    noticed: ".option pop with no .option push",
  },
  {
    title: "a condition under which the chip gets the twin",
    where: 'target_os = "none"',
    defect: (text) => text.replaceAll('target_os = "none"', 'target_os = "linux"'),
    noticed: "the code calls _",
  },
  {
    title: "a condition that no compiler knows",
    where: 'target_os = "none"',
    defect: (text) => text.replaceAll('target_os = "none"', 'target_os = "nothing"'),
    noticed: "unexpected `cfg` condition value",
  },
  {
    title: "halves that overlap",
    where: "#[cfg(not(",
    defect: (text) => text.replace(/#\[cfg\(not\(.*\n/, ""),
    noticed: "conflicting implementations",
  },
  {
    title: "a constant that nothing uses",
    where: "use kernel::",
    defect: (text) => `${text}const UNUSED: usize = 0;\n`,
    noticed: "constant `UNUSED` is never used",
  },
  {
    title: "a loop to a label that is not there",
    where: '"2:"',
    defect: (text) => text.replace('"2:"', '"3:"'),
    // The assembler takes a label of that number wherever it finds one, even in another function.
    noticed: "expected ",
  },
];

describeWithTools("defects planted in emitted Rust", ["rustc", "llvmObjdump"], () => {
  it.concurrent.each(defects)("notices $title", async ({ where, defect, noticed }) => {
    const planted = await withDefect(emittedWith(where), defect);
    expect((await compileProblems(planted, "z")).join("\n")).toContain(noticed);
  });

  it("notices a chip whose instructions are another's", async () => {
    const [first, ...others] = allEmitted.filter(({ compiles }) => compiles);
    const other = others.find(
      ({ fences }) => fences[0]!.release.map(stepTitle).join() !== first!.fences[0]!.release.map(stepTitle).join(),
    )!;
    const own = first!.fences.length;
    const swapped = {
      ...first!,
      fences: other.fences.slice(0, own).map((fence, i) => ({ ...fence, name: first!.fences[i]!.name })),
    };
    expect((await compileProblems(swapped, "3")).join("\n")).toContain("expected ");
  });
});
