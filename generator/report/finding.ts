// What every report is made from: findings, each by a rule, at a place. Commands say what they found; the files beside this one spell it.
import type { Range } from "../diagnostics/diagnostic.ts";
import type { AnyCode } from "../diagnostics/explain-code.ts";

/** The worst first. */
export const levels = ["error", "warning", "notice"] as const;
export type Level = (typeof levels)[number];

export interface Finding {
  readonly code: AnyCode;
  readonly level: Level;
  /** In one line, without the code. */
  readonly title?: string;
  /** Plain text, of which the first line says what is found. */
  readonly message: string;
  readonly place: FindingPlace | undefined;
}

export interface FindingPlace {
  /** As it is shown: relative to the folder in which the command runs, or absolute where that leads far away. */
  readonly path: string;
  readonly range?: Range | undefined;
  /** From 1 on, where no more is known than the line. */
  readonly line?: number;
}
