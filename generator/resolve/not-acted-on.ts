// What a description may say already and no fence respects yet.
import type { CacheLevel, Chip } from "#generated/descriptions.js";
import type { FactNotActedOn } from "../model/chip.ts";
import { coreLevels } from "../validate/core-levels.ts";
import type { Library } from "../validate/library.ts";
import { describedCore, findMechanism, referenceOf } from "./register-prefix.ts";

export function factsNotActedOn(chip: Chip, library: Library): FactNotActedOn[] {
  return [...ofChip(chip), ...ofMasters(chip), ...ofLevels(chip, library)];
}

function ofChip({ family, triedOn }: Chip): FactNotActedOn[] {
  return [
    ...(family === undefined ? [] : [harmless("nothing is taken from other chips of the family", ["family"])]),
    ...(triedOn === undefined ? [] : [harmless("what was tried on a board is for readers", ["triedOn"])]),
  ];
}

function ofMasters({ masters, everyMaster }: Chip): FactNotActedOn[] {
  const entries = [
    { name: "every master", master: everyMaster ?? {}, pointer: ["everyMaster"] },
    ...Object.entries(masters).map(([name, master]) => ({ name: `\`${name}\``, master, pointer: ["masters", name] })),
  ];
  return entries.flatMap(({ name, master: { allocatesIn, caches }, pointer }) => [
    ...(allocatesIn ? [unsafe(`${name} makes lines in ${allocatesIn.join(", ")}`, [...pointer, "allocatesIn"])] : []),
    ...(caches ? [unsafe(`${name} has a cache of its own, ${caches.join(", ")}`, [...pointer, "caches"])] : []),
  ]);
}

function ofLevels(chip: Chip, library: Library): FactNotActedOn[] {
  const levels = [
    ...chip.cores.flatMap((entry, index) => {
      const levels = coreLevels<CacheLevel>(describedCore(entry, library), entry);
      return levels.map((level) => ({ level, pointer: ["cores", index] }));
    }),
    ...(chip.caches ?? []).map((level, index) => ({ level, pointer: ["caches", index] })),
  ];
  return levels.flatMap(({ level, pointer }) => {
    const { name, takesCleanVictims } = level;
    const { mechanism: id } = referenceOf(level);
    const mechanism = id === undefined ? undefined : findMechanism(id, chip, library);
    const seen = Object.entries(mechanism?.operations ?? {}).flatMap(([operation, { seenByOtherCores }]) =>
      seenByOtherCores === undefined ? [] : [operation],
    );
    return [
      ...(takesCleanVictims ? [unsafe(`${name} takes clean lines that an inner level evicts`, pointer)] : []),
      ...(seen.length > 0
        ? [
            harmless(
              `whether other cores see ${seen.join(", ")} of ${id}: a fence orders nothing between cores`,
              pointer,
            ),
          ]
        : []),
    ];
  });
}

function harmless(message: string, pointer: FactNotActedOn["pointer"]): FactNotActedOn {
  return { message, pointer, isHarmless: true };
}

function unsafe(message: string, pointer: FactNotActedOn["pointer"]): FactNotActedOn {
  return { message, pointer, isHarmless: false };
}
