// What the description of a CMSIS pack says of one device (Open-CMSIS-Pack, `devices`): processors and memories. What stands at a
// family or a sub-family holds for each device in it, unless the device says otherwise.
import { type Diagnostics, mostShownOfFile } from "../diagnostics/diagnostic.ts";
import { plainWord } from "./master-words.ts";
import type { Witness, WitnessedCore, WitnessedMemory } from "./witness.ts";
import { numberIn, placeInText, readXml, shownNumber } from "./xml.ts";

const mostEntries = 200_000;

type Attributes = Readonly<Record<string, string>>;

interface Entry {
  readonly attributes: Attributes;
  readonly line: number;
}

/** By name. */
type Entries = Map<string, Entry>;

interface Level {
  readonly element: string;
  readonly name: string;
  readonly processors: Entries;
  readonly memories: Entries;
  readonly line: number;
  hasParts: boolean;
}

interface Device {
  readonly name: string;
  /** The device that this is a variant of; of one without variants, its own name. */
  readonly device: string;
  readonly processors: readonly Entry[];
  readonly memories: readonly Entry[];
  readonly line: number;
}

const nameKeys: Readonly<Record<string, string>> = {
  family: "Dfamily",
  subFamily: "DsubFamily",
  device: "Dname",
  variant: "Dvariant",
};

/**
 * @param device its name in the pack, or how the names of several begin; undefined: every one with `likeName` in its name, as far as they agree
 * @returns undefined where the file cannot be read, which is reported
 */
export function readPack(
  bytes: Uint8Array,
  path: string,
  device: string | undefined,
  likeName: string,
  diagnostics: Diagnostics,
): Witness | undefined {
  const devices = devicesIn(bytes, path, diagnostics);
  if (!devices) return undefined;
  const wanted = device?.toLowerCase() ?? "";
  const exact = devices.filter((each) => [each.name, each.device].some((name) => name.toLowerCase() === wanted));
  const chosen =
    device === undefined
      ? devices.filter(({ name }) => plainWord(name).includes(plainWord(likeName)))
      : exact.length > 0
        ? exact
        : devices.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  if (chosen.length === 0) {
    const names = devices.map(({ name }) => name);
    const shown = names.slice(0, 20).join(", ") + (names.length > 20 ? ` and ${names.length - 20} more` : "");
    diagnostics.report("witness/unknown-device", {
      message: `has no device ${device === undefined ? `with \`${likeName}\` in its name` : `\`${device}\``}`,
      path,
      mend: `Write \`${path}#DEVICE\`. It has ${shown || "no devices"}.`,
    });
    return undefined;
  }
  const wrong = wrongNumbersOf(chosen);
  for (const { message, line } of wrong.slice(0, mostShownOfFile))
    diagnostics.report("witness/malformed", { message, path, ...placeInText(bytes, line, 1) });
  if (wrong.length > 0) return undefined;
  const [first] = chosen;
  const ofEach = chosen.map(({ memories: all }) => all.flatMap(memoryIn));
  const memories = agreed(ofEach);
  return {
    path,
    kind: "pack",
    title: chosen.length === 1 ? first!.name : `${first!.name} and ${chosen.length - 1} more`,
    cores: agreed(chosen.map(coresOf)),
    ...{ levels: [], masters: [], registers: [], unplacedCaches: [], unsizedMemories: [] },
    memories,
    ...(chosen.length > 1 && { memoriesOfDevices: ofEach }),
    statesMemories: ofEach.some((all) => all.length > 0),
  };
}

/** What all say alike, but for where they say it. */
function agreed<T extends { readonly place: string }>(lists: readonly (readonly T[])[]): T[] {
  const keyOf = ({ place: _, ...facts }: T) =>
    JSON.stringify(facts, (__, value) => (typeof value === "bigint" ? `${value}` : value));
  const others = lists.slice(1).map((list) => new Set(list.map(keyOf)));
  return (lists[0] ?? []).filter((each) => others.every((keys) => keys.has(keyOf(each))));
}

