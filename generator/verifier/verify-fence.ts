// Judges one fence: sound in every scenario, each obligation needed, each step needed, and not vacuously so.
// Reading guide: explore.ts searches, fence-model.ts says what may happen, scenario.ts what is tried, driver-program.ts
// what the driver does in it, mutants.ts what is changed, footprint.ts what needs no search.

import type { ResolvedChip, ResolvedCore, SequenceItem } from "../model/chip.ts";
import { lineSizeQuestion, possibleLineBytes } from "../plan/line-size.ts";
import { demandText, type FencePlan, type ObligationKind } from "../plan/operation.ts";
import { stepTitle } from "../program/plan-text.ts";
import { operationsOf } from "../program/run.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { startsIn } from "../runtime/lines.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { explore } from "./explore.ts";
import { fenceModel } from "./fence-model.ts";
import { fenceProgram } from "./fence-program.ts";
import { buffersAround, footprintProblem, interruptsLeftMasked, strayOperation } from "./footprint.ts";
import { changedStep, changeName, type Mutant, mutantsOf } from "./mutants.ts";
import { type Port, portsOf, type Scenario, scenarioName, scenariosFor } from "./scenario.ts";
import { type Counterexample, counterexample } from "./trace.ts";

export interface FenceVerdict {
  readonly fence: string;
  readonly sound: boolean;
  readonly necessary: boolean;
  /** Some execution completes a transfer, and without the fence some execution goes wrong, or there is nothing to do. */
  readonly reachable: boolean;
  readonly properties: readonly { readonly name: string; readonly scenario: string; readonly holds: boolean }[];
  readonly counterexamples: readonly Counterexample[];
  readonly obligations: readonly ObligationVerdict[];
  readonly steps: readonly StepVerdict[];
  readonly mutants: { readonly total: number; readonly killed: number };
  readonly states: number;
}

export interface ObligationVerdict {
  readonly kind: ObligationKind;
  readonly text: string;
  /** environment: what it promises is where the model begins, so that nothing in the model can show it. */
  readonly verdict: "needed" | "environment" | "not needed";
  readonly counterexample: Counterexample | undefined;
}

export interface StepVerdict {
  readonly fence: "release" | "acquire";
  readonly step: string;
  readonly change: string;
  /** What `replay` calls the change. */
  readonly name: string;
  /** architectural: kept because the manual or an erratum demands it, although the model does not show why. */
  readonly verdict: "property" | "footprint" | "architectural" | "superfluous";
  /** What the change breaks, or who demands the step. */
  readonly because: string;
  readonly counterexample: Counterexample | undefined;
}

type Execute = (
  fence: "release" | "acquire",
  buffer: DmaBuffer,
  /** What the core answers where the fence asks for the size of a line. */
  lineBytes?: number,
) => readonly RecordedOperation[];

