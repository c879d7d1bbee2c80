// What a Rust file cites: documents by number and their places by letter, in the order in which the file is read. Comments
// say `[2a, 4b]`, and the list stands once at the foot of the file.
import type { Citation } from "../../model/chip.ts";
import type { Code } from "../code.ts";
import { commentItem, rust } from "./encode.ts";

export class Sources {
  readonly #places = new Map<string, string[]>();

  /** The text followed by the numbers of its sources in brackets. */
  cited(text: string, citations: readonly Citation[]): string {
    const numbers = [...new Set(citations.map((citation) => this.#numberOf(citation)))];
    return numbers.length > 0 ? `${text} [${numbers.join(", ")}]` : text;
  }

  /** The list for the foot of the file; empty where nothing is cited. @param width of a line */
  foot(width: number): readonly Code<"rust">[] {
    if (this.#places.size === 0) return [];
    return [
      rust`// Sources:`,
      ...[...this.#places].flatMap(([document, places], index) => {
        const listed = places.map((place, at) => `(${letter(at)}) ${place}`).join("; ");
        return commentItem(listed ? `${document}: ${listed}` : document, `${index + 1}.`, width);
      }),
    ];
  }

  #numberOf({ document, place, verified }: Citation): string {
    if (!verified) return place ? `unverified, ${place}` : "unverified";
    const places = this.#places.get(document) ?? [];
    this.#places.set(document, places);
    const number = [...this.#places.keys()].indexOf(document) + 1;
    if (!place) return `${number}`;
    if (!places.includes(place)) places.push(place);
    return `${number}${letter(places.indexOf(place))}`;
  }
}

/** `a` to `z`, then `aa`. */
function letter(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : `${letter(Math.floor(index / 26) - 1)}${last}`;
}
