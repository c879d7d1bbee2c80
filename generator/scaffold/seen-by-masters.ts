// Where masters see a memory, as the buses of a device tree show it to them.
import { everyCore, everyMaster } from "../model/viewers.ts";
import { type DmaWindow, lastOf, overlap } from "../witness/witness.ts";
import type { MemoryAnswer, Seen } from "./chip-answers.ts";

export interface MasterView {
  readonly name: string;
  /** Undefined where no bus says that its addresses are others than the cores'. */
  readonly windows: readonly DmaWindow[] | undefined;
}

/**
 * A memory with its addresses for masters, and the buses that say so. A bus that shows it in parts at different addresses, or only a
 * part of it, is named under `inParts`.
 */
export function seenByMasters(
  memory: MemoryAnswer,
  masters: readonly MasterView[],
): { readonly memory: MemoryAnswer; readonly buses: readonly string[]; readonly inParts: readonly string[] } {
  const views = masters.map(({ name, windows }) => ({ name, ...viewOf(memory, windows) }));
  const distinct = (list: readonly (string | undefined)[]) => [...new Set(list.flatMap((each) => each ?? []))];
  const moved = views.filter(({ base }) => base !== memory.base);
  return {
    memory:
      moved.length === 0 ? memory : { ...memory, seenBy: [{ viewer: everyCore, base: memory.base }, ...seen(views)] },
    buses: distinct(moved.map(({ bus }) => bus)),
    inParts: distinct(views.map(({ bus, isWhole }) => (isWhole ? undefined : bus))),
  };
}

interface View {
  /** Undefined for a master that does not see it. */
  readonly base: bigint | undefined;
  readonly bus: string | undefined;
  readonly isWhole: boolean;
}

function viewOf(memory: MemoryAnswer, windows: MasterView["windows"]): View {
  if (!windows) return { base: memory.base, bus: undefined, isWhole: true };
  const showing = windows.filter((window) => overlap(window, memory));
  const [first] = showing;
  if (!first) return { base: undefined, bus: windows[0]?.place, isWhole: true };
  const base = memory.base - first.base + first.seenAt;
  const isOnePiece = showing.every((window) => memory.base - window.base + window.seenAt === base) && base >= 0n;
  // At two addresses no one address is right for it; the cores' is what a fence goes by.
  if (!isOnePiece) return { base: memory.base, bus: first.place, isWhole: false };
  return { base, bus: first.place, isWhole: isCovered(memory, showing) };
}

/** Whether windows next to each other leave nothing out. */
function isCovered(memory: MemoryAnswer, windows: readonly DmaWindow[]): boolean {
  let next = memory.base;
  for (const window of [...windows].sort((a, b) => (a.base < b.base ? -1 : 1)))
    if (window.base <= next && lastOf(window) >= next) next = lastOf(window) + 1n;
  return next > lastOf(memory);
}

/** One address for all masters where all see it; the rarer ones by name. */
function seen(views: readonly (View & { readonly name: string })[]): Seen[] {
  const named = views.flatMap(({ name, base }) => (base === undefined ? [] : [{ viewer: name, base }]));
  if (named.length < views.length) return named;
  const count = (base: bigint) => named.filter((each) => each.base === base).length;
  const usual = named.reduce((most, { base }) => (count(base) > count(most) ? base : most), named[0]!.base);
  return [{ viewer: everyMaster, base: usual }, ...named.filter(({ base }) => base !== usual)];
}
