// What a description says under `differs`, beside what was found: a difference that it knows, and one that is there no longer.
import type { Citation, ResolvedChip } from "../model/chip.ts";
import { type DifferenceOfFact, knownDifferencesOf } from "../model/known-differences.ts";
import { isExact, isQuantity, parseQuantity } from "../notation/quantity.ts";
import type { Finding } from "./finding.ts";
import { type AddressRange, isWithin, type Witness } from "./witness.ts";

/** A difference that the description knows is `known`; one that it says this file has, and that the file has not, `stale`. */
export function withKnownDifferences(
  findings: readonly Finding[],
  chip: ResolvedChip,
  { path, kind }: Witness,
): Finding[] {
  const known = knownDifferencesOf(chip);
  const file = { path, kind };
  const judged = findings.map((finding) => withReason(finding, known, file));
  /** That the file says nothing of it, or only what other entries say that it says. */
  const isSaidNowhere = ({ name, says }: DifferenceOfFact) =>
    judged
      .filter(({ fact, there }) => fact === name && there)
      .every(({ verdict, there, isPart = false }) => verdict === "known" && !saysTheSame(there!.value, says, isPart));
  return [
    ...judged,
    ...known
      .filter((difference) => isOf(difference.source, file) === "the file" && isSaidNowhere(difference))
      .map(
        (difference): Finding => ({ fact: difference.name, here: undefined, there: undefined, ...stale(difference) }),
      ),
  ];
}

function withReason(finding: Finding, known: readonly DifferenceOfFact[], file: File): Finding {
  const { fact, verdict, there, isPart = false } = finding;
  const ofFact = known.filter(({ name }) => name === fact);
  if (verdict === "differs" && there) {
    const alike = ofFact.filter(({ says }) => saysTheSame(there.value, says, isPart));
    const same = alike.find(counts) ?? alike[0];
    if (same && counts(same)) return { ...finding, verdict: "known", because: same.because };
    const [near] = same ? [same] : ofFact;
    return near ? { ...finding, because: nearMiss(near, same !== undefined) } : finding;
  }
  const gone = verdict === "agrees" ? ofFact.find(({ source }) => isOf(source, file)) : undefined;
  return gone ? { ...finding, ...stale(gone) } : finding;
}

/** What nobody has read is no reason to set aside what a file says. */
function counts({ source, sourcesOfFact }: DifferenceOfFact): boolean {
  return source.verified && (sourcesOfFact === undefined || sourcesOfFact.some(({ verified }) => verified));
}

/** Why an entry under `differs` does not make the difference known. */
function nearMiss({ says, source }: DifferenceOfFact, isSame: boolean): string {
  if (isSame && source.verified)
    return "The description knows this difference, but cites no source for what it says instead, so that it does not count.";
  if (isSame) return "The description knows this difference, but cites no source for it, so that it does not count.";
  return `The description knows another difference: ${source.place || "a source"} says ${says}.`;
}

function stale({ says, source }: DifferenceOfFact): Pick<Finding, "verdict" | "because"> {
  return { verdict: "stale", because: `By the description, ${source.place} says ${says}.` };
}

type File = Pick<Witness, "path" | "kind">;

/**
 * Whether a citation is of this very file, or of one that trees of its kind include. A tree does not keep what it is made of, and
 * what a board's own file says holds for that board.
 */
function isOf({ document, place }: Citation, { path, kind }: File): "the file" | "a part of it" | undefined {
  const [, stem, extension] = /([^\s/]+)\.(dtsi?|svd|pdsc)\b/i.exec(place) ?? [];
  if (stem === undefined) return undefined;
  if (extension!.toLowerCase() !== "dtsi") return stem.toLowerCase() === stemOf(path) ? "the file" : undefined;
  const includedBy = document.includes("zephyr") ? "zephyr-tree" : "linux-tree";
  return kind === includedBy ? "a part of it" : undefined;
}

/** Of `a/B.dtb` and of `a/B.pdsc#DEVICE` it is `b`. */
function stemOf(path: string): string {
  const [name] = path.split("#");
  return (/([^\s/\\]+?)(?:\.[a-z]+)?$/i.exec(name!)?.[1] ?? "").toLowerCase();
}

/** @param isPart whether a file says as much as is known where it says a part of it */
function saysTheSame(there: string, known: string, isPart: boolean): boolean {
  if (plain(there) === plain(known)) return true;
  const [parts, wholes] = [rangesIn(there), rangesIn(known)];
  if (!parts || !wholes) return false;
  const isSame = parts.every(
    ({ base, sizeBytes }, at) => base === wholes[at]?.base && sizeBytes === wholes[at].sizeBytes,
  );
  if (isSame && parts.length === wholes.length) return true;
  return isPart && parts.every((part) => wholes.some((whole) => isWithin(part, whole)));
}

/** The ranges of a text such as `0x0 + 1GiB, 0x8000_0000 + 1GiB`; undefined where it is none. */
function rangesIn(text: string): AddressRange[] | undefined {
  const ranges = text.split(",").flatMap((range) => {
    const [base, size, ...more] = range.split("+").map((each) => each.trim());
    const isRange =
      base !== undefined && size !== undefined && more.length === 0 && [base, size].every(isExactQuantity);
    return isRange ? [{ base: parseQuantity(base), sizeBytes: parseQuantity(size) }] : [];
  });
  return ranges.length === text.split(",").length ? ranges : undefined;
}

function isExactQuantity(text: string): boolean {
  return isQuantity(text) && isExact(text);
}

/** `0x10` and `16 bytes` say the same. */
function plain(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/ bytes$/, "")
    .replace(/_/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return /^(?:0x[0-9a-f]{1,16}|\d{1,19})$/.test(words) ? String(BigInt(words)) : words;
}
