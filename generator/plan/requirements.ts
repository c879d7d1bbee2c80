// Between which accesses order is required: around each pass, and from before the whole fence to after it.
import type { AccessClass, CacheLevel, FenceMethod } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import type { Instruction } from "../semantics/instruction.ts";
import { areOnOneWay, mastersBehind, reachableRegions } from "../semantics/ports.ts";
import { mustComplete } from "../semantics/program-order.ts";
import type { OrderReason, Requirement } from "./choose-barriers.ts";
import { type Context, isLast, type MethodPasses, mayBeFirst, type Pass, shareMemory } from "./fence-context.ts";
import {
  barriersWithin,
  completionErratum,
  driverAccess,
  followsByItself,
  isDoneBefore,
  isInLineOrder,
  isMetWithin,
  isWaitedFor,
  laterElsewhere,
  operationOf,
  pollOf,
} from "./known-order.ts";
import type { Maintenance } from "./operation.ts";

/** Which accesses of the driver stand around the operations of a method, and why they must be in order with them. */
interface Surroundings {
  readonly before: readonly AccessClass[];
  readonly beforeReason: OrderReason;
  readonly after: readonly FollowingAccess[];
}

/** Accesses of the driver after a method, as what they follow it. */
interface FollowingAccess {
  readonly accesses: readonly AccessClass[];
  readonly are: Pick<OrderReason, "before" | "which">;
}

/**
 * What starts DMA. The trait's letter speaks of MMIO; rings are started by a store as well, to an index or to the bit that
 * says whose a descriptor is, which a running engine polls.
 */
const starts: readonly FollowingAccess[] = [
  { accesses: ["device-read", "device-write"], are: { before: "the MMIO access", which: "that starts DMA" } },
  { accesses: ["write"], are: { before: "the store", which: "that starts DMA" } },
];

const surroundings: Readonly<Record<FenceMethod, Surroundings>> = {
  release: {
    before: ["write"],
    beforeReason: { what: "the CPU's stores", before: "their lines are cleaned" },
    after: starts,
  },
  acquire: {
    before: ["device-read", "read"],
    beforeReason: {
      what: "the status read",
      before: "the invalidation",
      why: "because a line dropped too early may be refilled with old data",
    },
    after: [{ accesses: ["read", "write"], are: { before: "later accesses to the buffer" } }],
  },
};

/** For each point of a method, before, between and after its passes, what must be in order around it. */
export function requirementsAround(context: Context, passes: MethodPasses): Requirement[][] {
  const placed = passes.passes.flatMap((_, index) => [
    ...beforeOperations(context, passes, index),
    ...edgeStores(context, passes, index),
    ...betweenPasses(context, passes, index),
    ...demandedByErratum(context, passes, index),
    ...afterOperations(context, passes, index),
  ]);
  return Array.from({ length: passes.passes.length + 1 }, (_, point) =>
    placed.flatMap((each) => (each.point === point ? [each.requirement] : [])),
  );
}

/** A requirement and the index of the point that it is about. */
interface Placed {
  readonly point: number;
  readonly requirement: Requirement;
}

/**
 * The first pass that must wait for what comes before: cleaning a neighbour's bytes may come early, cleaning what DMA wrote
 * and dropping lines may not.
 */
function firstToWait({ method, passes }: MethodPasses): number {
  if (method === "release") return 0;
  return passes.findIndex(
    ({ group, step }) => step.effect !== "clean" || group.isFront || group.keepsWritesOf.length > 0,
  );
}

function beforeOperations(context: Context, each: MethodPasses, index: number): Placed[] {
  const { method, passes } = each;
  const pass = passes[index]!;
  const first = firstToWait(each);
  if (index !== first && !(index > first && mayBeFirst(context, passes, index, first))) return [];
  if (method === "release" && followsByItself(context, pass)) return [];
  const { before } = surroundings[method];
  const beforeReason = reasonBefore(method, pass);
  const erratum = completionErratum(context.core, pass.group);
  return before.map((access) => ({
    point: index,
    requirement: {
      ...inOrder(driverAccess(access), operationOf(context, pass), beforeReason, pass),
      ...(erratum && { completed: true }),
      fromBefore: true,
    },
  }));
}

function reasonBefore(method: FenceMethod, { group, step }: Pass): OrderReason {
  const { beforeReason } = surroundings[method];
  if (!group.isFront) return beforeReason;
  const { what } = beforeReason;
  return method === "release"
    ? {
        what,
        before: `the maintenance of ${levelNames(step)}`,
        why: "because a line dropped too early may be fetched again with old data",
      }
    : {
        what,
        before: `the maintenance of ${levelNames(step)}`,
        why: "because what the master writes later would stay there",
      };
}

