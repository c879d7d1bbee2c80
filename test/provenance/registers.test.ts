// No chip's outputs take registers for memory that a master reads or writes: where the second source says that registers
// lie, and where the mechanisms of its caches have theirs.
import { join } from "node:path";
import { expect, it } from "vitest";
import { type DmaReach, reachOf } from "../../generator/index.ts";
import type { ResolvedChip, ResolvedCore } from "../../generator/model/chip.ts";
import { seenBy } from "../../generator/semantics/memory-map.ts";
import { root } from "../support/command.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { chipRecords } from "./second-source.ts";

interface Window {
  readonly first: bigint;
  readonly last: bigint;
}

function windowsOf({ id }: ResolvedChip, core: ResolvedCore): Window[] {
  const record = chipRecords.find(({ chip }) => chip === id);
  const recorded = (record?.registers ?? []).filter((each) => each.core === undefined || each.core === core.name);
  const own = core.caches.flatMap(({ mechanism }) =>
    (mechanism?.operations ?? []).flatMap(({ sequence }) =>
      sequence.flatMap((item) => ("register" in item ? [item.register] : [])),
    ),
  );
  return [
    ...recorded.map(({ base, bytes }) => ({ first: BigInt(base), last: BigInt(base) + BigInt(bytes) - 1n })),
    ...own.map(({ address, widthBits }) => ({ first: address, last: address + BigInt(widthBits / 8 - 1) })),
  ];
}

it.each(shippedChips)("%s", async (id) => {
  const { chip, fences } = planOf(id).planned!;
  for (const core of chip.cores) {
    const windows = windowsOf(chip, core);
    // A chip is added with its description alone, and recorded later by somebody else; second-source.test.ts counts those that are not.
    if (chipRecords.some(({ chip }) => chip === id))
      expect(windows.length, "registers that are known").toBeGreaterThan(0);
    for (const { name, base, sizeBytes } of seenBy(chip, core).regions) {
      const inTheWay = windows.filter(({ first, last }) => base <= last && first < base + sizeBytes);
      expect(inTheWay, `registers in ${name}`).toEqual([]);
    }
  }
  // What is emitted says so.
  const module = (await import(join(root, `out/typescript/${id}.ts`)).catch(() => ({}))) as Record<
    string,
    { reach?: DmaReach }
  >;
  for (const { name, core, coreName } of fences) {
    const reach = module[name]?.reach;
    if (!reach) continue;
    const windows = windowsOf(chip, chip.cores.find((each) => each.id === core && each.name === coreName)!);
    const places = windows.flatMap(({ first, last }) => [first, last]);
    for (const master of Object.keys(reach.masters))
      for (const address of places)
        for (const access of ["read", "write"] as const)
          expect(
            reachOf(reach, master, access, { address, lengthBytes: 1 }),
            `${master} at 0x${address.toString(16)}`,
          ).not.toMatch(/yes|unknown/);
  }
});
