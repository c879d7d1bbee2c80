// Somebody with a list of facts adds a chip: one YAML file on cores and mechanisms that are there, no other edit, and the
// fence is what an expert would write. fixtures/expert-sequences.yaml was written by hand before any plan was made.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { RecordingMachine } from "../generator/index.ts";
import type { FencePlan } from "../generator/plan/operation.ts";
import { coreOf } from "../generator/plan/plan-chip.ts";
import { operationsOf } from "../generator/program/run.ts";
import { seenBy } from "../generator/semantics/memory-map.ts";
import { verifyFence } from "../generator/verifier/verify-fence.ts";
import { spelledFor } from "./provenance/second-source.ts";
import { root } from "./support/command.ts";
import { planOf, shippedText } from "./support/pipeline.ts";

interface Expected {
  readonly chip: string;
  readonly fence: string;
  readonly lineBytes?: number;
  readonly release: readonly string[];
  readonly acquire: readonly string[];
}

/** Of a chip or one of its fences: where the operations are the expert's and the barriers are others, each for a reason that the plan gives. */
const otherBarriers: Readonly<Record<string, string>> = {
  ls1046a: "reads of the buffer are ordered before the start as well",
  sg2002: "no source says that the barrier in front is not needed",
  "esp32-c5": "a store that starts DMA comes after the operations as well",
  k28f: "a buffer may be in either of two caches, and the fence asks in which",
  imx7d: "as for am335x",
  eic7700x: "the full fence in front orders more than stores before the flush",
  sg2044: "reads of the buffer count, and by the CMO rule for one block the last fence of acquire is not needed",
  bcm2711: "by the rule for one line the last DSB of acquire is not needed, although Linux has it",
  Am62xA53DmaFence: "as for bcm2711",
  am335x: "nobody has read in the manual of Armv7 that a clean comes after the stores to its line by itself",
  Am64xR5DmaFence: "as for am335x",
  Mcxn947Cpu0DmaFence: "nobody has read that the cache is cleared by the time that the register is written",
  Am62xR5DmaFence: "as for am335x",
  tms570lc4357: "as for am335x",
  omap3530: "as for am335x",
};
/** The expert's last barrier of acquire, which no rule asks for. */
const withoutLast = ["Bcm2711DmaFence", "Sg2044DmaFence", "Am62xA53DmaFence"];
const expected = parse(readFileSync(join(root, "test/fixtures/expert-sequences.yaml"), "utf8")) as Expected[];

/** Where no manual was read, the expert took the facts to be as they stand; so does a chip whose every fact was read. */
function asIfRead(text: string): string {
  const read = text.replace(/\bunverified\b/g, "manual-of-expert 1");
  if (read === text) return text;
  const manual = "  manual-of-expert: { document: The expert's manual }";
  return /^sources:\n/m.test(read) ? read.replace(/^sources:\n/m, `$&${manual}\n`) : `${read}sources:\n${manual}\n`;
}

describe.each(expected)("$chip: $fence", ({ chip: id, fence, lineBytes, release, acquire }) => {
  const path = `chips/${id}.yaml`;
  const { planned, diagnostics } = planOf(id, { [path]: asIfRead(shippedText(path)) });
  const plan = planned?.fences.find(({ name }) => name === fence);

  it("plans without errors", () => {
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(plan?.lineBytes).toBe(lineBytes);
  });

  it.each(["release", "acquire"] as const)("%s is the expert's", (direction) => {
    const isShorter = direction === "acquire" && withoutLast.includes(fence);
    const wanted = isShorter ? acquire.slice(0, -1) : { release, acquire }[direction];
    const places = seenBy(planned!.chip, coreOf(planned!.chip, plan!)).regions.map(({ base }) => base + 0x1000n);
    const found = places.map((place) => ({
      executed: executedAt(plan!, direction, place),
      wanted: spelledFor(wanted, place, lineBytes ?? 64),
    }));
    // In memory that a level caches; elsewhere a fence may do less.
    const fitting = found.find(({ executed, wanted }) => executed.join("\n") === wanted.join("\n")) ?? found.at(-1)!;
    if (!(otherBarriers[fence] ?? otherBarriers[id])) expect(fitting.executed).toEqual(fitting.wanted);
    else expect(found.some(({ executed, wanted }) => isAtLeast(executed, wanted))).toBe(true);
  });

  it("is sound, and no step is superfluous", () => {
    const { sound, necessary, reachable } = verifyFence(plan!, planned!.chip, coreOf(planned!.chip, plan!));
    expect({ sound, necessary, reachable }).toEqual({
      sound: true,
      necessary: true,
      reachable: true,
    });
  });
});

function executedAt(plan: FencePlan, direction: "release" | "acquire", address: bigint): string[] {
  const machine = new RecordingMachine();
  machine.record(...operationsOf(plan[direction], { address, lengthBytes: plan.lineBytes ?? 64 }));
  return machine.lines();
}

const isBarrier = (line: string) => /^(dmb|dsb|fence|th\.sync)/.test(line);

/** The same operations, with some barrier wherever the expert has one. */
function isAtLeast(executed: readonly string[], wanted: readonly string[]): boolean {
  const pattern = (lines: readonly string[]) => lines.map((line) => (isBarrier(line) ? "barrier" : line));
  const [own, expert] = [pattern(executed), pattern(wanted)];
  let next = 0;
  for (const line of own) {
    if (line === expert[next]) next++;
    else if (line !== "barrier") return false;
  }
  return next === expert.length;
}
