// The form of the records in witnesses/: a witness as YAML, an entry a line.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { formatAddress, parseQuantity, sizeText } from "../../generator/notation/quantity.ts";
import { type AddressRange, lastOf, type Witness } from "../../generator/witness/witness.ts";

export interface WitnessRecord {
  /** `owner/name@commit path`, with `#DEVICE` for a pack. */
  readonly file: string;
  readonly chip: string;
  readonly witness: Witness;
}

type Plain = Readonly<Record<string, unknown>>;

const lists = ["cores", "levels", "memories", "masters", "registers"] as const;
const folder = join(import.meta.dirname, "witnesses");

export function recordText(read: readonly { readonly name: string; readonly witness: Witness }[]): string {
  return read
    .map(({ name, witness }) => {
      const entries = { ...witness, registers: merged(witness.registers) };
      return [
        `- file: ${JSON.stringify(name)}`,
        `  kind: ${witness.kind}`,
        `  statesMemories: ${witness.statesMemories}`,
        ...lists.flatMap((list) => [
          `  ${list}:${entries[list].length === 0 ? " []" : ""}`,
          ...entries[list].map((entry) => `    - ${JSON.stringify(toPlain(entry as unknown as Plain))}`),
        ]),
        "",
      ].join("\n");
    })
    .join("");
}

/** Neighbours as one, by the name of the first: what matters is where registers are. */
function merged(registers: Witness["registers"]): Witness["registers"] {
  const parts: { -readonly [Key in keyof Witness["registers"][number]]: Witness["registers"][number][Key] }[] = [];
  const sorted = [...registers].sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));
  for (const each of sorted) {
    const before = parts.at(-1);
    if (before && each.base <= lastOf(before) + 1n) {
      const last = lastOf(each) > lastOf(before) ? lastOf(each) : lastOf(before);
      before.sizeBytes = last - before.base + 1n;
    } else parts.push({ ...each });
  }
  return parts;
}

function toPlain(entry: Plain): Plain {
  const { base, sizeBytes, seenAt, registers, windows, ...rest } = entry;
  return {
    ...rest,
    ...(registers ? { registers: toPlain(registers as Plain) } : {}),
    ...(windows ? { windows: (windows as Plain[]).map(toPlain) } : {}),
    ...(typeof seenAt === "bigint" ? { seenAt: formatAddress(seenAt) } : {}),
    ...(typeof base === "bigint" ? { base: formatAddress(base) } : {}),
    ...(typeof sizeBytes === "bigint" ? { size: sizeText(sizeBytes) } : sizeBytes === undefined ? {} : { sizeBytes }),
  };
}

function fromPlain({ base, size, seenAt, registers, windows, ...rest }: Plain): Plain {
  const range: Partial<AddressRange> = {
    ...(base === undefined ? {} : { base: parseQuantity(base as string) }),
    ...(size === undefined ? {} : { sizeBytes: parseQuantity(size as string | number) }),
  };
  return {
    ...{ ...rest, ...range },
    ...(seenAt === undefined ? {} : { seenAt: parseQuantity(seenAt as string) }),
    ...(registers ? { registers: fromPlain(registers as Plain) } : {}),
    ...(windows ? { windows: (windows as Plain[]).map(fromPlain) } : {}),
  };
}

/** Every record, by chip and then in the order of the file. */
export const witnessRecords: readonly WitnessRecord[] = readdirSync(folder)
  .flatMap((name) => /^(?!files\.)(.*)\.yaml$/.exec(name)?.[1] ?? [])
  .sort()
  .flatMap((chip) => {
    const records = parse(readFileSync(join(folder, `${chip}.yaml`), "utf8")) as Plain[];
    return records.map(({ file, ...rest }) => {
      const entries = lists.map((list) => [list, (rest[list] as Plain[]).map(fromPlain)] as const);
      const absent = { unplacedCaches: [], unsizedMemories: [] };
      const witness = { ...rest, ...Object.fromEntries(entries), ...absent, path: file, title: chip };
      return { file: file as string, chip, witness: witness as unknown as Witness };
    });
  });
