// Between which accesses order is required: around each pass, and from before the whole fence to after it.
import { distinct } from "../resolve/facts.ts";
import type { AccessClass, AppliedErratum, Region, ResolvedCore } from "../resolve/model.ts";
import { type BarrierEffect, barrierFromText, type Requirement, satisfies } from "./barriers.ts";
import type { Context, Direction, Pass, Point } from "./fence-context.ts";
import type { Group } from "./maintenance.ts";
import type { Maintenance } from "./operation.ts";
import { isCachedBy } from "./region-guard.ts";

export function releasePoints(context: Context, passes: readonly Pass[]): Point[] {
  return pointsAround(
    context,
    passes,
    ["write"],
    "the CPU's stores to the buffer before the operations that write them back",
    ["device-write", "device-read"],
    "the operations before the access that starts DMA",
  );
}

export function acquirePoints(context: Context, passes: readonly Pass[]): Point[] {
  return pointsAround(
    context,
    passes,
    ["device-read", "read"],
    "the read that showed the end of the transfer before the operations, because a line dropped too early could be filled again with old data",
    ["read", "write"],
    "the operations before later accesses to the buffer",
  );
}

function pointsAround(
  context: Context,
  passes: readonly Pass[],
  before: readonly AccessClass[],
  beforeReason: string,
  after: readonly AccessClass[],
  afterReason: string,
): Point[] {
  const { core } = context;
  const isRelease = before.length === 1;
  const points: Point[] = Array.from({ length: passes.length + 1 }, () => ({ requirements: [], barriers: [] }));
  // Cleaning the edge lines of a buffer may come early; dropping lines may not.
  const firstToWait = isRelease ? 0 : passes.findIndex(({ step }) => step.effect !== "clean");
  for (const [index, { group, step }] of passes.entries()) {
    const { ordering } = group.mechanism;
    const sources = ordering.sources;
    const first = points[index]!.requirements;
    const erratum = completionErratum(core, group);
    if (index === firstToWait || (index > firstToWait && mayBeFirst(context, passes, index))) {
      if (!(isRelease && followsByItself(core, group))) {
        for (const earlier of before) {
          points[firstToWait]!.requirements.push({
            earlier,
            later: ordering.accessClass,
            completed: ordering.earlierMustComplete || erratum !== undefined,
            reason: beforeReason,
            sources,
            fromBefore: true,
          });
        }
      }
    }
    if (!isRelease && index < firstToWait && !ordering.afterEarlierSameLine) {
      first.push({
        earlier: "write",
        later: ordering.accessClass,
        completed: ordering.earlierMustComplete,
        reason: "earlier stores beside the buffer before the edge lines are cleaned",
        demandedBy: "a neighbour's earlier stores, which the model performs at once,",
        sources,
      });
    }
    const previous = passes.slice(0, index).findLast((earlier) => shareMemory(context, earlier, passes[index]!));
    if (previous && !isKeptInOrder(previous, passes[index]!)) {
      const reason =
        previous.step.effect === "clean" && !isRelease
          ? `the cleaning of the edge lines in ${levelNames(previous.step)} before the operations on ${levelNames(step)}`
          : `the operations on ${levelNames(previous.step)} before those on ${levelNames(step)}`;
      const inOrder = onceDone(previous, [ordering.accessClass], reason).map((requirement) => ({
        ...requirement,
        completed: requirement.completed || ordering.earlierMustComplete,
      }));
      first.push(...inOrder.filter((requirement) => !isMetWithin(context, previous, requirement)));
    }
    if (erratum) {
      for (const earlier of everyAccess) {
        first.push({
          earlier,
          later: ordering.accessClass,
          completed: true,
          reason: `everything earlier before the first operation, as erratum ${erratum.id} demands`,
          demandedBy: `erratum ${erratum.id}`,
          sources: erratum.sources,
        });
      }
    }
    if (isLast(passes, index) && !(!isRelease && ordering.beforeLaterSameLine)) {
      const done = onceDone(passes[index]!, after, afterReason);
      points[passes.length]!.requirements.push(
        ...done.filter((requirement) => !isMetWithin(context, passes[index]!, requirement)),
      );
    }
  }
  return points;
}

/**
 * The passes with what is said of them where an operation and the accesses around it need no barrier: a reader who
 * misses one shall find the reason and its source.
 */
export function withImplicitOrder(context: Context, fence: Direction, passes: readonly Pass[]): Pass[] {
  return passes.map((pass, index) => {
    const { group, step } = pass;
    const { ordering } = group.mechanism;
    const implied = [
      ...(fence === "release" && index === 0 && followsByItself(context.core, group)
        ? ["It comes after the earlier stores to its line by itself."]
        : []),
      ...(fence === "acquire" && isLast(passes, index) && ordering.beforeLaterSameLine
        ? ["Later accesses of the line wait for it by themselves."]
        : []),
      ...(barriersWithin(context, pass).length > 0
        ? ["The barrier that it ends with orders it before what follows."]
        : []),
    ];
    if (implied.length === 0) return pass;
    const sources = distinct([...step.sources, ...ordering.sources]);
    return { ...pass, step: { ...step, reason: [step.reason, ...implied].join(" "), sources } };
  });
}

/** Barriers with which the sequence of an operation ends: they stand after every operation of the pass. */
function barriersWithin({ core }: Context, { group, step }: Pass): BarrierEffect[] {
  const available = [...core.architecture.barriers, ...group.mechanism.barriers];
  const effects = step.accesses.map((item) =>
    item.kind === "instruction" ? barrierFromText(item.instruction, available) : undefined,
  );
  return effects.slice(effects.lastIndexOf(undefined) + 1) as BarrierEffect[];
}

