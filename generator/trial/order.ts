// Which of a driver's items must wait for which: preserved program order, for items that the CPU has called and not performed.
import type { ResolvedCore } from "../model/chip.ts";
import { waitsForEndOf } from "../semantics/cpu.ts";
import {
  completionOf,
  deviceAccess,
  type Instruction,
  isDoneLater,
  loadFrom,
  type MaintenanceAccess,
  mechanismsOf,
  type ProgramItem,
  rulesOf,
  storeTo,
} from "../semantics/instruction.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import { type OrderRules, type Precedence, precedenceOf } from "../semantics/program-order.ts";
import { accessesOf, type Item, isAsking } from "./item.ts";

/** An item that has been called and is not done. */
export interface Pending {
  readonly item: Item;
  /** Whether an operation that takes its time has begun. */
  readonly isIssued: boolean;
  /** What the driver was told that it finds, before it has looked. */
  readonly answer?: readonly number[];
}

export class Order {
  readonly #rules: OrderRules;
  readonly #samples: readonly Instruction[];
  readonly #known = new WeakMap<Item, WeakMap<Item, Precedence>>();
  readonly #held = new WeakMap<Item, WeakMap<Item, readonly Precedence[]>>();

  constructor(chip: SeenChip, core: ResolvedCore) {
    this.#rules = {
      programOrder: core.architecture.programOrder,
      domain: chip.dmaDomain,
      writeCombining: chip.regions.some(({ memoryType }) => memoryType !== "normal"),
    };
    this.#samples = samplesOf(core);
  }

  /** Whether an item may be performed, with what comes before it and is not done. */
  isReady(item: Item, before: readonly Pending[]): boolean {
    return before.every((earlier) => {
      const until = this.#precedence(earlier.item, item);
      if (until === "done" || (until === "issued" && !earlier.isIssued)) return false;
      // What is done when it is performed waits for everything before it is.
      return isDoneLaterItem(item) || !waitsForEnd(item, earlier.item);
    });
  }

  /** Whether an operation that is at work may take effect, with what comes before it and is not done. */
  mayFinish(item: Item, before: readonly Pending[]): boolean {
    return !before.some((earlier) => waitsForEnd(item, earlier.item));
  }

  /** Whether nothing that comes behind an item, whatever it is, can be performed before something of what is pending. */
  isAllHeld(last: Item, pending: readonly Pending[]): boolean {
    return this.#samples.every((_, index) =>
      pending.some((earlier) => {
        const until = this.#ofSamples(earlier.item, last)[index]!;
        return until === "done" || (until === "issued" && !earlier.isIssued);
      }),
    );
  }

  #precedence(earlier: Item, later: Item): Precedence {
    const known = this.#known.get(later) ?? new WeakMap<Item, Precedence>();
    this.#known.set(later, known);
    const found = known.get(earlier) ?? this.#newPrecedence(earlier, later);
    known.set(earlier, found);
    return found;
  }

  #newPrecedence(earlier: Item, later: Item): Precedence {
    // No access: the test looks at the engine after all that the driver has found, and before it is started once more.
    if (later.kind === "received" && isAsking(earlier)) return "done";
    if (earlier.kind === "received" || later.kind === "received")
      return "engine" in earlier && "engine" in later && earlier.engine === later.engine ? "done" : "none";
    const between = itemsBetween(earlier, later.previous);
    return strongest(
      accessesOf(later).flatMap((access) =>
        accessesOf(earlier).map((before) => precedenceOf(before, between, access, this.#rules)),
      ),
    );
  }

  #ofSamples(earlier: Item, last: Item): readonly Precedence[] {
    const known = this.#held.get(last) ?? new WeakMap<Item, readonly Precedence[]>();
    this.#held.set(last, known);
    const found = known.get(earlier) ?? this.#newOfSamples(earlier, last);
    known.set(earlier, found);
    return found;
  }

  #newOfSamples(earlier: Item, last: Item): Precedence[] {
    const between = itemsBetween(earlier, last);
    return this.#samples.map((sample) =>
      strongest(accessesOf(earlier).map((before) => precedenceOf(before, between, sample, this.#rules))),
    );
  }
}

/** An access of each kind that order tells apart, to an address, a line and a device that no other access is about. */
function samplesOf(core: ResolvedCore): Instruction[] {
  const elsewhere = { location: "elsewhere", line: -1, cell: 0 };
  const mechanisms = mechanismsOf(core);
  const operation = (mechanism: (typeof mechanisms)[number], isElsewhere: boolean): MaintenanceAccess => {
    const rules = rulesOf(mechanism);
    return {
      kind: "maintain",
      accessClass: mechanism.ordering.accessClass,
      location: undefined,
      line: undefined,
      rules: { ...rules, ordering: { ...rules.ordering, ...(isElsewhere && { doneWhen: "completed" }) } },
      effect: "clean",
      mayCleanToo: false,
      levels: [],
      front: [],
      certain: true,
      ...(isElsewhere && { elsewhere: true }),
    };
  };
  return [
    storeTo(elsewhere, 0),
    loadFrom(elsewhere),
    deviceAccess("another device", "device-read", "other"),
    deviceAccess("another device", "device-write", "other"),
    ...mechanisms.flatMap((mechanism) => [
      operation(mechanism, false),
      ...(mechanism.otherCores ? [operation(mechanism, true)] : []),
      completionOf(mechanism, mechanism.ordering.accessClass),
      completionOf(mechanism, "device-read"),
    ]),
  ];
}

function strongest(all: readonly Precedence[]): Precedence {
  return all.find((each) => each === "done") ?? all.find((each) => each === "issued") ?? "none";
}

/** What stands behind an item, up to a later one and with it. */
function itemsBetween(earlier: Item, last: Item | undefined): ProgramItem[] {
  const between: ProgramItem[][] = [];
  for (let item = last; item && item !== earlier; item = item.previous)
    between.push(item.kind === "barrier" ? [item.barrier] : [...accessesOf(item)]);
  return between.reverse().flat();
}

function waitsForEnd(item: Item, earlier: Item): boolean {
  return accessesOf(item).some((access) => accessesOf(earlier).some((before) => waitsForEndOf(access, before)));
}

/** Whether an item is begun at one moment and done at a later one. */
export function isDoneLaterItem(item: Item): boolean {
  return accessesOf(item).some(isDoneLater);
}
