// Fences that change in the same way are one thing to review.
import { compareCodePoints } from "../diagnostics/diagnostic.ts";
import { type FenceChange, type Group, type Verdict, verdicts } from "./comparison.ts";

/** @param titles of chips, by id, which words about them may hold */
export function grouped(changes: readonly FenceChange[], titles: ReadonlyMap<string, string>): Group[] {
  const groups = new Map<string, FenceChange[]>();
  for (const change of changes) {
    const key = whatIsAlike(change, titles.get(change.chip));
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()]
    .map(([first, ...others]): Group => ({ ...first!, alike: others.map(({ chip, fence }) => ({ chip, fence })) }))
    .sort(
      (a, b) =>
        verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) ||
        b.masters.length - a.masters.length ||
        compareCodePoints(a.chip, b.chip) ||
        compareCodePoints(a.fence, b.fence),
    );
}

export function countsOf(changes: readonly FenceChange[], unchanged: number): Partial<Record<Verdict, number>> {
  const counts = verdicts.map(
    (verdict) => [verdict, changes.filter((each) => each.verdict === verdict).length] as const,
  );
  return Object.fromEntries([
    ...counts.filter(([, count]) => count > 0),
    ...(unchanged > 0 ? [["unchanged", unchanged]] : []),
  ]);
}

/** All that is said of a fence, but for its names and for the execution, which differs in names of memories and masters. */
function whatIsAlike(
  { chip, fence, place: _, executions: __, ...change }: FenceChange,
  title: string | undefined,
): string {
  const names = [fence, chip, ...(title === undefined ? [] : [title])].filter((name) => name !== "");
  return names.reduce((text, name) => text.replaceAll(JSON.stringify(name).slice(1, -1), "*"), JSON.stringify(change));
}
