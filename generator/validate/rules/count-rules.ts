// Rules on how many of a thing a description may have.
import type { Pointer } from "../../load/source-file.ts";
import { barrierRows } from "../barrier-rows.ts";
import {
  definedCores,
  definedMechanisms,
  entries,
  masterSites,
  masterTexts,
  memorySites,
  type RuleContext,
  type Site,
  sites,
} from "./rule.ts";

/** Generated files keep the memory that a master reaches in the bits of one number. */
export const mostMemories = 64;
export const mostMasters = 64;
/** Each at least ten times what the largest description that comes with fencegen has. */
export const mostCores = 32;
export const mostCacheLevels = 32;
export const mostMechanisms = 32;
export const mostErrata = 64;
export const mostWindows = 64;
export const mostBarriers = 256;
export const mostOperations = 128;
export const mostRegisters = 512;
export const mostValues = 256;
export const mostSequenceItems = 128;
export const mostLoopInstructions = 64;

export function countsAreWithinLimits(context: RuleContext): void {
  const { description } = context;
  const check = (part: unknown, pointer: Pointer, most: number, what: string) => {
    if (typeof part !== "object" || part === null) return;
    const keys = Object.keys(part);
    if (keys.length <= most) return;
    const isList = Array.isArray(part);
    const first = keys[most]!;
    context.report(
      "rule/too-many",
      [...pointer, isList ? Number(first) : first],
      `${keys.length} ${what}; fencegen acts on ${most} at most`,
      { at: isList ? "value" : "key" },
    );
  };
  const checkNames = (entries: readonly Site<unknown>[], most: number, what: string) => {
    const first = entries[most];
    if (first)
      context.report("rule/too-many", first.pointer, `${entries.length} ${what}; fencegen acts on ${most} at most`, {
        at: "key",
      });
  };
  const checkBarriers = (rows: readonly (Parameters<typeof barrierRows>[0] | undefined)[] | undefined, at: Pointer) => {
    let total = 0;
    let first: number | undefined;
    for (const { value, pointer } of sites(rows, at)) {
      total += barrierRows(value).length;
      if (total > mostBarriers) first ??= Number(pointer.at(-1));
    }
    if (first !== undefined)
      context.report("rule/too-many", [...at, first], `${total} barriers; fencegen acts on ${mostBarriers} at most`);
  };
  if (description.kind === "chip") {
    const { cores, caches, mechanisms, registers, errata } = description.value;
    check(cores, ["cores"], mostCores, "cores");
    check(caches, ["caches"], mostCacheLevels, "cache levels");
    check(mechanisms, ["mechanisms"], mostMechanisms, "mechanisms");
    checkNames(memorySites(context), mostMemories, "memories");
    check(registers, ["registers"], mostWindows, "windows of registers");
    checkNames(masterSites(context), mostMasters, "DMA masters");
    check(errata, ["errata"], mostErrata, "errata");
  }
  for (const { value, pointer } of entries(context))
    check(value.caches, [...pointer, "caches"], mostCacheLevels, "cache levels");
  for (const { value, pointer } of masterTexts(context))
    check(value.caches, [...pointer, "caches"], mostCacheLevels, "caches of a master");
  for (const { value, pointer } of definedCores(context)) {
    check(value.caches, [...pointer, "caches"], mostCacheLevels, "cache levels");
    check(value.errata, [...pointer, "errata"], mostErrata, "errata");
  }
  for (const { value, pointer } of definedMechanisms(context)) {
    check(value.errata, [...pointer, "errata"], mostErrata, "errata");
    checkBarriers(value.barriers, [...pointer, "barriers"]);
    check(value.operations, [...pointer, "operations"], mostOperations, "operations");
    check(value.registers, [...pointer, "registers"], mostRegisters, "registers");
    for (const [name, register] of Object.entries(value.registers ?? {}))
      check(register?.values, [...pointer, "registers", name, "values"], mostValues, "values of a register");
    for (const [name, operation] of Object.entries(value.operations ?? {}))
      check(
        operation?.sequence,
        [...pointer, "operations", name, "sequence"],
        mostSequenceItems,
        "items of a sequence",
      );
    check(value.completion?.sequence, [...pointer, "completion", "sequence"], mostSequenceItems, "items of a sequence");
  }
  if (description.kind !== "architecture") return;
  checkBarriers(description.value.barriers, ["barriers"]);
  const { assembly } = description.value;
  const lists = { ...assembly, ...assembly?.blockLoop, ...assembly?.interrupts };
  for (const key of ["lineLoop", "lineLoopBySize", "pollUntilClear", "pollUntilSet"] as const)
    check(lists[key], ["assembly", key], mostLoopInstructions, "instructions of a loop");
  for (const key of ["enter", "again", "leave"] as const)
    check(lists[key], ["assembly", "blockLoop", key], mostLoopInstructions, "instructions of a loop");
  for (const key of ["mask", "restore"] as const)
    check(lists[key], ["assembly", "interrupts", key], mostLoopInstructions, "instructions");
}
