// What a description may say already and no fence respects yet.
import type { Chip } from "#generated/descriptions.js";
import type { FactNotActedOn } from "../model/chip.ts";

export function factsNotActedOn(chip: Chip): FactNotActedOn[] {
  return [...ofChip(chip), ...ofMasters(chip), ...ofEvidence(chip)];
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
  return entries.flatMap(({ name, master: { caches }, pointer }) => [
    ...(caches ? [unsafe(`${name} has a cache of its own, ${caches.join(", ")}`, [...pointer, "caches"])] : []),
  ]);
}

function ofEvidence({ evidence }: Chip): FactNotActedOn[] {
  return (["memories", "masters"] as const).flatMap((section) => {
    const entries = evidence?.[section];
    if (typeof entries !== "object" || Array.isArray(entries)) return [];
    return Object.entries(entries).flatMap(([key, facts]) =>
      (["differs", "readOn"] as const).flatMap((fact) =>
        typeof facts === "object" && !Array.isArray(facts) && facts[fact] !== undefined
          ? [harmless("it is for readers", ["evidence", section, key, fact])]
          : [],
      ),
    );
  });
}

function harmless(message: string, pointer: FactNotActedOn["pointer"]): FactNotActedOn {
  return { message, pointer, isHarmless: true };
}

function unsafe(message: string, pointer: FactNotActedOn["pointer"]): FactNotActedOn {
  return { message, pointer, isHarmless: false };
}
