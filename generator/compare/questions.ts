// What a reviewer who does not know the chip should ask before the change is let in.
import { type FactChange, type FenceChange, isBad } from "./comparison.ts";

const most = 6;

export function questionsAbout(changes: readonly FenceChange[], facts: readonly FactChange[]): string[] {
  const isOf = (test: (change: FenceChange) => boolean) => new Set(changes.filter(test).map(({ chip }) => chip));
  const touched = isOf(({ verdict }) => verdict !== "equivalent");
  const about = facts.filter(
    ({ before, after, chips }) => before?.value !== after?.value && chips.some((id) => touched.has(id)),
  );
  const questions = [
    ...new Set(changes.flatMap((change) => (isBad(change.verdict) ? [ofBad(change)] : []))),
    ...about.map(ofFact),
    ...(changes.some(({ masters }) => masters.some((sentence) => sentence.includes("lose data")))
      ? ["Which drivers name a fence that lost a master? They have to be changed with this."]
      : []),
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
      return "Is it meant that no fence is emitted here? If not, the description has to say more.";
  }
}

function ofFact({ name, after, before }: FactChange): string {
  if (!after) return `Why is it no longer said that ${name} is ${before!.value}?`;
  const fact = `${name} = ${after.value}`;
  if (after.grade === "unverified") return `Who has read that ${fact}? No source is cited.`;
  if (after.grade === "partly") return `Who has read the rest of ${fact}? A part of it has no source.`;
  return `Does ${after.sources[0]} say that ${fact}?`;
}
