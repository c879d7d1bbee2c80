// What is wrong with the hand-over of a byte, as a test asks for it, in a clause.
import { type Byte, isSeen, isWrittenMeanwhile, whyOut } from "./byte.ts";
import type { HandOver } from "./hand-over.ts";

/** Of the byte at an address. @param name of the byte @returns undefined where nothing is wrong */
export function whyNot(asked: HandOver, byte: Byte, address: bigint, name: string): string | undefined {
  return asked === "handed-over" ? whyNotHandedOver(byte, name) : whyNotTakenBack(byte, address, name);
}

function whyNotHandedOver({ releasedAt, acquiredAt, storedAt }: Byte, name: string): string | undefined {
  if (releasedAt === 0) return `${name} was never released`;
  if (storedAt > releasedAt) return `the driver has stored to ${name} since it was released`;
  if (acquiredAt > releasedAt) return `acquire has taken ${name} back since it was released`;
  return undefined;
}

function whyNotTakenBack({ releasedAt, acquiredAt, claims }: Byte, address: bigint, name: string): string | undefined {
  const out = [...claims].find(
    (claim) => isWrittenMeanwhile(claim, address) || (!claim.isGuessed && !isSeen(claim, address)),
  );
  if (out) return whyOut(out, address, name).join(", ");
  if (releasedAt > acquiredAt) return `${name} was released, and acquire has not taken it back since`;
  return undefined;
}
