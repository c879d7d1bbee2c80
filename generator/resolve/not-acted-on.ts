// What a description may say already and no fence respects yet.
import type { Chip } from "#generated/descriptions.js";
import type { FactNotActedOn } from "../model/chip.ts";

export function factsNotActedOn({ family }: Chip): FactNotActedOn[] {
  return family === undefined ? [] : [harmless("nothing is taken from other chips of the family", ["family"])];
}

function harmless(message: string, pointer: FactNotActedOn["pointer"]): FactNotActedOn {
  return { message, pointer, isHarmless: true };
}
