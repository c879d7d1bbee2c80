// Chooses the barriers that give every point of a fence the order it needs, and spells them as steps with their reasons.
import { distinct } from "../resolve/facts.ts";
import type { BarrierOverride, Domain } from "../resolve/model.ts";
import { barrierFromText, chooseBarriers, isKeptInOrder, type Requirement, satisfies } from "./barriers.ts";
import type { Context, Direction, Point } from "./fence-context.ts";
import type { BarrierStep } from "./operation.ts";
import { Refusal } from "./problem.ts";

/** Chooses the barriers of every point; spanning requirements go where a barrier stands anyway. */
export function chooseOrder(
  context: Context,
  points: readonly Point[],
  spanning: readonly Requirement[],
  fence: Direction,
): void {
  const { core, groups, domain, writeCombining } = context;
  const available = [...core.architecture.barriers, ...groups.flatMap(({ mechanism }) => mechanism.barriers)];
  const open = (requirement: Requirement) => !isKeptInOrder(requirement, core.architecture, writeCombining);
  const choose = (requirements: readonly Requirement[]) => {
    const chosen = chooseBarriers(requirements.filter(open), available, domain);
    if (chosen) return chosen;
    const missing = requirements.filter(
      (requirement) => open(requirement) && !chooseBarriers([requirement], available, domain),
    );
    const pair = missing[0] ?? requirements[0]!;
    throw new Refusal(
      "plan/no-barrier",
      `no barrier ${pair.completed ? "completes" : "orders"} ${pair.earlier} before ${pair.later} for every observer that DMA needs (${pair.reason})`,
      ["cores", context.chip.cores.indexOf(core)],
    );
  };
  for (const [index, point] of points.entries()) {
    // What comes before the whole fence is held back by any barrier before this point as well.
    for (const requirement of point.requirements.filter(({ fromBefore }) => fromBefore)) {
      const earlier = points
        .slice(0, index)
        .find(({ barriers }) => barriers.some((barrier) => satisfies(barrier, requirement, domain)));
      if (!earlier) continue;
      earlier.requirements.push(requirement);
      point.requirements.splice(point.requirements.indexOf(requirement), 1);
    }
    point.barriers = choose(point.requirements);
  }
  const unmet = () =>
    spanning.filter(
      (requirement) =>
        open(requirement) &&
        !points.some(({ barriers }) => barriers.some((barrier) => satisfies(barrier, requirement, domain))),
    );
  const rest = unmet();
  if (rest.length > 0) {
    const order = fence === "release" ? [...points].reverse() : [...points];
    const place = order.find(({ barriers }) => barriers.length > 0) ?? order[0]!;
    place.barriers = choose([...place.requirements, ...rest]);
  }
  for (const [index, override] of context.chip.barrierOverrides.entries()) {
    if (override.fence === fence) applyOverride(context, override, index, points, spanning, available);
  }
}

function applyOverride(
  context: Context,
  override: BarrierOverride,
  index: number,
  points: readonly Point[],
  spanning: readonly Requirement[],
  available: readonly Parameters<typeof barrierFromText>[1][number][],
): void {
  const point = override.at === "first" ? points[0]! : points.at(-1)!;
  const elsewhere = points.filter((other) => other !== point).flatMap(({ barriers }) => barriers);
  const barrier = barrierFromText(override.use, available);
  if (!barrier)
    throw new Refusal(
      "rule/unknown-barrier",
      `\`${override.use}\` is no barrier of ${context.core.architecture.title}`,
      ["barrierOverrides", index, "use"],
    );
  const onlyHere = spanning.filter(
    (requirement) => !elsewhere.some((other) => satisfies(other, requirement, context.domain)),
  );
  const needed = [...point.requirements, ...onlyHere].filter(
    (requirement) => !isKeptInOrder(requirement, context.core.architecture, context.writeCombining),
  );
  const missing = needed.find((requirement) => !satisfies(barrier, requirement, context.domain));
  if (missing) {
    throw new Refusal(
      "plan/override-too-weak",
      `\`${override.use}\` does not ${missing.completed ? "complete" : "order"} ${missing.earlier} before ${missing.later}, which ${override.fence} needs here (${missing.reason}); the facts alone give \`${point.barriers.map(({ instruction }) => instruction).join("; ")}\``,
      ["barrierOverrides", index, "use"],
    );
  }
  point.barriers = [{ ...barrier, sources: override.sources.length > 0 ? override.sources : barrier.sources }];
}

/** The spanning requirements that a point's barriers are credited with: each goes to the barrier nearest to the accesses that it protects. */
export function attributed(
  points: readonly Point[],
  index: number,
  spanning: readonly Requirement[],
  fence: Direction,
  domain: Domain,
): Requirement[] {
  const meets = (point: Point, requirement: Requirement) =>
    point.barriers.some((barrier) => satisfies(barrier, requirement, domain));
  const others = fence === "release" ? points.slice(index + 1) : points.slice(0, index);
  return spanning.filter(
    (requirement) => meets(points[index]!, requirement) && !others.some((point) => meets(point, requirement)),
  );
}

export function barrierSteps(
  context: Context,
  point: Point,
  spanning: readonly Requirement[],
  fence: Direction,
): BarrierStep[] {
  const { core, domain, writeCombining, chip } = context;
  return point.barriers.map((barrier) => {
    const met = [...point.requirements, ...spanning].filter(
      (requirement) =>
        satisfies(barrier, requirement, domain) && !isKeptInOrder(requirement, core.architecture, writeCombining),
    );
    const override = chip.barrierOverrides.find(({ fence: its, use }) => its === fence && use === barrier.instruction);
    const sentences = sentencesFor(met);
    if (override) sentences.push(`${override.reason.replace(/\.?$/, ".")}`);
    return {
      kind: "barrier",
      instruction: barrier.instruction,
      earlier: barrier.earlier,
      later: barrier.later,
      completes: barrier.completes,
      domain: barrier.domain,
      extension: barrier.extension,
      barrierSources: barrier.sources,
      demandedBy: override ? "the chip's override" : met.find(({ demandedBy }) => demandedBy)?.demandedBy,
      reason: sentences.join(" "),
      sources: distinct([...barrier.sources, ...met.flatMap(({ sources }) => sources)]),
    };
  });
}

/** `Completes …. Orders …; and ….` */
function sentencesFor(requirements: readonly Requirement[]): string[] {
  return [true, false].flatMap((completed) => {
    const reasons = [
      ...new Set(requirements.filter((requirement) => requirement.completed === completed).map(({ reason }) => reason)),
    ];
    return reasons.length > 0 ? [`${completed ? "Completes" : "Orders"} ${reasons.join("; and ")}.`] : [];
  });
}
