// Beside the fences stand the maintenance functions of others: where a fence has fewer barriers before its first operation
// or after its last one than all of them, a manual says that this is enough, and the fence cites it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type FenceMethod, fenceMethods } from "../../generator/model/chip.ts";
import { citationText } from "../../generator/model/citations.ts";
import type { FencePlan, FenceStep } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { usedMechanisms } from "../../generator/plan/steps.ts";
import { barrierFromText } from "../../generator/semantics/barrier.ts";
import { barriersOf } from "../../generator/semantics/instruction.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";

type Place = "before" | "after";

interface Comparison {
  readonly mechanism: string;
  readonly comparables: readonly (Readonly<Record<Place, readonly string[]>> & {
    readonly who: string;
    readonly where: string;
  })[];
  readonly fewer?: readonly {
    readonly method: FenceMethod;
    readonly place: Place;
    readonly manual: string;
    readonly section: string;
    readonly because: string;
  }[];
}

const comparisons = parse(
  readFileSync(join(import.meta.dirname, "comparables/steps.yaml"), "utf8"),
) as readonly Comparison[];

/** Mechanisms whose comparables have not been read. */
const withoutComparables = [
  "ambiq-daxi",
  "andes-cctl-m",
  "esp32-c5-cache",
  "esp32-p4-l1-dcache",
  "esp32-p4-l2-cache",
  "esp32-s3-dcache",
  "neorv32-fence",
  "nrf-cache",
  "nxp-lpcac",
  "nxp-xcache",
  "x86-clflush",
  "xtheadcmo",
  "xtheadcmo-pa",
  "xtheadcmo-pa-single",
];

const shipped = shippedChips.flatMap((id) => {
  const { chip, fences } = planOf(id).planned!;
  return fences.map((fence) => ({ fence, core: coreOf(chip, fence) }));
});

interface Count {
  readonly barriers: number;
  /** The barriers, the operations beside them, and what they cite. */
  readonly cited: readonly string[];
}

type Core = (typeof shipped)[number]["core"];

/** The barriers of a fence that stand directly before the first operation of a mechanism, or after the last one. */
function countAt(
  fence: FencePlan,
  core: Core,
  method: FenceMethod,
  mechanism: string,
  place: Place,
): Count | undefined {
  const steps = fence[method];
  const isOwn = (step: FenceStep) => "operation" in step && step.mechanism === mechanism;
  const at = place === "before" ? steps.findIndex(isOwn) : steps.findLastIndex(isOwn);
  if (at === -1) return undefined;
  const operation = steps[at]!;
  const beside = place === "before" ? steps.slice(0, at).reverse() : steps.slice(at + 1);
  const others = ["mask-interrupts", "restore-interrupts", "complete-maintenance"];
  const end = beside.findIndex(({ kind }) => kind !== "barrier" && !others.includes(kind));
  const barriers = beside.slice(0, end === -1 ? undefined : end).filter(({ kind }) => kind === "barrier");
  const last = "accesses" in operation ? operation.accesses.at(-1) : undefined;
  const endsWithBarrier =
    place === "after" &&
    last?.kind === "instruction" &&
    barrierFromText(last.instruction, barriersOf(core)) !== undefined;
  return {
    barriers: barriers.length + (endsWithBarrier ? 1 : 0),
    cited: [operation, ...barriers].flatMap(({ sources }) =>
      sources.filter(({ verified }) => verified).map(citationText),
    ),
  };
}

it("has a row for each mechanism that a fence uses, or says that nobody has read any", () => {
  const used = new Set(shipped.flatMap(({ fence }) => usedMechanisms(fence)));
  const rows = comparisons.map(({ mechanism }) => mechanism);
  expect(rows.filter((mechanism) => withoutComparables.includes(mechanism))).toEqual([]);
  expect([...used].filter((id) => !rows.includes(id) && !withoutComparables.includes(id))).toEqual([]);
});

describe.each(comparisons)("$mechanism", ({ mechanism, comparables, fewer = [] }) => {
  const used = shipped.filter(({ fence }) => usedMechanisms(fence).includes(mechanism));
  const places = fenceMethods.flatMap((method) => (["before", "after"] as const).map((place) => ({ method, place })));

  it.each(places)(
    "$method, $place: fewer barriers than all of them only where a manual says so",
    ({ method, place }) => {
      const fewest = Math.min(...comparables.map((each) => each[place].length));
      const known = fewer.find((each) => each.method === method && each.place === place);
      const counts = used.flatMap(({ fence, core }) => countAt(fence, core, method, mechanism, place) ?? []);
      const less = counts.filter(({ barriers }) => barriers < fewest);
      // No exception stands here that no fence makes use of.
      expect(less.length > 0).toBe(known !== undefined);
      for (const { cited } of less)
        expect(cited.some((text) => text.includes(known!.manual) && text.includes(known!.section))).toBe(true);
    },
  );
});
