// What the page and its worker send to each other.

export interface Asked {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface Answered {
  readonly id: number;
  readonly answer?: unknown;
  /** What went wrong in fencegen itself. */
  readonly failure?: string;
}
