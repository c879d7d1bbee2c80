// The same for single operations of mechanisms: whatever is executed for a line does what the second source says of it.
import { RecordingMachine } from "../../generator/index.ts";
import type { Mechanism, Operation, ResolvedCore } from "../../generator/model/chip.ts";
import type { MaintainLines, MaintainRange, MaintainWholeCache } from "../../generator/plan/operation.ts";
import { operationsOf } from "../../generator/program/run.ts";
import { mechanismsOf } from "../../generator/semantics/instruction.ts";
import { type OperationRecord, operationRecords, spelledFor } from "./second-source.ts";

const line = 0x2000_0000n;
const lineBytes = 64;
const effects = ["clean", "invalidate", "clean-and-invalidate", "discard-dirty"];

/** The operations of these cores' mechanisms that the second source knows to do something else. */
export function operationDisagreements(cores: readonly ResolvedCore[]): string[] {
  const mechanisms = new Map(cores.flatMap(mechanismsOf).map((mechanism) => [mechanism.instance, mechanism]));
  return [...mechanisms.values()].flatMap((mechanism) =>
    mechanism.operations.flatMap((operation) => {
      const executed = executedBy(mechanism, operation);
      const known = operationRecords.filter((record) => effects.includes(record.effect) && isPartOf(record, executed));
      return known.some(({ effect }) => effect !== operation.effect)
        ? [`${mechanism.id}: ${operation.name} is ${known[0]!.effect}, not ${operation.effect}`]
        : [];
    }),
  );
}

function isPartOf({ spelled }: OperationRecord, executed: readonly string[]): boolean {
  return spelledFor(spelled.split("; "), line, lineBytes)
    .map(plain)
    .every((text) => executed.includes(text));
}

function executedBy(mechanism: Mechanism, { name, effect, unit, sequence }: Operation): string[] {
  const common = {
    mechanism: mechanism.id,
    levels: [],
    operation: name,
    effect,
    addressKind: mechanism.addressKind,
    accesses: sequence,
    extension: undefined,
    onlyIn: undefined,
    reason: "",
    sources: [],
  };
  const step: MaintainLines | MaintainRange | MaintainWholeCache =
    unit === "line"
      ? { kind: "maintain-lines", lines: "all", firstAddress: "line-aligned", lineBytes, ...common }
      : unit === "range"
        ? { kind: "maintain-range", lineBytes, ...common }
        : { kind: "maintain-whole-cache", ...common };
  const machine = new RecordingMachine();
  machine.record(...operationsOf([step], { address: line, lengthBytes: lineBytes }));
  return machine.lines().map((text) => plain(text.toLowerCase()));
}

/** One of several ways of writing the same. */
function plain(text: string): string {
  return text.replace(
    /^csrwi (\w+), (\d+)$/,
    (_, register: string, value: string) => `csrw ${register}, 0x${Number(value).toString(16)}`,
  );
}
