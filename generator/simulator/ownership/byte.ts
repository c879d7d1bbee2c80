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
}

export interface Byte {
  /** Numbers of the driver's calls; 0 for never. */
  releasedAt: number;
  acquiredAt: number;
  storedAt: number;
  loadedAt: number;
  /** How many events there had been. */
  eventsAtRelease: number;
  eventsAtAcquire: number;
  readonly claims: Set<Claim>;
}

/** A master has a byte: what it does with it, and what the driver has not done yet. @param name of the byte */
export function whyOut({ master, direction, state }: Claim, name: string): readonly [string, string] {
  return state === "seen"
    ? [`${master} has written ${name}`, "and acquire has not taken it back since its end was seen"]
    : [`${master} ${direction}s ${name}`, "and the driver has not seen its end"];
}

/** Whether the driver may not load it: a master writes it, or has and no acquire came after that. */
export function isWrittenMeanwhile({ direction, isDescriptor, isGuessed = false, state }: Claim): boolean {
  return direction === "write" && !isDescriptor && (!isGuessed || state === "seen");
}
