// The optimiser's cases with asm! blocks that promise too much: options that say the block does not touch memory, or
// blocks that are not given the buffer. Each is a defect that the instructions do not show.
import { expect, it } from "vitest";
import { optimiserProblems } from "./support/checks.ts";
import { type Emitted, emittedWith, withDefect } from "./support/emitted.ts";
import { describeWithTools } from "./support/tools.ts";

const barrierOnly = "buffer = in(reg) buf.cast::<u8>()";
const loop = "line = inout(reg) start =>";

describeWithTools("the optimiser around defective Rust", ["rustc", "llvmObjdump"], () => {
  const problemsWith = async (emitted: Emitted, defect: (text: string) => string) =>
    (await optimiserProblems(await withDefect(emitted, defect))).join("\n");

  const kinds = [
    ["only barriers", barrierOnly],
    ["line operations", loop],
  ] as const;

  it.concurrent.each(kinds)("notices nomem on a release of %s", async (_, where) => {
    const problems = await problemsWith(emittedWith(where), (text) => text.replace("options(", "options(nomem, "));
    expect(problems).toContain("store_fence_store: 1 of the 2 stores are left");
  });

  it.concurrent.each(kinds)("notices readonly on an acquire of %s", async (_, where) => {
    const problems = await problemsWith(emittedWith(where), (text) =>
      text.replace(/options\((?![\s\S]*options\()/, "options(readonly, "),
    );
    expect(problems).toContain("read_poll_acquire_read: 1 of the 2 loads are left");
  });

  it.concurrent.each(kinds)("notices nomem everywhere for %s", async (_, where) => {
    const problems = await problemsWith(emittedWith(where), (text) => text.replaceAll("options(", "options(nomem, "));
    expect(problems).toContain("local_buffer: the value is never stored");
    expect(problems).toContain("store_fence_store_slice");
    expect(problems).toContain("read_poll_acquire_read_slice");
  });

  it.concurrent("notices a block that is not given the buffer", async () => {
    const problems = await problemsWith(emittedWith(barrierOnly), (text) =>
      text.replaceAll(barrierOnly, "buffer = in(reg) buf.is_null() as usize"),
    );
    expect(problems).toContain("store_fence_store: 1 of the 2 stores are left");
    expect(problems).toContain("read_poll_acquire_read: 1 of the 2 loads are left");
  });

  it.concurrent("notices a loop that is not given the buffer", async () => {
    const problems = await problemsWith(emittedWith(loop), (text) =>
      // Nor is the address anywhere else: a pointer that was turned into a number counts as given away.
      text.replaceAll(loop, "line = inout(reg) 64usize =>").replaceAll("start.addr()", "start.is_null() as usize"),
    );
    expect(problems).toContain("stores are left");
    expect(problems).toContain("loads are left");
  });
});
