// Which word was meant by one that nobody knows: a command, a flag, a chip, a key. Everyone who offers one asks here.

/** The shortest beginning of a word that says which is meant. */
const shortestBeginning = 2;
/** How many are named where several begin with what was written. */
const mostNamed = 3;

/** The candidate nearest to a misspelt or shortened word, if any is near enough to be meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  return nearestOf(word, candidates)[0];
}

/**
 * Every candidate that is near enough to be meant, the nearest first. What begins with the word comes before everything that only looks
 * like it: people stop typing more often than they mistype, and of names that differ by a digit each is near to all.
 */
export function nearestOf(word: string, candidates: Iterable<string>): string[] {
  const written = word.toLowerCase();
  const farthest = Math.max(2, Math.floor(word.length / 3));
  return [...candidates]
    .map((candidate) => ({ candidate, ...nearness(written, candidate.toLowerCase(), farthest) }))
    .filter(({ isBeginning, distance }) => isBeginning || distance <= farthest)
    .sort(
      (a, b) =>
        Number(b.isBeginning) - Number(a.isBeginning) ||
        a.distance - b.distance ||
        // Names differ in what stands behind the family.
        b.shared - a.shared,
    )
    .map(({ candidate }) => candidate);
}

/** The end of a message about an unknown word, such as "; did you mean `stm32h743`?"; empty where nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearestOf(word, candidates);
  const written = word.toLowerCase();
  const beginning = near.filter((each) => begins(each.toLowerCase(), written));
  const named = (beginning.length > 1 ? beginning.slice(0, mostNamed) : near.slice(0, 1)).map((each) => `\`${each}\``);
  if (named.length === 0) return "";
  const last = named.pop()!;
  return `; did you mean ${named.length > 0 ? `${named.join(", ")} or ${last}` : last}?`;
}

function nearness(word: string, candidate: string, farthest: number) {
  const isBeginning = begins(candidate, word);
  const isFar = Math.abs(word.length - candidate.length) > farthest;
  // A beginning is not asked how much is left out, only which candidate leaves out least.
  const distance = isBeginning
    ? candidate.length - word.length
    : isFar
      ? Number.POSITIVE_INFINITY
      : editDistance(word, candidate);
  return { isBeginning, distance, shared: sharedBeginning(word, candidate) };
}

function begins(candidate: string, word: string): boolean {
  const letters = word.replace(/^-+/, "");
  return letters.length >= shortestBeginning && candidate.startsWith(word);
}

function sharedBeginning(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
