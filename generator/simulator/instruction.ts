// What a CPU executes, as far as memory is concerned: the accesses of a driver and the operations of a fence.
import type { BarrierEffect } from "../plan/barriers.ts";
import type { AccessClass, Mechanism, OperationEffect } from "../resolve/model.ts";

/** How an operation of a mechanism is ordered and when it is done: the facts of the mechanism's description. */
export type MaintenanceRules = Pick<Mechanism, "instance" | "ordering"> & { readonly hasCompletion: boolean };

interface Access {
  readonly accessClass: AccessClass;
  /** Accesses with the same location are to the same address. */
  readonly location: string | undefined;
  /** Which line is accessed or maintained; undefined outside the buffer's lines. */
  readonly line: number | undefined;
}

export type Instruction = Access &
  (
    | { readonly kind: "store"; readonly cell: number; readonly value: number }
    | { readonly kind: "load"; readonly cell: number }
    /** Any access to a device's register, or to a word in uncached memory that the device shares. */
    | { readonly kind: "device"; readonly device: string; readonly purpose: "start" | "status" | "other" }
    /** One maintenance operation on a line. */
    | {
        readonly kind: "maintain";
        readonly rules: MaintenanceRules;
        readonly effect: OperationEffect;
        readonly mayCleanToo: boolean;
        /** Levels that the operation acts on, inner to outer, as indexes into the line's levels. */
        readonly levels: readonly number[];
        /** False for an operation that may stop short of where DMA and CPU agree. */
        readonly certain: boolean;
      }
    /** An access that makes a mechanism finish what it has accepted, or waits for that. */
    | { readonly kind: "complete"; readonly rules: MaintenanceRules }
  );

export interface BarrierInstruction {
  readonly kind: "barrier";
  /** What the instruction orders; several where that is no product of two sets. */
  readonly effects: readonly BarrierEffect[];
}

export type ProgramItem = Instruction | BarrierInstruction;
