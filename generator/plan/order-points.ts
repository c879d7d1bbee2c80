// Chooses the barriers that give every point of a fence the order it needs, and spells them as steps with their reasons.
import type { Barrier, BarrierOverride, FenceMethod } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { list } from "../notation/prose.ts";
import { type BarrierEffect, barrierFromText, satisfies, widest } from "../semantics/barrier.ts";
import { chooseBarriers, type OrderReason, type Requirement, reasonText } from "./choose-barriers.ts";
import type { Context, Point } from "./fence-context.ts";
import { isGiven } from "./known-order.ts";
import type { BarrierStep } from "./operation.ts";
import { Refusal } from "./problem.ts";

/** Chooses the barriers of every point; spanning requirements go where a barrier stands anyway. */
export function chooseOrder(
  context: Context,
  required: readonly (readonly Requirement[])[],
  spanning: readonly Requirement[],
  method: FenceMethod,
): readonly Point[] {
  const chosen = required.reduce<readonly Point[]>(
    (points, requirements) => withPoint(context, points, requirements),
    [],
  );
  return context.chip.barrierOverrides.reduce(
    (points, override, index) =>
      override.fence === method ? overridden(context, override, index, points, spanning) : points,
    withSpanning(context, chosen, spanning, method),
  );
}

/** One more point, with the barriers for what none before it gives. */
function withPoint(context: Context, points: readonly Point[], requirements: readonly Requirement[]): Point[] {
  // What comes before the whole fence, or from an earlier pass, is held back by any barrier since then as well.
  const heldAt = new Map(
    requirements.flatMap((requirement) => {
      const since = requirement.fromBefore ? 0 : (requirement.since ?? points.length);
      const at = points.findIndex((point, index) => index >= since && gives(point, requirement, context));
      return at === -1 ? [] : [[requirement, at] as const];
    }),
  );
  const open = requirements.filter((requirement) => !heldAt.has(requirement));
  return [
    ...points.map((point, index) => ({
      ...point,
      requirements: [...point.requirements, ...requirements.filter((each) => heldAt.get(each) === index)],
    })),
    { requirements: open, barriers: barriersFor(context, open) },
  ];
}

/** The points with what is required from before the whole fence to after it, and no barrier gives yet. */
function withSpanning(
  context: Context,
  points: readonly Point[],
  spanning: readonly Requirement[],
  method: FenceMethod,
): readonly Point[] {
  const unmet = spanning.filter(
    (requirement) => !isGiven(requirement, context) && !points.some((point) => gives(point, requirement, context)),
  );
  if (unmet.length === 0) return points;
  const order = method === "release" ? [...points].reverse() : points;
  const place = order.find(({ barriers }) => barriers.length > 0) ?? order[0]!;
  return points.map((point) =>
    point === place ? { ...point, barriers: barriersFor(context, [...point.requirements, ...unmet]) } : point,
  );
}

function gives({ barriers }: Point, requirement: Requirement, { domain }: Context): boolean {
  return barriers.some((barrier) => satisfies(barrier, requirement, domain));
}

function barriersFor(context: Context, requirements: readonly Requirement[]): readonly BarrierEffect[] {
  const { core, domain } = context;
  const open = requirements.filter((requirement) => !isGiven(requirement, context));
  const chosen = chooseBarriers(open, available(context), domain);
  if (chosen) return chosen;
  const pair = open.find((requirement) => !chooseBarriers([requirement], available(context), domain)) ?? open[0]!;
  const unusable = core.architecture.unusableBarriers
    .filter(({ barrier, because }) => because !== "" && satisfies(widest(barrier), pair, domain))
    .map(({ barrier, because }) => `; \`${barrier.instruction}\` ${because}`);
  const unread = core.unread.map(({ claim }) => `; nobody has read that ${claim}`);
  throw new Refusal(
    "plan/no-barrier",
    `no barrier ${pair.completed ? "completes" : "orders"} ${pair.earlier} before ${pair.later} for every observer that DMA needs (${reasonText(pair.reason)})${[...new Set([...unusable, ...unread])].join("")}`,
    ["cores", context.chip.cores.indexOf(core)],
  );
}

function available({ core, groups }: Context): Barrier[] {
  return [...core.architecture.barriers, ...groups.flatMap(({ mechanism }) => mechanism.barriers)];
}

