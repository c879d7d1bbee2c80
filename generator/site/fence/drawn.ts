// The pictures of a fence's page, as it is built and as it is operated.
import { rail } from "../../picture/rail.ts";
import { ribbons } from "../../picture/ribbons.ts";
import type { Replay } from "../../verifier/replayed.ts";

/** @param step how many have been taken */
export function drawRail(replay: Replay, step: number): string {
  return rail(replay, step, { theme: "page", idPrefix: "rail", title: "The machine after this step", isPart: true });
}

/** @param step how many have been taken */
export function drawRibbons(replay: Replay, step: number, name: string): string {
  const options = { theme: "page", idPrefix: "ribbons", title: `${name}, over time`, isPart: true } as const;
  return ribbons(replay, { ...options, ...(step > 0 && { current: step }) });
}
