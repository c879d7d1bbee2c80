// What is executed, as data for machines: the interpreter's reading in the words of `runtime/meaning.ts`. Emitted classes
// carry it (`announce.ts`), and `checkMachine` hands it to the machine that it judges.
import type { LineSize, ResolvedCore } from "../model/chip.ts";
import type * as runtime from "../runtime/meaning.ts";
import { cachesActedOn, cachesOf, effectOf, rulesOf } from "../semantics/instruction.ts";
import type { MaintenanceMeaning, Meaning } from "./interpret.ts";

/**
 * Meanings as a machine is told them. An operation that promises nothing, such as the first of two where the silicon needs both, is
 * left out.
 */
export function meaningsOf(meanings: readonly Meaning[], core: ResolvedCore): runtime.Meaning[] {
  return distinct(meanings.flatMap((meaning) => meaningOf(meaning, core)));
}

function meaningOf(meaning: Meaning, core: ResolvedCore): runtime.Meaning[] {
  switch (meaning.kind) {
    case "barrier":
      return meaning.effects.map(({ instruction, earlier, later, completes, domain }) => {
        return { kind: "barrier", instruction, earlier, later, completes, domain };
      });
    case "complete": {
      const { rules, accessClass } = meaning.item;
      return [{ kind: "completion", mechanism: rules.instance, accessClass }];
    }
    case "maintenance": {
      if (!meaning.effective || meaning.operation.to === "unification") return [];
      const { first, last } = meaning;
      // In the order of `over`.
      return [{ ...(first !== undefined && last !== undefined && { first, last }), ...kindOf(meaning, core) }];
    }
  }
}

function kindOf(meaning: MaintenanceMeaning, core: ResolvedCore): runtime.MaintenanceKind {
  const { mechanism, operation } = meaning;
  const { ordering, instance, otherCores } = mechanism;
  const all = cachesOf(core);
  const acted = cachesActedOn(
    meaning,
    all,
    all.map((_, index) => index),
  );
  const effect = effectOf(meaning);
  const { hasCompletion } = rulesOf(mechanism, operation);
  return {
    kind: "maintenance",
    effect,
    ...(operation.mayCleanToo && effect === "invalidate" && { mayCleanToo: true as const }),
    mechanism: instance,
    levels: acted.map((index) => all[index]!.name),
    accessClass: ordering.accessClass,
    doneBy: hasCompletion ? "completion" : ordering.doneWhen === "completed" ? "barrier" : "issue",
    ...(otherCores && effect.includes("invalidate") && { otherCores: otherCores.effect }),
  };
}

/** The question that a fence asks of the core, as a machine is told it. */
export function questionOf(
  { lowBit, bits, unitBytes }: LineSize,
  smallestBytes: number,
  largestBytes: number,
): runtime.LineSize {
  return { kind: "line-size", lowBit, bits, unitBytes, smallestBytes, largestBytes };
}

/** Two lists may have the same barrier, such as those of two mechanisms. */
function distinct(meanings: readonly runtime.Meaning[]): runtime.Meaning[] {
  if (meanings.length < 2) return [...meanings];
  return [...new Map(meanings.map((meaning) => [keyOfMeaning(meaning), meaning])).values()];
}

/** The same text for the same meaning. */
export function keyOfMeaning(meaning: runtime.Meaning): string {
  return JSON.stringify(meaning, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}