function edgeStores(context: Context, each: MethodPasses, index: number): Placed[] {
  const pass = each.passes[index]!;
  // What lands between the commands of one operation is lost as well.
  const isLost = pass.step.isBeforeDrop || pass.step.commands !== undefined;
  if (each.method === "release" || !isLost || isInLineOrder(context, pass)) return [];
  const reason = { what: "a neighbour's earlier stores", before: "their lines are cleaned" };
  const requirement = {
    ...inOrder(driverAccess("write"), operationOf(context, pass), reason, pass),
    demandedBy: { who: "a neighbour's earlier stores", aside: "which the model performs at once" },
  };
  return [{ point: index, requirement }];
}

function betweenPasses(context: Context, { method, passes }: MethodPasses, index: number): Placed[] {
  const pass = passes[index]!;
  return passesBefore(context, { method, passes }, index).flatMap((previous) => {
    if (isDoneBefore(context, previous, pass)) return [];
    const reason =
      previous.step.effect === "clean" && method === "acquire"
        ? {
            what: `the cleaning of ${levelNames(previous.step)}`,
            before: `the maintenance of ${levelNames(pass.step)}`,
          }
        : { what: `the maintenance of ${levelNames(previous.step)}`, before: `that of ${levelNames(pass.step)}` };
    const requirement = {
      ...onceDone(context, previous, operationOf(context, pass), reason),
      since: passes.indexOf(previous) + 1,
    };
    return isMetWithin(context, previous, requirement) ? [] : [{ point: index, requirement }];
  });
}

/**
 * The passes that must be done before a pass begins: the one before it on its way, and the last on each way on the other side of
 * memory, for which no pass on its own way since has waited. What is kept for a neighbour and what masters left behind have nothing to
 * do with each other, and the caches of two masters neither.
 */
function passesBefore(context: Context, { method, passes }: MethodPasses, index: number): Pass[] {
  const pass = passes[index]!;
  const earlier = passes.slice(0, index).filter((each) => shareMemory(context, each, pass));
  const previous = earlier.findLast((each) => areOnOneWay(levelsOf(each), levelsOf(pass)));
  const waits = (later: Pass, across: Pass) =>
    later.group.isFront === (method === "release") && (later.group.isFront || mustFollowFront(later, across));
  const across = earlier.filter((each, at) => {
    const since = earlier.slice(at + 1);
    return (
      each.group.isFront !== pass.group.isFront &&
      waits(pass, each) &&
      !since.some(
        (later) =>
          areOnOneWay(levelsOf(later), levelsOf(each)) ||
          (areOnOneWay(levelsOf(later), levelsOf(pass)) && waits(later, each)),
      )
    );
  });
  return [...across, ...(previous ? [previous] : [])];
}

/** Whether a pass of acquire waits for one in front of masters: it drops lines, or keeps what one of those wrote. */
function mustFollowFront(pass: Pass, front: Pass): boolean {
  const masters = mastersBehind(levelsOf(front));
  return !pass.step.isBeforeDrop || pass.group.keepsWritesOf.some((name) => masters.includes(name));
}

function levelsOf({ group: { needs } }: Pass): CacheLevel[] {
  return needs.map(({ level }) => level);
}

function demandedByErratum(context: Context, { passes }: MethodPasses, index: number): Placed[] {
  const pass = passes[index]!;
  const erratum = completionErratum(context.core, pass.group);
  if (!erratum) return [];
  return everyAccess.map((earlier) => ({
    point: index,
    requirement: {
      earlier,
      later: pass.group.mechanism.ordering.accessClass,
      completed: true,
      reason: {
        what: "everything earlier",
        before: "the first maintenance operation",
        why: `as erratum ${erratum.id} demands`,
      },
      demandedBy: { who: `erratum ${erratum.id}` },
      sources: erratum.sources,
    },
  }));
}

function afterOperations(context: Context, { method, passes }: MethodPasses, index: number): Placed[] {
  const pass = passes[index]!;
  const elsewhere = method === "acquire" ? laterElsewhere(context, pass) : undefined;
  const isDone = method === "acquire" && isWaitedFor(context, pass);
  if (!isLast(passes, index)) return [];
  return surroundings[method].after
    .flatMap(({ accesses, are }) =>
      accesses.flatMap((access) => [
        ...(isDone ? [] : [onceDone(context, pass, driverAccess(access), { what: "the maintenance", ...are })]),
        ...(elsewhere
          ? [inOrder(elsewhere, driverAccess(access), { what: "the maintenance in other cores' caches", ...are }, pass)]
          : []),
      ]),
    )
    .filter((requirement) => !isMetWithin(context, pass, requirement))
    .map((requirement) => ({ point: passes.length, requirement }));
}

