// What somebody else wrote down about the chips, from other sources and without looking at the descriptions: fences as an
// expert would write them, memory and reach by address, coherency, errata. Where a description says otherwise, one is wrong.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { RecordingMachine } from "../../generator/index.ts";
import type { CacheLevel, Region, ResolvedChip } from "../../generator/model/chip.ts";
import { levelNeeds } from "../../generator/plan/needs.ts";
import type { FencePlan, FenceStep } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { operationsOf } from "../../generator/program/run.ts";
import type { PlannedChip } from "../../generator/render/render-outputs.ts";
import type { RecordedOperation } from "../../generator/runtime/recording-machine.ts";
import { mayAccess, reachOf, regionAt, seenBy } from "../../generator/semantics/memory-map.ts";
import { snoopedIn } from "../../generator/semantics/ports.ts";

export interface ChipRecord {
  readonly chip: string;
  readonly fences?: Readonly<Record<string, FenceRecord>>;
  readonly memory?: readonly MemoryRecord[];
  readonly reach?: readonly ReachRecord[];
  /** Cache levels by the names that chips/ gives them. */
  readonly levels?: readonly {
    readonly level: string;
    /** Whose it is, where several cores have a level of that name. */
    readonly core?: string;
    readonly lineBytes?: number;
    readonly writePolicy?: string;
    readonly mechanism?: string;
  }[];
  readonly snoops?: readonly { readonly master: string; readonly coherent: boolean }[];
  readonly registers?: readonly RegisterRecord[];
  readonly errata?: readonly string[];
  readonly targets?: readonly string[];
}

/** By address: may a data cache of some core hold it. */
interface MemoryRecord {
  readonly at: number;
  /** As the core of this name sees it; left out, as any does. */
  readonly core?: string;
  readonly bytes?: number;
  readonly cached?: boolean;
  /** The memory begins here. */
  readonly start?: boolean;
  /** false: chips/ leaves it out, because no buffer lies there. */
  readonly described?: boolean;
}

/** access: whether the master can read there. writes: whether it can write there. */
interface ReachRecord {
  readonly master: string;
  readonly at: number;
  /** As the core of this name sees it; left out, as each does. */
  readonly core?: string;
  readonly access?: boolean;
  readonly writes?: boolean;
}

/** Where registers lie, and so no memory. */
export interface RegisterRecord {
  readonly base: number;
  readonly bytes: number;
  /** Left out: for every core. */
  readonly core?: string;
}

interface FenceRecord {
  readonly barriersOnly?: boolean;
  readonly lineBytes?: number;
  /** Where it is larger than that: what buffers are aligned to. */
  readonly largestLineBytes?: number;
  /** What is executed for one line that the buffer has to itself, without barriers. */
  readonly release?: readonly string[];
  readonly acquire?: readonly string[];
}

export interface OperationRecord {
  readonly mechanism: string;
  readonly operation: string;
  readonly effect: string;
  readonly spelled: string;
}

const folder = join(import.meta.dirname, "second-source");

/** One file for each chip. */
export const chipRecords: readonly ChipRecord[] = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml") && name !== "encodings.yaml")
  .map((name) => parse(readFileSync(join(folder, name), "utf8")) as ChipRecord);

export const operationRecords = parse(readFileSync(join(folder, "encodings.yaml"), "utf8")) as OperationRecord[];

function levelsNamed(
  { cores }: ResolvedChip,
  { level: name, core }: { readonly level: string; readonly core?: string | undefined },
): CacheLevel[] {
  const meant = cores.filter((each) => core === undefined || each.name === core);
  return meant.flatMap(({ caches }) => caches.filter((level) => level.name === name));
}

