// What tells the registers of a chip's cache controllers apart in emitted code, and how descriptions refer to each other.
import type {
  CacheLevel as CacheLevelYaml,
  ChipCore as ChipCoreYaml,
  Chip as ChipYaml,
  Core as CoreYaml,
  Mechanism as MechanismYaml,
} from "#generated/descriptions.js";
import { constantName } from "../notation/names.ts";
import { parseQuantity } from "../notation/quantity.ts";
import { coreLevels } from "../validate/core-levels.ts";
import type { Library } from "../validate/library.ts";

export function describedCore({ core }: ChipCoreYaml, library: Library): CoreYaml {
  return (typeof core === "string" ? library.get("core", core)!.value : core) as CoreYaml;
}

export function findMechanism(id: string, chip: ChipYaml, library: Library): MechanismYaml {
  const inline = chip.mechanisms?.find(({ mechanism }) => mechanism === id);
  return inline ?? (library.get("mechanism", id)!.value as MechanismYaml);
}

/** How a level is maintained; empty where no way is known. */
export function referenceOf({
  maintenance,
}: Pick<CacheLevelYaml, "maintenance">): Partial<Exclude<NonNullable<CacheLevelYaml["maintenance"]>, string>> {
  return typeof maintenance === "object" ? maintenance : maintenance === undefined ? {} : { mechanism: maintenance };
}

/** What tells the registers of several controllers of one kind apart: the names of core and level, as far as needed. */
export function registerPrefix(
  mechanism: string,
  level: CacheLevelYaml,
  entry: ChipCoreYaml,
  chip: ChipYaml,
  library: Library,
): string {
  const own = findMechanism(mechanism, chip, library).base;
  const basesOf = (cores: readonly ChipCoreYaml[]) => {
    const bases = levelsOf(cores, chip, library).flatMap((each) => {
      const its = referenceOf(each);
      return its.mechanism === mechanism ? [its.base ?? own] : [];
    });
    return new Set(bases.map((base) => (base === undefined ? undefined : parseQuantity(base)))).size;
  };
  const [inCore, inChip] = [basesOf([entry]), basesOf(chip.cores)];
  const hasNamesake = isNamedLikeAnother(mechanism, level, chip, library);
  const ofCore = inChip > inCore || (hasNamesake && chip.cores.length > 1 && isOfEntry(level, chip));
  return `${ofCore ? `${entry.name}_` : ""}${inCore > 1 || hasNamesake ? `${level.name}_` : ""}`;
}

/** Whether a cache is one of a single core. */
function isOfEntry(level: CacheLevelYaml, { caches = [], everyMaster, masters }: ChipYaml): boolean {
  const others = [everyMaster ?? {}, ...Object.values(masters)].flatMap((master) => master.caches ?? []);
  return ![...caches, ...others].includes(level);
}

/** Whether another mechanism of the chip has a register elsewhere that would be called the same. */
function isNamedLikeAnother(mechanism: string, level: CacheLevelYaml, chip: ChipYaml, library: Library): boolean {
  const own = addressesOf(mechanism, level, chip, library);
  return levelsOf(chip.cores, chip, library).some((other) => {
    const its = referenceOf(other).mechanism;
    if (its === undefined || its === mechanism) return false;
    return [...addressesOf(its, other, chip, library)].some(
      ([name, address]) => (own.get(name) ?? address) !== address,
    );
  });
}

/** Where the registers of a level's mechanism are, by the names that constants get. */
function addressesOf(id: string, level: CacheLevelYaml, chip: ChipYaml, library: Library): Map<string, bigint> {
  const mechanism = findMechanism(id, chip, library);
  const base = referenceOf(level).base ?? mechanism.base ?? 0;
  return new Map(
    Object.entries(mechanism.registers ?? {}).map(([name, { offset }]) => [
      constantName(name),
      parseQuantity(base) + parseQuantity(offset),
    ]),
  );
}

function levelsOf(cores: readonly ChipCoreYaml[], chip: ChipYaml, library: Library): CacheLevelYaml[] {
  return [
    ...cores.flatMap((entry) => coreLevels<CacheLevelYaml>(describedCore(entry, library), entry)),
    ...(chip.caches ?? []),
    ...[chip.everyMaster ?? {}, ...Object.values(chip.masters)].flatMap(({ caches = [] }) => caches),
  ];
}
