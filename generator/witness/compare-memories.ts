import type { Memory, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { addressForCore } from "../model/viewers.ts";
import { formatAddress, sizeText } from "../notation/quantity.ts";
import type { Finding } from "./finding.ts";
import { type AddressRange, isWithin, lastOf, overlap, type Witness, type WitnessedMemory } from "./witness.ts";

interface SeenMemory extends AddressRange {
  readonly memory: Memory;
}

/** The memories as one core sees them. */
export function compareMemories(chip: ResolvedChip, core: ResolvedCore, witness: Witness): Finding[] {
  const seen = chip.memories.flatMap((memory): SeenMemory[] => {
    const base = addressForCore(memory.addresses, core);
    return base === undefined ? [] : [{ memory, base, sizeBytes: memory.sizeBytes }];
  });
  return [...(witness.statesMemories ? compareAll(seen, witness) : []), ...registerFindings(seen, witness)];
}

function compareAll(seen: readonly SeenMemory[], { memories, memoriesOfDevices = [] }: Witness): Finding[] {
  const ofSome = onlyOfSome(memories, memoriesOfDevices);
  return groupsOf(seen, [...memories, ...ofSome]).flatMap((group) => {
    const varies = group.there.some((each) => ofSome.includes(each));
    return varies ? compareVarying(group, memoriesOfDevices) : compareGroup(group);
  });
}

/** What some devices of a pack have and others have not, each once. */
function onlyOfSome(
  ofAll: readonly WitnessedMemory[],
  devices: readonly (readonly WitnessedMemory[])[],
): WitnessedMemory[] {
  const keyOf = ({ name, base, sizeBytes, use }: WitnessedMemory) => `${base} ${sizeBytes} ${use} ${name}`;
  const known = new Set(ofAll.map(keyOf));
  const found = new Map(devices.flat().map((memory) => [keyOf(memory), memory]));
  return [...found].flatMap(([key, memory]) => (known.has(key) ? [] : [memory]));
}

/** Right is what one of the devices has; which one the chip is, nobody said. */
function compareVarying({ here, there }: Group, devices: readonly (readonly WitnessedMemory[])[]): Finding[] {
  const ranges = new Set(there.map((memory) => rangesText([memory])));
  const [first, second, ...more] = [...ranges].sort();
  const value = [first, second, ...(more.length > 0 ? [`${more.length} more`] : [])].filter(Boolean).join(" or ");
  const told = { value, place: placesText(there.slice(0, 3)) };
  if (here.length === 0)
    return [
      {
        ...{ fact: `memory ${there[0]!.name}`, verdict: "only there", here: undefined, there: told },
        because: "The pack's devices differ in it; FILE#DEVICE names one.",
      },
    ];
  const fitting = devices.filter((all) => {
    const own = all.filter((memory) => here.some((each) => overlap(each, memory)));
    return own.length > 0 && agree(here, own);
  });
  return here.map(({ memory, ...range }) => ({
    fact: `memory ${memory.name}`,
    verdict: fitting.length > 0 ? "agrees" : "differs",
    here: describedAs(memory, range),
    there: told,
    because:
      fitting.length > 0
        ? `So on ${fitting.length} of the pack's ${devices.length} devices that are meant; FILE#DEVICE names one.`
        : `None of the pack's ${devices.length} devices that are meant has it so.`,
  }));
}

function describedAs(memory: Memory, range: AddressRange): NonNullable<Finding["here"]> {
  const value = `${rangesText([range])}${memory.isMost ? " at most" : ""}`;
  return { value, at: { kind: "memory", name: memory.name } };
}

interface Group {
  readonly here: SeenMemory[];
  readonly there: WitnessedMemory[];
}

/** What hangs together by overlapping: one side may tell banks apart that are one memory on the other. */
function groupsOf(here: readonly SeenMemory[], there: readonly WitnessedMemory[]): Group[] {
  type Item = { readonly range: AddressRange } & ({ readonly seen: SeenMemory } | { readonly told: WitnessedMemory });
  const items: Item[] = [
    ...here.map((seen) => ({ range: seen, seen })),
    ...there.map((told) => ({ range: told, told })),
  ].sort((a, b) => (a.range.base < b.range.base ? -1 : a.range.base > b.range.base ? 1 : 0));
  const groups: Group[] = [];
  let end = -1n;
  for (const item of items) {
    if (item.range.base > end || groups.length === 0) groups.push({ here: [], there: [] });
    const group = groups.at(-1)!;
    if ("seen" in item) group.here.push(item.seen);
    else group.there.push(item.told);
    const last = lastOf(item.range);
    end = last > end ? last : end;
  }
  return groups;
}

function compareGroup({ here, there }: Group): Finding[] {
  const told = there.length === 0 ? undefined : { value: rangesText(there), place: placesText(there) };
  if (here.length === 0)
    return there.map((each) => ({
      fact: `memory ${each.name}`,
      verdict: "only there",
      here: undefined,
      there: { value: `${rangesText([each])}${each.use === "flash" ? ", flash or ROM" : ""}`, place: each.place },
    }));
  const verdict = !told ? "only here" : agree(here, there) ? "agrees" : "differs";
  const isSmaller = verdict === "agrees" && !isSame(joined(here), joined(there));
  return here.map(({ memory, ...range }) => ({
    fact: `memory ${memory.name}`,
    verdict,
    here: describedAs(memory, range),
    there: told,
    ...(isOfBoard(here, there) && { isPart: true }),
    ...(isSmaller && { because: "What the file says lies within what is described." }),
  }));
}

function agree(here: readonly SeenMemory[], there: readonly WitnessedMemory[]): boolean {
  const [described, told] = [joined(here), joined(there)];
  if (isSame(described, told)) return true;
  return isOfBoard(here, there) && told.every((part) => described.some((whole) => isWithin(part, whole)));
}

function isSame(some: readonly AddressRange[], others: readonly AddressRange[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ base, sizeBytes }, at) => base === others[at]!.base && sizeBytes === others[at]!.sizeBytes)
  );
}

