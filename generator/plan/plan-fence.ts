// Derives a fence from the facts alone. Reading guide: `planFence` finds the levels that DMA does not see
// (needs.ts), turns them into passes of maintenance (maintenance.ts), states between which accesses order is
// required around each pass, and asks for the weakest barrier that gives it (barriers.ts).
import type {
  AccessClass,
  BarrierOverride,
  Citation,
  DmaController,
  Domain,
  Mechanism,
  Region,
  ResolvedChip,
  ResolvedCore,
} from "../resolve/model.ts";
import {
  type BarrierEffect,
  barrierFromText,
  chooseBarriers,
  isKeptInOrder,
  type Requirement,
  satisfies,
} from "./barriers.ts";
import { compareWithTock } from "./compare-with-tock.ts";
import { acquirePasses, type Group, groupLevels, releasePass } from "./maintenance.ts";
import { caches, type LevelNeed, levelNeeds, reachableRegions } from "./needs.ts";
import { deriveObligations } from "./obligations.ts";
import type { BarrierStep, CompleteMaintenance, FencePlan, FenceStep, Maintenance } from "./operation.ts";
import { type Problem, Refusal } from "./problem.ts";

export interface FenceRequest {
  readonly chip: ResolvedChip;
  readonly core: ResolvedCore;
  readonly name: string;
  readonly controllers: readonly DmaController[];
}

/**
 * The minimal fence that the facts support, right for buffers of any address and length.
 * @throws {Refusal} where no sound fence follows from the facts; the pipeline reports it at the fact
 */
export function planFence(request: FenceRequest): FencePlan {
  const { chip, core, name, controllers } = request;
  const needs = levelNeeds(chip, core, controllers);
  refuseWhatCannotBeMaintained(needs, core);
  const groups = groupLevels(needs);
  const context: Context = { ...request, groups, domain: chip.dmaDomain, ...memory(chip, controllers, groups) };
  const release = planDirection(context, "release");
  const acquire = planDirection(context, "acquire");
  refuseChangedAddresses(context, [...release, ...acquire]);
  const obligations = deriveObligations(chip, core, controllers, groups, [...release, ...acquire]);
  const lineBytes = groups.length > 0 ? Math.min(...groups.map((group) => group.lineBytes)) : undefined;
  const largestLine = Math.max(1, ...needs.map(({ level }) => level.largestLineBytes));
  return {
    name,
    chip: chip.id,
    core: core.id,
    controllers: controllers.map((controller) => controller.name),
    forAllDma: controllers.length === chip.dma.length,
    release,
    acquire,
    obligations,
    bufferAlignmentBytes:
      lineBytes === undefined ? 1 : Math.max(largestLine, ...controllers.map(({ alignmentBytes }) => alignmentBytes)),
    lineBytes,
    comparison: groups.length === 0 ? compareWithTock(core.architecture, release, acquire) : [],
  };
}

interface Context extends FenceRequest {
  readonly groups: readonly Group[];
  readonly domain: Domain;
  /** Some reachable memory is write-combining, where stores escape the ordinary order. */
  readonly writeCombining: boolean;
  /** Some reachable memory is not cached by a maintained level, so that maintenance orders nothing for it. */
  readonly someUncached: boolean;
}

function memory(chip: ResolvedChip, controllers: readonly DmaController[], groups: readonly Group[]) {
  const regions = controllers.flatMap((controller) => reachableRegions(chip, controller).map(({ region }) => region));
  const levels = groups.flatMap((group) => group.needs.map(({ level }) => level));
  return {
    writeCombining: regions.some(({ memoryType }) => memoryType === "write-combining"),
    someUncached: regions.some((region) => !levels.every((level) => caches(region, level))),
  };
}

/** A place in the fence where a barrier may stand, and what must be in order around it. */
interface Point {
  readonly requirements: Requirement[];
  barriers: readonly BarrierEffect[];
}

