// What a description may say already and no fence respects yet.
import type { Chip } from "#generated/descriptions.js";
import type { FactNotActedOn } from "../model/chip.ts";

export function factsNotActedOn(chip: Chip): FactNotActedOn[] {
  return [...ofChip(chip), ...ofMasters(chip)];
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

function harmless(message: string, pointer: FactNotActedOn["pointer"]): FactNotActedOn {
  return { message, pointer, isHarmless: true };
}

function unsafe(message: string, pointer: FactNotActedOn["pointer"]): FactNotActedOn {
  return { message, pointer, isHarmless: false };
}