/** What the board decides is described at its most, and a board's tree says how much it has. */
function isOfBoard(here: readonly SeenMemory[], there: readonly WitnessedMemory[]): boolean {
  return there.every(({ use }) => use === "board") || here.every(({ memory }) => memory.isMost);
}

/** Neighbours as one. */
function joined(ranges: readonly AddressRange[]): AddressRange[] {
  const parts: { base: bigint; sizeBytes: bigint }[] = [];
  for (const { base, sizeBytes } of [...ranges].sort((a, b) => (a.base < b.base ? -1 : 1))) {
    const before = parts.at(-1);
    if (before && base <= before.base + before.sizeBytes) {
      const end = base + sizeBytes > before.base + before.sizeBytes ? base + sizeBytes : before.base + before.sizeBytes;
      before.sizeBytes = end - before.base;
    } else parts.push({ base, sizeBytes });
  }
  return parts;
}

/** Registers within what is described as memory: a buffer there is none. */
function registerFindings(seen: readonly SeenMemory[], { registers }: Witness): Finding[] {
  const found = seen.flatMap((each) => inTheWay(each, registers));
  const [first] = registers;
  const [memory] = seen;
  if (found.length > 0 || !first || !memory) return found;
  return [
    {
      fact: "memories: registers",
      verdict: "agrees",
      here: { value: "none within a memory", at: { kind: "memory", name: memory.memory.name } },
      there: { value: `${registers.length} ranges elsewhere`, place: `from ${first.place} on` },
    },
  ];
}

function inTheWay({ memory, ...range }: SeenMemory, registers: Witness["registers"]): Finding[] {
  const within = registers.filter((each) => overlap(each, range));
  const [first] = within;
  if (!first) return [];
  const more = within.length > 1 ? ` and ${within.length - 1} more` : "";
  return [
    {
      fact: `memory ${memory.name}: registers`,
      verdict: "differs",
      here: { value: `none within ${rangesText([range])}`, at: { kind: "memory", name: memory.name } },
      there: { value: `${first.name} at ${rangesText([first])}${more}`, place: first.place },
    },
  ];
}

function rangesText(ranges: readonly AddressRange[]): string {
  return ranges.map(({ base, sizeBytes }) => `${formatAddress(base)} + ${sizeText(sizeBytes)}`).join(", ");
}

function placesText(there: readonly WitnessedMemory[]): string {
  return [...new Set(there.map(({ place }) => place))].join(", ");
}
