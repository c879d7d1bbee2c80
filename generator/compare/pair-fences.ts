// Which fences of two sides belong together, and which of them are not the same. What a fence is, the keys say that its survey kept;
// details are asked for only of chips that differ.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf } from "../plan/plan-chip.ts";
import type { KnownChip, KnownFence } from "../project/known-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import type { PlannedChip } from "../render/render-outputs.ts";

/** A fence on one side. */
export interface FenceAt extends KnownFence {
  readonly planned: PlannedChip;
  readonly plan: FencePlan;
  readonly core: ResolvedCore;
}

export interface FencePair {
  readonly chip: string;
  readonly name: string;
  readonly old: FenceAt | undefined;
  readonly now: FenceAt | undefined;
  /** Of the chip as it is now. */
  readonly chipNow: PlannedChip | undefined;
  /** Why there is no fence now, although the chip is described; empty where there is one, or the chip is gone. */
  readonly refusals: readonly string[];
}

export interface ChipPair {
  readonly id: string;
  readonly old: PlannedChip;
  readonly now: PlannedChip;
}

export interface Pairs {
  /** Of fences that are not the same to the last word. */
  readonly fences: readonly FencePair[];
  readonly unchanged: number;
  /** Chips that are described on both sides, and differ. */
  readonly chips: readonly ChipPair[];
  /** Errors that came with the change, and for which no fence is refused. */
  readonly problems: readonly Diagnostic[];
}

export function pairFences(base: ProjectChips, head: ProjectChips, arePrintedAlike: boolean): Pairs {
  const [before, after] = [byId(base), byId(head)];
  const errors = errorsOf(head);
  const ids = [...new Set([...before.keys(), ...after.keys(), ...head.described])].sort();
  const fences: FencePair[] = [];
  const chips: ChipPair[] = [];
  let unchanged = 0;
  for (const id of ids) {
    const [was, is] = [before.get(id), after.get(id)];
    if (was && is && (isSame(was, is) || (!arePrintedAlike && areSameButFiles(was, is)))) {
      unchanged += is.fences.length;
      continue;
    }
    const [old, now] = [was && base.detailsOf(id).planned, is && head.detailsOf(id).planned];
    if (old && now) chips.push({ id, old, now });
    // What was refused before as well is nothing that the change does.
    if (!was && !is && base.described.includes(id)) continue;
    const pairs = pairsOf(id, sideOf(was, old), sideOf(is, now), now, refusalsOf(id, was, is, errors, head));
    unchanged += pairs.filter((pair) => isUnchanged(pair)).length;
    fences.push(...pairs.filter((pair) => !isUnchanged(pair)));
  }
  return { fences, unchanged, chips, problems: otherProblems(base, head, fences) };
}

/** Such as in the settings, or in a core that no chip has. */
function otherProblems(base: ProjectChips, head: ProjectChips, fences: readonly FencePair[]): Diagnostic[] {
  const before = new Set(errorsOf(base).map(problemInWords));
  const refused = fences.filter(({ refusals }) => refusals.length > 0);
  const said = new Set(refused.flatMap(({ refusals }) => refusals));
  const ids = new Set(refused.map(({ chip }) => chip));
  return errorsOf(head).filter((each) => {
    const words = problemInWords(each);
    return !before.has(words) && !said.has(words) && !ids.has(stemOf(each.path));
  });
}

function errorsOf({ diagnostics }: ProjectChips): Diagnostic[] {
  return diagnostics.sorted().filter(({ severity }) => severity === "error");
}

export function problemInWords({ path, range, code, message, mend }: Diagnostic): string {
  const at = range ? `:${range.start.line}:${range.start.column}` : "";
  return `${path}${at} ${code}: ${message}. To mend it: ${mend}`;
}

function byId({ chips }: ProjectChips): ReadonlyMap<string, KnownChip> {
  return new Map(chips.map((chip) => [chip.id, chip]));
}

function isSame(was: KnownChip, is: KnownChip): boolean {
  return JSON.stringify(was) === JSON.stringify(is);
}

/** Where the project's settings differ, all files do. */
function areSameButFiles(was: KnownChip, is: KnownChip): boolean {
  return isSame({ ...was, files: [] }, { ...is, files: [] });
}

function sideOf(known: KnownChip | undefined, planned: PlannedChip | undefined): FenceAt[] {
  if (!known || !planned) return [];
  return planned.fences.map((plan, index) => ({
    ...known.fences[index]!,
    planned,
    plan,
    core: coreOf(planned.chip, plan),
  }));
}

function isUnchanged({ old, now }: FencePair): boolean {
  return old !== undefined && now !== undefined && old.name === now.name && old.contentKey === now.contentKey;
}

function pairsOf(
  chip: string,
  olds: readonly FenceAt[],
  nows: readonly FenceAt[],
  chipNow: PlannedChip | undefined,
  refusals: readonly string[],
): FencePair[] {
  const open = olds.filter(({ name }) => !nows.some((each) => each.name === name));
  const paired = nows.map((now): FencePair => {
    const same = olds.find(({ name }) => name === now.name);
    const renamed = same ? undefined : open.find(({ planKey }) => planKey === now.planKey);
    if (renamed) open.splice(open.indexOf(renamed), 1);
    return { chip, name: now.name, old: same ?? renamed, now, chipNow, refusals: [] };
  });
  const gone = open.map((old): FencePair => ({ chip, name: old.name, old, now: undefined, chipNow, refusals }));
  const isNothing = olds.length === 0 && nows.length === 0 && refusals.length > 0;
  const nothing: FencePair = { chip, name: "", old: undefined, now: undefined, chipNow, refusals };
  return [...paired, ...gone, ...(isNothing ? [nothing] : [])];
}

function refusalsOf(
  id: string,
  was: KnownChip | undefined,
  is: KnownChip | undefined,
  errors: readonly Diagnostic[],
  head: ProjectChips,
): string[] {
  if (is) {
    const known = was?.row.refused.map(({ core }) => core) ?? [];
    return is.row.refused
      .filter(({ core }) => !known.includes(core))
      .map(({ core, code, because }) => `${core} is refused (${code}): ${because}`);
  }
  const own = errors.filter(({ path }) => stemOf(path) === id);
  if (!head.described.includes(id) && own.length === 0) return [];
  return (own.length > 0 ? own : errors).map(problemInWords);
}

/** The id that a description has by its file's name. */
export function stemOf(path: string): string {
  return path
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.ya?ml$/, "");
}
