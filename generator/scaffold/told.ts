import type { Witness } from "../witness/witness.ts";

/** A file, and what a description cites for it. */
export interface Told {
  readonly witness: Witness;
  readonly source: string;
}

/** What a file says at a place in it. */
export function cited(source: string, place: string): string {
  return `${source} (${place})`;
}
