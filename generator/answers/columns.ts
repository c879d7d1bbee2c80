// How wide a line may be, as whoever looks sees it.

/** Where a terminal does not say. */
const usualColumns = 80;
/** Narrower than this nothing can be read, and a number that is none asks for nothing. */
const fewestColumns = 20;
const mostColumns = 1000;

/**
 * What COLUMNS says; of a terminal, what it says; of a pipe or a file nothing: whatever reads that wants lines whole.
 * @param stream asked only where it is a terminal, because opening it takes time
 */
export function columnsOf(
  { COLUMNS }: Readonly<Record<string, string | undefined>>,
  stream: () => { readonly isTTY?: boolean; readonly columns?: number } | undefined,
): number | undefined {
  const asked = Number(COLUMNS);
  if (asked >= fewestColumns && asked <= mostColumns) return Math.floor(asked);
  const terminal = stream();
  if (!terminal?.isTTY) return undefined;
  return Math.max(fewestColumns, terminal.columns || usualColumns);
}
