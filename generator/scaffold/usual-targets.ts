// The Rust targets that a core has where nobody names them.
import type { Catalogue, CoreChoice } from "./chip-answers.ts";
import { isBuiltOn } from "./same-core.ts";

/**
 * Those whose code runs on every core of an architecture with instruction sets within each other. Of such a one, chips
 * with other cores say nothing: what is built for a Cortex-M4 does not run on a Cortex-M3.
 */
const baselines: ReadonlyMap<string, readonly string[]> = new Map([
  ["armv6-m", ["thumbv6m-none-eabi"]],
  ["armv7-m", ["thumbv7m-none-eabi"]],
  ["armv8-m", ["thumbv8m.base-none-eabi"]],
]);

/**
 * Those that most chips with this core list, else those of its architecture; none where that does not tell.
 * To be replaced by the core's own list, once descriptions of cores have one.
 */
export function usualTargets(core: Pick<CoreChoice, "id" | "architecture" | "facts">, { chips }: Catalogue) {
  const described = chips.flatMap(({ cores }) => cores);
  const same = described.filter((other) => isBuiltOn(other, { id: core.id, title: core.facts?.title }));
  if (same.length > 0) return mostCommon(same);
  const baseline = baselines.get(core.architecture);
  if (baseline) return baseline;
  const alike = described.filter(({ architecture }) => architecture.id === core.architecture);
  const archs = new Set(alike.flatMap(({ targetArch }) => targetArch));
  // An architecture of two widths, or of two instruction sets, does not say which of them a core has.
  return archs.size === 1 ? mostCommon(alike) : [];
}

function mostCommon(cores: readonly { readonly rustTargets: readonly string[] }[]): readonly string[] {
  let usual: readonly string[] = [];
  let times = 0;
  for (const { rustTargets } of cores) {
    const count = cores.filter((other) => other.rustTargets.join() === rustTargets.join()).length;
    if (count > times) [usual, times] = [rustTargets, count];
  }
  return usual;
}
