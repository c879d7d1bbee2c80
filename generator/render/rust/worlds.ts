// Fences of one chip that differ only in where a cache controller's registers are, such as those of the two security
// states of a core: they become one type that is given the place.
import type { Register, ResolvedChip } from "../../model/chip.ts";
import { coreOf } from "../../plan/plan-chip.ts";
import { blocksOf, registersOf } from "../../program/statement.ts";
import { cachesOf } from "../../semantics/instruction.ts";
import { seenBy } from "../../semantics/memory-map.ts";
import type { PrintedFence } from "../printer.ts";

/** One type: a fence, or several that are alike but for one address. */
export interface World {
  readonly fence: PrintedFence;
  /** Where its registers begin. */
  readonly base: bigint;
}

/** The fences in groups, each of what one type can be; of a fence that is like no other, a group of one. */
export function groupWorlds(fences: readonly PrintedFence[], chip: ResolvedChip): PrintedFence[][] {
  if (fences.length === 1) return [[...fences]];
  const groups = new Map<string, PrintedFence[]>();
  for (const fence of fences) {
    const key = withoutBase(fence, chip);
    groups.set(key, [...(groups.get(key) ?? []), fence]);
  }
  return [...groups.values()];
}

/** The address of the lowest register that a fence accesses; undefined where it accesses none. */
export function baseOf({ program }: PrintedFence): bigint | undefined {
  return registersOf(blocksOf(program))[0]?.address;
}

/** A register's name without that of the core whose it is. */
export function nameWithoutCore({ name }: Register, coreName: string): string {
  return coreName !== "" && name.startsWith(`${coreName}_`) ? name.slice(coreName.length + 1) : name;
}

/** All that a fence is, with its registers at their distance from the first. */
function withoutBase(fence: PrintedFence, chip: ResolvedChip): string {
  const base = baseOf(fence);
  const core = coreOf(chip, fence);
  // Without registers there is nothing that a type could be given, and each fence is one of its own.
  if (base === undefined) return fence.name;
  const { regions, dma } = seenBy(chip, core);
  const { program, obligations, controllers, lineBytes, bufferAlignmentBytes, needsDescribedMemory } = fence;
  const promises = obligations.filter(({ kind }) => kind !== "chip");
  const levels = cachesOf(core).map(({ mechanism: _, maintenanceSources: __, ...level }) => level);
  const errata = core.errata.map(({ id, title, certain }) => [id, title, certain]);
  return JSON.stringify(
    [
      [program, promises, controllers, lineBytes, bufferAlignmentBytes, needsDescribedMemory],
      [core.id, core.architecture, core.targetArch, levels, errata, regions, dma],
    ],
    (key, value: unknown) => {
      if (key === "register" && isRegister(value))
        return { ...value, name: nameWithoutCore(value, fence.coreName), address: value.address - base };
      return typeof value === "bigint" ? `${value}n` : value;
    },
  );
}

function isRegister(value: unknown): value is Register {
  return typeof value === "object" && value !== null && "address" in value && "widthBits" in value;
}
