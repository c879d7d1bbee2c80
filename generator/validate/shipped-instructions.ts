// Which instructions come with fencegen: others are nobody's but their author's, and generated files say so.
import { shippedInstructions } from "#generated/shipped-instructions.js";
import { instructionsOf } from "./instructions-of.ts";

let known: ReadonlySet<string> | undefined;

/** The instructions of a description that no description that comes with fencegen has, in its order, each once. */
export function foreignInstructions(description: unknown): string[] {
  known ??= new Set(shippedInstructions);
  const shipped = known;
  return [...new Set(instructionsOf(description))].filter((instruction) => !shipped.has(instruction));
}
