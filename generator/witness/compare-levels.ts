import type { CacheLevel, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { formatAddress, sizeText } from "../notation/quantity.ts";
import { coreOf } from "./compare-cores.ts";
import type { FactPlace, Finding } from "./finding.ts";
import { lastOf, type Witness, type WitnessedLevel } from "./witness.ts";

export function compareLevels({ cores }: ResolvedChip, { levels }: Witness): Finding[] {
  return levels.flatMap((there) => {
    // A file that names no core is of the only one.
    const core =
      coreOf(there.ofCore, cores) ?? (there.ofCore.length === 0 && cores.length === 1 ? cores[0] : undefined);
    return core ? compareLevel(core, cores.length > 1, there) : [];
  });
}

function compareLevel(core: ResolvedCore, isOneOfSeveral: boolean, there: WitnessedLevel): Finding[] {
  const about = isOneOfSeveral ? `${core.name}: ` : "";
  const level = core.caches.find((each, index) => numberOf(each, index) === there.level);
  const { place } = there;
  if (!level) {
    const line = there.lineBytes === undefined ? "" : ` with lines of ${there.lineBytes} bytes`;
    const described = core.caches.map(({ name }) => name).join(", ") || "none";
    return [
      {
        fact: `${about}data cache`,
        verdict: "differs",
        here: { value: described, at: { kind: "core", name: core.name || core.id } },
        there: { value: `level ${there.level}${line}`, place },
      },
    ];
  }
  const at: FactPlace = { kind: "level", core: core.name || core.id, name: level.name };
  const fact = (what: string, verdict: Finding["verdict"], here: string, value: string): Finding => ({
    ...{ fact: `${about}${level.name}: ${what}`, verdict },
    ...{ here: { value: here, at }, there: { value, place } },
  });
  const compared = (what: string, here: number | undefined, value: number | undefined, text: (n: number) => string) =>
    here === undefined || value === undefined
      ? []
      : [fact(what, here === value ? "agrees" : "differs", text(here), text(value))];
  return [
    ...lineFindings(level, there, fact),
    ...compared("size", level.sizeBytes, there.sizeBytes, (bytes) => sizeText(BigInt(bytes))),
    ...compared("ways", level.ways, there.ways, String),
    ...registerFindings(level, there, fact),
  ];
}

type Fact = (what: string, verdict: Finding["verdict"], here: string, there: string) => Finding;

function lineFindings(level: CacheLevel, { lineBytes }: WitnessedLevel, fact: Fact): Finding[] {
  if (lineBytes === undefined) return [];
  const { smallestLineBytes: smallest, largestLineBytes: largest } = level;
  const here = smallest === largest ? `${smallest} bytes` : `${smallest} to ${largest} bytes`;
  const isWithin = lineBytes >= smallest && lineBytes <= largest;
  const found = fact("line", isWithin ? "agrees" : "differs", here, `${lineBytes} bytes`);
  const isPart = isWithin && smallest !== largest;
  return [isPart ? { ...found, because: "What the file says lies within what is described." } : found];
}

/** A controller is the described one where some register that a fence uses lies within its range. */
function registerFindings({ mechanism }: CacheLevel, { registers }: WitnessedLevel, fact: Fact): Finding[] {
  const used = (mechanism?.operations ?? []).flatMap(({ sequence }) =>
    sequence.flatMap((item) => ("register" in item ? [item.register.address] : [])),
  );
  if (!registers || used.length === 0) return [];
  const isWithin = used.every((address) => address >= registers.base && address <= lastOf(registers));
  const lowest = used.reduce((least, each) => (each < least ? each : least));
  return [fact("registers", isWithin ? "agrees" : "differs", formatAddress(lowest), formatAddress(registers.base))];
}

/** `L2` is of level 2; of any other name, where it stands. */
function numberOf({ name }: CacheLevel, index: number): number {
  const number = /^L(\d)/.exec(name)?.[1];
  return number === undefined ? index + 1 : Number(number);
}
