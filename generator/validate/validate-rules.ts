// What a schema cannot say. Each rule is a function that looks at one description and reports what it finds.
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import type { Library } from "./library.ts";
import {
  lineRangesAreInOrder,
  linesArePowersOfTwo,
  maintenanceIsKnown,
  sequencesUseDeclaredRegisters,
} from "./rules/cache-rules.ts";
import {
  cacheLevelsAreKnown,
  controllersReachDeclaredRegions,
  numbersAreExact,
  regionsDoNotOverlap,
} from "./rules/memory-rules.ts";
import {
  citationsLeadSomewhere,
  coresAndArchitecturesAreKnown,
  errataNameOperations,
  idIsFileStem,
  overridesNameBarriers,
  rustTargetsFit,
  severalCoresHaveNames,
} from "./rules/reference-rules.ts";
import { type RuleContext, ruleContext } from "./rules/rule.ts";
import type { Description } from "./validate-schema.ts";

const rules: readonly ((context: RuleContext) => void)[] = [
  idIsFileStem,
  numbersAreExact,
  citationsLeadSomewhere,
  coresAndArchitecturesAreKnown,
  severalCoresHaveNames,
  rustTargetsFit,
  linesArePowersOfTwo,
  lineRangesAreInOrder,
  maintenanceIsKnown,
  sequencesUseDeclaredRegisters,
  errataNameOperations,
  overridesNameBarriers,
  regionsDoNotOverlap,
  controllersReachDeclaredRegions,
  cacheLevelsAreKnown,
];

export function validateRules(description: Description, library: Library, diagnostics: Diagnostics): void {
  const context = ruleContext(description, library, diagnostics);
  for (const rule of rules) rule(context);
}
