// What a barrier orders, read from its instruction and from what the chip's description says of it: SEMANTICS.md, section 2.
import type { AccessClass, Barrier, Citation, Domain, ResolvedCore } from "../model/chip.ts";
import { NotExpressed } from "./not-expressed.ts";

/** One row: an earlier access of one of these classes comes before a later one of those. */
export interface Row {
  readonly earlier: readonly AccessClass[];
  readonly later: readonly AccessClass[];
  readonly completes: readonly AccessClass[];
}

export interface BarrierMeaning {
  readonly instruction: string;
  /** Without those whose domain does not include the DMA masters. */
  readonly rows: readonly Row[];
  readonly sources: readonly Citation[];
}

/** From the fewest observers to the most. */
const domains: readonly Domain[] = ["non-shareable", "inner-shareable", "outer-shareable", "full-system"];

/** @returns undefined for an instruction that is no barrier of this core */
export function barrierOf(instruction: string, core: ResolvedCore, masters: Domain): BarrierMeaning | undefined {
  const caches = [...core.caches, ...core.masterCaches];
  const ofMechanisms = caches.flatMap(({ mechanism }) => mechanism?.barriers ?? []);
  const meant = [...core.architecture.barriers, ...ofMechanisms].flatMap((barrier) => {
    const row = rowOf(barrier, instruction);
    return row ? [{ barrier, row }] : [];
  });
  if (meant.length === 0) return undefined;
  const reaches = (domain: Domain) => domains.indexOf(domain) >= domains.indexOf(masters);
  return {
    instruction,
    rows: distinct(meant.flatMap(({ barrier, row }) => (reaches(barrier.domain) ? [row] : []))),
    sources: [...new Set(meant.flatMap(({ barrier }) => barrier.sources))],
  };
}

/** @throws NotExpressed for an instruction that nobody has described as a barrier */
export function knownBarrier(instruction: string, core: ResolvedCore, masters: Domain): BarrierMeaning {
  const meaning = barrierOf(instruction, core, masters);
  if (!meaning) throw new NotExpressed(`no description says what the barrier \`${instruction}\` orders`);
  return meaning;
}

function rowOf({ instruction, earlier, later, completes, select }: Barrier, text: string): Row | undefined {
  if (select.length === 0) return instruction === text ? { earlier, later, completes } : undefined;
  const [before, between, after] = instruction.split(/\{earlier\}|\{later\}/);
  const letters = text.slice(before!.length, text.length - after!.length).split(between!);
  if (!text.startsWith(before!) || !text.endsWith(after!) || letters.length !== 2) return undefined;
  const chosen = letters.map((side) => classesOf(side, select));
  const [first, second] = chosen;
  if (!first || !second) return undefined;
  return {
    earlier: first.filter((each) => earlier.includes(each)),
    later: second.filter((each) => later.includes(each)),
    completes,
  };
}

/** The classes whose letters these are; undefined where a letter is none. */
function classesOf(letters: string, select: Barrier["select"]): AccessClass[] | undefined {
  const classes = [...letters].map((letter) => select.find(([, each]) => each === letter)?.[0]);
  return classes.every((each) => each !== undefined) ? classes : undefined;
}

function distinct(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
