// What a fence executes that concerns one line: its operations for a buffer, read through the mechanisms'
// descriptions, with everything left out that is done to other lines.
import type { FenceMethod, ResolvedCore } from "../model/chip.ts";
import { Interpreter, lineBytesOf, type MaintenanceMeaning } from "../program/interpret.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { lineStart } from "../runtime/lines.ts";
import { maintenancesOf } from "../semantics/instruction.ts";
import type { LineProgram } from "./driver-program.ts";
import type { Execute } from "./fence-under-test.ts";
import type { Port, Scenario } from "./scenario.ts";

/** A buffer that shares its first and its last line and has one to itself in between. */
export function bufferFor({ region }: Port, lineBytes: number): DmaBuffer {
  const base = lineStart(region.base, lineBytes) + BigInt(4 * lineBytes);
  return { address: base + BigInt(lineBytes / 2), lengthBytes: 2 * lineBytes };
}

/** Address of the line of that buffer that a scenario follows. */
function followedLine(buffer: DmaBuffer, lineBytes: number, line: Scenario["line"]): bigint {
  return lineStart(buffer.address, lineBytes) + BigInt({ first: 0, inner: 1, last: 2 }[line] * lineBytes);
}

export function lineProgram(execute: Execute, scenario: Scenario, core: ResolvedCore, lineBytes: number): LineProgram {
  const buffer = bufferFor(scenario.port, lineBytes);
  const line = followedLine(buffer, lineBytes, scenario.line);
  const part = (fence: FenceMethod): LineProgram["release"] => {
    const interpreter = new Interpreter(core);
    /** Mechanisms with operations on the line that nothing has waited for yet. */
    const awaited = new Set<string>();
    return execute(fence, buffer).flatMap((operation) =>
      interpreter.next(operation).flatMap((meaning): LineProgram["release"] => {
        if (meaning.kind === "barrier")
          return [{ item: meaning, text: operation.kind === "barrier" ? operation.instruction : "barrier" }];
        if (meaning.kind === "complete") {
          // Waiting once more for what has been waited for, after operations on other lines, changes nothing here.
          const { instance } = meaning.item.rules;
          if (!awaited.has(instance) && meaning.item.accessClass === "device-read") return [];
          awaited.delete(instance);
          return [{ item: meaning.item, text: `complete ${instance}`, masked: meaning.masked }];
        }
        if (!concerns(meaning, line, Math.max(lineBytes, lineBytesOf(meaning.mechanism, core)))) return [];
        if (meaning.effective) awaited.add(meaning.mechanism.instance);
        return maintenancesOf(meaning, 0, scenario.port.levels, core, scenario.port.front).map((item, index) => ({
          item,
          text: index === 0 ? meaning.operation.name : `${meaning.operation.name}, in other cores,`,
          masked: meaning.masked,
        }));
      }),
    );
  };
  return { release: part("release"), acquire: part("acquire") };
}

/**
 * Whether an operation acts on the line: by an address within it, or on everything.
 * @param lineBytes of the lines that the operation acts on
 */
function concerns({ first, last }: MaintenanceMeaning, line: bigint, lineBytes: number): boolean {
  if (first === undefined || last === undefined) return true;
  return lineStart(first, lineBytes) <= line && line < lineStart(last, lineBytes) + BigInt(lineBytes);
}
