// What a description says under `differs`, beside what was found: a difference that it knows, and one that is there no longer.
import type { Citation, ResolvedChip } from "../model/chip.ts";
import { type DifferenceOfFact, knownDifferencesOf } from "../model/known-differences.ts";
import type { Finding } from "./finding.ts";
import type { Witness } from "./witness.ts";

/** A difference that the description knows is `known`; one that it says this file has, and that the file has not, `stale`. */
export function withKnownDifferences(
  findings: readonly Finding[],
  chip: ResolvedChip,
  { path, kind }: Witness,
): Finding[] {
  const known = knownDifferencesOf(chip);
  const file = { path, kind };
  const stated = new Set(findings.flatMap(({ fact, there }) => (there ? [fact] : [])));
  return [
    ...findings.map((finding) => withReason(finding, known, file)),
    // A file of which it is known that it says something, and that says nothing.
    ...known
      .filter(({ name, source }) => !stated.has(name) && isOf(source, file) === "the file")
      .map(
        (difference): Finding => ({ fact: difference.name, here: undefined, there: undefined, ...stale(difference) }),
      ),
  ];
}

function withReason(finding: Finding, known: readonly DifferenceOfFact[], file: File): Finding {
  const { fact, verdict, there } = finding;
  const ofFact = known.filter(({ name }) => name === fact);
  if (verdict === "differs" && there) {
    const same = ofFact.find(({ says }) => plain(says) === plain(there.value));
    return same ? { ...finding, verdict: "known", because: same.because } : finding;
  }
  const gone = verdict === "agrees" ? ofFact.find(({ source }) => isOf(source, file)) : undefined;
  return gone ? { ...finding, ...stale(gone) } : finding;
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
