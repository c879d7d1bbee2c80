// Addresses and sizes that a mechanism takes changed. What a change loses must lie within a line, or two lines would be one command,
// or a line none: the planner emits no such fence, whatever its mechanism's description says of it.
import type { Region, RegisterValue, SequenceItem } from "../model/chip.ts";
import { changed, changesOf, unchangedBy } from "../model/register-value.ts";
import { formatAddress } from "../notation/quantity.ts";
import { buffersOf, type Context, linesTouched, type Pass } from "./fence-context.ts";
import { Refusal } from "./problem.ts";

/** Numbers that a value may be made of, as far as lines go: multiples of a step, which repeat their bits with a period. */
interface Numbers {
  readonly step: bigint;
  readonly period: bigint;
  /** The smallest that a line may be, in the unit of the number. */
  readonly line: bigint;
}

/** @throws {Refusal} where a number that a pass is given does not tell which lines are meant */
export function refuseMissedLines(context: Context, pass: Pass): void {
  const { group, step } = pass;
  for (const value of step.accesses.flatMap(valueTaken)) {
    if (changesOf(value).length === 0) continue;
    const problem = lossWithinALine(pass, value) ?? lossInMemory(context, pass, value);
    if (problem)
      throw new Refusal("plan/misses-lines", `\`${step.operation}\` of ${group.mechanism.title} ${problem}`, [
        "masters",
        group.needs[0]!.because.controller,
      ]);
  }
}

/** The bits that `or` sets and that a size, or an address of a line, may have as well: those above what is the same for all. */
export function bitsSetAbove({ or, shiftRight }: RegisterValue, period: bigint): bigint {
  return or & ~((period >> BigInt(shiftRight)) - 1n);
}

/** What an access is given of a buffer or line. */
export function valueTaken(item: SequenceItem): RegisterValue[] {
  const value = item.kind === "write" ? item.value : item.kind === "store" ? item.to : undefined;
  return value && value.of !== "constant" ? [value] : [];
}

/** What numbers a value of a pass is made of. */
export function numbersOf({ group, step }: Pick<Pass, "group" | "step">, { of }: RegisterValue): Numbers {
  const line = BigInt(group.lineBytes);
  const unit = "lineBytes" in step ? BigInt(step.lineBytes) : line;
  const isAnyByte =
    of === "last-byte" || (of === "address" && "firstAddress" in step && step.firstAddress === "as-given");
  if (of === "size-lines") return { step: 1n, period: 1n, line: 1n };
  return isAnyByte ? { step: 1n, period: line, line } : { step: unit, period: unit, line };
}

/** How a change takes one line for another, wherever that is; undefined where it does not. */
function lossWithinALine(pass: Pass, value: RegisterValue): string | undefined {
  const { step, period, line } = numbersOf(pass, value);
  const shift = BigInt(value.shiftRight);
  if (1n << shift > period)
    return `shifts \`${value.of}\` by ${shift} bits, and what it maintains comes in units of ${period}`;
  // Far from 0, and without the bits that depend on where: those repeat.
  const changes = changesOf({ ...value, or: value.or & ~bitsSetAbove(value, period) });
  const base = period << 80n;
  const numbers = Array.from({ length: Number(period / step) }, (_, index) => base + BigInt(index) * step);
  const taken = (number: bigint) => changes.reduce(changed, number);
  const isEnd = value.of === "end" || value.of === "size-bytes";
  const isMissed = numbers.some((number) => {
    const back = changes.reduceRight(unchangedBy, taken(number));
    // The line that ends there, or the line that it is in.
    return isEnd ? back > number || back <= number - line : back / line !== number / line;
  });
  // Hardware that takes any address in a line looks at the other bits only, of what it is given.
  const lines = new Set(numbers.map((number) => (taken(number) << shift) / line));
  const isSplit = value.of === "address" && lines.size > 1;
  return isMissed || isSplit
    ? `changes bits of \`${value.of}\` that tell lines of ${line} bytes apart: another line would be meant`
    : undefined;
}

/** How it does for some memory that the pass is made for; a size is split where it would be too long. */
function lossInMemory(context: Context, pass: Pass, value: RegisterValue): string | undefined {
  if (value.of === "size-bytes" || value.of === "size-lines") return undefined;
  const mask = bitsSetAbove(value, numbersOf(pass, value).period);
  for (const region of buffersOf(context, pass)) {
    const [first, last] = bounds(region, pass, value);
    const name = `\`${region.name}\` at ${formatAddress(region.base)}`;
    if (first < value.subtract) return `subtracts more from \`${value.of}\` than addresses of ${name} have`;
    const before = changesOf({ ...value, or: 0n });
    if (haveBit(before.reduce(changed, first), before.reduce(changed, last), mask))
      return `sets bits of \`${value.of}\` that addresses of ${name} have as well`;
  }
  return undefined;
}

function bounds(region: Region, pass: Pass, { of }: RegisterValue): readonly [bigint, bigint] {
  const [first, end] = linesTouched(region, pass);
  return of === "end" ? [first + 1n, end] : [first, end - 1n];
}

/** Whether some number from the first to the last has one of the bits. */
function haveBit(first: bigint, last: bigint, bits: bigint): boolean {
  for (let bit = 0n; bits >> bit > 0n; bit++) {
    if (((bits >> bit) & 1n) === 0n) continue;
    // It is 1 at an end, or the bits above it change in between, on the way to which it was.
    if (((first | last) >> bit) & 1n || first >> (bit + 1n) !== last >> (bit + 1n)) return true;
  }
  return false;
}
