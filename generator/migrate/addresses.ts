// Where masters see memory, which the language before this one said with each master as an offset, and which low bits of
// an address an operation ignores.
import { isMap, parse } from "yaml";
import { formatAddress, isQuantity, parseQuantity } from "../notation/quantity.ts";
import { type Doc, type Edit, endOf, itemsOf, pairOf, startOf, textOf, withoutPair } from "./edits.ts";
import { scalar } from "./print.ts";

/** A memory or a master, each fact as the text of its value. */
interface Described {
  readonly name: string;
  readonly facts: ReadonlyMap<string, { readonly text: string }>;
}

/** What the language has no more: what is added to a CPU address, one number or one for each memory. */
export const offsetKey = "deviceAddressOffset";

/** Lists of the memories that a master reaches. */
export const reachKeys: readonly string[] = ["reaches", "reads", "mayReach", "mayRead"];

const first64 = 1n << 64n;
const first32 = 1n << 32n;

/** For each memory that some master sees elsewhere than the cores, its `base` for each who looks. */
export function basesByOffset(
  memories: readonly Described[],
  masters: readonly Described[],
): { readonly bases: ReadonlyMap<string, string>; readonly remarks: readonly string[] } {
  const bases = new Map<string, string>();
  const remarks: string[] = [];
  for (const { name, facts } of memories) {
    const base = facts.get("base")?.text;
    const first = quantity(base);
    if (base === undefined || first === undefined) continue;
    const seen = masters
      .filter((master) => namesReachedBy(master).includes(name))
      .map((master) => ({ master: master.name, at: first + offsetOf(master, name) }));
    if (seen.every(({ at }) => at === first)) continue;
    // An offset may be the way down, modulo the width of an address.
    const isWide = seen.some(({ at }) => first >= first32 || at - first >= first32);
    const limit = isWide ? first64 : first32;
    if (seen.some(({ at }) => at >= limit))
      remarks.push(
        `masters see \`${name}\` at addresses that were taken modulo 2^${isWide ? 64 : 32}: look at its \`base\``,
      );
    const places = seen.map(({ master, at }) => ({ master, at: at % limit }));
    const [one] = places;
    const viewers = places.every(({ at }) => at === one!.at)
      ? [`masters: ${formatAddress(one!.at)}`]
      : [
          ...places.flatMap(({ master, at }) =>
            at === first ? [] : [`${scalar(master, true)}: ${formatAddress(at)}`],
          ),
          `masters: ${base}`,
        ];
    bases.set(name, `{ cores: ${base}, ${viewers.join(", ")} }`);
  }
  return { bases, remarks };
}

function namesReachedBy({ facts }: Described): string[] {
  return reachKeys.flatMap((key) => {
    const names: unknown = parse(facts.get(key)?.text ?? "[]");
    return Array.isArray(names) ? names.map(String) : [];
  });
}

function offsetOf({ facts }: Described, memory: string): bigint {
  const text = facts.get(offsetKey)?.text;
  if (text === undefined) return 0n;
  if (!text.startsWith("{")) return quantity(text) ?? 0n;
  const byName = parse(text, { intAsBigInt: true }) as Readonly<Record<string, unknown>>;
  return Object.hasOwn(byName, memory) ? (quantity(String(byName[memory])) ?? 0n) : 0n;
}

function quantity(text: string | undefined): bigint | undefined {
  const written = text?.replace(/^"(.*)"$/, "$1");
  return written !== undefined && isQuantity(written) ? parseQuantity(written) : undefined;
}

/** `anyByteOfLine: true` of a mechanism is `ignoredLowBits: line`; false is what is taken where nothing is said. */
export function lowBitsEdits(text: string, doc: Doc): Edit[] {
  const mechanisms = [doc.contents, ...itemsOf(pairOf(doc.contents, "mechanisms")?.value, doc)];
  return mechanisms.flatMap((mechanism) => {
    const address = pairOf(mechanism, "address")?.value;
    const pair = pairOf(address, "anyByteOfLine");
    if (!pair || !isMap(address)) return [];
    if (textOf(pair.value) !== "true") return [withoutPair(text, address, pair)];
    return [{ start: startOf(pair), end: endOf(pair), text: "ignoredLowBits: line" }];
  });
}
