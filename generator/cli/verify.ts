import { resolve } from "node:path";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf } from "../plan/plan-chip.ts";
import { planKey } from "../plan/plan-key.ts";
import { sameOperations } from "../program/run.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { regionAt, unreachedRegions } from "../semantics/memory-map.ts";
import { modelLimits } from "../verifier/limits.ts";
import { replaySnippet, traceText } from "../verifier/trace.ts";
import { type FenceVerdict, verifyFence } from "../verifier/verify-fence.ts";
import { readVerdicts, writeVerdicts } from "../write/verdicts.ts";
import { loadEmitted, type Recorder } from "./emitted-fences.ts";
import { type Command, logDiagnostics, printJson } from "./environment.ts";
import { loadFor, planAll, selectChips } from "./run-pipeline.ts";
import { counted } from "./table.ts";

interface Result {
  readonly chip: string;
  readonly verdict: FenceVerdict;
  /** Whether the emitted class executes what the plan says; undefined where it has not been generated. */
  readonly emitted: boolean | undefined;
  readonly milliseconds: number;
  /** Fence that was explored in its place, because it is the same one. */
  readonly sameAs: string | undefined;
  /** The chip of the fence that was explored, whose masters and regions the scenarios name. */
  readonly exploredFor: string;
}

export const verify: Command = {
  name: "verify",
  arguments: "[chip…]",
  summary: "prove the fences of all chips, or of those named, against the memory model",
  details: [
    "Explores every execution that the model allows: each fence must be sound, each of its steps and obligations needed,",
    "and a transfer must be possible. Also runs the generated TypeScript classes and compares what they execute.",
    "A fence found unsound is remembered beside the chips, and generate refuses it until it is verified again.",
  ],
  options: ["chips", "out", "trace", "json"],
  examples: [
    ["fencegen verify", "all chips"],
    ["fencegen verify stm32h743 --trace", "also show what goes wrong without each step"],
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  run(ids, options, environment) {
    const loaded = loadFor(options, environment);
    const planned = planAll(selectChips(ids, loaded), loaded);
    const chipsFolder = resolve(environment.workingFolder, options.chips);
    const outFolder = resolve(environment.workingFolder, options.out);
    const explored = new Map<string, { readonly verdict: FenceVerdict; readonly chip: string }>();
    const verdicts = new Map(readVerdicts(chipsFolder));
    const results: Result[] = [];
    for (const chip of planned) {
      const emitted = loadEmitted(chip.chip.id, outFolder, environment);
      for (const plan of chip.fences) results.push(verifyOne(chip, plan, emitted));
    }
    writeVerdicts(chipsFolder, verdicts);
    const fallen = results.filter(
      ({ verdict, emitted }) => !verdict.sound || !verdict.necessary || !verdict.reachable || emitted === false,
    );
    const failed = loaded.diagnostics.hasErrors || fallen.length > 0;
    if (options.json)
      printJson(
        {
          results: results.map(toJson),
          distinct: explored.size,
          limits: modelLimits,
          ...(loaded.diagnostics.hasErrors && { diagnostics: loaded.diagnostics.sorted() }),
        },
        environment,
      );
    else {
      logDiagnostics(loaded.diagnostics.sorted(), environment);
      for (const result of results) environment.out(resultText(result, options.trace));
      const total = [...explored.values()].reduce(
        (sum, { verdict: { mutants } }) => ({ total: sum.total + mutants.total, killed: sum.killed + mutants.killed }),
        { total: 0, killed: 0 },
      );
      environment.out(
        `\n${counted(results.length, "fence")}, ${explored.size} of them distinct; mutants killed ${total.killed}/${total.total}.`,
      );
      environment.out(["The model does not contain:", ...modelLimits.map((limit) => `- ${limit}`)].join("\n"));
    }
    return failed ? 1 : 0;

    function verifyOne(chip: PlannedChip, plan: FencePlan, record: Recorder | undefined): Result {
      const core = coreOf(chip.chip, plan);
      const key = planKey(plan, chip.chip, core);
      const started = performance.now();
      const known = explored.get(key);
      const verdict = known?.verdict ?? verifyFence(plan, chip.chip, core);
      if (!known) explored.set(key, { verdict, chip: chip.chip.id });
      if (verdict.sound) verdicts.delete(key);
      else verdicts.set(key, verdict.counterexamples[0]?.property ?? "footprint");
      const emitted =
        record &&
        sameOperations(plan, basesFor(chip, plan), (fence, buffer, registers) =>
          record(plan.name, fence, buffer, registers),
        );
      return {
        chip: chip.chip.id,
        verdict: { ...verdict, fence: plan.name },
        emitted,
        milliseconds: Math.round(performance.now() - started),
        sameAs: known?.verdict.fence,
        exploredFor: known?.chip ?? chip.chip.id,
      };
    }
  },
};

/** The base of each region that a master reaches, and the top of the address space where it may be memory. */
function basesFor({ chip }: PlannedChip, { controllers }: FencePlan): bigint[] {
  const masters = chip.dma.filter(({ name }) => controllers.includes(name));
  const unreached = unreachedRegions(chip, masters);
  const bases = chip.regions.filter((region) => !unreached.includes(region)).map(({ base }) => base);
  const top = (1n << 32n) - 1024n;
  return [...(bases.length > 0 ? bases : [0x2000_0000n]), ...(regionAt(top, chip.regions) ? [] : [top])];
}

function resultText({ chip, verdict, emitted, sameAs, exploredFor }: Result, withTraces: boolean): string {
  const { fence, sound, necessary, reachable, mutants, states, counterexamples, steps, obligations } = verdict;
  const words = [
    sound ? "sound" : "NOT SOUND",
    necessary ? "necessary" : "NOT NECESSARY",
    reachable ? "reachable" : "NOT REACHABLE",
    emitted === undefined ? "class not generated" : emitted ? "class agrees" : "CLASS DIFFERS",
  ];
  const lines = [
    `${chip} ${fence}: ${words.join(", ")}; mutants killed ${mutants.killed}/${mutants.total}, ${states} states${sameAs ? `, as ${sameAs}` : ""}`,
  ];
  for (const example of counterexamples.slice(0, 1)) {
    lines.push(
      traceText(example, "  "),
      indented(replaySnippet(exploredFor, sameAs ?? fence, undefined, example), "  "),
    );
  }
  for (const step of steps) {
    if (step.verdict === "superfluous") lines.push(`  superfluous: ${step.fence}, ${step.step}: ${step.change}`);
    if (step.verdict === "architectural" && withTraces)
      lines.push(`  architectural: ${step.fence}, ${step.step}: ${step.change}, but ${step.because} demands it`);
    if (withTraces && step.verdict === "footprint")
      lines.push(`  ${step.fence}, ${step.step}: ${step.change}: ${step.because}`);
    if (withTraces && step.counterexample)
      lines.push(
        `  ${step.fence}, ${step.step}: ${step.change}`,
        traceText(step.counterexample, "    "),
        indented(replaySnippet(exploredFor, sameAs ?? fence, step.name, step.counterexample), "    "),
      );
  }
  for (const { verdict: judged, text } of obligations) if (judged === "not needed") lines.push(`  not needed: ${text}`);
  return lines.join("\n");
}

function indented(text: string, margin: string): string {
  return ["Replay it:", ...text.split("\n")].map((line) => margin + line).join("\n");
}

function toJson({ chip, verdict, emitted, milliseconds, sameAs }: Result) {
  return {
    chip,
    ...verdict,
    ...(emitted !== undefined && { emittedClassAgrees: emitted }),
    ...(sameAs && { sameAs }),
    milliseconds,
  };
}
