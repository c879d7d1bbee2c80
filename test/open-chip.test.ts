// What the library says of a chip that nobody has described.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { openChip } from "../generator/open-chip.ts";
import { temporaryFolder } from "./support/command.ts";

afterEach(() => void vi.restoreAllMocks());

it.each([
  ["stm32h74", "; did you mean `stm32h743`?"],
  ["stm32h7", "; did you mean `stm32h723`, `stm32h743` or `stm32h7rs`?"],
  ["something-else-altogether", ""],
])("openChip(%j) says which chip was meant, and how one's own is opened", (id, meant) => {
  const own = `; one of your own is opened by its path, such as openChip("chips/${id}.yaml")`;
  expect(() => openChip(id)).toThrow(new Error(`no chip ${id} comes with fencegen${meant}${own}`));
});

it("says of a chip that the project describes that it is opened by its path", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  writeFileSync(join(folder, "chips/imxrt1011.yaml"), "chip: imxrt1011\n");
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  expect(() => openChip("imxrt1011")).toThrow(
    new Error(
      'no chip imxrt1011 comes with fencegen; chips/imxrt1011.yaml is opened by its path, openChip("chips/imxrt1011.yaml")',
    ),
  );
});
