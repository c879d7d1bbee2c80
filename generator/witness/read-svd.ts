// What an SVD file says (CMSIS-SVD, schema 1.3): the core by name, and where peripherals have their registers. It says nothing of
// memory; `not-taken.ts` says what of it is not used.
import { type Diagnostics, mostShownOfFile } from "../diagnostics/diagnostic.ts";
import type { TreeProblem } from "./flattened-tree.ts";
import { functionIn, isBesideMasters, plainWord, wordsOfName } from "./master-words.ts";
import type { Witness, WitnessedMaster, WitnessedRegisters } from "./witness.ts";
import { numberIn, placeInText, readXml, shownNumber } from "./xml.ts";

const mostPeripherals = 20_000;
/** Of one array of peripherals, and of the blocks of one. */
const mostOfArray = 256;
/** From one peripheral to that which it is derived from, and on. */
const mostDerivations = 64;
/** The largest public files have some thousand. */
const mostRegisters = 100_000;

interface Block {
  offset: bigint | undefined;
  sizeBytes: bigint | undefined;
  usage: string;
}

interface Peripheral {
  name: string;
  group: string;
  base: bigint | undefined;
  blocks: Block[];
  count: bigint | undefined;
  increment: bigint | undefined;
  readonly derivedFrom: string | undefined;
  readonly line: number;
}

/** @returns undefined where the file cannot be read, which is reported */
export function readSvd(bytes: Uint8Array, path: string, diagnostics: Diagnostics): Witness | undefined {
  let title = "";
  let core: { name: string; readonly line: number } | undefined;
  const peripherals: Peripheral[] = [];
  let isSvd = false;
  let isTooMany = false;
  let wrongNumbers = 0;
  /** One that nobody can read is said, up to as many as are shown. */
  const number = (text: string, key: string, line: number): bigint | undefined => {
    const value = numberIn(text);
    if (value === undefined && wrongNumbers < mostShownOfFile) {
      wrongNumbers += 1;
      const message = `has ${shownNumber(text)} for \`${key}\`, which is no number of 64 bits`;
      diagnostics.report("witness/malformed", { message, path, ...placeInText(bytes, line, 1) });
    }
    return value;
  };
  const below = "device/peripherals/peripheral";
  const isWellFormed = readXml(
    bytes,
    path,
    {
      open(names, attributes, line) {
        if (names.length === 1) isSvd = names[0] === "device";
        if (names.length > 5) return;
        const at = names.join("/");
        if (at === below) {
          isTooMany ||= peripherals.length >= mostPeripherals;
          if (isTooMany) return;
          const none = { name: "", group: "", base: undefined, blocks: [], count: undefined, increment: undefined };
          peripherals.push({ ...none, derivedFrom: attributes["derivedFrom"], line });
        } else if (at === `${below}/addressBlock`) {
          const { blocks } = peripherals.at(-1)!;
          if (blocks.length <= mostOfArray)
            blocks.push({ offset: undefined, sizeBytes: undefined, usage: "registers" });
        }
      },
      close(names, text, line) {
        if (names.length > 5) return;
        const at = names.join("/");
        if (at === "device/name") title = text;
        else if (at === "device/cpu/name") core = { name: text, line };
        if (!at.startsWith(`${below}/`)) return;
        const peripheral = peripherals.at(-1)!;
        const key = at.slice(below.length + 1);
        if (key === "name") peripheral.name = text;
        else if (key === "groupName") peripheral.group = text;
        else if (key === "baseAddress") peripheral.base = number(text, key, line);
        else if (key === "dim") peripheral.count = number(text, key, line);
        else if (key === "dimIncrement") peripheral.increment = number(text, key, line);
        const block = peripheral.blocks.at(-1);
        if (!block) return;
        if (key === "addressBlock/offset") block.offset = number(text, key, line);
        else if (key === "addressBlock/size") block.sizeBytes = number(text, key, line);
        else if (key === "addressBlock/usage") block.usage = text;
      },
    },
    diagnostics,
  );
  if (!isWellFormed || wrongNumbers > 0) return undefined;
  const all = isTooMany ? beyondLimit(`has more than ${mostPeripherals} peripherals`) : withInherited(peripherals);
  const problem = "code" in all ? all : tooMuchIn(all);
  if (problem || "code" in all) {
    diagnostics.report(problem!.code, { message: problem!.message, path });
    return undefined;
  }
  if (!isSvd || title === "") {
    const message = "is no SVD file: it has no `device` with a `name` at its root";
    diagnostics.report("witness/malformed", { message, path });
    return undefined;
  }
  return {
    ...{
      path,
      kind: "svd",
      title,
      levels: [],
      memories: [],
      statesMemories: false,
      unplacedCaches: [],
      unsizedMemories: [],
    },
    cores:
      core && !/^(?:other|rv\d.*|)$/i.test(core.name)
        ? [{ names: [core.name], count: undefined, place: `line ${core.line}` }]
        : [],
    masters: withoutParts(all).flatMap(masterIn),
    registers: registersOf(all),
  };
}

