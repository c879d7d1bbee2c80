// What a reviewer who does not know the chip should ask before the change is let in.
import { type FactChange, type FenceChange, isBad } from "./comparison.ts";

const most = 6;

export function questionsAbout(changes: readonly FenceChange[], facts: readonly FactChange[]): string[] {
  // A fence that stays as it is may rest on another fact all the same.
  const about = facts.filter(
    ({ before, after, isUse }) =>
      !isUse && (before?.value !== after?.value || (after?.grade === "unverified" && before?.grade !== "unverified")),
  );
  const isKnown = (chip: string) => facts.some(({ chips }) => chips.includes(chip));
  const newChips = new Set(
    changes.filter(({ verdict, chip }) => verdict === "new" && !isKnown(chip)).map(({ chip }) => chip),
  );
  const questions = [
    ...new Set(changes.flatMap((change) => (isBad(change.verdict) ? [ofBad(change)] : []))),
    ...about.map(ofFact),
    ...(changes.some(({ masters }) => masters.some((sentence) => sentence.startsWith("Drivers that hand")))
      ? ["Which drivers name a fence that lost a master? They have to be changed with this."]
      : []),
    ...[...newChips].map(
      (chip) => `Who has opened the sources of ${chip}? \`fencegen facts ${chip} --sources\` lists them.`,
    ),
    ...new Set(
      changes.flatMap(({ unread, chip }) =>
        unread > 0 ? [`Who can read the ${unread} facts of ${chip} that have no source?`] : [],
      ),
    ),
    ...(changes.some(({ verdict }) => verdict === "removed")
      ? ["Does any driver or board still use what is removed?"]
      : []),
  ];
  return questions.length <= most
    ? questions
    : [...questions.slice(0, most - 1), `And ${questions.length - most + 1} facts more, as listed.`];
}

function ofBad({ verdict }: FenceChange): string {
  switch (verdict) {
    case "UNSOUND":
      return "Which fact is wrong or missing? Steps cannot be edited: a fence that is wrong has a wrong description.";
    case "undecided":
      return "Can the fence be split or its facts be made narrower, so that the verifier can search it?";
    default:
      return "Is it meant that no fence is emitted here? If not, the description has to be mended, or to say more.";
  }
}

function ofFact({ name, after, before }: FactChange): string {
  if (!after) return `Why is this no longer said: ${name} = ${before!.value}?`;
  const fact = `${name} = ${after.value}`.replace(/\.$/, "");
  if (after.grade === "unverified") return `Where can this be read: ${fact}? No source is cited.`;
  if (after.grade === "partly") return `Where can all of this be read: ${fact}? A part of it has no source.`;
  const same = before?.sources.join() === after.sources.join() ? ` Before, it was cited for ${before?.value}.` : "";
  return `Does ${after.sources[0]} say this: ${fact}?${same}`;
}
