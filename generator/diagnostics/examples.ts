import type { Code } from "./codes.ts";

export interface Example {
  readonly wrong: string;
  readonly right: string;
}

export const examples: Readonly<Partial<Record<Code, Example>>> = {};
