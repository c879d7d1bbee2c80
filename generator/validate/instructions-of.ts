// The instructions that a description brings.
import { assemblyOfArchitecture, assemblyOfMechanism } from "./assembler.ts";

/** Every text of a description that becomes assembly, of a chip those of the mechanisms that it defines. */
export function instructionsOf(description: unknown): string[] {
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
