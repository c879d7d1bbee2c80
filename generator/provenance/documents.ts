// The reverse view: which facts rest on a document, a repository or an erratum.
import type { ChipFact } from "./chip-facts.ts";

/** The facts that cite something with the text in its title, number or place, or that are about such an erratum. */
export function factsFrom(facts: readonly ChipFact[], text: string): ChipFact[] {
  const wanted = text.toLowerCase();
  const has = (candidate: string) => candidate.toLowerCase().includes(wanted);
  return facts.filter(
    ({ name, sources }) =>
      (name.includes("erratum ") && has(name)) ||
      sources.some(({ document, place, verified }) => verified && (has(document) || has(`${document}: ${place}`))),
  );
}
