// What a fence executes that concerns one line: its operations for a buffer, read through the mechanisms'
// descriptions, with everything left out that is done to other lines.
import type { FenceMethod } from "../model/chip.ts";
import { Interpreter, lineBytesOf, type MaintenanceMeaning } from "../program/interpret.ts";
import { lineStart } from "../runtime/lines.ts";
import { maintenancesOf } from "../semantics/instruction.ts";
import { actedOn, partsMaintained } from "../semantics/line-sizes.ts";
import { bufferLine, type LineItem, type LineProgram } from "./driver-program.ts";
import type { Execute } from "./fence-under-test.ts";
import { type Layout, lineNumber } from "./line-layout.ts";

export function lineProgram(execute: Execute, layout: Layout): LineProgram {
  const { buffer, answer, core, alias } = layout;
  const part = (fence: FenceMethod): LineProgram["release"] => {
    const interpreter = new Interpreter(core);
    /** Mechanisms with operations on the line that nothing has waited for yet. */
    const awaited = new Set<string>();
    let isMasked = false;
    return execute(fence, buffer, answer).flatMap((operation) => {
      if (operation.kind === "mask-interrupts") isMasked = true;
      if (operation.kind === "restore-interrupts") isMasked = false;
      const { step } = operation;
      return interpreter.next(operation).flatMap((meaning): LineProgram["release"] => {
        if (meaning.kind === "barrier")
          return [
            { item: meaning, text: operation.kind === "barrier" ? operation.instruction : "barrier", masked: isMasked },
          ];
        if (meaning.kind === "complete") {
          // Waiting once more for what has been waited for, after operations on other lines, changes nothing here.
          const { instance } = meaning.item.rules;
          if (!awaited.has(instance) && meaning.item.accessClass === "device-read") return [];
          awaited.delete(instance);
          return [{ item: meaning.item, text: `complete ${instance}`, masked: meaning.masked, step }];
        }
        const items = maintenanceOn(meaning, layout, step);
        // One that may do nothing is waited for all the same.
        if (items.length > 0) awaited.add(meaning.mechanism.instance);
        return items;
      });
    });
  };
  return {
    release: part("release"),
    acquire: part("acquire"),
    ...(alias && { elsewhere: lineProgram(execute, alias) }),
  };
}

/** What an operation does to the line that is followed; nothing where it is given addresses of others. */
function maintenanceOn(meaning: MaintenanceMeaning, layout: Layout, step: number | undefined): LineItem[] {
  const { operation, masked } = meaning;
  const { line, lineBytes, core } = layout;
  const acted = actedOn(layout, meaning, core);
  const [first, last] = extentIn(meaning, layout, acted.length > 0);
  const end = line + BigInt(lineBytes) - 1n;
  if (last < line || first > end) return [];
  const parts = partsMaintained(
    layout,
    acted,
    first < line ? 0 : Number(first - line),
    Number((last > end ? end : last) - line),
  );
  return parts.flatMap((part) => {
    const [number = bufferLine, ...andLines] = part.lines.map((each) => lineNumber(layout, each));
    return maintenancesOf(meaning, number, part.entries, core).map((item, index) => ({
      item: andLines.length > 0 ? { ...item, andLines } : item,
      text: index === 0 ? operation.name : `${operation.name}, in other cores,`,
      masked,
      step,
    }));
  });
}

/** What an operation is given; of a cache that holds no line here, whole lines. */
function extentIn(
  { mechanism, first, last }: MaintenanceMeaning,
  { line, lineBytes, core }: Layout,
  isHeld: boolean,
): [bigint, bigint] {
  if (first === undefined || last === undefined) return [line, line + BigInt(lineBytes) - 1n];
  if (isHeld) return [first, last];
  const unit = Math.max(lineBytes, lineBytesOf(mechanism, core));
  return [lineStart(first, unit), lineStart(last, unit) + BigInt(unit) - 1n];
}
