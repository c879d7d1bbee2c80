// What is wrong with the hand-over of a byte, as a test asks for it, in a clause.
import { type Byte, isWrittenMeanwhile, whyOut } from "./byte.ts";
import type { HandOver } from "./hand-over.ts";

/** @param name of the byte @returns undefined where nothing is wrong */
export function whyNot(asked: HandOver, byte: Byte, name: string): string | undefined {
  return asked === "handed-over" ? whyNotHandedOver(byte, name) : whyNotTakenBack(byte, name);
}

function whyNotHandedOver({ releasedAt, acquiredAt, storedAt }: Byte, name: string): string | undefined {
  if (releasedAt === 0) return `${name} was never released`;
  if (storedAt > releasedAt) return `the driver has stored to ${name} since it was released`;
  if (acquiredAt > releasedAt) return `acquire has taken ${name} back since it was released`;
  return undefined;
}

function whyNotTakenBack({ releasedAt, acquiredAt, claims }: Byte, name: string): string | undefined {
  const out = [...claims].find((claim) => isWrittenMeanwhile(claim) || (!claim.isGuessed && claim.state !== "seen"));
  if (out) return whyOut(out, name).join(", ");
  if (releasedAt > acquiredAt) return `${name} was released, and acquire has not taken it back since`;
  return undefined;
}
