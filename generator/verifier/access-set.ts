// A set of accesses of a program: one bit each, in two numbers because bit operations have 32.
export interface AccessSet {
  readonly low: number;
  readonly high: number;
}

const half = 31;

/** How many accesses a program may have. */
export const mostAccesses = 2 * half;

export const noAccess: AccessSet = { low: 0, high: 0 };

export function has({ low, high }: AccessSet, index: number): boolean {
  return ((index < half ? low >> index : high >> (index - half)) & 1) !== 0;
}

export function plus({ low, high }: AccessSet, index: number): AccessSet {
  return index < half ? { low: low | (1 << index), high } : { low, high: high | (1 << (index - half)) };
}

export function covers({ low, high }: AccessSet, part: AccessSet): boolean {
  return (part.low & ~low) === 0 && (part.high & ~high) === 0;
}

/** Whether the sets have an access in common. */
export function touches({ low, high }: AccessSet, part: AccessSet): boolean {
  return (part.low & low) !== 0 || (part.high & high) !== 0;
}

export function setOf(isIn: readonly boolean[]): AccessSet {
  return isIn.reduce((set, wanted, index) => (wanted ? plus(set, index) : set), noAccess);
}