/** Every point in which a description and the second source differ. */
export function disagreements({ chip, fences }: PlannedChip): string[] {
  const record = chipRecords.find((each) => each.chip === chip.id);
  if (!record) return [];
  return [
    ...Object.entries(record.fences ?? {}).flatMap(([name, expected]) => {
      const plan = fences.find((each) => each.name === name);
      return plan ? fenceDisagreements(chip, plan, expected) : [`there is no ${name}`];
    }),
    // A row about what is not there would agree with everything.
    ...[...(record.reach ?? []), ...(record.snoops ?? [])]
      .filter(({ master }) => !chip.dma.some(({ name }) => name === master))
      .map(({ master }) => `there is a master ${master}`),
    ...(record.levels ?? [])
      .filter((level) => levelsNamed(chip, level).length === 0)
      .map(({ level: name }) => `there is a cache level ${name}`),
    ...(record.memory ?? []).flatMap((row) => memoryDisagreements(chip, row)),
    ...(record.reach ?? []).flatMap((row) => reachDisagreements(chip, row)),
    ...(record.levels ?? []).flatMap(({ level: name, core, lineBytes, writePolicy, mechanism }) =>
      levelsNamed(chip, { level: name, core }).flatMap((level) => [
        ...(lineBytes === undefined || level.smallestLineBytes === lineBytes
          ? []
          : [`a line of ${name} has ${lineBytes} bytes, not ${level.smallestLineBytes}`]),
        ...(writePolicy === undefined || level.writePolicy === writePolicy
          ? []
          : [`${name} is ${writePolicy}, not ${level.writePolicy}`]),
        ...(mechanism === undefined || level.mechanism?.id === mechanism
          ? []
          : [`${name} is maintained by ${mechanism}, not ${level.mechanism?.id}`]),
      ]),
    ),
    ...(record.snoops ?? []).flatMap(({ master, coherent }) => {
      const controller = chip.dma.find(({ name }) => name === master);
      const isCoherent =
        controller !== undefined &&
        chip.cores.some((core) => {
          const seen = seenBy(chip, core);
          const its = seen.dma.filter(({ name }) => name === master);
          const seesSome = snoopedIn(controller, core).length > 0;
          return seesSome && core.caches.length > 0 && levelNeeds(seen, core, its).length === 0;
        });
      return controller && isCoherent !== coherent ? [`${master} is ${coherent ? "" : "not "}coherent`] : [];
    }),
    ...(record.errata ?? [])
      .filter((id) => !chip.cores.some(({ errata }) => errata.some((erratum) => erratum.id === id)))
      .map((id) => `erratum ${id} counts`),
    ...(record.targets ?? [])
      .filter((target) => !chip.cores.some(({ rustTargets }) => rustTargets.includes(target)))
      .map((target) => `${target} runs on it`),
  ];
}

/** What is at an address for each core that sees something there. */
function seenAt(chip: ResolvedChip, { at, core }: Pick<MemoryRecord, "at" | "core">) {
  return chip.cores
    .filter(({ name }) => core === undefined || name === core)
    .flatMap((each) => {
      const seen = seenBy(chip, each);
      const region = regionAt(BigInt(at), seen.regions);
      return region ? [{ core: each, seen, region }] : [];
    });
}

function memoryDisagreements(chip: ResolvedChip, row: MemoryRecord): string[] {
  const { at, bytes, cached, start, described } = row;
  const views = seenAt(chip, row);
  const region = views[0]?.region;
  if (!region) return described === false ? [] : [`there is memory at 0x${at.toString(16)}`];
  const where = `memory at 0x${at.toString(16)} (${region.name})`;
  const isCached = views.some(({ core, region }) => core.caches.some((level) => mayHold(region, level.name)));
  return [
    ...(start && region.base !== BigInt(at) ? [`${where} begins there, not at 0x${region.base.toString(16)}`] : []),
    ...(cached !== undefined && cached !== isCached ? [`${where} is ${cached ? "" : "not "}cached`] : []),
    ...(bytes !== undefined &&
    region.base === BigInt(at) &&
    region.sizeBytes !== undefined &&
    region.sizeBytes !== BigInt(bytes)
      ? [`${where} has ${bytes} bytes, not ${region.sizeBytes}`]
      : []),
  ];
}

function reachDisagreements(chip: ResolvedChip, row: ReachRecord): string[] {
  const { master, at, access, writes } = row;
  const views = seenAt(chip, row);
  if (views.length === 0) return access || writes ? [`${master} reaches memory at 0x${at.toString(16)}`] : [];
  return views.flatMap(({ seen, region }) => {
    const controller = seen.dma.find(({ name }) => name === master);
    if (!controller) return [];
    const where = `0x${at.toString(16)} (${region.name})`;
    return (["reads", "writes"] as const).flatMap((what) => {
      const wanted = what === "reads" ? access : writes;
      // What a description does not know contradicts nobody.
      const found = reachOf(controller, region.name, what === "writes");
      if (wanted === undefined || found === "unknown" || (found === "yes") === wanted) return [];
      return [`${master} ${wanted ? what : `never ${what}`} ${where}`];
    });
  });
}

