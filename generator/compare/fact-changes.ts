// Which facts became others, came or went; the same change in several chips stands once.
import type { ResolvedChip } from "../model/chip.ts";
import { citationText } from "../model/citations.ts";
import { type ChipFact, chipFacts } from "../provenance/chip-facts.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import type { FactChange, FactSide } from "./comparison.ts";

export function factChanges(pairs: readonly { readonly old: PlannedChip; readonly now: PlannedChip }[]): FactChange[] {
  const found = new Map<string, { change: Omit<FactChange, "chips">; chips: string[] }>();
  for (const { old, now } of pairs)
    for (const change of changesOf(old, now)) {
      const key = JSON.stringify(change);
      const known = found.get(key) ?? { change, chips: [] };
      if (!known.chips.includes(now.chip.id)) known.chips.push(now.chip.id);
      found.set(key, known);
    }
  return [...found.values()].map(({ change, chips }) => ({ ...change, chips })).sort((a, b) => weight(a) - weight(b));
}

function changesOf(old: PlannedChip, now: PlannedChip): Omit<FactChange, "chips">[] {
  const [before, after] = [sides(old), sides(now)];
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const isUse = (!was || !is) && isShared(name, is ? now.chip : old.chip);
    return [{ name, isUse, ...(was && { before: was }), ...(is && { after: is }) }];
  });
}

function sides(planned: PlannedChip): ReadonlyMap<string, FactSide> {
  const byName = new Map<string, ChipFact[]>();
  for (const fact of chipFacts(planned)) {
    const name = withoutCore(fact.name, planned.chip);
    byName.set(name, [...(byName.get(name) ?? []), fact]);
  }
  return new Map(
    [...byName].map(([name, facts]) => [
      name,
      {
        value: [...new Set(facts.map(({ value }) => value))].join("; "),
        grade: facts[0]!.grade,
        sources: [...new Set(facts.flatMap(({ sources }) => sources.map(citationText)))],
      },
    ]),
  );
}

/** Chips with one core say what others say of one of theirs. */
function withoutCore(name: string, { cores }: ResolvedChip): string {
  const core = cores.length > 1 ? cores.find((each) => name.startsWith(`${each.name}: `)) : undefined;
  return core ? name.slice(core.name.length + 2) : name;
}

/** Values that are others come first, and last what a fence only uses. */
function weight({ before, after, isUse }: Omit<FactChange, "chips">): number {
  if (isUse) return 3;
  if (!before || !after) return 1;
  return before.value === after.value ? 2 : 0;
}

/** Whether a fact is about an architecture or a mechanism, of which only what fences use is listed. */
function isShared(name: string, { cores }: ResolvedChip): boolean {
  const described = cores.flatMap(({ architecture, caches, masterCaches }) => [
    architecture.title,
    ...[...caches, ...masterCaches].flatMap(({ mechanism }) => mechanism?.id ?? []),
  ]);
  return described.some((each) => name.startsWith(`${each}: `));
}
