// Preserved program order: of two accesses in program order, whether the first must be performed before the second
// may be. Any order that respects this, and no other, may happen. Doc: SEMANTICS.md, section 2.
import { satisfies } from "../plan/barriers.ts";
import type { AccessClass, Architecture, Domain } from "../resolve/model.ts";
import type { Instruction, ProgramItem } from "./instruction.ts";

/**
 * issued: the first must have been issued; a maintenance operation may still be at work. done: it must have finished.
 * For everything but maintenance both are the same.
 */
export type Precedence = "none" | "issued" | "done";

export interface OrderRules {
  readonly programOrder: Architecture["programOrder"];
  /** The observers that a barrier must reach. */
  readonly domain: Domain;
  /** Stores to the buffer go to write-combining memory. */
  readonly writeCombining: boolean;
}

/** For each access of the program (barriers left out), what each later one must wait for. */
export interface OrderedProgram {
  readonly accesses: readonly Instruction[];
  /** precedence[later][earlier] */
  readonly precedence: readonly (readonly Precedence[])[];
}

export function orderProgram(program: readonly ProgramItem[], rules: OrderRules): OrderedProgram {
  const positions = program.flatMap((item, position) => (item.kind === "barrier" ? [] : [position]));
  const accesses = positions.map((position) => program[position] as Instruction);
  const precedence = accesses.map((later, j) =>
    accesses.slice(0, j).map((earlier, i) => {
      const between = program.slice(positions[i]! + 1, positions[j]!);
      return precedenceOf(earlier, between, later, rules);
    }),
  );
  return { accesses, precedence };
}

/** What the later of two accesses must wait for, with the items of the program that stand between them. */
export function precedenceOf(
  earlier: Instruction,
  between: readonly ProgramItem[],
  later: Instruction,
  rules: OrderRules,
): Precedence {
  return strongest([
    withoutBarrier(earlier, later, rules),
    ...between.map((item) => acrossBarrier(earlier, later, item, rules)),
  ]);
}

function withoutBarrier(earlier: Instruction, later: Instruction, rules: OrderRules): Precedence {
  // The same address: all but a load after a store, which may take the store's value before others see it.
  if (
    earlier.location !== undefined &&
    earlier.location === later.location &&
    !(earlier.kind === "store" && later.kind === "load")
  )
    return "done";
  // Registers of one device are accessed in program order, and so are those of one cache controller.
  if (deviceOf(earlier) !== undefined && deviceOf(earlier) === deviceOf(later)) {
    return later.kind === "complete" && isRead(later.accessClass) ? "done" : "issued";
  }
  if (keptByArchitecture(earlier.accessClass, later.accessClass, rules)) return "issued";
  // Maintenance and accesses of the same line, where the mechanism's manual says so.
  if (earlier.line !== undefined && earlier.line === later.line) {
    if (later.kind === "maintain" && isMemoryAccess(earlier) && later.rules.ordering.afterEarlierSameLine)
      return "done";
    if (earlier.kind === "maintain" && isMemoryAccess(later) && earlier.rules.ordering.beforeLaterSameLine)
      return "done";
    if (
      earlier.kind === "maintain" &&
      later.kind === "maintain" &&
      earlier.rules.instance === later.rules.instance &&
      earlier.rules.ordering.afterEarlierSameLine
    )
      return "done";
  }
  return "none";
}

function acrossBarrier(earlier: Instruction, later: Instruction, item: ProgramItem, rules: OrderRules): Precedence {
  if (item.kind !== "barrier") return "none";
  const pair = { earlier: earlier.accessClass, later: later.accessClass, reason: "", sources: [] };
  const orders = item.effects.some((effect) => satisfies(effect, { ...pair, completed: false }, rules.domain));
  if (!orders) return "none";
  const completes = item.effects.some((effect) => satisfies(effect, { ...pair, completed: true }, rules.domain));
  // An operation that must see earlier accesses completed is not held back by mere order.
  if (later.kind === "maintain" && later.rules.ordering.earlierMustComplete && !completes) return "none";
  if (earlier.kind === "maintain" && earlier.rules.ordering.doneWhen === "completed") {
    return completes && !earlier.rules.hasCompletion ? "done" : "issued";
  }
  if (earlier.kind === "complete") return completes ? "done" : "issued";
  return "done";
}

function keptByArchitecture(
  earlier: AccessClass,
  later: AccessClass,
  { programOrder, writeCombining }: OrderRules,
): boolean {
  return programOrder.some(
    (row) =>
      row.earlier.includes(earlier) && row.later.includes(later) && !(writeCombining && row.notForWriteCombining),
  );
}

function deviceOf(instruction: Instruction): string | undefined {
  const isRegister = instruction.accessClass === "device-read" || instruction.accessClass === "device-write";
  if (!isRegister) return undefined;
  if (instruction.kind === "device") return instruction.device;
  return instruction.kind === "maintain" || instruction.kind === "complete" ? instruction.rules.instance : undefined;
}

function isMemoryAccess({ kind }: Instruction): boolean {
  return kind === "store" || kind === "load";
}

function isRead(accessClass: AccessClass): boolean {
  return accessClass === "read" || accessClass === "device-read";
}

function strongest(list: readonly Precedence[]): Precedence {
  return list.includes("done") ? "done" : list.includes("issued") ? "issued" : "none";
}
