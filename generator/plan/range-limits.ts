// What the registers of a mechanism cannot hold: a range that is longer than one command takes is maintained in pieces, and
// where that is no way out, there is no fence. Nothing is ever truncated.
import type { Operation, Region, RegisterValue, SequenceItem } from "../model/chip.ts";
import { changed, changesOf } from "../model/register-value.ts";
import { formatAddress } from "../notation/quantity.ts";
import { buffersOf, type Context, linesTouched, type Pass } from "./fence-context.ts";
import { bitsSetAbove, refuseMissedLines } from "./missed-lines.ts";
import type { MaintainRange, PieceLimits } from "./operation.ts";
import { Refusal } from "./problem.ts";

type Write = Extract<SequenceItem, { kind: "write" }>;

/** The passes with ranges split where a buffer may be longer than what one command takes. */
export function limitRanges(context: Context, passes: readonly Pass[]): Pass[] {
  return passes.map((pass) => {
    refuseMissedLines(context, pass);
    refuseNarrowAddresses(context, pass);
    const { step } = pass;
    if (step.kind !== "maintain-range") return pass;
    const pieces = piecesOf(context, pass, step);
    return pieces ? { ...pass, step: { ...step, pieces } } : pass;
  });
}

function piecesOf(context: Context, pass: Pass, step: MaintainRange): PieceLimits | undefined {
  const operation = pass.group.mechanism.operations.find(({ name }) => name === step.operation)!;
  const limits = limitsOf(context, pass, step, operation);
  const { mostBytes, windowBytes } = limits;
  const stretches = stretchesOf(context, pass);
  const fitsOne = (fits: (stretch: Stretch) => boolean) => stretches?.every(fits) ?? false;
  const isShort = mostBytes === undefined || fitsOne(({ first, end }) => end - first <= mostBytes);
  const isInOneWindow =
    windowBytes === undefined || fitsOne(({ first, end }) => first / windowBytes === (end - 1n) / windowBytes);
  if (isShort && isInOneWindow) return undefined;
  // No piece is longer than a window.
  const most = [mostBytes, windowBytes].flatMap((limit) => limit ?? []).reduce((a, b) => (b < a ? b : a));
  return { mostBytes: Number(most), windowBytes: isInOneWindow ? undefined : Number(windowBytes) };
}

/** The longest range that a command takes, in whole lines, and the windows that it must stay in. */
function limitsOf(
  context: Context,
  { group }: Pass,
  { lineBytes }: MaintainRange,
  operation: Operation,
): { readonly mostBytes: bigint | undefined; readonly windowBytes: bigint | undefined } {
  const unit = BigInt(lineBytes);
  const byRegisters = operation.sequence.flatMap((item) => (item.kind === "write" ? (mostOf(item, unit) ?? []) : []));
  const mostBytes = [...byRegisters, ...(operation.mostBytes === undefined ? [] : [operation.mostBytes])]
    .map((bytes) => bytes - (bytes % unit))
    .reduce<bigint | undefined>((least, bytes) => (least === undefined || bytes < least ? bytes : least), undefined);
  const { windowBytes } = operation;
  const refuse = (what: string, then = `, and what it maintains comes in units of ${lineBytes}`) =>
    new Refusal("plan/narrow-register", `\`${operation.name}\` of ${group.mechanism.title} ${what}${then}`, [
      "masters",
      group.needs[0]!.because.controller,
    ]);
  if (operation.sequence.some((item) => item.kind === "write" && isNegativeOfOneLine(item, unit)))
    throw refuse("takes more from the size than one line has");
  if (mostBytes !== undefined && mostBytes < unit) throw refuse("takes less than one line at once");
  if (windowBytes !== undefined && windowBytes < unit) throw refuse(`may not cross a multiple of ${windowBytes} bytes`);
  const unknown = operation.sequence.find(
    (item): item is Write => item.kind === "write" && item.isWidthUnknown === true,
  );
  if (unknown && operation.mostBytes === undefined)
    throw refuse(`writes a size to ${unknown.register.name}, and nobody says how many bits of it take one`, "");
  // What no object of a program exceeds is no limit.
  const largest = 1n << BigInt(addressBits(context) - 1);
  return { mostBytes: mostBytes !== undefined && mostBytes < largest ? mostBytes : undefined, windowBytes };
}

