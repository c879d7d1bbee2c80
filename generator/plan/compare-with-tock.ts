// How a barrier-only fence differs from Tock's own one for the same architecture: for the generated documentation.
import { type AccessClass, type Architecture, fenceMethods } from "../model/chip.ts";
import { list } from "../notation/prose.ts";
import { type BarrierEffect, barrierFromText } from "../semantics/barrier.ts";
import type { FenceStep } from "./operation.ts";

const words: Readonly<Record<AccessClass, string>> = {
  read: "memory reads",
  write: "memory writes",
  "device-read": "device reads",
  "device-write": "device writes",
  maintenance: "maintenance operations",
};

export function compareWithTock(
  architecture: Architecture,
  release: readonly FenceStep[],
  acquire: readonly FenceStep[],
): string[] {
  const tock = architecture.tockFence;
  if (!tock) return [];
  return fenceMethods.flatMap((fence) => {
    const ours = (fence === "release" ? release : acquire).filter((step) => step.kind === "barrier");
    const theirs = tock[fence] === "" ? undefined : barrierFromText(tock[fence], architecture.barriers);
    const more = pairsOf(ours).filter((pair) => !pairsOf(theirs ? [theirs] : []).includes(pair));
    const less = pairsOf(theirs ? [theirs] : []).filter((pair) => !pairsOf(ours).includes(pair));
    if (more.length === 0 && less.length === 0) return [];
    const emitted = ours.map(({ instruction }) => `\`${instruction}\``).join(" and ") || "no instruction";
    const sentences = [
      `Tock's \`${tock.type}\` executes ${tock[fence] === "" ? "no instruction" : `\`${tock[fence]}\``} in \`${fence}\`; this fence executes ${emitted}.`,
    ];
    if (more.length > 0) sentences.push(`It also orders ${spell(more)}, because ${whyMore[fence]}.`);
    if (less.length > 0) sentences.push(`It leaves out ${spell(less)}: ${whyLess[fence]}.`);
    return [sentences.join(" ")];
  });
}

const whyMore = {
  release: "otherwise an earlier read of the buffer might see what the DMA operation started next writes",
  acquire: "otherwise a later write to the buffer might come before the end of the transfer that was waited for",
} as const;

const whyLess = {
  release: "no load starts DMA but one of a device's register",
  acquire: "no store shows the end of a transfer",
} as const;

function pairsOf(barriers: readonly Pick<BarrierEffect, "earlier" | "later">[]): string[] {
  return barriers.flatMap(({ earlier, later }) => earlier.flatMap((e) => later.map((l) => `${e} ${l}`)));
}

/** `memory reads before device reads and device writes`, grouped by what comes first. */
function spell(pairs: readonly string[]): string {
  const byLater = new Map<string, string[]>();
  const byEarlier = new Map<string, string[]>();
  for (const pair of pairs) {
    const [earlier, later] = pair.split(" ") as [AccessClass, AccessClass];
    byEarlier.set(words[earlier], [...(byEarlier.get(words[earlier]) ?? []), words[later]]);
  }
  for (const [earlier, laters] of byEarlier) byLater.set(list(laters), [...(byLater.get(list(laters)) ?? []), earlier]);
  return [...byLater].map(([laters, earliers]) => `${list(earliers)} before ${laters}`).join(", and ");
}
