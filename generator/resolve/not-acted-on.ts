// What a description may say already and no fence respects yet.
import type { Chip } from "#generated/descriptions.js";
import type { FactNotActedOn } from "../model/chip.ts";

export function factsNotActedOn({ family, triedOn }: Chip): FactNotActedOn[] {
  return [
    ...(family === undefined ? [] : [harmless("nothing is taken from other chips of the family", ["family"])]),
    ...(triedOn === undefined ? [] : [harmless("what was tried on a board is for readers", ["triedOn"])]),
  ];
}

function harmless(message: string, pointer: FactNotActedOn["pointer"]): FactNotActedOn {
  return { message, pointer, isHarmless: true };
}
