// Which loops a fence has where a project chooses nothing.
import { expect, it } from "vitest";
import { type RenderOptions, renderChip } from "../../../generator/render/render-outputs.ts";
import { planOf } from "../../support/pipeline.ts";

const cleans = (options: Omit<RenderOptions, "licence">) => {
  const [rust] = renderChip(planOf("spacemit-k1").planned!, { ...options, licence: [] });
  return rust!.content.split('"cbo.clean ({line})"').length - 1;
};
const [single, blocks] = [1, 9];

it.each<[string, Omit<RenderOptions, "licence">, number]>([
  ["the crate's own trait", {}, single],
  ["Tock's", { traitPath: "kernel::platform::dma_fence::DmaFence" }, single],
  ["Tock's, as a global path", { traitPath: "::kernel::platform::dma_fence::DmaFence" }, single],
  ["another project's", { traitPath: "my_hal::DmaFence" }, blocks],
  ["another project's, which chose", { traitPath: "my_hal::DmaFence", optimize: "size" }, single],
  ["the crate's own, and the project chose", { optimize: "speed" }, blocks],
])("for %s", (_, options, expected) => {
  expect(cleans(options)).toBe(expected);
});
