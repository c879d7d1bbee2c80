// Which lines a fence touches, for buffers of many shapes: every line of the buffer in every pass, no line beside
// it, and none at all for an empty one. Plain arithmetic, no exploration.
import {
  type CacheLevel,
  type DmaController,
  type FenceMethod,
  fenceMethods,
  type LineSize,
  type Mechanism,
  type Operation,
  type Region,
  type ResolvedCore,
} from "../model/chip.ts";
import { lineSizeQuestion, possibleLineBytes } from "../plan/line-size.ts";
import { allSteps } from "../plan/steps.ts";
import { alignmentOf, Interpreter, lineBytesOf } from "../program/interpret.ts";
import { blocksOf, type FenceProgram, flattened, isForEdges, type Statement } from "../program/statement.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { lineCount, lineStart, startsIn } from "../runtime/lines.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { cachesOf, effectOf } from "../semantics/instruction.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import { maintainedFrontOf, mayBeDirty, reachableRegions } from "../semantics/ports.ts";
import { isQuietWhileMasked } from "../semantics/quiet.ts";
import type { Execute, FenceUnderTest } from "./fence-under-test.ts";
import { brokenBounds, longBuffers } from "./range-footprint.ts";
import type { Port } from "./scenario.ts";

/** How the lines are judged that a fence touches. */
interface LineRules {
  /** Whether it is tried with a buffer, for a master at a port. */
  isTried(method: FenceMethod, buffer: DmaBuffer, port: Port): boolean;
  /** Operations that are meant for some of the buffer's lines only; `any` where nobody says which, and together they take all. */
  readonly partial: ReadonlySet<string> | "any";
}

/**
 * What is wrong with the lines that a fence touches; undefined if nothing is. With lines of each size that the core may
 * answer with.
 */
export function brokenFootprint(fence: FenceUnderTest, execute: Execute): string | undefined {
  const isSameEverywhere = !dependsOnPlace(flattened(blocksOf(fence.program)));
  return brokenBy(fence, execute, {
    isTried: (_, buffer, port) => isSameEverywhere || isWithin(buffer, port),
    partial: edgeOperations(fence.program),
  });
}

/** The same of a fence of which only is known what it executes. @param accepts whether it takes a buffer */
export function brokenFootprintOf(
  fence: FenceUnderTest,
  execute: Execute,
  accepts: (method: FenceMethod, buffer: DmaBuffer) => boolean,
): string | undefined {
  return brokenBy(fence, execute, {
    isTried: (method, buffer, port) => isWithin(buffer, port) && accepts(method, buffer),
    partial: "any",
  });
}

function isWithin(buffer: DmaBuffer, { region }: Port): boolean {
  return startsIn(buffer, [[region.base, region.sizeBytes]]);
}

function brokenBy(fence: FenceUnderTest, execute: Execute, rules: LineRules): string | undefined {
  for (const sizeBytes of possibleLineBytes(fence.plan))
    for (const method of fenceMethods)
      for (const port of fence.ports) {
        const isTried = (buffer: DmaBuffer) => rules.isTried(method, buffer, port);
        const run = (buffer: DmaBuffer) => execute(method, buffer, sizeBytes);
        const problem = brokenAt(fence, run, port, sizeBytes, isTried, rules.partial);
        if (problem) return problem;
      }
  return undefined;
}

function brokenAt(
  { plan, program, chip, core, controllers }: FenceUnderTest,
  run: (buffer: DmaBuffer) => readonly RecordedOperation[],
  port: Port,
  sizeBytes: number,
  isTried: (buffer: DmaBuffer) => boolean,
  partial: LineRules["partial"],
): string | undefined {
  const question = lineSizeQuestion(plan);
  const itself = question ? withLines(core, question.lineSize, sizeBytes) : core;
  const statements = flattened(blocksOf(program));
  const ofSteps = allSteps(plan).flatMap((step) => ("lineBytes" in step ? [step.lineBytes] : []));
  const sizes = [...new Set([sizeBytes, ...ofSteps])];
  const buffers = sizes.flatMap((bytes) => buffersAround(port.region.base, bytes)).filter(isTried);
  const held = [...port.levels.map((at) => core.caches[at]!), ...frontOfMemory(port.region, controllers, chip, core)];
  const lines = footprintProblem(run, buffers, itself, sizeBytes, partial);
  const bounds = brokenBounds(run, longBuffers(statements, port).filter(isTried), itself);
  const somewhere = buffers.filter(({ lengthBytes }) => lengthBytes > 0).slice(0, 1);
  return (
    lines ??
    bounds ??
    strayOperation(run, somewhere, itself, held) ??
    lossElsewhere(run, somewhere, chip, itself) ??
    interruptsLeftMasked(run, buffers)
  );
}

