// How a place in a source is written: `key place`, or `key@revision place`.

export interface CitationText {
  /** Of an entry under `sources`; `unverified` or `TODO` where there is none. */
  readonly key: string;
  /** Of a repository. */
  readonly revision: string | undefined;
  readonly place: string;
}

export function parseCitation(text: string): CitationText {
  const space = text.indexOf(" ");
  const [head, place] = space === -1 ? [text, ""] : [text.slice(0, space), text.slice(space + 1)];
  const [key = "", revision] = head.split("@");
  return { key, revision, place };
}

/** A document as it is cited. */
export function titleOf(document: string, revision: string | undefined): string {
  return document + (revision ? `, ${revision}` : "");
}

/** The lines of a file in a place, such as `:12-34` of `mm/memory.c:12-34`. They move with every commit. */
export const linesOfFile = /(?<=[./]\S*):\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*(?![\w:])/g;