/** The points with a barrier that the chip's description puts in place of what was chosen. */
function overridden(
  context: Context,
  override: BarrierOverride,
  index: number,
  points: readonly Point[],
  spanning: readonly Requirement[],
): Point[] {
  const point = points[placeOf(override, points)]!;
  const barrier = barrierFromText(override.use, available(context));
  if (!barrier)
    throw new Refusal(
      "rule/unknown-barrier",
      `\`${override.use}\` is no barrier of ${context.core.architecture.title}`,
      ["barrierOverrides", index, "use"],
    );
  const onlyHere = spanning.filter(
    (requirement) => !points.some((other) => other !== point && gives(other, requirement, context)),
  );
  const needed = [...point.requirements, ...onlyHere].filter((requirement) => !isGiven(requirement, context));
  const missing = needed.find((requirement) => !satisfies(barrier, requirement, context.domain));
  if (missing) {
    throw new Refusal(
      "plan/override-too-weak",
      `\`${override.use}\` does not ${missing.completed ? "complete" : "order"} ${missing.earlier} before ${missing.later}, which ${override.fence} needs here (${reasonText(missing.reason)}); the facts alone give \`${point.barriers.map(({ instruction }) => instruction).join("; ")}\``,
      ["barrierOverrides", index, "use"],
    );
  }
  const sources = override.sources.length > 0 ? override.sources : barrier.sources;
  // A fence of one barrier has it first and last: what each place asks for stays.
  const isAnother = context.chip.barrierOverrides
    .slice(0, index)
    .some((before) => before.fence === override.fence && placeOf(before, points) === placeOf(override, points));
  const kept = isAnother ? point.barriers.filter(({ instruction }) => instruction !== barrier.instruction) : [];
  return points.map((other) => (other === point ? { ...point, barriers: [...kept, { ...barrier, sources }] } : other));
}

function placeOf({ at }: BarrierOverride, points: readonly Point[]): number {
  return at === "first" ? 0 : points.length - 1;
}

/** The spanning requirements that a point's barriers are credited with: each goes to the barrier nearest to the accesses that it protects. */
function attributed(
  context: Context,
  points: readonly Point[],
  index: number,
  spanning: readonly Requirement[],
  method: FenceMethod,
): Requirement[] {
  const others = method === "release" ? points.slice(index + 1) : points.slice(0, index);
  return spanning.filter(
    (requirement) =>
      gives(points[index]!, requirement, context) && !others.some((point) => gives(point, requirement, context)),
  );
}

/** The barriers of one point as steps, with the reasons for which each stands there. */
export function barrierSteps(
  context: Context,
  points: readonly Point[],
  index: number,
  spanning: readonly Requirement[],
  method: FenceMethod,
): BarrierStep[] {
  const { requirements, barriers } = points[index]!;
  const required = [...requirements, ...attributed(context, points, index, spanning, method)];
  return barriers.map((barrier) => {
    const met = required.filter(
      (requirement) => satisfies(barrier, requirement, context.domain) && !isGiven(requirement, context),
    );
    const overrides = context.chip.barrierOverrides.filter(
      (each) => each.fence === method && each.use === barrier.instruction && placeOf(each, points) === index,
    );
    const sentences = [...sentencesFor(met), ...overrides.map(({ reason }) => `${reason.replace(/\.?$/, ".")}`)];
    return {
      kind: "barrier",
      instruction: barrier.instruction,
      earlier: barrier.earlier,
      later: barrier.later,
      completes: barrier.completes,
      domain: barrier.domain,
      extension: barrier.extension,
      barrierSources: barrier.sources,
      demandedBy:
        overrides.length > 0 ? { who: "the chip's override" } : met.find(({ demandedBy }) => demandedBy)?.demandedBy,
      reason: sentences.join(" "),
      sources: distinct([...barrier.sources, ...met.flatMap(({ sources }) => sources)]),
    };
  });
}

/** `Completes …. Orders …; and ….` */
function sentencesFor(requirements: readonly Requirement[]): string[] {
  return [true, false].flatMap((completed) => {
    const reasons = togetherOf(requirements.filter((each) => each.completed === completed).map(({ reason }) => reason));
    return reasons.length > 0
      ? [`${completed ? "Completes" : "Orders"} ${reasons.map(reasonText).join("; and ")}.`]
      : [];
  });
}

/** What is ordered before several things for one reason, and what several things are ordered before, is said once. */
function togetherOf(reasons: readonly OrderReason[]): OrderReason[] {
  const byWhat = grouped(reasons, ({ what, which, why }) => [what, which, why]).map((group) => ({
    ...group[0]!,
    before: oneOf([...new Set(group.map(({ before }) => before))]),
  }));
  return grouped(byWhat, ({ before, which, why }) => [before, which, why]).map((group) => ({
    ...group[0]!,
    what: list([...new Set(group.map(({ what }) => what))]),
  }));
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => readonly unknown[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

/** What starts DMA may be an MMIO access or a store: an access, where both are meant. */
function oneOf(befores: readonly string[]): string {
  return befores.length > 1 ? "the access" : befores[0]!;
}