/** Whether the size of the shortest range, less what is subtracted from it, is below 0. */
function isNegativeOfOneLine({ value }: Write, lineBytes: bigint): boolean {
  const least = value.of === "size-bytes" ? lineBytes : value.of === "size-lines" ? 1n : undefined;
  return least !== undefined && value.subtract > least;
}

/** The most bytes whose number, or whose number of lines, fits a register; undefined for a value that is no size. */
function mostOf({ register, value }: Write, lineBytes: bigint): bigint | undefined {
  if (value.of !== "size-bytes" && value.of !== "size-lines") return undefined;
  const { subtract, shiftRight, add } = value;
  // The largest number that the changes leave within the register's bits, and below those that `or` sets.
  const set = bitsSetAbove(value, value.of === "size-lines" ? 1n : lineBytes);
  const room = (set === 0n ? 1n << BigInt(register.bits) : set & -set) - 1n - add;
  const most = room < 0n ? 0n : ((room + 1n) << BigInt(shiftRight)) - 1n + subtract;
  return value.of === "size-lines" ? most * lineBytes : most;
}

/** @throws {Refusal} where an address of a buffer does not fit the register that takes it, or a store goes to no address */
function refuseNarrowAddresses(context: Context, pass: Pass): void {
  const { group, step } = pass;
  for (const item of step.accesses) {
    const taken = numberTaken(context, item);
    const outside = taken && buffersOf(context, pass).find((region) => !fits(region, pass, taken.value, taken.bits));
    if (outside)
      throw new Refusal(
        "plan/narrow-register",
        `${taken.by} of ${group.mechanism.title} has ${taken.bits} bits, and addresses of \`${outside.name}\` at ${formatAddress(outside.base)} do not fit`,
        ["masters", group.needs[0]!.because.controller],
      );
  }
}

/** What an address is made to fit, and what takes it; undefined where it does. */
function numberTaken(
  context: Context,
  item: SequenceItem,
): { readonly by: string; readonly bits: number; readonly value: RegisterValue } | undefined {
  if (item.kind === "store") return { by: `the address of \`store\``, bits: addressBits(context), value: item.to };
  if (item.kind !== "write" || !isAddress(item.value)) return undefined;
  const { register, value } = item;
  // Wider ones hold every address of a 32-bit core that nothing is added to; on a 64-bit core the limit becomes a promise.
  const isWide = register.bits >= 32 && (value.add === 0n || addressBits(context) > 32);
  return isWide ? undefined : { by: register.name, bits: register.bits, value };
}

function isAddress({ of }: RegisterValue): boolean {
  return of === "address" || of === "first-line" || of === "last-byte" || of === "end";
}

function fits(region: Region, pass: Pass, value: RegisterValue, bits: number): boolean {
  if (region.sizeBytes === undefined) return false;
  const [first, end] = linesTouched(region, pass);
  if (first < value.subtract) return false;
  const last = value.of === "end" ? end : end - 1n;
  return changesOf(value).reduce(changed, last) < 1n << BigInt(bits);
}

/** Memory without a gap, which a buffer may fill. */
interface Stretch {
  readonly first: bigint;
  readonly end: bigint;
}

/** The lines of the regions, with neighbours taken together; undefined where an end is not known, or nothing is described. */
function stretchesOf(context: Context, pass: Pass): Stretch[] | undefined {
  const stretches: Stretch[] = [];
  for (const region of [...buffersOf(context, pass)].sort((a, b) => (a.base < b.base ? -1 : 1))) {
    if (region.sizeBytes === undefined) return undefined;
    const last = stretches.at(-1);
    const [first, end] = linesTouched(region, pass);
    if (last && first <= last.end)
      stretches[stretches.length - 1] = { first: last.first, end: end > last.end ? end : last.end };
    else stretches.push({ first, end });
  }
  return stretches.length > 0 ? stretches : undefined;
}

function addressBits({ core }: Context): number {
  return core.addressBits ?? 64;
}