/** Of arrays and ranges: of a part of them a comparison would say that all agree. */
function tooMuchIn(peripherals: readonly Peripheral[]): TreeProblem | undefined {
  const long = peripherals.find(({ count = 1n, blocks }) => count > mostOfArray || blocks.length > mostOfArray);
  if (long) return beyondLimit(`has more than ${mostOfArray} of a peripheral, or of its blocks (line ${long.line})`);
  const ranges = peripherals.reduce((total, { blocks, count = 1n }) => total + blocks.length * Number(count), 0);
  return ranges > mostRegisters ? beyondLimit(`has more than ${mostRegisters} ranges of registers`) : undefined;
}

function beyondLimit(message: string): TreeProblem {
  return { code: "witness/beyond-limit", message };
}

/** With the group and the blocks of those that they are derived from, where they have none themselves; or what is wrong with that. */
function withInherited(peripherals: readonly Peripheral[]): readonly Peripheral[] | TreeProblem {
  const byName = new Map(peripherals.map((peripheral) => [peripheral.name, peripheral]));
  const whole: Peripheral[] = [];
  for (const peripheral of peripherals) {
    let { group, blocks } = peripheral;
    const seen = new Set([peripheral]);
    for (let from = baseOf(peripheral, byName); from; from = baseOf(from, byName)) {
      const at = `(line ${peripheral.line})`;
      if (seen.has(from)) return { code: "witness/malformed", message: `derives a peripheral from itself ${at}` };
      if (seen.size > mostDerivations)
        return {
          code: "witness/beyond-limit",
          message: `derives a peripheral over more than ${mostDerivations} ${at}`,
        };
      seen.add(from);
      group ||= from.group;
      if (blocks.length === 0) blocks = from.blocks;
    }
    whole.push({ ...peripheral, group, blocks });
  }
  return whole;
}

function baseOf({ derivedFrom }: Peripheral, byName: ReadonlyMap<string, Peripheral>): Peripheral | undefined {
  return derivedFrom === undefined ? undefined : byName.get(derivedFrom);
}

function registersOf(peripherals: readonly Peripheral[]): WitnessedRegisters[] {
  return peripherals.flatMap(({ name, base, blocks, line, count = 1n, increment = 0n }) => {
    if (base === undefined) return [];
    const copies = Array.from({ length: Number(count) }, (_, index) => BigInt(index));
    return copies.flatMap((index) =>
      blocks.flatMap(({ offset, sizeBytes, usage }): WitnessedRegisters[] =>
        offset === undefined || sizeBytes === undefined || sizeBytes === 0n || usage !== "registers"
          ? []
          : [{ name, base: base + index * increment + offset, sizeBytes, place: `line ${line}` }],
      ),
    );
  });
}

/** Of a master whose registers stand in several peripherals, such as OTG_FS_GLOBAL and OTG_FS_HOST, or GPDMA0_CH0 and GPDMA0_CH1, one. */
function withoutParts(peripherals: readonly Peripheral[]): Peripheral[] {
  const wholeOf = ({ name }: Peripheral) => /^(.+)_(?:GLOBAL|HOST|DEVICE|PWRCLK|CH\d+)$/i.exec(name)?.[1];
  const wholes = peripherals.map(wholeOf);
  const first = new Map<string, number>();
  const parts = new Map<string, number>();
  for (const [at, whole] of wholes.entries()) {
    if (whole === undefined) continue;
    if (!first.has(whole)) first.set(whole, at);
    parts.set(whole, (parts.get(whole) ?? 0) + 1);
  }
  const names = new Set(peripherals.map(({ name }) => name));
  return peripherals.flatMap((peripheral, at) => {
    const whole = wholes[at];
    if (whole === undefined) return [peripheral];
    if (names.has(whole)) return [];
    if (parts.get(whole) === 1) return [peripheral];
    return first.get(whole) === at ? [{ ...peripheral, name: whole }] : [];
  });
}

/** A peripheral is perhaps a bus master where its name, or that of its group, is a word for one. */
function masterIn({ name, group, line }: Peripheral): WitnessedMaster[] {
  const words = [...wordsOfName(name), ...wordsOfName(group)];
  const does = functionIn(words);
  if (does === undefined || isBesideMasters(words)) return [];
  const isController = does === plainWord("dma-controller");
  return [{ name, words, isCoherent: undefined, isStated: false, isController, place: `line ${line}` }];
}
