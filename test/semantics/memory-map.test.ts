// Where regions lie, and what a DMA master reaches of them and where.
import { describe, expect, it } from "vitest";
import type { DmaController, Region, ResolvedChip } from "../../generator/model/chip.ts";
import {
  canAccess,
  deviceAddresses,
  extentOf,
  regionAt,
  unreachedRegions,
} from "../../generator/semantics/memory-map.ts";

const region = (name: string, base: bigint, sizeBytes?: bigint) => ({ name, base, sizeBytes }) as Region;
const master = (facts: Partial<DmaController>) =>
  ({ reaches: [], reads: [], writes: [], deviceAddressOffset: {}, ...facts }) as unknown as DmaController;
/** Out of order, with a gap behind `low`. */
const regions = [
  region("last", 0x9000n),
  region("low", 0x1000n, 0x800n),
  region("open", 0x4000n),
  region("high", 0x8000n, 0x1000n),
];
const named = (name: string) => regions.find((each) => each.name === name)!;

describe("a region", () => {
  it.each<[string, bigint, bigint | undefined]>([
    ["low", 0x1000n, 0x17ffn],
    ["high", 0x8000n, 0x8fffn],
    ["open", 0x4000n, 0x7fffn],
    ["last", 0x9000n, undefined],
  ])("%s goes from %s to %s", (name, first, last) => {
    expect(extentOf(named(name), regions)).toEqual({ first, last });
  });

  it.each<[bigint, string | undefined]>([
    [0xfffn, undefined],
    [0x1000n, "low"],
    [0x17ffn, "low"],
    [0x1800n, undefined],
    [0x4000n, "open"],
    [0x7fffn, "open"],
    [0x8000n, "high"],
    [0x9000n, "last"],
    [0xffff_ffff_ffffn, "last"],
  ])("at %s: %s", (address, name) => {
    expect(regionAt(address, regions)?.name).toBe(name);
  });
});

describe("a master", () => {
  const dma = master({ reaches: ["low"], reads: ["high"] });

  it.each([
    ["low", true, true],
    ["low", false, true],
    ["high", false, true],
    ["high", true, false],
    ["open", false, false],
  ])("of %s, writing %s: %s", (name, writes, expected) => {
    expect(canAccess(dma, name, writes)).toBe(expected);
  });

  it("leaves unreached what none of several reaches, not even to read", () => {
    const chip = { regions } as unknown as ResolvedChip;
    const names = (...masters: DmaController[]) => unreachedRegions(chip, masters).map(({ name }) => name);
    expect(names(dma)).toEqual(["last", "open"]);
    expect(names(dma, master({ reaches: ["open"] }))).toEqual(["last"]);
    // Without masters there is nothing to reach it with.
    expect(names()).toEqual([]);
  });
});

describe("a master with addresses of its own", () => {
  const on = (addressBits: 32 | 64 | undefined, facts: Partial<DmaController>) =>
    deviceAddresses({ regions, cores: [{ addressBits }] } as unknown as ResolvedChip, master(facts));
  const reaches = ["low"];
  const reads = ["high"];

  it("sees each region that it can access by the offset for it, else by that for all others", () => {
    const deviceAddressOffset = { low: 0x10n, "": 0x20n };
    expect(on(32, { reaches, reads, deviceAddressOffset })).toEqual([
      { region: "low", first: 0x1010n },
      { region: "high", first: 0x8020n },
    ]);
  });

  it("takes no offset from what every object has by that name", () => {
    const named = (name: string) => ({ regions: [region(name, 0x1000n, 0x800n)], cores: [{ addressBits: 32 }] });
    for (const name of ["toString", "constructor", "__proto__"])
      expect(deviceAddresses(named(name) as unknown as ResolvedChip, master({ reaches: [name] }))).toEqual([]);
  });

  it("sees a region where the CPU does without an offset, or with one of 0 for it", () => {
    expect(on(32, { reaches, reads })).toEqual([]);
    const deviceAddressOffset = { low: 0n, "": 0x20n };
    expect(on(32, { reaches, deviceAddressOffset })).toEqual([]);
  });

  it.each([
    [32, 0xfffn],
    [64, 0x1_0000_0fffn],
    [undefined, 0x1_0000_0fffn],
  ] as const)("wraps at the width of addresses, %s bits", (bits, first) => {
    expect(on(bits, { reaches, deviceAddressOffset: { "": 0xffff_ffffn } })).toEqual([{ region: "low", first }]);
  });
});
