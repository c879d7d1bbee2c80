// Derives a fence from the facts alone. Reading guide: `planFence` finds the levels that DMA does not see
// (needs.ts), turns them into passes of maintenance (maintenance.ts, passes.ts), states between which accesses order is
// required (requirements.ts), and asks for the weakest barriers that give it (choose-barriers.ts, order-points.ts).

import type { FenceMethod } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { isDoneLater } from "../semantics/instruction.ts";
import { refuseCleanVictims } from "./clean-victims.ts";
import { compareWithTock } from "./compare-with-tock.ts";
import { type Context, memory, type Pass } from "./fence-context.ts";
import type { FenceRequest } from "./fence-request.ts";
import { groupLevels } from "./groups.ts";
import { operationOf } from "./known-order.ts";
import { refuseUnmaintainedWithin, withLevelsWithin } from "./levels-within.ts";
import { shortTitle } from "./maintenance.ts";
import { drivenNeeds, masterCacheNeeds, refuseForMasterCaches } from "./master-caches.ts";
import { levelNeeds } from "./needs.ts";
import { deriveObligations } from "./obligations.ts";
import type { FencePlan, FenceStep } from "./operation.ts";
import { barrierSteps, chooseOrder } from "./order-points.ts";
import { acquireAllPasses, releasePasses } from "./passes.ts";
import { limitRanges } from "./range-limits.ts";
import {
  refuseTwoWays,
  refuseUncertainLines,
  refuseUnknownRevision,
  refuseUnspelled,
  refuseWhatCannotBeMaintained,
  refuseWhatNobodyKnows,
  refuseWithoutBuffers,
  refuseWriteBuffers,
} from "./refusals.ts";
import { guardPasses, regionGuard } from "./region-guard.ts";
import { requirementsAround, spanningRequirements, withImplicitOrder } from "./requirements.ts";
import { needsDescribedMemory } from "./undescribed-memory.ts";

/**
 * The minimal fence that the facts support, right for buffers of any address and length.
 * @throws {Refusal} where no sound fence follows from the facts; the pipeline reports it at the fact
 */
export function planFence(request: FenceRequest): FencePlan {
  const { chip, core, name, controllers } = request;
  refuseTwoWays(request);
  refuseWithoutBuffers(request);
  refuseWriteBuffers(request);
  refuseWhatNobodyKnows(request);
  const front = masterCacheNeeds(chip, core, controllers);
  refuseForMasterCaches(request, front);
  const ofCore = levelNeeds(chip, core, controllers);
  refuseWhatCannotBeMaintained([...ofCore, ...front], core);
  const needs = [...withLevelsWithin(request, ofCore), ...front];
  refuseUnmaintainedWithin(needs);
  const groups = groupLevels(needs, request);
  refuseCleanVictims(request, groups);
  refuseUnknownRevision(request, groups);
  const context: Context = { ...request, groups, domain: chip.dmaDomain, ...memory(chip, controllers, groups) };
  const release = planMethod(context, "release");
  const acquire = planMethod(context, "acquire");
  refuseUncertainLines(groups, [...release, ...acquire]);
  refuseUnspelled(context, groups, [...release, ...acquire]);
  const obligations = deriveObligations({ chip, core, controllers, groups, steps: [...release, ...acquire] });
  const lineBytes = groups.length > 0 ? Math.min(...groups.map((group) => group.lineBytes)) : undefined;
  const driven = drivenNeeds(chip, core, controllers).filter(({ clean }) => clean);
  const largestLine = Math.max(1, ...[...needs, ...driven].map(({ level }) => level.largestLineBytes));
  return {
    name,
    chip: chip.id,
    core: core.id,
    coreName: core.name,
    controllers: controllers.map((controller) => controller.name),
    forAllDma: controllers.length === chip.dma.length,
    release,
    acquire,
    obligations,
    unread: core.unread.filter(
      ({ mechanism }) => mechanism === undefined || groups.some((group) => group.mechanism.id === mechanism),
    ),
    needsDescribedMemory: needsDescribedMemory(
      [...release, ...acquire],
      groups.map(({ mechanism }) => mechanism),
    ),
    bufferAlignmentBytes:
      lineBytes === undefined && driven.length === 0
        ? 1
        : Math.max(largestLine, ...controllers.map(({ alignmentBytes }) => alignmentBytes)),
    lineBytes,
    comparison: groups.length === 0 ? compareWithTock(core.architecture, release, acquire) : [],
  };
}

