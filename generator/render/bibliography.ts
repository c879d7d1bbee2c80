// Numbers the documents that a file's fences cite, so that comments stay short: the list stands once at the
// head of the file, and a comment says number and place.
import { compareCodePoints } from "../diagnostics/diagnostic.ts";
import type { Citation } from "../model/chip.ts";

export class Bibliography {
  readonly documents: readonly string[];

  /** @param citations all that the file will cite */
  constructor(citations: readonly Citation[]) {
    this.documents = [...new Set(citations.flatMap(({ document, verified }) => (verified ? [document] : [])))].sort(
      compareCodePoints,
    );
  }

  /** The text followed by its sources in brackets: `[2, 4.8.7; 3, A7.7.34]`. */
  cited(text: string, citations: readonly Citation[]): string {
    const places = [...new Set(citations.map((citation) => this.#place(citation)))];
    return places.length > 0 ? `${text} [${places.join("; ")}]` : text;
  }

  #place({ document, place, verified }: Citation): string {
    if (!verified) return place ? `unverified, ${place}` : "unverified";
    const number = String(this.documents.indexOf(document) + 1);
    return place ? `${number}, ${place}` : number;
  }
}
