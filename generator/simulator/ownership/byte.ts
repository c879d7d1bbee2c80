// What is known of a byte that a driver and its masters share.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import type { ClaimOptions } from "./claim-options.ts";

export type Direction = "read" | "write";

/** What a master has, from the start of a transfer until the driver has taken it back. */
export interface Claim extends ClaimOptions {
  readonly master: string;
  readonly buffer: DmaBuffer;
  readonly direction: Direction;
  readonly isDescriptor: boolean;
  /** Of a write by a master of which nobody said what it has: that it may write is known, how long it does is not. */
  readonly isGuessed?: boolean;
  /** running until the master is done, ended until the driver has seen that, then seen. */
  state: "running" | "ended" | "seen";
  /** How many bytes from its start are done while it runs, and how many were when the driver looked last; none where left out. */
  doneBytes?: number;
  seenBytes?: number;
}

export interface Byte {
  /** Numbers of the driver's calls; 0 for never. */
  releasedAt: number;
  acquiredAt: number;
  storedAt: number;
  loadedAt: number;
  /** When acquire took back what a master had written there, that nothing has been stored over. */
  arrivedAt: number;
  /** How many events there had been. */
  eventsAtRelease: number;
  eventsAtAcquire: number;
  readonly claims: Set<Claim>;
}

/** Whether the driver has seen that a master is done with the byte at an address. */
export function isSeen({ state, buffer, seenBytes = 0 }: Claim, address: bigint): boolean {
  return state === "seen" || address < buffer.address + BigInt(seenBytes);
}

/** A master has the byte at an address: what it does with it, and what the driver has not done yet. @param name of the byte */
export function whyOut(claim: Claim, address: bigint, name: string): readonly [string, string] {
  const { master, direction, isFoundByBit = false } = claim;
  if (isSeen(claim, address))
    return [`${master} has written ${name}`, "and acquire has not taken it back since its end was seen"];
  // It goes on with the descriptor as it was when it looked.
  if (isFoundByBit) return [`${master} has fetched ${name} already`, "and the driver has not seen it given back"];
  return [`${master} ${direction}s ${name}`, "and the driver has not seen its end"];
}

/** Whether the driver may not load the byte at an address: a master writes it, or has and no acquire came after that. */
export function isWrittenMeanwhile(claim: Claim, address: bigint): boolean {
  const { direction, isDescriptor, isGuessed = false } = claim;
  return direction === "write" && !isDescriptor && (!isGuessed || isSeen(claim, address));
}
