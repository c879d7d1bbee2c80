// What fences take of a chip's memory that its description need not say in so many words, for people and as JSON.
import type { ResolvedChip } from "../model/chip.ts";

/** One line for each set of caches, and one for what masters perhaps reach; nothing where no word could be misread. */
export function takenText(chip: ResolvedChip): string[] {
  const lines = [...cachingLines(chip), ...reachLines(chip)];
  return lines.length === 0
    ? []
    : [[`${chip.id}, as its description is read`, ...lines.map((line) => `  ${line}`)].join("\n")];
}

export function takenJson({ memories, dma }: ResolvedChip) {
  return {
    memories: memories.map(({ name, cachedBy }) => ({ name, cachedBy })),
    possiblyReached: dma.flatMap(({ name, mayReach, mayRead }) =>
      mayReach.length + mayRead.length === 0 ? [] : [{ master: name, mayReach, mayRead }],
    ),
  };
}

function cachingLines({ cores, memories }: ResolvedChip): string[] {
  if (cores.every(({ caches }) => caches.length === 0)) return [];
  const byAnswer = new Map<string, string[]>();
  for (const { name, cachedBy } of memories) {
    const held =
      cachedBy === "all"
        ? "may be held by every cache of the cores that see it (`cachedBy: all`, also where it is left out)"
        : cachedBy.length === 0
          ? "held by no cache"
          : `may be held by ${cachedBy.join(", ")}`;
    byAnswer.set(held, [...(byAnswer.get(held) ?? []), name]);
  }
  return [...byAnswer].map(([held, names]) => `${held}: ${names.join(", ")}`);
}

function reachLines({ dma }: ResolvedChip): string[] {
  const reached = dma.flatMap(({ name, mayReach, mayRead }) => {
    const memories = [...mayReach, ...mayRead.map((memory) => `${memory} (reading)`)];
    return memories.length === 0 ? [] : [`${name}: ${memories.join(", ")}`];
  });
  if (reached.length === 0) return [];
  return [`possibly reached, no source says whether (\`mayReach\`, \`mayRead\`; no permission): ${reached.join("; ")}`];
}
