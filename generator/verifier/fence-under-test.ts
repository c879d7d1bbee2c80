// A fence with all that it is judged by: what it executes, the masters' ports, and the scenarios that it must get right.
import type { DmaController, FenceMethod, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { lower } from "../program/lower.ts";
import { runSteps, type StepOperation } from "../program/run.ts";
import type { FenceProgram } from "../program/statement.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { type SeenChip, seenBy } from "../semantics/memory-map.ts";
import { withOthers } from "../semantics/other-cores.ts";
import { mappingsOf } from "../semantics/ports.ts";
import { type Port, portsOf, type Scenario, scenariosFor } from "./scenario.ts";

/** What a fence makes the CPU execute for a buffer. */
export type Execute = (
  method: FenceMethod,
  buffer: DmaBuffer,
  /** What the core answers where the fence asks for the size of a line. */
  lineBytes?: number,
) => readonly StepOperation[];

export interface FenceUnderTest {
  readonly plan: FencePlan;
  readonly program: FenceProgram;
  /** As the core sees it. */
  readonly chip: SeenChip;
  /** With the caches of other cores, where they may keep lines. */
  readonly core: ResolvedCore;
  /** As the chip is described. */
  readonly describedCore: ResolvedCore;
  readonly controllers: readonly DmaController[];
  readonly ports: readonly Port[];
  readonly scenarios: readonly Scenario[];
  /** Of the lines that scenarios follow. */
  readonly lineBytes: number;
  readonly execute: Execute;
}

/** @param execute what the fence executes; left out, what its plan says */
export function fenceUnderTest(
  plan: FencePlan,
  described: ResolvedChip,
  describedCore: ResolvedCore,
  execute?: Execute,
): FenceUnderTest {
  const program = lower(plan);
  const seen = seenBy(described, describedCore);
  // Where it is promised that they keep no line, they are left out.
  const areQuiet = kindsOf(plan).includes("other-cores-off");
  const { chip, core } = areQuiet ? { chip: seen, core: describedCore } : withOthers(seen, describedCore);
  const controllers = chip.dma.filter(({ name }) => plan.controllers.includes(name));
  const found = portsOf(chip, core, controllers);
  const ports = found.length > 0 ? found : [portWithoutController(chip)];
  return {
    plan,
    program,
    chip,
    core,
    describedCore,
    controllers,
    ports,
    scenarios: scenariosFor(ports, kindsOf(plan), core),
    lineBytes: plan.lineBytes ?? 32,
    execute: execute ?? executionOf(program),
  };
}

export function executionOf(program: FenceProgram): Execute {
  return (method, buffer, lineBytes) => runSteps(program[method], buffer, lineBytes);
}

export function kindsOf({ obligations }: FencePlan) {
  return obligations.map(({ kind }) => kind);
}

/** For a chip without DMA masters: uncached memory, as any that it may get would see it. */
function portWithoutController(chip: SeenChip): Port {
  const regions = chip.regions.flatMap(mappingsOf);
  const region = regions.find(({ memoryType }) => memoryType === "write-combining") ??
    regions[0] ?? {
      name: "memory",
      base: 0n,
      sizeBytes: 1n << 32n,
      isMost: true,
      cachedBy: [],
      cachingUnknown: false,
      memoryType: "normal",
      aliasOf: undefined,
      sourcesOf: { place: [], cachedBy: [] },
    };
  return {
    controllers: ["any master"],
    region,
    levels: [],
    seesFrom: 0,
    dirties: [],
    front: [],
    writes: true,
    aliases: [],
  };
}
