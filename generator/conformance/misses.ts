// What a machine that does not show a mistake takes one thing for: by what the right fence means, and the wrong one.
import type { FenceMethod, ResolvedCore } from "../model/chip.ts";
import { Interpreter } from "../program/interpret.ts";
import { keyOfMeaning, meaningsOf } from "../program/meanings.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import type { Barrier, Maintenance, Meaning } from "../runtime/meaning.ts";
import type { Execute } from "../verifier/fence-under-test.ts";

export interface Compared {
  readonly core: ResolvedCore;
  readonly method: FenceMethod;
  /** Those of an exchange in which the mistake does not show. */
  readonly buffers: readonly DmaBuffer[];
  readonly lineBytes: number | undefined;
}

/** Completes a sentence that begins with the machine. */
export function missOf(right: Execute, wrong: Execute, { buffers, ...compared }: Compared): string {
  const misses = buffers.flatMap((buffer) => {
    const [all, changed] = [right, wrong].map((execute) => meant(execute, buffer, compared)) as [Meaning[], Meaning[]];
    return missBetween(all, changed) ?? [];
  });
  return misses[0] ?? "takes a sequence for the whole of it where a part is missing, or comes at another place";
}

function missBetween(all: readonly Meaning[], changed: readonly Meaning[]): string | undefined {
  const byMaintenance = maintenanceMiss(ofKind(all, "maintenance"), ofKind(changed, "maintenance"));
  const byBarrier = barrierMiss(ofKind(all, "barrier"), ofKind(changed, "barrier"));
  if (byMaintenance ?? byBarrier) return byMaintenance ?? byBarrier;
  return ofKind(changed, "completion").length < ofKind(all, "completion").length
    ? "treats maintenance as complete although nothing has waited for it"
    : undefined;
}

function maintenanceMiss(some: readonly Maintenance[], others: readonly Maintenance[]): string | undefined {
  const at = firstDifference(some, others);
  if (at === undefined) return undefined;
  const [was, is] = [some[at], others[at]];
  if (others.length === 0)
    return `has no lines that differ from memory, or maintains them without ${operationText(was)}`;
  if (others.length < some.length) return `maintains lines for which ${operationText(was)} was never issued`;
  if (others.length > some.length) return `does not maintain lines for which ${operationText(is ?? was)} was issued`;
  if (haveSame(some, others)) return `does ${operationText(was)} and ${operationText(is)} alike in either order`;
  if (was!.effect !== is!.effect || was!.levels.join() !== is!.levels.join())
    return `treats ${operationText(is)} as ${operationText(was)}`;
  return `maintains other lines than those from \`first\` to \`last\` of ${operationText(was)}`;
}

function barrierMiss(some: readonly Barrier[], others: readonly Barrier[]): string | undefined {
  const at = firstDifference(some, others);
  if (at === undefined) return undefined;
  const [was, is] = [some[at], others[at]];
  if (others.length < some.length || !was || !is) return `needs no barrier where \`${was?.instruction}\` stands`;
  const lost = was.completes.filter((each) => !is.completes.includes(each));
  return lost.length > 0
    ? `treats any barrier as completing: \`${is.instruction}\` completes no ${lost.join(", ")}, as \`${was.instruction}\` does`
    : `treats \`${is.instruction}\` as ordering what \`${was.instruction}\` orders`;
}

function firstDifference(some: readonly Meaning[], others: readonly Meaning[]): number | undefined {
  const longer = Math.max(some.length, others.length);
  const indexes = Array.from({ length: longer }, (_, index) => index);
  return indexes.find((index) => keyOf(some[index]) !== keyOf(others[index]));
}

function haveSame(some: readonly Meaning[], others: readonly Meaning[]): boolean {
  return some.map(keyOf).sort().join() === others.map(keyOf).sort().join();
}

function operationText(operation: Maintenance | undefined): string {
  return operation ? `${operation.effect} of ${operation.levels.join(" and ")}` : "maintenance";
}

function ofKind<Kind extends Meaning["kind"]>(
  list: readonly Meaning[],
  kind: Kind,
): Extract<Meaning, { kind: Kind }>[] {
  return list.filter((each): each is Extract<Meaning, { kind: Kind }> => each.kind === kind);
}

function meant(execute: Execute, buffer: DmaBuffer, { core, method, lineBytes }: Omit<Compared, "buffers">): Meaning[] {
  const interpreter = new Interpreter(core);
  return execute(method, buffer, lineBytes).flatMap((operation) => meaningsOf(interpreter.next(operation), core));
}

function keyOf(meaning: Meaning | undefined): string {
  return meaning === undefined ? "" : keyOfMeaning(meaning);
}
