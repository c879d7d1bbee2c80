// What hand-written code does for the same mechanism: measured beside every fence. experts/list.json says whose it is, by
// mechanism or by the type of Tock's fence, and why a fence costs more where it does.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Architecture } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { usedMechanisms } from "../plan/steps.ts";

export interface Expert {
  readonly name: string;
  /** Whose code it is, and which. */
  readonly from: string;
  /** In experts/, and the module in it, which may be one for each size of a line; "" where the file is the module. */
  readonly file: string;
  readonly module: string;
  readonly callsCortexM?: true;
  /** Why a fence costs more, where it does. */
  readonly moreBecause?: string;
}

const folder = join(import.meta.dirname, "experts");
/** A name stands for what is listed under it. */
const listed = JSON.parse(readFileSync(join(folder, "list.json"), "utf8")) as Record<
  string,
  readonly Expert[] | string
>;

/** Ids of the mechanisms that a fence uses; empty where barriers suffice. */
export function mechanismsOf(plan: FencePlan): string {
  return usedMechanisms(plan).sort().join(", ");
}

/** Whether there is hand-written code for the mechanisms of a fence. */
export function hasExperts(fence: FencePlan): boolean {
  return Object.hasOwn(listed, mechanismsOf(fence));
}

function expertsOf(key: string): readonly Expert[] {
  const experts = listed[key] ?? [];
  return typeof experts === "string" ? expertsOf(experts) : experts;
}

export function expertsFor(fence: FencePlan, { tockFence }: Architecture): readonly Expert[] {
  return expertsOf(mechanismsOf(fence) || (tockFence?.type ?? "")).map((expert) => ({
    ...expert,
    file: join(folder, expert.file),
    module: expert.module.replace("{lineBytes}", String(fence.lineBytes)),
  }));
}
