// Where rustc has no code generator for a target, the emitted text is at least assembled. The way is tried on the text of
// every chip, because all of it has to be understood.

import { expect, it } from "vitest";
import { assemblyOf, assemblyProblems } from "./support/assemble.ts";
import { allEmitted, withDefect } from "./support/emitted.ts";
import { describeWithTools } from "./support/tools.ts";

describeWithTools("the text of emitted asm! blocks", ["llvmMc"], () => {
  it.concurrent.each(allEmitted)("$chip for $target assembles", async (emitted) => {
    expect(await assemblyProblems(emitted)).toBe("");
  });

  it.concurrent("notices a mnemonic that does not exist", async () => {
    const planted = await withDefect(allEmitted[0]!, (text) => text.replace(/^( +")(d[ms]b) /m, "$1bogus.$2 "));
    expect(await assemblyProblems(planted)).toContain("bogus");
  });

  it("puts registers and constants in place of operands", () => {
    const rust = `
const FIRST: usize = 0x1000;
const SECOND: usize = 0x1_0040;
core::arch::asm!(
    // Why.
    "str {line}, [{registers}, #{second}]",
    line = inout(reg) start => _,
    registers = in(reg) FIRST,
    second = const SECOND - FIRST,
    options(nostack),
);`;
    expect(assemblyOf(rust, "armv7a-none-eabi").trim()).toBe("str r0, [r1, #61504]");
  });
});
