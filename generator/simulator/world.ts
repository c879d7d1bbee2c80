// What the parts of a simulated machine share.
import type { ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import type { SimulatedMemory } from "./memory/simulated-memory.ts";
import type { Ledger } from "./ownership/ledger.ts";
import type { Choices } from "./schedule/choices.ts";
import type { Clock } from "./schedule/clock.ts";
import type { Mood } from "./schedule/mood.ts";
import type { Journal } from "./trace/journal.ts";

export interface World {
  readonly chip: SeenChip;
  /** With the caches of other cores, where operations reach them. */
  readonly core: ResolvedCore;
  /** Whether everything is performed in program order, and caches do nothing by themselves. */
  readonly isInOrder: boolean;
  readonly clock: Clock;
  readonly choices: Choices;
  readonly mood: Mood;
  readonly memory: SimulatedMemory;
  readonly journal: Journal;
  readonly ledger: Ledger;
}