/** The caches in front of any of the fence's masters that may hold a memory, whichever of them the port is of. */
function frontOfMemory(
  { name }: Region,
  controllers: readonly DmaController[],
  chip: SeenChip,
  core: ResolvedCore,
): CacheLevel[] {
  return controllers
    .filter((controller) => reachableRegions(chip, controller).some(({ region }) => region.name === name))
    .flatMap((controller) => maintainedFrontOf(controller, core).map((index) => core.masterCaches[index]!));
}

/** A core whose lines have the size that it answers with. */
function withLines(core: ResolvedCore, { register }: LineSize, bytes: number): ResolvedCore {
  const caches = core.caches.map((level) =>
    level.lineSize?.register === register ? { ...level, smallestLineBytes: bytes } : level,
  );
  return { ...core, caches };
}

/** Whether a fence does other things at other addresses, or an address cannot be told from what a register is given. */
function dependsOnPlace(statements: readonly Statement[]): boolean {
  return statements.some((statement) => {
    if (statement.kind === "if") return statement.condition.kind !== "buffer-is-empty";
    return (
      statement.kind === "store-address" ||
      (statement.kind === "store-register" &&
        statement.value.from.kind === "line" &&
        statement.value.changes.some(({ kind }) => kind === "or"))
    );
  });
}

/** The operations that are meant for the first and the last line only. */
function edgeOperations(program: FenceProgram): ReadonlySet<string> {
  return new Set(
    blocksOf(program).flatMap((block) => (block.maintains && isForEdges(block) ? [block.maintains.operation] : [])),
  );
}

/** Around line boundaries, misaligned, empty, and ending at the top of the address space. */
export function buffersAround(base: bigint, lineBytes: number): DmaBuffer[] {
  const start = lineStart(base, lineBytes) + BigInt(4 * lineBytes);
  const offsets = [0, 1, lineBytes - 1];
  const lengths = [0, 1, lineBytes - 1, lineBytes, lineBytes + 1, 2 * lineBytes, 3 * lineBytes - 1];
  const top = (1n << 32n) - BigInt(2 * lineBytes);
  return [
    ...offsets.flatMap((offset) => lengths.map((lengthBytes) => ({ address: start + BigInt(offset), lengthBytes }))),
    { address: top, lengthBytes: 2 * lineBytes },
    { address: top + 1n, lengthBytes: 2 * lineBytes - 1 },
  ];
}

/**
 * What is wrong with the lines that are touched; undefined if nothing is.
 * @param partial operations that are meant for some of the buffer's lines only
 */
export function footprintProblem(
  execute: (buffer: DmaBuffer) => readonly RecordedOperation[],
  buffers: readonly DmaBuffer[],
  core: ResolvedCore,
  lineBytes: number,
  partial: LineRules["partial"],
): string | undefined {
  const footprints = buffers.map((buffer) => ({ buffer, touched: linesTouched(execute(buffer), core, lineBytes) }));
  // What is executed for one buffer is needed for every other.
  const operations = new Map(footprints.flatMap(({ touched }) => [...touched]));
  for (const { buffer, touched } of footprints) {
    const end = buffer.address + BigInt(buffer.lengthBytes);
    for (const [operation, { bytes, byAddress }] of operations) {
      if (touched.get(operation)?.misplaced)
        return `${operation.name} is given an address that is not the start of a line`;
      const lines = touched.get(operation)?.lines;
      if (buffer.lengthBytes === 0) {
        if (lines) return `${operation.name} is executed for an empty buffer`;
        continue;
      }
      const firstLine = lineStart(buffer.address, bytes);
      for (const line of lines ?? [])
        if (line < firstLine || line >= end) return `${operation.name} touches a line beside the buffer`;
      const isWhole = byAddress && partial !== "any" && !partial.has(operation.name);
      if (isWhole && (lines?.size ?? 0) !== lineCount(buffer, bytes))
        return `${operation.name} leaves out a line of the buffer`;
    }
    if (partial === "any" && leavesOut(buffer, [...operations], touched))
      return `a line of a buffer of ${buffer.lengthBytes} bytes is left out`;
  }
  return undefined;
}

/** Whether a line of the buffer is touched by none of the operations on lines of its size. */
function leavesOut(
  buffer: DmaBuffer,
  operations: readonly (readonly [Operation, Touched])[],
  touched: ReadonlyMap<Operation, Touched>,
): boolean {
  return operations.some(([, { bytes, byAddress }]) => {
    if (!byAddress || buffer.lengthBytes === 0) return false;
    const alike = operations.filter(([, other]) => other.byAddress && other.bytes === bytes);
    const lines = new Set(alike.flatMap(([operation]) => [...(touched.get(operation)?.lines ?? [])]));
    return lines.size !== lineCount(buffer, bytes);
  });
}

interface Touched {
  readonly lines: Set<bigint>;
  /** Size of the lines. */
  readonly bytes: number;
  /** False for an operation on the whole cache. */
  readonly byAddress: boolean;
  /** Whether it was given an address that its mechanism does not take. */
  misplaced: boolean;
}

