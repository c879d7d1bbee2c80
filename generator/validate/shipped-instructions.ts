// Which instructions come with fencegen: others are nobody's but their author's, and generated files say so.
import { shippedValues } from "../load/shipped.ts";
import { assemblyOfArchitecture, assemblyOfMechanism } from "./assembler.ts";

let known: ReadonlySet<string> | undefined;

/** The instructions of a description that no description that comes with fencegen has, in its order, each once. */
export function foreignInstructions(description: unknown): string[] {
  known ??= new Set(shippedValues().flatMap(instructionsOf));
  const shipped = known;
  return [...new Set(instructionsOf(description))].filter((instruction) => !shipped.has(instruction));
}

/** Every text of a description that becomes assembly, of a chip those of the mechanisms that it defines. */
function instructionsOf(description: unknown): string[] {
  if (typeof description !== "object" || description === null) return [];
  const value = description as Readonly<Record<string, unknown>>;
  const { mechanisms, barrierOverrides } = value;
  const texts =
    "architecture" in value && "assembly" in value
      ? assemblyOfArchitecture(value)
      : [value, ...(Array.isArray(mechanisms) ? (mechanisms as (typeof value)[]) : [])].flatMap((mechanism) =>
          assemblyOfMechanism(mechanism ?? {}, []),
        );
  const overrides = Array.isArray(barrierOverrides) ? (barrierOverrides as (typeof value)[]) : [];
  return [...texts.map(({ text }) => text), ...overrides.flatMap((each) => each?.["use"] ?? []).map(String)];
}