/** @param execute what the fence executes; left out, what its plan says */
export function verifyFence(
  plan: FencePlan,
  chip: ResolvedChip,
  core: ResolvedCore,
  execute: Execute = (fence, buffer, lineBytes) => operationsOf(plan[fence], buffer, undefined, lineBytes),
): FenceVerdict {
  const controllers = chip.dma.filter(({ name }) => plan.controllers.includes(name));
  const found = portsOf(chip, core, controllers);
  const ports = found.length > 0 ? found : [portWithoutController(chip)];
  const kinds = plan.obligations.map(({ kind }) => kind);
  const scenarios = scenariosFor(ports, kinds);
  const lineBytes = plan.lineBytes ?? 32;
  const isMaintained = ({ levels, seesFrom }: Port) => levels.length > 0 && seesFrom > 0;
  const edgesOnly = (operation: string) =>
    [...plan.release, ...plan.acquire].some(
      (step) => step.kind === "maintain-lines" && step.lines === "edges" && step.operation === operation,
    );
  let states = 0;

  const judge = (scenario: Scenario, program: Execute) => {
    const model = fenceModel(scenario, core, chip.dmaDomain, fenceProgram(program, scenario, core, lineBytes));
    const result = explore(model);
    states += result.states;
    const { violation } = result;
    const names = scenario.port.levels.map((index) => core.caches[index]!.name);
    return {
      reached: result.reachedGoal,
      broken: violation && counterexample(scenario, model, names, violation),
    };
  };
  const firstBroken = (list: readonly Scenario[], program: Execute): Counterexample | undefined => {
    for (const scenario of list) {
      const { broken } = judge(scenario, program);
      if (broken) return broken;
    }
    return undefined;
  };
  const footprint = (program: Execute) => {
    for (const sizeBytes of possibleLineBytes(plan)) {
      const problem = footprintWith(program, sizeBytes);
      if (problem) return problem;
    }
    return undefined;
  };
  /** With lines of one of the sizes that the core may answer with. */
  const footprintWith = (program: Execute, sizeBytes: number) => {
    const itself = lineSizeQuestion(plan) ? withLines(core, sizeBytes) : core;
    return (["release", "acquire"] as const)
      .flatMap((fence) => {
        const run = (buffer: DmaBuffer) => program(fence, buffer, sizeBytes);
        return ports.map((port) => {
          const buffers = buffersAround(port.region.base, sizeBytes);
          const somewhere = buffers.filter(({ lengthBytes }) => lengthBytes > 0).slice(0, 1);
          const lines = isMaintained(port)
            ? footprintProblem(
                run,
                buffers.filter((buffer) => isWithin(buffer, plan, port)),
                itself,
                sizeBytes,
                edgesOnly,
              )
            : undefined;
          return lines ?? strayOperation(run, somewhere, itself, port.levels) ?? interruptsLeftMasked(run, buffers);
        });
      })
      .find(Boolean);
  };

  const results = scenarios.map((scenario) => ({ scenario, ...judge(scenario, execute) }));
  const soundStates = states;
  const footprintBroken = footprint(execute);
  const properties = [
    // Of a scenario that goes wrong only the property is listed that does: the search ended there.
    ...results.flatMap(({ scenario, broken }) =>
      (broken ? [broken.property] : propertiesOf(scenario)).map((name) => ({
        name,
        scenario: scenarioName(scenario),
        holds: broken === undefined,
      })),
    ),
    {
      name: "footprint",
      scenario: "buffers around line boundaries, empty, and at the top of the address space",
      holds: footprintBroken === undefined,
    },
  ];
  const sound = properties.every(({ holds }) => holds) && results.every(({ broken }) => !broken);
  const obligations = plan.obligations.map(({ kind, text }): ObligationVerdict => {
    const without = withoutObligation(kind);
    if (!without) return { kind, text, verdict: "environment", counterexample: undefined };
    const broken = firstBroken(without.scenarios, without.execute);
    const counterexample = broken && { ...broken, preventedBy: `what the caller promises: ${text}` };
    return { kind, text, verdict: broken ? "needed" : "not needed", counterexample };
  });
  const isCompilerBarrierOnly = [...plan.release, ...plan.acquire].every(({ kind }) => kind === "compiler-barrier");
  const brokenWithout = isCompilerBarrierOnly ? undefined : firstBroken(scenarios, () => []);
  const steps = mutantsOf(plan, core).map(judgeMutant);
  const judged = steps.filter(({ verdict }) => verdict !== "architectural");
  const killed = judged.filter(({ verdict }) => verdict !== "superfluous").length;

  return {
    fence: plan.name,
    sound,
    necessary: killed === judged.length && obligations.every(({ verdict }) => verdict !== "not needed"),
    reachable:
      results.every(({ reached, broken }) => reached || broken !== undefined) &&
      (isCompilerBarrierOnly || brokenWithout !== undefined),
    properties,
    counterexamples: results.flatMap(({ broken }) => broken ?? []),
    obligations,
    steps,
    mutants: { total: judged.length, killed },
    states: soundStates,
  };

  function judgeMutant(mutant: Mutant): StepVerdict {
    const step = plan[mutant.fence][mutant.step]!;
    const common = { fence: mutant.fence, step: stepTitle(step), change: mutant.change, name: changeName(mutant) };
    const outside = footprint(mutant.execute);
    if (outside) return { ...common, verdict: "footprint", because: outside, counterexample: undefined };
    const broken = firstBroken(scenarios, mutant.execute);
    if (broken) {
      const preventedBy = changedStep(plan, mutant);
      return { ...common, verdict: "property", because: broken.property, counterexample: { ...broken, preventedBy } };
    }
    if (step.kind === "barrier" && step.demandedBy)
      return { ...common, verdict: "architectural", because: demandText(step.demandedBy), counterexample: undefined };
    return { ...common, verdict: "superfluous", because: "no scenario goes wrong", counterexample: undefined };
  }

  /** The scenarios and the fence in a world in which an obligation is not kept; undefined where the model begins with it. */
  function withoutObligation(kind: ObligationKind): { scenarios: readonly Scenario[]; execute: Execute } | undefined {
    switch (kind) {
      case "buffer-owns-its-lines":
        return {
          scenarios: scenarios
            .filter(({ direction, line }) => direction !== "outbound" && line !== "inner")
            .map((scenario) => ({ ...scenario, neighbour: "writes" as const })),
          execute,
        };
      case "edge-lines-quiet":
        return {
          scenarios: scenarios
            .filter(({ direction, line }) => direction === "outbound" && line !== "inner")
            .map((scenario) => ({ ...scenario, neighbour: "writes" as const })),
          execute,
        };
      case "coherency":
        return {
          scenarios: scenariosFor(
            portsOf(chip, core, controllers, () => false),
            kinds,
          ),
          execute,
        };
      case "memory-attributes": {
        // A region guard tells regions apart that are cached alike now.
        const regions = chip.regions.map((region) => ({ ...region, cachedBy: "all" as const }));
        const exposed = portsOf({ ...chip, regions }, core, controllers, undefined, ({ name }) => name);
        return { scenarios: scenariosFor(exposed, kinds), execute };
      }
      case "cache-stays-off":
        return {
          scenarios: scenariosFor(
            portsOf(
              chip,
              { ...core, caches: core.caches.map((level) => ({ ...level, enabled: "always" as const })) },
              controllers,
            ),
            kinds,
          ),
          execute,
        };
      case "identity-mapping":
      case "not-reentrant": {
        // A physical address that is another one, or registers that another fence has just written, name another line.
        const misses = new Set(
          [...plan.release, ...plan.acquire].filter(
            (step) => "operation" in step && (kind === "not-reentrant" || step.addressKind === "physical"),
          ),
        );
        return {
          scenarios,
          execute: (fence, buffer) =>
            operationsOf(
              plan[fence].filter((step) => !misses.has(step)),
              buffer,
            ),
        };
      }
      default:
        return undefined;
    }
  }
}

