// What the emitted fences must not exceed: short hand-written forms that are right for every buffer, also for one that
// ends at the top of the address space.
import type { FenceMethod, Memory } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { lower } from "../program/lower.ts";
import { type Block, flattened, isAccess, isForEdges } from "../program/statement.ts";
import { mechanismsOf } from "./experts.ts";

export interface CompactForm {
  readonly bytes: number;
  /** Executed instructions for one line. */
  readonly oneLine: number;
  /** How many barriers it has in each direction. */
  readonly barriers: number;
}

/** At -Oz, by mechanism. */
const compactForms: Readonly<Record<string, CompactForm>> = {
  "arm-scb": { bytes: 36, oneLine: 13, barriers: 2 },
  "arm-scb-v8m": { bytes: 36, oneLine: 13, barriers: 2 },
  "aarch64-dc": { bytes: 36, oneLine: 9, barriers: 1 },
  zicbom: { bytes: 32, oneLine: 10, barriers: 1 },
  "xtheadcmo-pa": { bytes: 32, oneLine: 10, barriers: 1 },
};

/** What a further barrier costs. */
export const bytesPerBarrier = 4;

/** Executed instructions for 4096 bytes with `optimize: speed`, by mechanism. */
export const unrolledLimits: Readonly<Record<string, number>> = {
  "arm-scb": 306,
  "arm-scb-v8m": 306,
  "aarch64-dc": 175,
  zicbom: 157,
};

export function compactFormFor(plan: FencePlan): CompactForm | undefined {
  return compactForms[mechanismsOf(plan)];
}

/** Barriers that the compact form does not have; all of them where there is no such form. */
export function furtherBarriers(plan: FencePlan, method: FenceMethod): Block[] {
  return furtherOf(plan, lower(plan)[method]);
}

function furtherOf(plan: FencePlan, blocks: readonly Block[]): Block[] {
  return blocks.filter(isBarrier).slice(compactFormFor(plan)?.barriers ?? 0);
}

/**
 * Barriers that a fence without maintenance may have although Tock's own has none: where memory may be write-combining,
 * for which Tock's is not meant (tock arch/x86/src/dma_fence.rs) and stores wait in a buffer that only a barrier empties
 * before later loads (Intel SDM Vol. 3A, Methods of Caching Available; Vol. 2B, SFENCE and MFENCE).
 */
export function barriersBeyondTock(plan: FencePlan, method: FenceMethod, memories: readonly Memory[]): Block[] {
  return memories.every(({ memoryType }) => memoryType === "normal") ? [] : lower(plan)[method].filter(isBarrier);
}

/** Steps that a compact form does not have: they are measured too, but not held against the fence. */
export function apart(plan: FencePlan, method: FenceMethod): Block[] {
  const blocks = lower(plan)[method];
  const further = furtherOf(plan, blocks);
  const first = blocks.find(({ maintains }) => maintains);
  return blocks.filter((block) => {
    if (block.maintains) return block !== first || isForEdges(block);
    return isBarrier(block) ? further.includes(block) : isGuard(block) || flattened(block.body).some(isAccess);
  });
}

function isBarrier({ body: [first] }: Block): boolean {
  return first?.kind === "barrier";
}

function isGuard({ body: [first] }: Block): boolean {
  return first?.kind === "if" && first.condition.kind === "buffer-starts-outside";
}
