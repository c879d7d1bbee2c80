// What a schema cannot say. Each rule is a function that looks at one description and reports what it finds.
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import type { Library } from "./library.ts";
import { instructionsAreInstructions, wordsOfAssemblyAreWords } from "./rules/assembler-rules.ts";
import {
  levelsHaveNamesOfTheirOwn,
  lineRangesAreInOrder,
  linesArePowersOfTwo,
  maintenanceIsKnown,
  mechanismsFitTheCore,
} from "./rules/cache-rules.ts";
import { countsAreWithinLimits } from "./rules/count-rules.ts";
import {
  describedCoresAreNotCopied,
  differencesFromCores,
  differencesFromMechanisms,
} from "./rules/difference-rules.ts";
import {
  errataHaveEffect,
  errataHaveNumbersOfTheirOwn,
  errataNameOperations,
  revisionsCanBeCompared,
} from "./rules/errata-rules.ts";
import {
  citationsLeadSomewhere,
  differencesAreOfComparedFacts,
  evidenceIsOfEntries,
  repositoriesHaveNoRevision,
  sourcesAreNotCalledUnverified,
} from "./rules/evidence-rules.ts";
import {
  lineSizeFieldsAreWithinRegisters,
  lineSizeRegistersAreKnown,
  lineSizesCanBeRead,
} from "./rules/line-size-rules.ts";
import { masterCachesHaveTheirOwnMechanism, oneOfBothMaintains } from "./rules/master-cache-rules.ts";
import {
  aliasesComeWithTheirMemory,
  mastersReachDescribedMemory,
  mastersReachWhatTheyCanAddress,
  reachIsStatedOnce,
  snoopedCoresAreKnown,
  snoopedLevelsAreOfOneCore,
} from "./rules/master-rules.ts";
import {
  lineOperationsTakeTheLine,
  operationsDiffer,
  pollsCanEnd,
  rangesHaveTwoEnds,
  registersCanBeAccessed,
  sequencesUseDeclaredRegisters,
  valuesAreAtHand,
} from "./rules/mechanism-rules.ts";
import { mechanismsAreUsedAlike } from "./rules/mechanism-use-rules.ts";
import {
  aliasesShowMemory,
  cacheLevelsAreKnown,
  memoriesDoNotOverlap,
  memoriesHaveBytes,
  memoryIsAddressable,
  numbersAreExact,
  writeCombiningMemoryIsUncached,
} from "./rules/memory-rules.ts";
import {
  idsCanNameFiles,
  namesDifferInLetters,
  namesStandAlone,
  outputsHaveNamesOfTheirOwn,
} from "./rules/name-rules.ts";
import {
  coresAndArchitecturesAreKnown,
  idIsFileStem,
  inlineIdsAreNew,
  overridesHavePlacesOfTheirOwn,
  overridesNameBarriers,
  rustTargetsFit,
  severalCoresHaveNames,
} from "./rules/reference-rules.ts";
import {
  modifiesChangeBits,
  rangeLimitsAreOfRanges,
  readBacksAreNeeded,
  valuesAreDeclared,
  valuesFitTheirRegisters,
} from "./rules/register-rules.ts";
import {
  maintenanceIsBesideMemory,
  memoryIsBesideRegisters,
  registerWindowsAreWindows,
} from "./rules/register-window-rules.ts";
import { type RuleContext, ruleContext } from "./rules/rule.ts";
import { memoriesComeWithTheirOnlyAlias, reachedMemoryHasAnAddress, viewersAreKnown } from "./rules/viewer-rules.ts";
import type { Description } from "./validate-schema.ts";

/** Rules that look at every value; those of a text that fencegen was built with were looked at by its own tests. */
const thoroughRules: readonly ((context: RuleContext) => void)[] = [
  numbersAreExact,
  repositoriesHaveNoRevision,
  sourcesAreNotCalledUnverified,
  differencesAreOfComparedFacts,
  evidenceIsOfEntries,
  countsAreWithinLimits,
  namesStandAlone,
  namesDifferInLetters,
  instructionsAreInstructions,
  wordsOfAssemblyAreWords,
];

/** That what is referred to is there. */
const referenceRules: readonly ((context: RuleContext) => void)[] = [coresAndArchitecturesAreKnown, maintenanceIsKnown];

const rules: readonly ((context: RuleContext) => void)[] = [
  idIsFileStem,
  idsCanNameFiles,
  outputsHaveNamesOfTheirOwn,
  coresAndArchitecturesAreKnown,
  inlineIdsAreNew,
  severalCoresHaveNames,
  rustTargetsFit,
  linesArePowersOfTwo,
  lineRangesAreInOrder,
  lineSizeFieldsAreWithinRegisters,
  lineSizesCanBeRead,
  levelsHaveNamesOfTheirOwn,
  maintenanceIsKnown,
  oneOfBothMaintains,
  masterCachesHaveTheirOwnMechanism,
  mechanismsFitTheCore,
  sequencesUseDeclaredRegisters,
  registersCanBeAccessed,
  pollsCanEnd,
  valuesAreDeclared,
  valuesFitTheirRegisters,
  modifiesChangeBits,
  readBacksAreNeeded,
  rangeLimitsAreOfRanges,
  lineSizeRegistersAreKnown,
  lineOperationsTakeTheLine,
  valuesAreAtHand,
  rangesHaveTwoEnds,
  operationsDiffer,
  errataNameOperations,
  errataHaveEffect,
  errataHaveNumbersOfTheirOwn,
  revisionsCanBeCompared,
  overridesNameBarriers,
  overridesHavePlacesOfTheirOwn,
  memoriesHaveBytes,
  writeCombiningMemoryIsUncached,
  memoriesDoNotOverlap,
  registerWindowsAreWindows,
  memoryIsBesideRegisters,
  maintenanceIsBesideMemory,
  viewersAreKnown,
  reachedMemoryHasAnAddress,
  memoriesComeWithTheirOnlyAlias,
  aliasesShowMemory,
  memoryIsAddressable,
  mastersReachDescribedMemory,
  reachIsStatedOnce,
  aliasesComeWithTheirMemory,
  mastersReachWhatTheyCanAddress,
  snoopedLevelsAreOfOneCore,
  snoopedCoresAreKnown,
  differencesFromCores,
  differencesFromMechanisms,
  mechanismsAreUsedAlike,
  describedCoresAreNotCopied,
  cacheLevelsAreKnown,
];

export function validateRules(description: Description, library: Library, diagnostics: Diagnostics): void {
  const context = ruleContext(description, library, diagnostics);
  // What comes with fencegen refers to nothing else, and there was nothing to say of it when fencegen was built: only that one of
  // them is missing, or is not readable any more, shows at those that are as they were.
  if (description.kind !== "chip" && library.hasShippedParts) {
    for (const rule of referenceRules) rule(context);
    return;
  }
  if (!description.file.isShipped || !library.hasShippedSources) citationsLeadSomewhere(context);
  if (!description.file.isShipped) for (const rule of thoroughRules) rule(context);
  for (const rule of rules) rule(context);
}