/** Two accesses that must stay in order: the earlier one completed where mere order does not hold the later one. */
function inOrder(earlier: Instruction, later: Instruction, reason: OrderReason, { group }: Pass): Requirement {
  return {
    earlier: earlier.accessClass,
    later: later.accessClass,
    completed: mustComplete(earlier, later),
    reason,
    sources: group.mechanism.ordering.sources,
  };
}

/** A pass before what comes later: its operations, or the read that showed their end where there is one. */
function onceDone(context: Context, pass: Pass, later: Instruction, reason: OrderReason): Requirement {
  // A poll ends when the operations have finished, so that the read it ends with stands for them.
  const poll = pollOf(pass);
  return poll
    ? inOrder(poll, later, { ...reason, what: `the read that ends ${reason.what}` }, pass)
    : inOrder(operationOf(context, pass), later, reason, pass);
}

/**
 * The passes with what is said of them where an operation and the accesses around it need no barrier: a reader who
 * misses one shall find the reason and its source.
 */
export function withImplicitOrder(context: Context, { method, passes }: MethodPasses): Pass[] {
  return passes.map((pass, index) => {
    const { group, step } = pass;
    const implied = [
      ...(method === "release" && index === 0 && followsByItself(context, pass)
        ? ["The operation follows earlier stores to its line by itself."]
        : []),
      ...(method === "acquire" && isLast(passes, index) && isWaitedFor(context, pass) && !laterElsewhere(context, pass)
        ? ["Later accesses to its line wait for the operation by themselves."]
        : []),
      ...(barriersWithin(context, pass).length > 0 ? ["Its last barrier orders it before what follows."] : []),
    ];
    if (implied.length === 0) return pass;
    const sources = distinct([...step.sources, ...group.mechanism.ordering.sources]);
    return { ...pass, step: { ...step, reason: [step.reason, ...implied].join(" "), sources } };
  });
}

/** Order between what comes before the whole fence and what comes after it, wherever in the fence it is made. */
export function spanningRequirements(context: Context, each: MethodPasses): Requirement[] {
  const always = each.passes.filter(({ step }) => !step.onlyIn);
  return acrossTheFence(context, each).filter(
    (requirement) => !always.some((pass) => isMetWithin(context, pass, requirement)),
  );
}

function acrossTheFence(context: Context, { method, passes }: MethodPasses): Requirement[] {
  const { someUncached, chip, controllers } = context;
  // Of what no master writes, a load finds what the CPU stored, however early or late it is.
  const isWritten =
    controllers.length === 0 ||
    controllers.some((controller) => reachableRegions(chip, controller).some(({ writes }) => writes));
  const pairs = (earlier: readonly AccessClass[], later: readonly AccessClass[], reason: OrderReason): Requirement[] =>
    earlier.flatMap((e) => later.map((l) => ({ earlier: e, later: l, completed: false, reason, sources: [] })));
  if (method === "release") {
    // Where every line of the buffer is maintained after the accesses to it, the operations stand in for them.
    const first = passes.filter((_, index) => index === 0 || mayBeFirst(context, passes, index));
    if (first.length > 0 && first.every((pass) => isInLineOrder(context, pass)) && !someUncached) return [];
    const isMaintained = passes.length > 0 && !someUncached;
    return starts.flatMap(({ accesses, are }) => [
      // Stores come before the operations that write them back, and these before the start.
      ...pairs(isMaintained ? [] : ["write"], accesses, { what: "stores to the buffer", ...are }),
      ...pairs(isWritten ? ["read"] : [], accesses, { what: "loads from the buffer", ...are }),
    ]);
  }
  // Where every line of the buffer is maintained, the status read precedes the operations and these precede the accesses.
  if (passes.length > 0 && !someUncached) return [];
  return pairs(["device-read", "read"], isWritten ? ["read", "write"] : ["write"], {
    what: "the status read",
    before: `later ${isWritten ? "accesses" : "stores"} to the buffer`,
  });
}

const everyAccess: readonly AccessClass[] = ["read", "write", "device-read", "device-write"];

function levelNames(step: Maintenance): string {
  return step.levels.join(" and ");
}