function devicesIn(bytes: Uint8Array, path: string, diagnostics: Diagnostics): Device[] | undefined {
  const levels: Level[] = [];
  const devices: Device[] = [];
  let isPack = false;
  let entries = 0;
  const isWellFormed = readXml(
    bytes,
    path,
    {
      open(names, attributes, line) {
        const element = names.at(-1)!;
        if (names.length === 1) isPack = element === "package";
        if (names[1] !== "devices") return;
        const key = nameKeys[element];
        const above = levels.at(-1);
        if (key !== undefined) {
          if (above) above.hasParts = true;
          entries += above ? above.processors.size + above.memories.size : 0;
          levels.push({
            ...{ element, name: attributes[key] ?? "", line, hasParts: false },
            processors: new Map(above?.processors),
            memories: new Map(above?.memories),
          });
        } else if (element === "processor") put(above?.processors, { attributes, line }, attributes["Pname"]);
        else if (element === "memory") putMemory(above?.memories, { attributes, line });
        entries += 1;
        return entries > mostEntries ? `has more than ${mostEntries} entries` : undefined;
      },
      close(names) {
        if (names[1] !== "devices" || nameKeys[names.at(-1)!] === undefined) return;
        const level = levels.pop();
        if (!level || !["device", "variant"].includes(level.element) || level.name === "") return;
        // One with variants is on sale as these alone.
        if (level.element === "device" && level.hasParts) return;
        const device = level.element === "variant" ? levels.at(-1)?.name : undefined;
        const [processors, memories] = [[...level.processors.values()], [...level.memories.values()]];
        devices.push({ ...level, processors, memories, device: device ?? level.name });
      },
    },
    diagnostics,
  );
  if (!isWellFormed) return undefined;
  if (isPack) return devices;
  const message = "is no description of a pack: it has no `package` at its root";
  diagnostics.report("witness/malformed", { message, path });
  return undefined;
}

/** An entry of the same name further out is completed or replaced. */
function put(entries: Entries | undefined, entry: Entry, name = ""): void {
  const further = entries?.get(name)?.attributes;
  entries?.set(name, { line: entry.line, attributes: { ...further, ...entry.attributes } });
}

/** Of one processor, a memory is another than that of this name of the next. */
function putMemory(entries: Entries | undefined, entry: Entry): void {
  const { name, id, Pname } = entry.attributes;
  const ownName = name ?? id ?? "";
  put(entries, entry, Pname === undefined ? ownName : `${ownName}\n${Pname}`);
}

function coresOf({ processors }: Device): WitnessedCore[] {
  return processors.flatMap(({ attributes, line }): WitnessedCore[] => {
    const name = attributes["Dcore"];
    if (name === undefined || name === "") return [];
    const units = numberIn(attributes["Punits"]);
    return [{ names: [name], count: units === undefined ? undefined : Number(units), place: `line ${line}` }];
  });
}

/** What stands for the start or the size of a memory, and is no number. */
function wrongNumbersOf(devices: readonly Device[]): { readonly message: string; readonly line: number }[] {
  const entries = new Set(devices.flatMap(({ memories }) => memories));
  return [...entries].flatMap(({ attributes, line }) =>
    ["start", "size"].flatMap((key) => {
      const text = attributes[key];
      if (text === undefined || numberIn(text) !== undefined) return [];
      return [{ message: `has ${shownNumber(text)} for \`${key}\`, which is no number of 64 bits`, line }];
    }),
  );
}

function memoryIn({ attributes, line }: Entry): WitnessedMemory[] {
  const { id, name = id, access = id?.startsWith("IRAM") ? "rwx" : "rx" } = attributes;
  const base = numberIn(attributes["start"]);
  const sizeBytes = numberIn(attributes["size"]);
  if (base === undefined || sizeBytes === undefined || sizeBytes === 0n) return [];
  // Registers that a debugger may look at stand among the memories as well.
  if (access.includes("p")) return [];
  return [
    { name: name ?? "memory", base, sizeBytes, use: access.includes("w") ? "ram" : "flash", place: `line ${line}` },
  ];
}
