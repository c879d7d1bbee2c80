// A chip with its core's fence still tells the errata that are the chip's own.
import { expect, it } from "vitest";
import { renderChip } from "../../../generator/render/render-outputs.ts";
import { planOf, shippedText } from "../../support/pipeline.ts";

const path = "chips/stm32h743.yaml";

function aliasWith(erratum: string): string {
  const text = shippedText(path).replace("\nevidence:\n", `\nerrata:\n${erratum}evidence:\n`);
  const { planned, diagnostics } = planOf("stm32h743", { [path]: text });
  expect(diagnostics).toEqual([]);
  const file = renderChip(planned!, { licence: ["One line."] }).find(({ path }) => path.endsWith("stm32h743.rs"))!;
  expect(file.content).toContain("pub type Stm32h743DmaFence = crate::cortex_m7::CortexM7DmaFence;");
  return file.content.replaceAll(/\n\/\/\/ +(?=[^\s-])/g, " ");
}

it("names them beside what is asked because of them", () => {
  const text = aliasWith(
    "  - erratum: ST 9.9.9\n    title: A made-up mistake.\n    affects: all\n    obligation: The bus is idle.\n    source: unverified\n",
  );
  expect(text).toContain(" Erratum ST 9.9.9: A made-up mistake. What is asked below keeps it away. \\[unverified\\]\n");
  expect(text).toContain("\n/// - The bus is idle. \\[unverified\\]\n");
  // Those of the core stand at its fence.
  expect(text).not.toContain("ARM 1259864");
});
