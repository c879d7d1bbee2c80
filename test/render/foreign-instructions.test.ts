// An instruction that fencegen does not know is code that a stranger wrote: whoever reviews the output is told.
import { expect, it } from "vitest";
import { renderChip } from "../../generator/render/render-outputs.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

function headsWith(instruction: string): string[] {
  const operation = (effect: string, text: string) =>
    `\n      ${effect}: { effect: ${effect}, sequence: [instruction: "${text}"] }`;
  const operations =
    operation("clean", instruction) +
    operation("invalidate", "dc ivac, {address}") +
    operation("clean-and-invalidate", "dc civac, {address}");
  const chip = testChip({ architecture: "armv8-a", mechanisms: testMechanism({ operations }) });
  const { planned } = planOf("test-chip", { "chips/test-chip.yaml": chip });
  const files = renderChip(planned!, { traitPath: "kernel::DmaFence", licence: [] });
  const paths = ["rust/src/test_chip.rs", "rust/src/test_chip_masters.rs", "typescript/test-chip.ts"];
  expect(files.map(({ path }) => path)).toEqual(paths);
  // The table of masters executes nothing.
  return [files[0]!, files[2]!].map(({ content }) =>
    content.slice(0, content.search(/^(use|import) /m)).replace(/\s*\n\/\/!? ?/g, " "),
  );
}

it("it is named in the head of every file with instructions", () => {
  for (const head of headsWith("dc cmine, {address}"))
    expect(head).toContain(
      "No description that comes with fencegen has this instruction, so only the authors of chips/test-chip.yaml and of what it refers to vouch for what it does: `dc cmine, {address}`.",
    );
});

it("a known one is not", () => {
  for (const head of headsWith("dc cvac, {address}")) expect(head).not.toContain("vouch");
});