/** The passes with a point before, between and after them, then the barriers that the points need. */
function planMethod(context: Context, method: FenceMethod): FenceStep[] {
  const guarded = guardPasses(context, method === "release" ? releasePasses(context) : acquireAllPasses(context));
  const passes = limitRanges(context, withImplicitOrder(context, { method, passes: guarded }));
  const guard = regionGuard(context, { method, passes });
  // Behind the guard every buffer is in memory that some level caches.
  const spanning = spanningRequirements(guard.length > 0 ? { ...context, someUncached: false } : context, {
    method,
    passes,
  });
  const points = chooseOrder(context, requirementsAround(context, { method, passes }), spanning, method);
  const masked = passes.filter(({ group }) => group.mechanism.interruptsMasked);
  const [firstMasked, lastMasked] = [masked[0], masked.at(-1)];
  // A handler that stores to the line before the last of several commands has taken effect would lose what it stores.
  const isAtWork = masked.some((pass) => pass.step.commands && isDoneLater(operationOf(context, pass)));
  const steps: FenceStep[] = [];
  for (const index of points.keys()) {
    const before = passes[index - 1];
    if (before?.completion) steps.push(before.completion);
    const restored = before === lastMasked ? restoreInterrupts(context, lastMasked) : [];
    const barriers = barrierSteps(context, points, index, spanning, method);
    steps.push(...(isAtWork ? [...barriers, ...restored] : [...restored, ...barriers]));
    const pass = passes[index];
    if (pass === firstMasked) steps.push(...maskInterrupts(context, firstMasked));
    if (pass) steps.push(pass.step);
  }
  if (passes.length > 0) return [returnIfEmpty, ...guard, ...readLineSize(passes), ...steps];
  return steps.length > 0
    ? steps
    : [
        {
          kind: "compiler-barrier",
          reason: keptReason(context, method),
          sources: distinct(context.core.architecture.programOrder.flatMap(({ sources }) => sources)),
        },
      ];
}

/** Once for all passes that step by it: there is one register. */
function readLineSize(passes: readonly Pass[]): FenceStep[] {
  const groups = passes.flatMap(({ group, step }) => ("bySizeRead" in step && step.bySizeRead ? [group] : []));
  const lineSize = groups[0]?.lineSize;
  if (!lineSize) return [];
  return [
    {
      kind: "read-line-size",
      lineSize,
      smallestBytes: Math.min(...groups.map(({ lineBytes }) => lineBytes)),
      largestBytes: Math.max(...groups.map(({ largestLineBytes }) => largestLineBytes)),
      reason: "The size of a line differs between cores of this kind: the one at hand says how large its smallest is.",
      sources: lineSize.sources,
    },
  ];
}

/** Interrupts are masked once, from the first pass that needs it to the last. */
function maskInterrupts({ core }: Context, pass: Pass | undefined): FenceStep[] {
  if (!pass) return [];
  const { mechanism } = pass.group;
  return [
    {
      kind: "mask-interrupts",
      reason: `A handler that used ${shortTitle(mechanism)} in between would change its registers.`,
      sources: distinct([...mechanism.maskingSources, ...(core.architecture.assembly.interrupts?.sources ?? [])]),
    },
  ];
}

function restoreInterrupts({ core }: Context, pass: Pass | undefined): FenceStep[] {
  if (!pass) return [];
  return [
    {
      kind: "restore-interrupts",
      reason: "Puts the interrupt mask back.",
      sources: core.architecture.assembly.interrupts?.sources ?? [],
    },
  ];
}

const returnIfEmpty: FenceStep = {
  kind: "return-if-empty",
  reason: "An empty buffer owns no line; its pointer may be in someone else's.",
  sources: [],
};

function keptReason({ core }: Context, method: FenceMethod): string {
  const what =
    method === "release"
      ? "earlier accesses to the buffer before the access that starts DMA"
      : "the status read before later accesses to the buffer";
  const { programOrder, title } = core.architecture;
  const keeper = programOrder.find(({ of }) => of !== undefined)?.of ?? title;
  return `Holds only the compiler: ${keeper} keeps ${what} by itself.`;
}