/** The passes with a point before, between and after them, then the barriers that the points need. */
function planDirection(context: Context, fence: "release" | "acquire"): FenceStep[] {
  const passes = fence === "release" ? releasePasses(context) : acquireAllPasses(context);
  const points = fence === "release" ? releasePoints(context, passes) : acquirePoints(context, passes);
  const spanning = spanningRequirements(context, fence, passes);
  solve(context, points, spanning, fence);
  const steps: FenceStep[] = [];
  for (const [index, point] of points.entries()) {
    const before = passes[index - 1];
    if (before?.completion) steps.push(before.completion);
    steps.push(...barrierSteps(context, point, attributed(points, index, spanning, fence, context.domain), fence));
    const pass = passes[index];
    if (pass) steps.push(pass.step);
  }
  if (passes.length > 0) return [returnIfEmpty, ...guard(context, fence, passes), ...steps];
  return steps.length > 0
    ? steps
    : [
        {
          kind: "compiler-barrier",
          reason: keptReason(context, fence),
          sources: context.core.architecture.programOrder.flatMap(({ sources }) => sources),
        },
      ];
}

interface Pass {
  readonly group: Group;
  readonly step: Maintenance;
  /** Register writes that make the operations finish; only after the last pass of a group. */
  readonly completion: CompleteMaintenance | undefined;
}

function releasePasses({ groups }: Context): Pass[] {
  return groups
    .filter((group) => group.needs.some(({ clean }) => clean))
    .map((group) => {
      const step = releasePass(group);
      if (!step) throw refuseOperation(group, "cleans a line up to where DMA looks");
      return { group, step, completion: completionOf(group.mechanism) };
    });
}

/** Outer level first: an inner level must not be refilled from an outer one that is still stale. */
function acquireAllPasses({ groups }: Context): Pass[] {
  return groups
    .filter((group) => group.needs.some(({ invalidate }) => invalidate))
    .reverse()
    .flatMap((group) => {
      const steps = acquirePasses(group);
      if (!steps) throw refuseOperation(group, "drops a line without losing what a neighbour stored in it");
      return steps.map((step) => ({ group, step, completion: completionOf(group.mechanism) }));
    });
}

function releasePoints(context: Context, passes: readonly Pass[]): Point[] {
  return pointsAround(
    context,
    passes,
    ["write"],
    "the CPU's stores to the buffer before the operations that write them back",
    ["device-write", "device-read"],
    "the operations before the access that starts DMA",
  );
}

