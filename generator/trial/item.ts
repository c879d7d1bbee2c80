// What a driver makes the CPU execute, item by item. Each item knows the one before it: drivers that were answered differently have
// their first items in common.
import type {
  BarrierInstruction,
  CompletionAccess,
  DeviceAccess,
  Instruction,
  Load,
  MaintenanceAccess,
  Store,
} from "../semantics/instruction.ts";
import type { LineOperation } from "../simulator/cpu/line-operations.ts";
import type { Located } from "../simulator/memory/simulated-memory.ts";
import type { EngineTask } from "./engine.ts";

/** What a driver was told: bytes, or 1 and 0 for yes and no. */
export type Answer = readonly number[];

/** A byte that an access is about. */
export interface Place {
  readonly address: bigint;
  readonly located: Located;
}

/** What a call of the driver comes to, before it is known what came before it. */
export type NewItem = {
  /** In words, by which two executions of a driver are compared. */
  readonly text: string;
  /** Calls of the fence that stand before it. */
  readonly calls: readonly string[];
} & (
  | { readonly kind: "barrier"; readonly barrier: BarrierInstruction }
  | { readonly kind: "store"; readonly accesses: readonly Store[]; readonly places: readonly Place[] }
  | {
      readonly kind: "load";
      readonly accesses: readonly Load[];
      readonly places: readonly Place[];
      /** What each byte must be by what the driver and the engines did before; undefined where that is not known. */
      readonly expected: readonly (number | undefined)[];
      readonly question: string;
    }
  | { readonly kind: "maintain"; readonly accesses: readonly MaintenanceAccess[]; readonly operation: LineOperation }
  | { readonly kind: "complete"; readonly accesses: readonly CompletionAccess[] }
  | {
      readonly kind: "start";
      readonly accesses: readonly DeviceAccess[];
      readonly engine: number;
      readonly task: EngineTask;
    }
  | {
      readonly kind: "status";
      readonly accesses: readonly DeviceAccess[];
      readonly engine: number;
      readonly question: string;
    }
  /** What an engine has read, which no access shows: the test asks. */
  | { readonly kind: "received"; readonly engine: number; readonly question: string }
);

export type Item = NewItem & {
  /** Of all items of one exploration. */
  readonly id: number;
  /** From the start of the program. */
  readonly index: number;
  readonly previous: Item | undefined;
};

/** An item whose answer the driver goes on with. */
export type Asking = Extract<Item, { readonly question: string }>;

export function isAsking(item: Item): item is Asking {
  return "question" in item;
}

export function accessesOf(item: Item): readonly Instruction[] {
  return "accesses" in item ? item.accesses : [];
}
