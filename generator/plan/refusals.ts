// Chips for which no fence can be derived or written, with the reason.

import type { Assembly, CacheLevel, ResolvedCore, SequenceItem } from "../model/chip.ts";
import { changesOf } from "../model/register-value.ts";
import { cachesOf } from "../semantics/instruction.ts";
import { reachableRegions } from "../semantics/ports.ts";
import { levelsWithBuffer } from "../semantics/write-buffers.ts";
import type { Context } from "./fence-context.ts";
import type { FenceRequest } from "./fence-request.ts";
import { accessBitsOf, type Group, haveSameFacts } from "./groups.ts";
import { tooWide } from "./maintenance.ts";
import { type LevelNeed, levelNeeds } from "./needs.ts";
import type { CompleteMaintenance, FenceStep, Maintenance } from "./operation.ts";
import { memoryPointer, type Problem, Refusal } from "./problem.ts";

/**
 * Whatever an unknown fact is taken for may be wrong: a cache that is not described cannot be maintained, and dropping
 * lines of a cache that a master writes into loses what it wrote.
 * @throws {Refusal} where a fact that the fence depends on is said to be unknown
 */
export function refuseWhatNobodyKnows({ chip, core, controllers }: FenceRequest): void {
  const problems = [
    ...chip.regions.flatMap(({ name, cachingUnknown }): Problem[] => {
      const reaching = controllers.filter((controller) =>
        reachableRegions(chip, controller).some(({ region }) => region.name === name),
      );
      if (!cachingUnknown || reaching.length === 0) return [];
      const message = `whether a cache holds \`${name}\` is not known, and \`${reaching[0]!.name}\` reaches it`;
      return [{ code: "plan/caching-unknown", message, pointer: [...memoryPointer(name), "cachedBy"] }];
    }),
    ...controllers.flatMap((controller): Problem[] => {
      const [need] = controller.snoopingUnknown ? levelNeeds(chip, core, [controller]) : [];
      if (!need) return [];
      const message = `whether \`${controller.name}\` sees ${need.level.name} is not known, and it reaches \`${need.because.region}\`, which ${need.level.name} caches`;
      return [{ code: "plan/snooping-unknown", message, pointer: ["masters", controller.name, "snoops"] }];
    }),
  ];
  if (problems.length > 0) throw new Refusal(problems);
}

/**
 * What stands in place of an operation for the sake of an erratum may be wrong on silicon that is free of it.
 * @throws {Refusal} where nobody knows which silicon it is, and maintenance depends on it
 */
export function refuseUnknownRevision({ chip, core }: FenceRequest, groups: readonly Group[]): void {
  if (groups.length === 0) return;
  const maintaining = groups.map(({ mechanism }) => mechanism.id);
  const problems = core.errata.flatMap(
    ({ id, mayBeWrong, mechanism, replaceOperation, replaceRegister }): Problem[] => {
      if (!mayBeWrong || (mechanism !== undefined && !maintaining.includes(mechanism))) return [];
      const [replaced] = Object.entries({ ...replaceOperation, ...replaceRegister });
      const message = `whether erratum ${id} holds is not known: where it does, \`${replaced![0]}\` goes wrong, and where it does not, \`${replaced![1]}\` in its place may`;
      return [{ code: "plan/unknown-revision", message, pointer: ["cores", chip.cores.indexOf(core)] }];
    },
  );
  if (problems.length > 0) throw new Refusal(problems);
}

/** @throws {Refusal} where the core and the masters have no memory in common: there is no buffer of which anything could be promised */
export function refuseWithoutBuffers({ chip, core, controllers }: FenceRequest): void {
  if (controllers.length === 0 || controllers.some((controller) => reachableRegions(chip, controller).length > 0))
    return;
  throw new Refusal("plan/no-shared-memory", `no DMA master reaches memory that ${core.title} sees`, [
    "cores",
    chip.cores.indexOf(core),
  ]);
}

/**
 * A rule compares what descriptions say of a mechanism at each of its levels. Here is what counts of that: a claim that was read for
 * one level in full and for another in part would make two mechanisms of one.
 * @throws {Refusal} where one mechanism has other facts at one level than at another
 */