function acquirePoints(context: Context, passes: readonly Pass[]): Point[] {
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
  { core }: Context,
  passes: readonly Pass[],
  before: readonly AccessClass[],
  beforeReason: string,
  after: readonly AccessClass[],
  afterReason: string,
): Point[] {
  const isRelease = before.length === 1;
  const points: Point[] = Array.from({ length: passes.length + 1 }, () => ({ requirements: [], barriers: [] }));
  for (const [index, { group, step }] of passes.entries()) {
    const { ordering } = group.mechanism;
    const sources = ordering.sources;
    const first = points[index]!.requirements;
    const erratum = core.errata.find(
      ({ completionBeforeMaintenance, mechanism }) =>
        completionBeforeMaintenance &&
        (mechanism === group.mechanism.id || (mechanism === undefined && group.needs[0]?.level === core.caches[0])),
    );
    if (index === 0) {
      // The buffer's own lines are meant only in release: there the earlier accesses are stores to them.
      const automatic = isRelease && ordering.afterEarlierSameLine && !erratum;
      if (!automatic) {
        for (const earlier of before) {
          first.push({
            earlier,
            later: ordering.accessClass,
            completed: ordering.earlierMustComplete || erratum !== undefined,
            reason: beforeReason,
            sources,
          });
        }
      }
    } else {
      const previous = passes[index - 1]!;
      first.push(
        ...onceDone(
          previous,
          [ordering.accessClass],
          previous.group === group
            ? "the cleaning of the edge lines before they are dropped"
            : `the operations on ${levelNames(previous.step)} before those on ${levelNames(step)}`,
        ),
      );
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
    if (index === passes.length - 1 && !(!isRelease && ordering.beforeLaterSameLine)) {
      points[index + 1]!.requirements.push(...onceDone(passes[index]!, after, afterReason));
    }
  }
  return points;
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
function spanningRequirements(
  { someUncached }: Context,
  fence: "release" | "acquire",
  passes: readonly Pass[],
): Requirement[] {
  const pairs = (earlier: readonly AccessClass[], later: readonly AccessClass[], reason: string): Requirement[] =>
    earlier.flatMap((e) => later.map((l) => ({ earlier: e, later: l, completed: false, reason, sources: [] })));
  if (fence === "release") {
    // Where every line of the buffer is maintained after the accesses to it, the operations stand in for them.
    const first = passes[0]?.group.mechanism.ordering;
    if (first?.afterEarlierSameLine && !someUncached) return [];
    return [
      ...pairs(
        ["write"],
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

/** Chooses the barriers of every point; spanning requirements go where a barrier stands anyway. */
function solve(
  context: Context,
  points: readonly Point[],
  spanning: readonly Requirement[],
  fence: "release" | "acquire",
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
  for (const point of points) point.barriers = choose(point.requirements);
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
function attributed(
  points: readonly Point[],
  index: number,
  spanning: readonly Requirement[],
  fence: "release" | "acquire",
  domain: Domain,
): Requirement[] {
  const meets = (point: Point, requirement: Requirement) =>
    point.barriers.some((barrier) => satisfies(barrier, requirement, domain));
  const others = fence === "release" ? points.slice(index + 1) : points.slice(0, index);
  return spanning.filter(
    (requirement) => meets(points[index]!, requirement) && !others.some((point) => meets(point, requirement)),
  );
}

function barrierSteps(
  context: Context,
  point: Point,
  spanning: readonly Requirement[],
  fence: "release" | "acquire",
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

const everyAccess: readonly AccessClass[] = ["read", "write", "device-read", "device-write"];

const returnIfEmpty: FenceStep = {
  kind: "return-if-empty",
  reason:
    "A buffer without bytes has no line, and maintaining one that it merely points at would touch somebody else's.",
  sources: [],
};

/** A region guard, only where an operation would fault or be wrong for reachable memory that is not cached. */
function guard(context: Context, fence: "release" | "acquire", passes: readonly Pass[]): FenceStep[] {
  const { chip, controllers } = context;
  const strict = passes.filter(
    ({ group, step }) => group.mechanism.uncachedAddress === "wrong" && step.kind !== "maintain-whole-cache",
  );
  const reachable = [
    ...new Set(controllers.flatMap((controller) => reachableRegions(chip, controller).map(({ region }) => region))),
  ];
  const isCached = (region: Region, { group }: Pass) => group.needs.some(({ level }) => caches(region, level));
  const covered = reachable.filter((region) => strict.every((pass) => isCached(region, pass)));
  if (covered.length === reachable.length) return [];
  const between = reachable.find(
    (region) => !covered.includes(region) && passes.some((pass) => isCached(region, pass)),
  );
  if (between) {
    throw new Refusal(
      "plan/not-acted-on",
      `\`${between.name}\` is cached, but not by every level whose operations are wrong outside the memory that it caches; each level would need a guard of its own`,
      ["regions", chip.regions.indexOf(between)],
    );
  }
  const unsized = covered.find(({ sizeBytes }) => sizeBytes === undefined);
  if (unsized) {
    throw new Refusal(
      "plan/not-acted-on",
      `operations of ${strict[0]!.group.mechanism.title} are wrong outside the memory that it caches, and the size of \`${unsized.name}\` is not given`,
      ["regions", chip.regions.indexOf(unsized)],
    );
  }
  const points: Point[] = [{ requirements: [], barriers: [] }];
  const spanning = spanningRequirements(context, fence, []);
  solve({ ...context, chip: { ...chip, barrierOverrides: [] } }, points, spanning, fence);
  return [
    {
      kind: "region-guard",
      regions: covered.map(({ name, base, sizeBytes }) => ({ name, base, sizeBytes: sizeBytes! })),
      outside: barrierSteps(context, points[0]!, spanning, fence),
      reason: `${strict[0]!.group.mechanism.title} must not be given an address outside the memory that it caches; other memory needs no maintenance.`,
      sources: strict[0]!.step.sources,
    },
  ];
}

function completionOf(mechanism: Mechanism): CompleteMaintenance | undefined {
  if (!mechanism.completion) return undefined;
  const { sequence, sources } = mechanism.completion;
  return {
    kind: "complete-maintenance",
    mechanism: mechanism.id,
    accesses: sequence,
    extension: mechanism.extension,
    reason: `Makes ${mechanism.title.split(",")[0]} finish the operations that it has accepted.`,
    sources,
  };
}

function refuseWhatCannotBeMaintained(needs: readonly LevelNeed[], core: ResolvedCore): void {
  const problems: Problem[] = [];
  for (const { level, because } of needs) {
    const pointer = ["dma", because.controllerIndex];
    if (!level.mechanism) {
      problems.push({
        code: "plan/no-maintenance",
        message: `\`${because.controller}\` reaches \`${because.region}\` without seeing ${level.name}, which caches it, and no way to maintain ${level.name} is described`,
        pointer,
      });
      continue;
    }
    const { assembly } = core.architecture;
    for (const missing of unspelled(level.mechanism, assembly)) {
      problems.push({
        code: "plan/no-assembly",
        message: `${level.mechanism.title} needs ${missing}, which ${core.architecture.title} does not spell`,
        pointer,
      });
    }
    if (level.smallestLineBytes !== level.largestLineBytes && countsLines(level.mechanism)) {
      problems.push({
        code: "plan/not-acted-on",
        message: `${level.mechanism.title} takes a number of lines, and the size of a line of ${level.name} is not certain`,
        pointer,
      });
    }
    for (const constraint of level.mechanism.constraints) {
      problems.push({ code: "plan/not-acted-on", message: `${level.mechanism.title}: ${constraint}`, pointer });
    }
  }
  if (problems.length > 0) throw new Refusal(problems);
}

/** In a loop over lines there is no instruction yet that would change the line's address for the register. */
function refuseChangedAddresses({ chip, core }: Context, steps: readonly FenceStep[]): void {
  for (const step of steps) {
    for (const item of "accesses" in step ? step.accesses : []) {
      if (item.kind !== "write" || item.value.of !== "address") continue;
      const { subtract, shiftRight, or } = item.value;
      if (subtract === 0n && shiftRight === 0 && or === 0n) continue;
      throw new Refusal(
        "plan/not-acted-on",
        `${item.register.name} takes the address of a line changed, which the emitted loop cannot do yet`,
        ["cores", chip.cores.indexOf(core)],
      );
    }
  }
}

/** Whether a command is given a length in lines, or an address that must be the start of a line. */
function countsLines({ operations, anyByteOfLine }: Mechanism): boolean {
  return (
    !anyByteOfLine ||
    operations.some(({ sequence }) => sequence.some((item) => item.kind === "write" && item.value.of === "size-lines"))
  );
}

/** What a mechanism's sequences need of the architecture's assembly and do not find. */
function unspelled(
  { operations, completion }: Mechanism,
  assembly: ResolvedCore["architecture"]["assembly"],
): string[] {
  const items = [...operations.flatMap(({ sequence }) => sequence), ...(completion?.sequence ?? [])];
  const needs = items.flatMap((item) => {
    if (item.kind === "write" && !assembly.store[item.register.widthBits])
      return [`a ${item.register.widthBits}-bit store`];
    if (item.kind === "poll" && !assembly.load[item.register.widthBits])
      return [`a ${item.register.widthBits}-bit load`];
    if (item.kind === "poll" && (item.until === "clear" ? assembly.pollUntilClear : assembly.pollUntilSet).length === 0)
      return ["a loop that polls"];
    return [];
  });
  const loops = operations.some(({ unit }) => unit === "line") && assembly.lineLoop.length === 0;
  return [...new Set([...needs, ...(loops ? ["a loop over lines"] : [])])];
}

function refuseOperation(group: Group, what: string): Refusal {
  const { because } = group.needs[0]!;
  return new Refusal(
    "plan/no-operation",
    `${group.mechanism.title} has no operation that ${what} (\`${because.controller}\` reaches \`${because.region}\`)`,
    ["dma", because.controllerIndex],
  );
}

function keptReason({ core }: Context, fence: "release" | "acquire"): string {
  const what =
    fence === "release"
      ? "earlier accesses to the buffer before the MMIO access that starts DMA"
      : "the read that showed the end of the transfer before later accesses to the buffer";
  return `No instruction is needed: ${core.architecture.title} keeps ${what} in order by itself, and only the compiler must be held.`;
}

function levelNames(step: Maintenance): string {
  return step.levels.join(" and ");
}

function distinct(citations: readonly Citation[]): Citation[] {
  const seen = new Set<string>();
  return citations.filter((citation) => {
    const key = JSON.stringify(citation);
    return seen.has(key) ? false : seen.add(key);
  });
}
