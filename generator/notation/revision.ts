// Which revisions of silicon an erratum counts for. What is not known to be free of it is affected.

export interface Affected {
  readonly affected: boolean;
  /** Whether the revision is known to be affected, or only not known to be free of it. */
  readonly certain: boolean;
}

/** @param revision as a description says it; undefined or `unknown` where it is not known */
export function affectedBy(affects: "all" | readonly string[], revision: string | undefined): Affected {
  if (affects === "all") return { affected: true, certain: true };
  if (revision === undefined || revision.trim().toLowerCase() === "unknown") return { affected: true, certain: false };
  const own = normalized(revision);
  if (affects.some((each) => normalized(each) === own)) return { affected: true, certain: true };
  // A revision that is written in another way than those of the erratum cannot be compared with them.
  return { affected: !affects.some((each) => hasFormOf(each, revision)), certain: false };
}

/** Whether an erratum counts for a revision. One that costs speed only does not where it may be absent. */
export function counts(
  { affects, harms }: { readonly affects: "all" | readonly string[]; readonly harms?: "data" | "speed" | undefined },
  revision: string | undefined,
): Affected {
  const { affected, certain } = affectedBy(affects, revision);
  return { affected: affected && (harms !== "speed" || certain), certain };
}

/** Whether two revisions are written alike, such as r0p1 and r2p0, so that different ones are different. */
export function hasFormOf(one: string, other: string): boolean {
  const form = (revision: string) =>
    normalized(revision)
      .replace(/\d+/g, "0")
      .replace(/[a-z]+/g, "a");
  return form(one) === form(other);
}

/** In small letters, numbers without leading zeros, and without the release that Arm appends: `r3p0-00rel0` is r3p0. */
function normalized(revision: string): string {
  return revision
    .trim()
    .toLowerCase()
    .replace(/-\d+rel\d+$/, "")
    .replace(/\d+/g, (number) => String(Number(number)));
}
