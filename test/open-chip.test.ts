// What the library says of a chip that nobody has described.
import { expect, it } from "vitest";
import { openChip } from "../generator/open-chip.ts";

it.each([
  ["stm32h74", "no chip stm32h74 is described; did you mean `stm32h743`?"],
  ["stm32h7", "no chip stm32h7 is described; did you mean `stm32h723`, `stm32h743` or `stm32h7rs`?"],
  ["something-else-altogether", "no chip something-else-altogether is described"],
])("openChip(%j) says which chip was meant", (id, message) => {
  expect(() => openChip(id)).toThrow(new Error(message));
});