/** Whether the sequence of a pass ends with a barrier that gives the order. */
function isMetWithin(context: Context, pass: Pass, requirement: Requirement): boolean {
  return barriersWithin(context, pass).some((barrier) => satisfies(barrier, requirement, context.domain));
}

/** Whether an operation comes after earlier stores to its line without a barrier. */
function followsByItself(core: ResolvedCore, group: Group): boolean {
  return group.mechanism.ordering.afterEarlierSameLine && !completionErratum(core, group);
}

/** An erratum that asks for everything earlier to have completed before the first operation. */
function completionErratum(core: ResolvedCore, { mechanism: { id }, needs }: Group): AppliedErratum | undefined {
  return core.errata.find(
    ({ completionBeforeMaintenance, mechanism }) =>
      completionBeforeMaintenance &&
      (mechanism === id || (mechanism === undefined && needs[0]?.level === core.caches[0])),
  );
}

/** Whether no later pass is made for the same buffers. */
function isLast(passes: readonly Pass[], index: number): boolean {
  const { onlyIn } = passes[index]!.step;
  return !passes.slice(index + 1).some((later) => later.step.onlyIn === undefined || later.step.onlyIn === onlyIn);
}

/** The registers of one controller are accessed in program order; what a poll has waited for is done. */
function isKeptInOrder(previous: Pass, { group, step }: Pass): boolean {
  const { instance, ordering } = previous.group.mechanism;
  const polls = previous.step.accesses.some(({ kind }) => kind === "poll");
  return (
    instance === group.mechanism.instance &&
    ordering.accessClass.startsWith("device-") &&
    [...previous.step.accesses, ...step.accesses].every(({ kind }) => kind !== "instruction") &&
    (polls || ordering.doneWhen === "ordered")
  );
}

/** Whether every earlier pass may be left out for some buffer that this one is made for. */
function mayBeFirst({ chip }: Context, passes: readonly Pass[], index: number): boolean {
  const pass = passes[index]!;
  return chip.regions.some(
    (region) => isCachedBy(region, pass) && !passes.slice(0, index).some((earlier) => isMadeFor(region, earlier)),
  );
}

/** Whether there is memory for which both passes are made. */
function shareMemory({ chip }: Context, one: Pass, other: Pass): boolean {
  return (
    (!one.step.onlyIn && !other.step.onlyIn) ||
    chip.regions.some((region) => isMadeFor(region, one) && isMadeFor(region, other))
  );
}

function isMadeFor({ name }: Region, { step }: Pass): boolean {
  return !step.onlyIn || step.onlyIn.some((range) => range.name === name);
}

/** A pass before what comes later: its operations, and the read that showed their end where there is one. */
function onceDone({ group, step, completion }: Pass, later: readonly AccessClass[], reason: string): Requirement[] {
  const { accessClass, doneWhen, sources } = group.mechanism.ordering;
  const polls = [...step.accesses, ...(completion?.accesses ?? [])].some(({ kind }) => kind === "poll");
  if (!polls) {
    return later.map((to) => ({
      earlier: accessClass,
      later: to,
      completed: doneWhen === "completed",
      reason,
      sources,
    }));
  }
  // A poll ends when the operations have finished, so that the read it ends with stands for them.
  return later.map((to) => ({
    earlier: "device-read",
    later: to,
    completed: false,
    reason: `the read that showed the end of ${reason}`,
    sources,
  }));
}

/** Order between what comes before the whole fence and what comes after it, wherever in the fence it is made. */
export function spanningRequirements(context: Context, fence: Direction, passes: readonly Pass[]): Requirement[] {
  const always = passes.filter(({ step }) => !step.onlyIn);
  return acrossTheFence(context, fence, passes).filter(
    (requirement) => !always.some((pass) => isMetWithin(context, pass, requirement)),
  );
}

function acrossTheFence({ someUncached }: Context, fence: Direction, passes: readonly Pass[]): Requirement[] {
  const pairs = (earlier: readonly AccessClass[], later: readonly AccessClass[], reason: string): Requirement[] =>
    earlier.flatMap((e) => later.map((l) => ({ earlier: e, later: l, completed: false, reason, sources: [] })));
  if (fence === "release") {
    // Where every line of the buffer is maintained after the accesses to it, the operations stand in for them.
    const first = passes[0]?.group.mechanism.ordering;
    if (first?.afterEarlierSameLine && !someUncached) return [];
    const isMaintained = passes.length > 0 && !someUncached;
    return [
      // Stores come before the operations that write them back, and these before the start.
      ...pairs(
        isMaintained ? [] : ["write"],
        ["device-read", "device-write"],
        "stores to the buffer before the MMIO access that starts DMA",
      ),
      ...pairs(
        ["read"],
        ["device-read", "device-write"],
        "reads of the buffer before the MMIO access that starts DMA, so that they never see what DMA writes",
      ),
    ];
  }
  // Where every line of the buffer is maintained, the status read precedes the operations and these precede the accesses.
  if (passes.length > 0 && !someUncached) return [];
  return [
    ...pairs(
      ["device-read", "read"],
      ["read"],
      "the read that showed the end of the transfer before reads of the buffer",
    ),
    ...pairs(
      ["device-read", "read"],
      ["write"],
      "the read that showed the end of the transfer before writes to the buffer, so that DMA never sees or overwrites them",
    ),
  ];
}

const everyAccess: readonly AccessClass[] = ["read", "write", "device-read", "device-write"];

function levelNames(step: Maintenance): string {
  return step.levels.join(" and ");
}