function mayHold({ cachedBy }: Region, level: string): boolean {
  return cachedBy === "all" || cachedBy.includes(level);
}

function fenceDisagreements(chip: ResolvedChip, plan: FencePlan, expected: FenceRecord): string[] {
  const steps = [...plan.release, ...plan.acquire];
  const maintains = steps.some((step) => "operation" in step);
  if (expected.barriersOnly) return maintains ? [`${plan.name} needs no maintenance`] : [];
  const { lineBytes } = expected;
  if (lineBytes === undefined) return [];
  if (!maintains) return [`${plan.name} maintains lines of ${lineBytes} bytes`];
  const core = coreOf(chip, plan);
  const maintained = new Set(steps.flatMap((step) => ("operation" in step ? step.levels : [])));
  const largest = Math.max(
    ...core.caches.flatMap((level) => (maintained.has(level.name) ? [level.largestLineBytes] : [])),
  );
  const wanted = expected.largestLineBytes ?? lineBytes;
  const sizes = steps.flatMap((step) => ("lineBytes" in step ? [step.lineBytes] : []));
  return [
    ...(sizes.length === 0 || sizes.includes(lineBytes) ? [] : [`${plan.name}: a line has ${lineBytes} bytes`]),
    ...(largest === wanted ? [] : [`${plan.name}: a line has up to ${wanted} bytes, not ${largest}`]),
    ...(["release", "acquire"] as const).flatMap((fence) => {
      const wanted = expected[fence];
      if (!wanted) return [];
      const places = cachedPlaces(chip, plan);
      const found = places.map((place) => executedFor(plan[fence], place, lineBytes));
      const fits = places.some((place, index) => {
        const [one, other] = [spelledFor(wanted, place, lineBytes), found[index]!];
        return one.join("\n") === other.join("\n");
      });
      return fits ? [] : [`${plan.name}.${fence}: ${wanted.join("; ")}, not ${found[0]?.join("; ")}`];
    }),
  ];
}

/** A line in each cached memory that a master of the fence reaches. */
function cachedPlaces(described: ResolvedChip, plan: FencePlan): bigint[] {
  const core = coreOf(described, plan);
  const chip = seenBy(described, core);
  const masters = chip.dma.filter(({ name }) => plan.controllers.includes(name));
  return chip.regions
    .filter(
      (region) =>
        core.caches.some((level) => mayHold(region, level.name)) &&
        masters.some((controller) => mayAccess(controller, region.name, false)),
    )
    .map(({ base }) => base + 0x1000n);
}

/** Without barriers, masking, and what is done to edge lines only. */
function executedFor(steps: readonly FenceStep[], address: bigint, lineBytes: number): string[] {
  const inner = steps.filter((step) => !(step.kind === "maintain-lines" && step.lines === "edges"));
  const operations = operationsOf(inner, { address, lengthBytes: lineBytes });
  const fenceOnly = ["barrier", "compiler-barrier", "mask-interrupts", "restore-interrupts"];
  return linesOf(operations.filter(({ kind }) => !fenceOnly.includes(kind)));
}

function linesOf(operations: readonly RecordedOperation[]): string[] {
  const machine = new RecordingMachine();
  machine.record(...operations);
  return machine.lines().map((line) => line.toLowerCase());
}

/** The record's lines with numbers in place of their placeholders, and sums worked out. */
export function spelledFor(lines: readonly string[], address: bigint, lineBytes: number): string[] {
  const size = BigInt(lineBytes);
  const values: Readonly<Record<string, bigint>> = {
    line: address,
    first: address,
    last: address + size - 1n,
    end: address + size,
    bytes: size,
    lines: 1n,
  };
  return lines.map((line) => {
    const hex = (value: bigint) => `0x${value.toString(16)}`;
    let text = line
      .toLowerCase()
      .replace(/\{(\w+)\}/g, (whole, name: string) => (values[name] === undefined ? whole : hex(values[name]!)));
    for (let before = ""; before !== text; ) {
      before = text;
      text = text.replace(
        /\(?(0x[0-9a-f]+) (\||\+|-|>>) (0x[0-9a-f]+|\d+)\)?/,
        (_, a: string, sign: string, b: string) => {
          const [left, right] = [BigInt(a), BigInt(b)];
          const results = { "|": left | right, "+": left + right, "-": left - right, ">>": left >> right };
          return hex(results[sign as keyof typeof results]);
        },
      );
    }
    return text;
  });
}
