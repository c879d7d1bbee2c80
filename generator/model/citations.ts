// Where facts were read, as people see it.
import type { Citation, FactSources } from "./chip.ts";

/** All that an entry cites. */
export function allSources(sourcesOf: FactSources<string>): Citation[] {
  return distinct(Object.values(sourcesOf).flat());
}

/** `Arm … User Guide, ARM DUI 0646, C: 4.8.7`, or `unverified`. */
export function citationText({ document, place, verified }: Citation): string {
  if (!verified) return place ? `unverified: ${place}` : "unverified";
  return place ? `${document}: ${place}` : document;
}

/** Whether every part of a fact was read somewhere. */
export function isRead(sources: readonly Citation[]): boolean {
  return sources.length > 0 && sources.every(({ verified }) => verified);
}

/** Each citation once, in the order of their first appearance. */
export function distinct(citations: readonly Citation[]): Citation[] {
  return [...new Map(citations.map((citation) => [JSON.stringify(citation), citation])).values()];
}