export function refuseTwoWays({ chip, core }: FenceRequest): void {
  for (const [index, { name, mechanism }] of cachesOf(core).entries()) {
    const other = cachesOf(core)
      .slice(0, index)
      .find(
        (level) =>
          mechanism && level.mechanism?.instance === mechanism.instance && !haveSameFacts(level.mechanism, mechanism),
      );
    if (!other) continue;
    const message = `\`${mechanism!.id}\` maintains ${other.name} and ${name}, and what was read of it is not the same for both`;
    throw new Refusal("rule/mechanism-in-two-ways", message, ["cores", chip.cores.indexOf(core)]);
  }
}

/** @throws {Refusal} where stores may stay in a write buffer, and nothing is described that keeps it off */
export function refuseWriteBuffers({ chip, core, controllers }: FenceRequest): void {
  const level = levelsWithBuffer(core).find(({ mechanism }) => !mechanism?.writeBuffer?.off);
  if (!level || controllers.length === 0) return;
  const message = `stores may stay in the write buffer of ${level.mechanism!.title}, and nothing is described that drains it or keeps it off`;
  throw new Refusal("plan/not-acted-on", message, ["cores", chip.cores.indexOf(core)]);
}

export function refuseWhatCannotBeMaintained(needs: readonly LevelNeed[], core: ResolvedCore): void {
  const problems: Problem[] = [];
  for (const { level, because } of needs) {
    const pointer = ["masters", because.controller];
    if (!level.mechanism) {
      problems.push({
        code: "plan/no-maintenance",
        message:
          level.masters === undefined
            ? `\`${because.controller}\` reaches \`${because.region}\` without seeing ${level.name}, which caches it, and no way to maintain ${level.name} is described${notRead(core, [level])}`
            : `what \`${because.controller}\` reads and writes goes through ${level.name}, and neither a mechanism that maintains it is described nor what the driver does about it`,
        pointer,
      });
      continue;
    }
    const { assembly } = core.architecture;
    if (level.mechanism.interruptsMasked && !assembly.interrupts) {
      problems.push({
        code: "plan/no-assembly",
        message: `${level.mechanism.title} needs interrupts masked, which ${core.architecture.title} does not spell`,
        pointer,
      });
    }
    for (const constraint of level.mechanism.constraints) {
      problems.push({ code: "plan/not-acted-on", message: `${level.mechanism.title}: ${constraint}`, pointer });
    }
  }
  if (problems.length > 0) throw new Refusal(problems);
}

/** @throws {Refusal} where a step must know the size of a line that is not certain */
export function refuseUncertainLines(groups: readonly Group[], steps: readonly FenceStep[]): void {
  for (const step of steps) {
    if (!("operation" in step)) continue;
    const { mechanism, needs, lineBytes, largestLineBytes, mayBeDirty } = groups.find(
      (group) => group.mechanism.id === step.mechanism && group.needs[0]!.level.name === step.levels[0],
    )!;
    const counts = step.accesses.some((item) => item.kind === "write" && item.value.of === "size-lines");
    const aligns = step.kind === "maintain-lines" && step.firstAddress === "line-aligned" && !step.bySizeRead;
    // A range of the largest lines, or of more than one, may drop lines beside the buffer.
    const drops = step.kind === "maintain-range" && step.effect === "invalidate" && mayBeDirty;
    const isAligned = step.kind === "maintain-range" && step.lineBytes > largestLineBytes;
    const isUncertain = lineBytes !== largestLineBytes;
    const what = counts ? "a number of lines" : aligns ? "the start of a line" : "whole lines to drop";
    const why = isUncertain
      ? `the size of a line of ${step.levels.join(" and ")} is not certain`
      : "a range must be aligned to more than a line";
    if (isUncertain ? counts || aligns || drops : isAligned && (counts || drops))
      throw new Refusal("plan/not-acted-on", `${mechanism.title} takes ${what}, and ${why}`, [
        "masters",
        needs[0]!.because.controller,
      ]);
  }
}

