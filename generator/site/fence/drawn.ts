// The pictures of a fence's page, as it is built and as it is operated.
import { type RailOptions, rail } from "../../picture/rail.ts";
import { ribbons } from "../../picture/ribbons.ts";
import type { Svg } from "../../picture/svg.ts";
import type { Replay } from "../../verifier/replayed.ts";

/** The machine, for wide pages and for narrow ones. */
export interface DrawnRail {
  readonly inRow: Svg;
  readonly upright: Svg;
}

/** @param step how many have been taken */
export function drawRail(replay: Replay, step: number): DrawnRail {
  const drawn = (more: Pick<RailOptions, "idPrefix" | "isUpright">) =>
    rail(replay, step, { theme: "page", title: "The machine after this step", isPart: true, ...more });
  return { inRow: drawn({ idPrefix: "rail" }), upright: drawn({ idPrefix: "upright", isUpright: true }) };
}

/** Of the picture that has the hatches of the signs below it: one that is shown on wide and on narrow pages. */
export const hatchPrefix = "ribbons";

/** @param step how many have been taken */
export function drawRibbons(replay: Replay, step: number, name: string): Svg {
  const options = { theme: "page", idPrefix: hatchPrefix, title: `${name}, over time`, isPart: true } as const;
  return ribbons(replay, { ...options, ...(step > 0 && { current: step }) });
}
