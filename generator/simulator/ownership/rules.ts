// The rules by which a driver and its DMA masters share memory, and what is said of one that was broken.

/** What each rule forbids, as it is said after a finding. */
export const ownershipRules = {
  "not-released": "what a master gets is released after the last store to it",
  "start-while-running": "a transfer is not started before the end of the one before has been seen",
  "overlapping-transfers": "no master writes what another one has",
  "load-while-out": "what a master writes is loaded after its end has been seen and acquire has taken it back",
  "store-while-out": "what a master has is not stored to before its end has been seen",
  "acquire-before-end": "acquire comes after the end has been seen",
  "shared-line": "nothing is stored to a cache line of what a master writes, from release until acquire",
  "nothing-was-looked-at": "a test looks at each buffer that arrived, or what is in it is right with any fence",
} as const;

/** Names of the rules. */
export type OwnershipRule = keyof typeof ownershipRules;

/** What becomes of a finding: nothing, a line among `findings`, or an error at once. */
export type OwnershipLevel = "off" | "warn" | "error";

/**
 * One level for all rules, or one for each; `warn` where left out. That nothing of a buffer was looked at is said of the test, and no
 * fault of its driver: `error` for all rules leaves it a warning.
 */
export type OwnershipLevels = OwnershipLevel | { readonly [Rule in OwnershipRule]?: OwnershipLevel };

/** A rule that a driver broke. */
export interface OwnershipFinding {
  readonly rule: OwnershipRule;
  /** The call in which it was broken, such as `acquire(rx)`, or `DMA` for an access of a master. */
  readonly call: string;
  /** Name of the master that has, or gets, the byte. */
  readonly master: string;
  /** Address of the first byte. */
  readonly address: bigint;
  /** All of it in one sentence. */
  readonly text: string;
}

/** A driver broke a rule whose level is `error`. */
export class OwnershipError extends Error {
  override readonly name = "OwnershipError";
  /** What it did. */
  readonly finding: OwnershipFinding;

  constructor(finding: OwnershipFinding) {
    super(finding.text);
    this.finding = finding;
  }
}

export function levelOf(rule: OwnershipRule, levels: OwnershipLevels): OwnershipLevel {
  if (typeof levels !== "string") return levels[rule] ?? "warn";
  return rule === "nothing-was-looked-at" && levels === "error" ? "warn" : levels;
}
