import { chipDifferences, chipInWords, noFactDiffers } from "../explain/chip-difference.ts";
import {
  differenceOf,
  type FenceDifference,
  haveSameSteps,
  headlineOf,
  pairs,
  reliesAlone,
  type StepDifference,
} from "../explain/difference.ts";
import { toldFence } from "../explain/told-fence.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { type Command, logDiagnostics, outProse, printJson } from "./environment.ts";
import { loadChips, planAll } from "./run-pipeline.ts";

export const compare: Command = {
  name: "compare",
  arguments: "<chip> <other chip>",
  summary: "say why the fences of two chips differ, by their steps and by the facts behind them",
  details: ["Fences are put beside each other by their core; a step that both have stands once."],
  options: ["chips", "json"],
  examples: [
    ["fencegen compare stm32h743 stm32f7", "the fences of two chips"],
    ["fencegen compare zynq7000 zynqmp --json", "for programs"],
  ],
  positionals: [2, 2],
  run([one = "", other = ""], options, environment) {
    const { loaded, selected } = loadChips([one, other], options, environment);
    const planned = planAll(selected, loaded);
    const of = (id: string) => planned.find(({ chip }) => chip.id === id);
    const [first, second] = [of(one), of(other)];
    const diagnostics = loaded.diagnostics.sorted();
    const found = first && second ? comparison(first, second) : undefined;
    if (options.json) printJson({ chips: [one, other], ...found, diagnostics }, environment);
    else {
      logDiagnostics(diagnostics, environment);
      if (found) outProse(comparisonText(one, other, found), environment);
    }
    return found ? 0 : 1;
  },
};

interface Comparison {
  /** Of the descriptions, from the point of view of the first. */
  readonly facts: readonly string[];
  readonly fences: readonly FenceDifference[];
  /** Fences of one chip beside which the other has none. */
  readonly alone: readonly string[];
}

function comparison(first: PlannedChip, second: PlannedChip): Comparison {
  const beside = pairs(first.fences, second.fences);
  return {
    facts: chipDifferences(chipInWords(first.chip), chipInWords(second.chip)),
    fences: beside.flatMap(([a, b]) => (a && b ? [differenceOf(toldFence(a), toldFence(b))] : [])),
    alone: beside.flatMap(([a, b]) => (a && b ? [] : [(a ?? b)!.name])),
  };
}

function comparisonText(one: string, other: string, { facts, fences, alone }: Comparison): string {
  return [
    ...(facts.length === 0 ? [noFactDiffers(one, other)] : []),
    ...(facts.length > 0 ? ["facts", ...facts.map((fact) => `  - ${fact}`)] : []),
    ...fences.flatMap((fence) => [
      "",
      headlineOf(fence),
      ...(haveSameSteps(fence) ? [] : [...stepLines("release", fence.release), ...stepLines("acquire", fence.acquire)]),
      ...fence.promises.map(({ of, text }) => `  - ${reliesAlone(of)}: ${text}`),
    ]),
    ...alone.flatMap((name) => ["", `${name} has no counterpart.`]),
  ].join("\n");
}

function stepLines(clause: string, steps: readonly StepDifference[]): string[] {
  return [
    `  ${clause}`,
    ...steps.map(({ of, does, because }) =>
      of === "both" ? `    - both: ${does}` : `    - only ${of}: ${does}: ${because}`,
    ),
  ];
}
