// The character of a run. Mistakes need opposite kinds of bad luck: a stale line must stay to be found, a dirty one must be
// written back; so each seed does one thing thoroughly instead of everything a little.
import { mixed } from "./random.ts";

export interface Mood {
  /**
   * calm: only fetch what is accessed, and keep it. keen: fetch whatever they may as soon as somebody has touched it, and keep it.
   * busy: fetch and evict all the time.
   */
  readonly caches: "calm" | "keen" | "busy";
  /** burst: an engine that gets a turn does all that it can. trickle: one access a turn. */
  readonly engines: "burst" | "trickle";
  /** eager: the CPU performs what it may at once. lazy: stores as late as it may, and what may overtake them before. */
  readonly cpu: "eager" | "lazy";
  /** When a load, or an operation on a line, is performed that may have been before: late: mostly when it comes. early: mostly as early as it may be. */
  readonly loads: "late" | "early";
}

const caches = ["keen", "busy", "calm"] as const;
/** Each combination, so ordered that opposite ones come soon after each other: a few seeds have tried everything. */
const others: readonly Omit<Mood, "caches">[] = [
  { loads: "early", cpu: "lazy", engines: "trickle" },
  { loads: "late", cpu: "eager", engines: "burst" },
  { loads: "early", cpu: "eager", engines: "burst" },
  { loads: "late", cpu: "lazy", engines: "trickle" },
  { loads: "early", cpu: "eager", engines: "trickle" },
  { loads: "late", cpu: "lazy", engines: "burst" },
  { loads: "early", cpu: "lazy", engines: "burst" },
  { loads: "late", cpu: "eager", engines: "trickle" },
];

/** Each of the 24 characters in turn. */
export function moodOf(seed: number): Mood {
  const number = ((seed % 24) + 24) % 24;
  return { caches: caches[number % 3]!, ...others[Math.floor(number / 3)]! };
}

/** What memory holds before anybody has stored anything: garbage, which is another one for each seed. */
export function garbageOf(seed: number): (address: bigint, lengthBytes: number) => Uint8Array {
  return (address, lengthBytes) => {
    const first = Number(address & 0xffff_ffffn);
    const bytes = new Uint8Array(lengthBytes);
    for (let offset = 0; offset < lengthBytes; offset++) bytes[offset] = mixed(seed, (first + offset) >>> 0);
    return bytes;
  };
}
