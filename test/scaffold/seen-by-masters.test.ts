// Where masters see a memory, by the windows that buses show them.
import { expect, it } from "vitest";
import type { MemoryAnswer } from "../../generator/scaffold/chip-answers.ts";
import { type MasterView, seenByMasters } from "../../generator/scaffold/seen-by-masters.ts";
import type { DmaWindow } from "../../generator/witness/witness.ts";

const memory: MemoryAnswer = { name: "DDR", base: 0x8000n, sizeBytes: 0x4000n, isMost: true, cachedBy: undefined };
const window = (seenAt: bigint, base: bigint, sizeBytes: bigint): DmaWindow => ({
  seenAt,
  base,
  sizeBytes,
  place: "/soc",
});
const same: MasterView = { name: "A", windows: undefined };
const moved: MasterView = { name: "B", windows: [window(0n, 0x8000n, 0x4000n)] };
const blind: MasterView = { name: "C", windows: [window(0n, 0x1000n, 0x1000n)] };

function seen(...masters: readonly MasterView[]) {
  const { memory: found, inParts } = seenByMasters(memory, masters);
  const views = found.seenBy?.map(({ viewer, base }) => `${viewer} ${base.toString(16)}`);
  return inParts.length === 0 ? views : [views, ...inParts];
}

it("is the same for all where no bus says otherwise", () => {
  expect(seen()).toBeUndefined();
  expect(seen(same)).toBeUndefined();
  expect(seen({ ...moved, windows: [window(0x8000n, 0x8000n, 0x4000n)] })).toBeUndefined();
});

it("is another for all masters, or for some", () => {
  expect(seen(moved)).toEqual(["cores 8000", "masters 0"]);
  expect(seen(same, moved)).toEqual(["cores 8000", "masters 8000", "B 0"]);
  expect(seen(moved, same, { ...moved, name: "D" })).toEqual(["cores 8000", "masters 0", "A 8000"]);
  expect(seenByMasters(memory, [moved]).buses).toEqual(["/soc"]);
});

it("is none for a master that does not see it", () => {
  expect(seen(same, blind)).toEqual(["cores 8000", "A 8000"]);
  expect(seen(blind)).toEqual(["cores 8000"]);
});

it("in parts is said", () => {
  const two = { name: "B", windows: [window(0n, 0x8000n, 0x2000n), window(0x9000n, 0xa000n, 0x2000n)] };
  expect(seen(two)).toEqual([undefined, "/soc"]);
  const half = { name: "B", windows: [window(0n, 0x8000n, 0x2000n)] };
  expect(seen(half)).toEqual([["cores 8000", "masters 0"], "/soc"]);
  const adjacent = { name: "B", windows: [window(0x2000n, 0xa000n, 0x2000n), window(0n, 0x8000n, 0x2000n)] };
  expect(seen(adjacent)).toEqual(["cores 8000", "masters 0"]);
  // A window that begins within the memory: its start would be at no address.
  expect(seen({ name: "B", windows: [window(0n, 0xa000n, 0x2000n)] })).toEqual([undefined, "/soc"]);
});