/** @throws {Refusal} where a step needs what the architecture's assembly does not spell, or the core does not execute */
export function refuseUnspelled({ core }: Context, groups: readonly Group[], steps: readonly FenceStep[]): void {
  const problems = steps.flatMap((step): Problem[] => {
    if (!("accesses" in step)) return [];
    const group = groups.find(({ mechanism }) => mechanism.id === step.mechanism)!;
    const notSpelled = unspelled(step, core.architecture.assembly).map(
      (what) => `${what}, which ${core.architecture.title} does not spell`,
    );
    const missing = notSpelled.length > 0 ? notSpelled : step.accesses.flatMap((item) => mustBeSplit(item, core) ?? []);
    return missing.map((what) => ({
      code: "plan/no-assembly",
      message: `${group.mechanism.title} needs ${what}`,
      pointer: ["masters", group.needs[0]!.because.controller],
    }));
  });
  const distinct = problems.filter(
    ({ message }, index) => problems.findIndex((other) => other.message === message) === index,
  );
  if (distinct.length > 0) throw new Refusal(distinct);
}

/** An access that the core would have to split, although a mechanism's register takes it whole. */
function mustBeSplit(item: SequenceItem, core: ResolvedCore): string | undefined {
  const most = accessBitsOf(core);
  const bits = tooWide(item, most);
  return bits === undefined
    ? undefined
    : `an access of ${bits} bits at once, and ${core.title} has registers of ${most}`;
}

/** What a step needs of the architecture's assembly and does not find. */
function unspelled(step: Maintenance | CompleteMaintenance, assembly: Assembly): string[] {
  const needs = step.accesses.flatMap((item) => {
    const lineAddress =
      item.kind === "write" && item.value.of === "address" ? item.value : item.kind === "store" ? item.to : undefined;
    const changes = lineAddress
      ? changesOf(lineAddress).flatMap(({ kind }) =>
          assembly.arithmetic[kind] ? [] : [`a way to change an address by \`${kind}\``],
        )
      : [];
    if (changes.length > 0) return changes;
    if (item.kind === "store" && !assembly.store[item.widthBits]) return [`a ${item.widthBits}-bit store`];
    const stores = item.kind === "write" || item.kind === "modify";
    if (stores && !assembly.store[item.register.widthBits]) return [`a ${item.register.widthBits}-bit store`];
    const loads = item.kind === "poll" || item.kind === "read" || item.kind === "modify";
    if (loads && !assembly.load[item.register.widthBits]) return [`a ${item.register.widthBits}-bit load`];
    if (item.kind === "modify") {
      const changes = [
        ...(item.clear.value === 0n ? [] : ["and" as const]),
        ...(item.set.value === 0n ? [] : ["or" as const]),
      ];
      return changes.flatMap((kind) =>
        assembly.arithmetic[kind] ? [] : [`a way to change a register by \`${kind}\``],
      );
    }
    const loops = { clear: assembly.pollUntilClear, set: assembly.pollUntilSet };
    if (item.kind === "poll" && loops[item.until].length === 0) return ["a loop that polls"];
    return [];
  });
  if (step.kind !== "maintain-lines" || step.lines !== "all") return needs;
  const [loop, what] = step.bySizeRead
    ? [assembly.lineLoopBySize, "a loop over lines whose size is in a register"]
    : [assembly.lineLoop, "a loop over lines"];
  return loop.length > 0 ? needs : [...needs, what];
}

export function refuseOperation(core: ResolvedCore, { mechanism, needs }: Group, what: string): Refusal {
  const { because } = needs[0]!;
  const unread = notRead(
    core,
    needs.map(({ level }) => level),
  );
  return new Refusal(
    "plan/no-operation",
    `${mechanism.title} has no operation that ${what} (\`${because.controller}\` reaches \`${because.region}\`)${unread}`,
    ["masters", because.controller],
  );
}

/** What is claimed of some levels and does not count, as nobody has read it: with a source, they may need less. */
function notRead({ unread }: ResolvedCore, levels: readonly CacheLevel[]): string {
  const names = levels.map(({ name }) => name);
  return unread
    .flatMap(({ level, claim }) => (names.includes(level!) ? [`; nobody has read that ${claim}`] : []))
    .join("");
}
