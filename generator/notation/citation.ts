// How a place in a source is written: `key place`, or `key@revision place`.

export interface CitationText {
  /** Of an entry under `sources`; `unverified` or `TODO` where there is none. */
  readonly key: string;
  /** Of a repository. */
  readonly revision: string | undefined;
  readonly place: string;
}

export function parseCitation(text: string): CitationText {
  const [head = "", ...rest] = text.split(" ");
  const [key = "", revision] = head.split("@");
  return { key, revision, place: rest.join(" ") };
}

/** A document as it is cited. */
export function titleOf(document: string, revision: string | undefined): string {
  return document + (revision ? `, ${revision}` : "");
}

/** The lines of a file in a place, such as `:12-34` of `mm/memory.c:12-34`. They move with every commit. */
export const linesOfFile = /(?<=[./]\S*):\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*(?![\w:])/g;
