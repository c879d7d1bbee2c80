// Which claims count. A fact that leaves a step out of a fence, or makes one weaker, counts only where it was read;
// what nobody has read is taken as absent, and noted for whoever reads the plan.
import type { Citation, UnreadFact } from "../model/chip.ts";
import { isRead } from "../model/citations.ts";

/** Tells claims that were read from others, and remembers the others. */
export interface ReadFacts {
  /** The claim where every source of it was read, else what is taken in its place. */
  counted<Fact>(claimed: Fact, otherwise: Fact, about: Omit<UnreadFact, "sources">, sources: readonly Citation[]): Fact;
  /** What was claimed and not read, each once. */
  readonly unread: readonly UnreadFact[];
}

export function readFacts(): ReadFacts {
  const unread = new Map<string, UnreadFact>();
  return {
    counted(claimed, otherwise, about, sources) {
      if (claimed === otherwise || isRead(sources)) return claimed;
      unread.set(`${about.claim}; ${about.instead}`, { ...about, sources });
      return otherwise;
    },
    get unread() {
      return [...unread.values()];
    },
  };
}
