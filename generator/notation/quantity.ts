// Numbers as people write them in YAML: 32, 0x2400_0000, 32KiB.

const units: Readonly<Record<string, bigint>> = { B: 1n, KiB: 1n << 10n, MiB: 1n << 20n, GiB: 1n << 30n };

/** Whether a text is a quantity, as the schema spells it. */
export function isQuantity(text: string): boolean {
  return /^(0x[0-9A-Fa-f]+(_[0-9A-Fa-f]+)*|[0-9]+(_[0-9]+)*)( ?(B|KiB|MiB|GiB))?$/.test(text);
}

/** By text: rules and stages ask for the same few sizes and addresses again and again. */
const parsed = new Map<string, bigint>();

/** The value of a quantity that the schema has accepted, in bytes where it has a unit. */
export function parseQuantity(quantity: number | string): bigint {
  if (typeof quantity === "number") return BigInt(quantity);
  let value = parsed.get(quantity);
  if (value === undefined) {
    value = parseText(quantity);
    parsed.set(quantity, value);
  }
  return value;
}

function parseText(quantity: string): bigint {
  // A `B` behind hexadecimal digits is one of them, not a unit.
  const [, digits, unit] = /^(0x[0-9A-Fa-f_]+|[0-9_]+)(?: ?(B|KiB|MiB|GiB))?$/.exec(quantity)!;
  return BigInt(digits!.replaceAll("_", "")) * (unit ? units[unit]! : 1n);
}

/** Whether the value is one that 64 bits and YAML's numbers can hold exactly. */
export function isExact(quantity: number | string): boolean {
  if (typeof quantity === "number") return Number.isSafeInteger(quantity);
  return parseQuantity(quantity) < 1n << 64n;
}

/** `0x2400_0000`: hexadecimal, in groups of four digits. */
export function formatAddress(address: bigint): string {
  return `0x${groupHex(address)}`;
}

export function groupHex(value: bigint): string {
  const digits = value.toString(16);
  return digits.length <= 4
    ? digits
    : digits.padStart(Math.ceil(digits.length / 4) * 4, "0").replace(/(?<=.)(?=(.{4})+$)/g, "_");
}

/** `64KiB`, or a plain number where no unit divides it. */
export function sizeText(bytes: bigint): string {
  for (const [shift, unit] of [
    [30n, "GiB"],
    [20n, "MiB"],
    [10n, "KiB"],
  ] as const)
    if (bytes > 0n && bytes % (1n << shift) === 0n) return `${bytes >> shift}${unit}`;
  // YAML would round a larger decimal.
  return bytes <= Number.MAX_SAFE_INTEGER ? String(bytes) : formatAddress(bytes);
}
