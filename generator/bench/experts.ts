// What hand-written code does for the same mechanism: re-implemented in experts/, and measured beside every fence.
import { join } from "node:path";
import type { Architecture } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { usedMechanisms } from "../plan/steps.ts";

export interface Expert {
  readonly name: string;
  /** In experts/, and the module in it. */
  readonly file: string;
  readonly module: string;
}

const folder = join(import.meta.dirname, "experts");

const expert = (name: string, file: string, module: string): Expert => ({ name, file: join(folder, file), module });

/** Cortex-M with caches: the same registers on Armv7-M and Armv8-M. */
const cortexM: readonly Expert[] = [
  expert("compact", "cortex_m7.rs", "compact"),
  expert("CMSIS", "cortex_m7.rs", "cmsis"),
  expert("`cortex-m` crate's form", "cortex_m7.rs", "cortex_m"),
];

const byMechanism: Readonly<Record<string, readonly Expert[]>> = {
  "arm-scb": cortexM,
  "arm-scb-v8m": cortexM,
  "aarch64-dc": [expert("compact", "aarch64.rs", "compact"), expert("Linux", "aarch64.rs", "linux")],
  zicbom: [expert("compact", "zicbom.rs", "compact"), expert("Linux", "zicbom.rs", "linux")],
  "xtheadcmo-pa": [expert("compact", "xtheadcmo.rs", "compact"), expert("Linux", "xtheadcmo.rs", "linux")],
  "armv7-cp15, pl310": [expert("Linux", "armv7_pl310.rs", "linux")],
};

const tockModules: Readonly<Record<string, string>> = {
  CortexMDmaFence: "cortex_m",
  RiscvCoherentDmaFence: "riscv_coherent",
  X86DmaFence: "x86",
};

/** Ids of the mechanisms that a fence uses; empty where barriers suffice. */
export function mechanismsOf(plan: FencePlan): string {
  return usedMechanisms(plan).sort().join(", ");
}

/** Whether there is hand-written code for the mechanisms of a fence. */
export function hasExperts(fence: FencePlan): boolean {
  return Object.hasOwn(byMechanism, mechanismsOf(fence));
}

export function expertsFor(fence: FencePlan, { tockFence }: Architecture): readonly Expert[] {
  const mechanisms = mechanismsOf(fence);
  if (mechanisms !== "") return byMechanism[mechanisms] ?? [];
  const module = tockFence && tockModules[tockFence.type];
  return module ? [expert(`Tock's ${tockFence.type}`, "tock.rs", module)] : [];
}
