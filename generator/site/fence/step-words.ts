// Steps and changes in few words, for switches.
import type { FenceStep } from "../../plan/operation.ts";
import { stepTitle } from "../../program/words.ts";

/** `clean L1D: DCCMVAC` where a step maintains, else the title that it has everywhere. */
export function shortTitle(step: FenceStep): string {
  switch (step.kind) {
    case "maintain-lines":
    case "maintain-range":
    case "maintain-whole-cache": {
      const { effect, levels, operation } = step;
      const where = step.kind === "maintain-lines" && step.lines === "edges" ? "edges of the buffer in " : "";
      return `${effect.replaceAll("-", " ")} ${where}${levels.join(" and ")}: ${operation}`;
    }
    case "region-guard":
      return `leave outside ${step.regions.map(({ name }) => name).join(", ")}`;
    case "return-if-empty":
    case "read-line-size":
    case "mask-interrupts":
    case "restore-interrupts":
    case "barrier":
    case "compiler-barrier":
    case "complete-maintenance":
      return stepTitle(step);
  }
}