/** A core whose lines have the size that it answers with. */
function withLines(core: ResolvedCore, bytes: number): ResolvedCore {
  const caches = core.caches.map((level) => (level.lineReadFrom ? { ...level, smallestLineBytes: bytes } : level));
  return { ...core, caches };
}

/** Whether the buffer starts within the port's memory; one at the top of the address space does not everywhere. */
function isWithin(buffer: DmaBuffer, plan: FencePlan, { region }: Port): boolean {
  const asks = [...plan.release, ...plan.acquire].some(
    (step) =>
      step.kind === "region-guard" || ("onlyIn" in step && step.onlyIn) || ("accesses" in step && changesAddress(step)),
  );
  return !asks || startsIn(buffer, [[region.base, region.sizeBytes ?? 0n]]);
}

/** Whether some register takes an address from which the address cannot be told any more everywhere. */
function changesAddress({ accesses }: { readonly accesses: readonly SequenceItem[] }): boolean {
  return accesses.some(
    (item) => item.kind === "store" || (item.kind === "write" && item.value.of === "address" && item.value.or !== 0n),
  );
}

/** For a chip without DMA masters: uncached memory, as any that it may get would see it. */
function portWithoutController(chip: ResolvedChip): Port {
  const region = chip.regions.find(({ memoryType }) => memoryType === "write-combining") ??
    chip.regions[0] ?? {
      name: "memory",
      base: 0n,
      sizeBytes: undefined,
      cachedBy: [],
      memoryType: "normal",
      aliasOf: undefined,
      sourcesOf: { place: [], cachedBy: [] },
    };
  return { controllers: ["any master"], region, levels: [], seesFrom: 0, writes: true };
}

function propertiesOf({ direction, neighbour }: Scenario): string[] {
  const outbound = direction === "outbound" || direction === "bidirectional" ? ["outbound"] : [];
  const inbound =
    direction === "outbound" ? ["untouched"] : direction === "inbound short" ? ["inbound", "untouched"] : ["inbound"];
  return [...outbound, ...inbound, "earlier reads", "later writes", ...(neighbour === "none" ? [] : ["neighbour"])];
}