/** The buffers here have a few lines: of a range as long as this, that it takes too much is all that matters. */
const mostLines = 65_536n;

/** The start of each line touched, by operation. */
function linesTouched(
  executed: readonly RecordedOperation[],
  core: ResolvedCore,
  smallestBytes: number,
): Map<Operation, Touched> {
  const interpreter = new Interpreter(core);
  const touched = new Map<Operation, Touched>();
  for (const meaning of executed.flatMap((operation) => interpreter.next(operation))) {
    if (meaning.kind !== "maintenance") continue;
    const { first, last, mechanism, operation } = meaning;
    const bytes =
      operation.unit === "range"
        ? Math.max(largestLine(mechanism, core), operation.alignmentBytes)
        : Math.max(smallestBytes, lineBytesOf(mechanism, core));
    const byAddress = first !== undefined;
    const entry = touched.get(operation) ?? { lines: new Set<bigint>(), bytes, byAddress, misplaced: false };
    touched.set(operation, entry);
    if (first === undefined || last === undefined) continue;
    const alignment = alignmentOf(mechanism, BigInt(lineBytesOf(mechanism, core)));
    entry.misplaced ||= operation.unit === "line" && first % alignment !== 0n;
    const end = lineStart(first, bytes) + BigInt(bytes) * mostLines;
    for (let line = lineStart(first, bytes); line <= last && line < end; line += BigInt(bytes)) entry.lines.add(line);
  }
  return touched;
}

/** Range commands work on whole lines of whatever size. */
function largestLine(mechanism: Mechanism, core: ResolvedCore): number {
  return Math.max(
    ...cachesOf(core).flatMap((level) =>
      level.mechanism?.instance === mechanism.instance ? [level.largestLineBytes] : [],
    ),
  );
}

/**
 * An operation executed for memory that its cache does not cover, where the mechanism says that this is wrong.
 * @param maintained the caches that hold the buffers' memory
 */
export function strayOperation(
  execute: (buffer: DmaBuffer) => readonly RecordedOperation[],
  buffers: readonly DmaBuffer[],
  core: ResolvedCore,
  maintained: readonly CacheLevel[],
): string | undefined {
  const covering = maintained.map(({ mechanism }) => mechanism?.instance);
  for (const buffer of buffers) {
    const interpreter = new Interpreter(core);
    for (const meaning of execute(buffer).flatMap((operation) => interpreter.next(operation))) {
      if (meaning.kind !== "maintenance") continue;
      if (meaning.mechanism.uncachedAddress === "wrong" && !covering.includes(meaning.mechanism.instance))
        return `${meaning.operation.name} is executed for memory that the cache does not cover`;
    }
  }
  return undefined;
}

/**
 * An operation on a whole cache that drops what others have stored: also where another command has cleaned all before, because nobody
 * keeps still in between but for the lines of the buffer. With interrupts masked nobody does anything where only the CPU stores.
 */
function lossElsewhere(
  execute: (buffer: DmaBuffer) => readonly RecordedOperation[],
  buffers: readonly DmaBuffer[],
  chip: SeenChip,
  core: ResolvedCore,
): string | undefined {
  for (const buffer of buffers) {
    const interpreter = new Interpreter(core);
    let isMasked = false;
    /** Mechanisms of which everything was cleaned since interrupts are masked. */
    const cleaned = new Set<string>();
    for (const operation of execute(buffer)) {
      if (operation.kind === "mask-interrupts" || operation.kind === "restore-interrupts") {
        isMasked = operation.kind === "mask-interrupts";
        cleaned.clear();
      }
      for (const meaning of interpreter.next(operation)) {
        if (meaning.kind !== "maintenance" || meaning.first !== undefined) continue;
        const { instance } = meaning.mechanism;
        const dirty = cachesOf(core).filter(
          (level) => level.mechanism?.instance === instance && level.enabled !== "never" && mayBeDirty(level),
        );
        const effect = effectOf(meaning);
        const isStill = cleaned.has(instance) && dirty.every((level) => isQuietWhileMasked(level, chip, core));
        if (dirty.length > 0 && !isStill && (effect === "invalidate" || effect === "discard-dirty"))
          return `${meaning.operation.name} drops dirty lines of others`;
        if (isMasked && effect === "clean") cleaned.add(instance);
      }
    }
  }
  return undefined;
}

/** Whether interrupts are left masked, which no caller asked for. */
export function interruptsLeftMasked(
  execute: (buffer: DmaBuffer) => readonly RecordedOperation[],
  buffers: readonly DmaBuffer[],
): string | undefined {
  const isMasked = (buffer: DmaBuffer) =>
    execute(buffer).findLast(({ kind }) => kind === "mask-interrupts" || kind === "restore-interrupts")?.kind ===
    "mask-interrupts";
  return buffers.some(isMasked) ? "interrupts are left masked" : undefined;
}
