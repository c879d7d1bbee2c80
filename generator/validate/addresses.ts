// Where a description says that a memory is, for each who looks at it, and how many bytes it has.
import { everyCore, everyMaster } from "../model/viewers.ts";
import { isExact, parseQuantity } from "../notation/quantity.ts";

type LooseQuantity = number | string | undefined;
type LooseBase = LooseQuantity | Readonly<Record<string, LooseQuantity>>;
type LooseSize = LooseQuantity | { readonly most?: number | string };

/** As much of a memory as is needed here, complete or not. */
interface LooseMemory {
  readonly base?: LooseBase;
  readonly size?: LooseSize;
  readonly aliasOf?: string;
}

interface Seeing {
  readonly kind: "core" | "master";
  /** By each of which `base` may name it. */
  readonly names: readonly string[];
}

interface LooseMaster {
  readonly name: string;
  readonly addressBits?: number;
}

/** Where a viewer sees a memory by its `base` alone; undefined where not, or where that is no address. */
export function baseFor({ kind, names }: Seeing, base: LooseBase): bigint | undefined {
  if (base === undefined || base === null) return undefined;
  if (typeof base !== "object") return exact(base);
  const keys = [...names, kind === "core" ? everyCore : everyMaster];
  const own = keys.find((key) => Object.hasOwn(base, key));
  return own === undefined ? undefined : exact(base[own]);
}

/** The lowest of a memory's addresses, by which memories are put in order. */
export function lowestBase(base: LooseBase): bigint {
  const bases = typeof base === "object" && base !== null ? Object.values(base) : [base];
  const known = bases.flatMap((each) => exact(each) ?? []);
  return known.length === 0 ? 0n : known.reduce((lowest, each) => (each < lowest ? each : lowest));
}

/** How many bytes a memory has at most; undefined where that is not said, or cannot be read. */
export function bytesOf(size: LooseSize): bigint | undefined {
  return exact(typeof size === "object" ? size?.most : size);
}

function exact(quantity: LooseQuantity): bigint | undefined {
  return quantity === undefined || quantity === null || !isExact(quantity) ? undefined : parseQuantity(quantity);
}

/** Where a master finds a memory: an alias that has no address for it stands for the memory that it shows. */
function baseForMaster(
  master: LooseMaster,
  { base, aliasOf }: LooseMemory,
  memoryOf: (name: string) => LooseMemory | undefined,
): bigint | undefined {
  const viewer = { kind: "master", names: [master.name] } as const;
  return baseFor(viewer, base) ?? baseFor(viewer, aliasOf === undefined ? undefined : memoryOf(aliasOf)?.base);
}

/** The last address of a memory as a master sees it; undefined where it does not see it. */
export function lastAddressFor(
  master: LooseMaster,
  memory: LooseMemory,
  memoryOf: (name: string) => LooseMemory | undefined,
): bigint | undefined {
  const base = baseForMaster(master, memory, memoryOf);
  const bytes = bytesOf(memory.size) ?? 1n;
  return base === undefined ? undefined : base + (bytes === 0n ? 1n : bytes) - 1n;
}

/** Whether a master has addresses for the beginning of a memory, and none for its end. */
export function seesPartOnly(...[master, memory, memoryOf]: Parameters<typeof lastAddressFor>): boolean {
  const first = baseForMaster(master, memory, memoryOf);
  const last = lastAddressFor(master, memory, memoryOf);
  return first !== undefined && last !== undefined && !isBeyond(master, first) && isBeyond(master, last);
}

/** Whether a master's addresses have too few bits for one. */
export function isBeyond({ addressBits }: LooseMaster, address: bigint): boolean {
  return addressBits !== undefined && address >= 1n << BigInt(addressBits);
}

/** Whether a master has addresses for all of a memory. */
export function seesWhole(...[master, memory, memoryOf]: Parameters<typeof lastAddressFor>): boolean {
  const last = lastAddressFor(master, memory, memoryOf);
  return last !== undefined && !isBeyond(master, last);
}
