// From what each level needs to passes over the buffer: which operation of which mechanism, level by level.
import type { Citation, Mechanism, Operation } from "../resolve/model.ts";
import { type LevelNeed, mayBeDirty } from "./needs.ts";
import type { MaintainLines, Maintenance } from "./operation.ts";

/** Levels that one pass of operations of one mechanism maintains, inner to outer. */
export interface Group {
  readonly mechanism: Mechanism;
  readonly needs: readonly LevelNeed[];
  readonly lineBytes: number;
  readonly mayBeDirty: boolean;
}

/** Neighbouring levels with one mechanism go together where its operations reach the point of coherency. */
export function groupLevels(needs: readonly LevelNeed[]): Group[] {
  const groups: LevelNeed[][] = [];
  for (const need of needs) {
    const last = groups.at(-1);
    const mechanism = need.level.mechanism!;
    const together =
      isSame(last?.[0]?.level.mechanism, mechanism) &&
      mechanism.operations.some(({ effect, reaches }) => effect !== "discard-dirty" && reaches === "coherency");
    if (last && together) last.push(need);
    else groups.push([need]);
  }
  return groups.map((group) => ({
    mechanism: group[0]!.level.mechanism!,
    needs: group,
    lineBytes: Math.min(...group.map(({ level }) => level.smallestLineBytes)),
    mayBeDirty: group.some(({ level }) => mayBeDirty(level)),
  }));
}

/** Two levels may have mechanisms of one kind whose registers are in different places. */
function isSame(mechanism: Mechanism | undefined, other: Mechanism): boolean {
  const spelled = (value: unknown) =>
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
  return mechanism?.id === other.id && spelled(mechanism.operations) === spelled(other.operations);
}

type Effect = "clean" | "invalidate" | "clean-and-invalidate";

/** The operation to use for an effect: by line if there is one, then by range, then for the whole cache where that loses nothing. */
export function findOperation(group: Group, effect: Effect): Operation | undefined {
  const fits = group.mechanism.operations.filter(
    (operation) =>
      operation.effect === effect &&
      (operation.reaches === "coherency" || (operation.reaches === "this-level" && group.needs.length === 1)),
  );
  const losesNothing = effect !== "invalidate" || !group.mayBeDirty;
  return (
    fits.find(({ unit }) => unit === "line") ??
    fits.find(({ unit }) => unit === "range") ??
    fits.find(({ unit }) => unit === "whole-cache" && losesNothing)
  );
}

/** The pass that writes the CPU's data to where DMA looks. */
export function releasePass(group: Group): Maintenance | undefined {
  const operation = findOperation(group, "clean") ?? findOperation(group, "clean-and-invalidate");
  const levels = levelText(group);
  return (
    operation &&
    toStep(
      group,
      operation,
      "all",
      `Writes every dirty line of the buffer from ${levels} to where DMA looks. An invalidate would throw the CPU's own data away, and a line left dirty could be evicted over what DMA writes.`,
    )
  );
}

/**
 * The passes that drop every line of the buffer, in order: one where the mechanism does it without losing a
 * neighbour's bytes, else the edge lines are cleaned first.
 */
export function acquirePasses(group: Group): Maintenance[] | undefined {
  const levels = levelText(group);
  const drops = `Drops every line of the buffer from ${levels}, so that later reads fetch what DMA wrote; a line may have been filled again during the transfer`;
  if (!group.mayBeDirty) {
    const invalidate = findOperation(group, "invalidate") ?? findOperation(group, "clean-and-invalidate");
    return (
      invalidate && [
        toStep(group, invalidate, "all", `${drops}. The cache never holds a dirty line, so nothing is lost.`),
      ]
    );
  }
  const combined = findOperation(group, "clean-and-invalidate");
  if (combined) {
    return [
      toStep(
        group,
        combined,
        "all",
        `${drops}. Cleaning as well keeps a neighbour's bytes in a shared first or last line; after release no other line is dirty.`,
      ),
    ];
  }
  const edges = edgePass(group);
  const invalidate = findOperation(group, "invalidate");
  if (!edges || !invalidate || invalidate.unit === "whole-cache") return undefined;
  return [edges, toStep(group, invalidate, "all", `${drops}.`)];
}

/** The pass that keeps a neighbour's bytes where dropping a line would lose them. */
export function edgePass(group: Group): Maintenance | undefined {
  const clean = findOperation(group, "clean");
  if (clean?.unit !== "line") return undefined;
  return toStep(
    group,
    clean,
    "edges",
    `Writes back from ${levelText(group)} what a neighbour may have stored in a shared first or last line, before lines are dropped without being written back.`,
  );
}

function toStep(group: Group, operation: Operation, lines: MaintainLines["lines"], reason: string): Maintenance {
  const { mechanism } = group;
  const sources: Citation[] = [...operation.sources];
  const common = {
    mechanism: mechanism.id,
    levels: group.needs.map(({ level }) => level.name),
    operation: operation.name,
    effect: operation.effect,
    addressKind: mechanism.addressKind,
    accesses: Array.from({ length: operation.repeat }, () => operation.sequence).flat(),
    extension: mechanism.extension,
    reason,
    sources,
  };
  switch (operation.unit) {
    case "line":
      return {
        kind: "maintain-lines",
        lines,
        lineBytes: group.lineBytes,
        firstAddress: mechanism.anyByteOfLine ? "as-given" : "line-aligned",
        ...common,
      };
    case "range":
      return { kind: "maintain-range", lineBytes: group.lineBytes, ...common };
    case "whole-cache":
      return { kind: "maintain-whole-cache", ...common };
  }
}

function levelText(group: Group): string {
  return group.needs.map(({ level }) => level.name).join(" and ");
}
