// Preserved program order: of two accesses in program order, whether the first must be performed before the second
// may be. Any order that respects this, and no other, may happen. The planner asks the same rules one by one.
// SEMANTICS.md, section 3.
import type { AccessClass, Architecture, Domain } from "../model/chip.ts";
import { type BarrierEffect, satisfies } from "./barrier.ts";
import { concernOneLine, type Instruction, isDoneLater, type ProgramItem } from "./instruction.ts";

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
  let strongest = isKeptBySequence(earlier, between, later) ? "done" : withoutBarrier(earlier, later, rules);
  for (const item of between) {
    if (strongest === "done") break;
    const across = acrossBarrier(earlier, later, item, rules);
    if (across !== "none") strongest = across;
  }
  return strongest;
}

function withoutBarrier(earlier: Instruction, later: Instruction, rules: OrderRules): Precedence {
  if (isKeptByLocation(earlier, later)) return "done";
  if (isKeptByDevice(earlier, later)) {
    return later.kind === "complete" && isRead(later.accessClass) ? "done" : "issued";
  }
  if (isKeptByArchitecture(earlier.accessClass, later.accessClass, rules)) return "issued";
  return isKeptByLine(earlier, later) ? "done" : "none";
}

/** The same address: all but a load after a store, which may take the store's value before others see it. */
function isKeptByLocation(earlier: Instruction, later: Instruction): boolean {
  return (
    earlier.location !== undefined &&
    earlier.location === later.location &&
    !(earlier.kind === "store" && later.kind === "load")
  );
}

/** Registers of one device are accessed in program order, and so are those of one cache controller. */
export function isKeptByDevice(earlier: Instruction, later: Instruction): boolean {
  return deviceOf(earlier) !== undefined && deviceOf(earlier) === deviceOf(later);
}

/** What the architecture keeps in order by itself. */
export function isKeptByArchitecture(
  earlier: AccessClass,
  later: AccessClass,
  { programOrder, writeCombining }: Pick<OrderRules, "programOrder" | "writeCombining">,
): boolean {
  return programOrder.some(
    (row) =>
      row.earlier.includes(earlier) && row.later.includes(later) && !(writeCombining && row.notForWriteCombining),
  );
}

/** Maintenance and accesses of the same line, where the mechanism's manual says so. */
export function isKeptByLine(earlier: Instruction, later: Instruction): boolean {
  if (!concernOneLine(earlier, later)) return false;
  if (later.kind === "maintain" && later.rules.ordering.afterEarlierSameLine) {
    if (isMemoryAccess(earlier)) return true;
    return earlier.kind === "maintain" && earlier.rules.instance === later.rules.instance;
  }
  return earlier.kind === "maintain" && isMemoryAccess(later) && earlier.rules.ordering.beforeLaterSameLine;
}

/** The end of an operation of several commands comes after the first of them, as its description says by giving both together one effect. */
function isKeptBySequence(earlier: Instruction, between: readonly ProgramItem[], later: Instruction): boolean {
  if (later.kind !== "maintain" || !later.isEnd) return false;
  const isPart = (item: ProgramItem) =>
    item.kind === "maintain" && item.rules.instance === later.rules.instance && concernOneLine(item, later);
  return isPart(earlier) && !between.some(isPart);
}

function acrossBarrier(earlier: Instruction, later: Instruction, item: ProgramItem, rules: OrderRules): Precedence {
  if (item.kind !== "barrier") return "none";
  const { orders, completes } = holdBetween(item.effects, earlier.accessClass, later.accessClass, rules.domain);
  if (!orders) return "none";
  if (waitsOnlyForCompletion(later) && !completes) return "none";
  // Mere order holds the later access until the earlier one is issued, not until it is done.
  if (!isDoneLater(earlier)) return "done";
  return completes && !(earlier.kind === "maintain" && earlier.rules.hasCompletion) ? "done" : "issued";
}

interface Hold {
  readonly orders: boolean;
  readonly completes: boolean;
}

/** By the effects, then the domain and the two classes. Each is asked for a thousand times in an exploration. */
const holds = new WeakMap<readonly BarrierEffect[], Map<string, Hold>>();

/** What an instruction with these effects does between two accesses. */
function holdBetween(
  effects: readonly BarrierEffect[],
  earlier: AccessClass,
  later: AccessClass,
  domain: Domain,
): Hold {
  const known = holds.get(effects) ?? new Map<string, Hold>();
  holds.set(effects, known);
  const key = `${domain} ${earlier} ${later}`;
  const has = (completed: boolean) =>
    effects.some((effect) => satisfies(effect, { earlier, later, completed }, domain));
  const hold = known.get(key) ?? { orders: has(false), completes: has(true) };
  known.set(key, hold);
  return hold;
}

/** Whether a barrier behind an access has completed it, for whatever comes next. */
export function isCompleted(access: Instruction, behind: readonly ProgramItem[], { domain }: OrderRules): boolean {
  if (access.kind === "maintain" && access.rules.hasCompletion) return false;
  return behind.some(
    (item) =>
      item.kind === "barrier" &&
      item.effects.some((effect) =>
        effect.later.some((later) =>
          satisfies(effect, { earlier: access.accessClass, later, completed: true }, domain),
        ),
      ),
  );
}

/** Whether only a barrier that completes the earlier access makes the later one wait until it is done. */
export function mustComplete(earlier: Instruction, later: Instruction): boolean {
  return waitsOnlyForCompletion(later) || isDoneLater(earlier);
}

/** An operation that must see earlier accesses completed is not held back by mere order. */
function waitsOnlyForCompletion(later: Instruction): boolean {
  return later.kind === "maintain" && later.rules.ordering.earlierMustComplete;
}

function deviceOf(instruction: Instruction): string | undefined {
  const isRegister = instruction.accessClass === "device-read" || instruction.accessClass === "device-write";
  if (!isRegister) return undefined;
  switch (instruction.kind) {
    case "device":
      return instruction.device;
    case "maintain":
      // An instruction that barriers see as such an access is none: no manual says that it keeps their order.
      return instruction.rules.byRegisters ? instruction.rules.instance : undefined;
    case "complete":
      return instruction.rules.instance;
    case "store":
    case "load":
      return undefined;
  }
}

function isMemoryAccess({ kind }: Instruction): boolean {
  return kind === "store" || kind === "load";
}

function isRead(accessClass: AccessClass): boolean {
  return accessClass === "read" || accessClass === "device-read";
}
