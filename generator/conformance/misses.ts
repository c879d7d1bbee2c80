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
  readonly buffer: DmaBuffer;
  readonly lineBytes: number | undefined;
}

/** Completes a sentence that begins with the machine. */
export function missOf(right: Execute, wrong: Execute, compared: Compared): string {
  const [all, changed] = [meant(right, compared), meant(wrong, compared)];
  const at = all.findIndex((meaning, index) => !isSame(meaning, changed[index]));
  const [was, is] = [all[at], changed[at]];
  const count = (list: readonly Meaning[], kind: Meaning["kind"]) => list.filter((each) => each.kind === kind).length;
  if (was?.kind === "barrier" && is?.kind === "barrier" && all.length === changed.length) return barrierMiss(was, is);
  if (was?.kind === "barrier" && count(changed, "barrier") < count(all, "barrier"))
    return `needs no barrier where \`${was.instruction}\` stands`;
  if (count(changed, "completion") < count(all, "completion"))
    return "treats maintenance as complete although nothing has waited for it";
  const maintained = (list: readonly Meaning[]) =>
    list.filter((each): each is Maintenance => each.kind === "maintenance");
  const [some, fewer] = [maintained(all), maintained(changed)];
  if (fewer.length === 0 || !some.some(({ effect }) => fewer.some((other) => other.effect === effect)))
    return fewer.length === 0
      ? `has no lines that differ from memory, or maintains them without ${operationText(some[0])}`
      : `treats ${operationText(fewer[0])} as ${operationText(some[0])}`;
  if (fewer.length < some.length) return `maintains lines for which ${operationText(some[0])} was never issued`;
  if (fewer.length > some.length) return `does not maintain lines for which ${operationText(some[0])} was issued`;
  return `maintains other lines than those from \`first\` to \`last\` of ${operationText(was?.kind === "maintenance" ? was : some[0])}`;
}

function barrierMiss(was: Barrier, is: Barrier): string {
  const lost = was.completes.filter((each) => !is.completes.includes(each));
  return lost.length > 0
    ? `treats any barrier as completing: \`${is.instruction}\` completes no ${lost.join(", ")}, as \`${was.instruction}\` does`
    : `treats \`${is.instruction}\` as ordering what \`${was.instruction}\` orders`;
}

function operationText(operation: Maintenance | undefined): string {
  return operation ? `${operation.effect} of ${operation.levels.join(" and ")}` : "maintenance";
}

function meant(execute: Execute, { core, method, buffer, lineBytes }: Compared): Meaning[] {
  const interpreter = new Interpreter(core);
  return execute(method, buffer, lineBytes).flatMap((operation) => meaningsOf(interpreter.next(operation), core));
}

function isSame(one: Meaning, other: Meaning | undefined): boolean {
  return other !== undefined && keyOfMeaning(one) === keyOfMeaning(other);
}
