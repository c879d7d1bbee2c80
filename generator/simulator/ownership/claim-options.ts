// What may be said of bytes that a master has.

/** How a master has bytes. */
export interface ClaimOptions {
  /** A descriptor, which the driver may poll meanwhile. */
  readonly isDescriptor?: boolean;
  /** The master found it by looking at a bit in it, which is the last thing that the driver stored and need not be released. */
  readonly isFoundByBit?: boolean;
  /** The master goes on with what it was given once, as in circular mode: nobody releases it each time. */
  readonly isContinued?: boolean;
}
