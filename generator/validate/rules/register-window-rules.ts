// Rules on where registers lie: the windows that a chip lists, and the registers of the mechanisms that maintain its caches.
import type { Pointer } from "../../load/source-file.ts";
import { formatAddress } from "../../notation/quantity.ts";
import { baseFor, bytesOf } from "../addresses.ts";
import { registersOf } from "./mechanism-rules.ts";
import { type Span, spansSeenBy } from "./memory-rules.ts";
import {
  entries,
  type LooseLevel,
  levelsHere,
  maintenanceOf,
  masterCaches,
  memorySites,
  type RuleContext,
  sites,
} from "./rule.ts";
import { type Viewer, viewersOf } from "./viewer-rules.ts";

type Core = Extract<Viewer, { kind: "core" }>;

/** A window of registers, and the cores that have them there. */
interface Window {
  readonly pointer: Pointer;
  readonly core: string | undefined;
  readonly first: bigint | undefined;
  readonly bytes: bigint | undefined;
  readonly cores: readonly Core[];
}

function coresOf(context: RuleContext): Core[] {
  return viewersOf(context).filter((viewer) => viewer.kind === "core");
}

function windowsOf(context: RuleContext): Window[] {
  const { description } = context;
  if (description.kind !== "chip") return [];
  const cores = coresOf(context);
  return sites(description.value.registers, ["registers"]).map(({ value: { base, size, core }, pointer }) => ({
    pointer,
    core,
    first: baseFor({ kind: "core", names: [] }, base),
    bytes: bytesOf(size),
    cores: cores.filter(({ names }) => core === undefined || names.includes(core)),
  }));
}

/** A window has bytes, where the cores that have it have addresses, and none of those is in another one. */
export function registerWindowsAreWindows(context: RuleContext): void {
  const { report } = context;
  const before: { readonly first: bigint; readonly last: bigint; readonly cores: readonly Core[] }[] = [];
  for (const { pointer, core, first, bytes, cores } of windowsOf(context)) {
    if (core !== undefined && cores.length === 0)
      report("rule/unknown-viewer", [...pointer, "core"], `this chip has no core \`${core}\``);
    if (bytes === 0n) report("rule/memory-empty", [...pointer, "size"], "this window has no bytes");
    if (first === undefined || !bytes) continue;
    const last = first + bytes - 1n;
    const narrow = cores.find(({ addressBits = 64 }) => last >= 1n << BigInt(addressBits));
    if (narrow)
      report(
        "rule/beyond-address-space",
        [...pointer, "size"],
        `the registers end at ${formatAddress(last)}, and the addresses of ${narrow.names[0]} have ${narrow.addressBits ?? 64} bits`,
      );
    const other = before.find(
      (each) => each.first <= last && first <= each.last && each.cores.some((own) => cores.includes(own)),
    );
    if (other)
      report(
        "rule/stated-twice",
        [...pointer, "base"],
        `registers from ${formatAddress(first)} to ${formatAddress(last)} overlap those from ${formatAddress(other.first)} to ${formatAddress(other.last)}`,
      );
    before.push({ first, last, cores });
  }
}

/** No buffer lies in registers, and a check that took them for memory would say that a master reaches it. */
export function memoryIsBesideRegisters(context: RuleContext): void {
  for (const { pointer, first, bytes, cores } of windowsOf(context)) {
    if (first === undefined || bytes === undefined) continue;
    const memory = cores.flatMap((viewer) => spansSeenBy(viewer, context));
    const inTheWay = memory.find(({ base, end }) => base < first + bytes && first < end);
    if (!inTheWay) continue;
    context.report(
      "rule/memory-over-registers",
      [...pointer, "base"],
      `${placeOf(inTheWay)} overlaps the registers from ${formatAddress(first)} to ${formatAddress(first + bytes - 1n)}`,
    );
  }
}

/** The registers of a cache's mechanism are where the core has addresses, and no memory is there. */
export function maintenanceIsBesideMemory(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const shared = sites(description.value.caches, []).map(({ value }) => value as LooseLevel);
  const ofMasters = masterCaches(context).map(({ value }) => value);
  const reported = new Set<string>();
  for (const [index, core] of coresOf(context).entries()) {
    const entry = entries(context)[index];
    if (!entry) continue;
    const spans = spansSeenBy(core, context);
    for (const level of [...levelsHere(context, entry.value), ...shared, ...ofMasters])
      for (const { name, first, end } of registersOf(context, level)) {
        const of = `\`${name}\` of \`${maintenanceOf(level)}\``;
        const inTheWay = spans.find((span) => span.base < end && first < span.end);
        const at = inTheWay && memorySites(context).find(({ value }) => value.name === inTheWay.name)?.pointer;
        if (at && !reported.has(at.join())) {
          reported.add(at.join());
          context.report(
            "rule/memory-over-registers",
            [...at, "base"],
            `${placeOf(inTheWay)} overlaps the register ${of} at ${formatAddress(first)}`,
          );
        }
      }
  }
}

function placeOf({ name, base, end }: Span): string {
  return `\`${name}\` (${formatAddress(base)} to ${formatAddress(end - 1n)})`;
}
