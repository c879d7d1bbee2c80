// The whole way for one chip: cases, image, run, comparison.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import type { DmaBuffer } from "../../../generator/index.ts";
import type { SequenceItem } from "../../../generator/model/chip.ts";
import { renderOutputs } from "../../../generator/pipeline.ts";
import type { FencePlan } from "../../../generator/plan/operation.ts";
import { coreOf } from "../../../generator/plan/plan-chip.ts";
import type { OutputFile } from "../../../generator/render/printer.ts";
import { chipPaths, type PlannedChip } from "../../../generator/render/render-outputs.ts";
import { typeScriptPath } from "../../../generator/render/typescript/printer.ts";
import { regionAt, seenBy, unreachedRegions } from "../../../generator/semantics/memory-map.ts";
import { compilerFor, findToolchain, howToGetTools } from "../../../generator/toolchain/find-tools.ts";
import { bundleIn, bundleOf } from "../../support/bundle.ts";
import { root } from "../../support/command.ts";
import { buffersFor, ofWords } from "./buffers.ts";
import { type Comparison, compare, type FenceClasses } from "./compare.ts";
import { buildImage, type Case, type OptLevel } from "./image.ts";
import { type Machine, machineFor, missingTools } from "./machines.ts";
import { moveRegisters, registerAddresses } from "./registers.ts";
import { runImage } from "./trace.ts";

export const toolchain = findToolchain();

/** A target of a chip that QEMU can run. */
export interface TracedTarget {
  readonly target: string;
  readonly machine: Machine;
  /** The fences that are for the core of the target. */
  readonly fences: readonly FencePlan[];
  /** What is not there to run it; empty if all is. */
  readonly missing: readonly string[];
}

/** Every target of a chip that QEMU has a machine for; of those that differ only in how they pass floats, one. */
export function tracedTargets({ chip, fences }: PlannedChip): TracedTarget[] {
  return chip.cores.flatMap((core) => {
    const byAbi = new Map<string, string[]>();
    for (const target of core.rustTargets) {
      const key = target.replace(/hf$/, "");
      byAbi.set(key, [...(byAbi.get(key) ?? []), target]);
    }
    return [...byAbi.values()].flatMap((targets) => {
      const target = targets.find((candidate) => compilerFor(toolchain, candidate)) ?? targets[0]!;
      const ofCore = fences.filter((fence) => coreOf(chip, fence) === core);
      const machine = machineFor(core.architecture.id, target);
      if (!machine || ofCore.length === 0) return [];
      const missing = missingTools(machine, toolchain);
      if (!compilerFor(toolchain, target)) missing.push(`core for ${target}`);
      return [
        {
          target,
          machine,
          missing,
          fences: ofCore,
        },
      ];
    });
  });
}

let isReported = false;

/** Whether to run; with CI=true what is missing is an error. */
export function canRun({ missing }: Pick<TracedTarget, "missing">): boolean {
  if (missing.length === 0) return true;
  if (env["CI"] === "true") throw new Error(`${missing.join(", ")} missing; \`${howToGetTools}\` brings that`);
  if (!isReported) console.warn(`skipped traces: ${missing.join(", ")} missing; \`${howToGetTools}\` brings that`);
  isReported = true;
  return false;
}

/** The emitted files of a chip, ready for use. */
export interface Emitted {
  readonly planned: PlannedChip;
  readonly rust: string;
  readonly classes: FenceClasses;
}

/** As they lie in the output folder. */
export async function emittedFiles(planned: PlannedChip): Promise<Emitted> {
  const { id } = planned.chip;
  return {
    planned,
    rust: bundleIn(join(root, "out"), planned),
    classes: (await import(join(root, "out", typeScriptPath(id)))) as FenceClasses,
  };
}

/** Of a chip that is not shipped. */
export async function renderedFiles(planned: PlannedChip): Promise<Emitted> {
  const files = renderOutputs([planned], { licence: ["One line."] });
  const isShared = ({ path }: OutputFile) => /\/(dma_fence|buffer|cortex_m|riscv)\.rs$/.test(path);
  const own = chipPaths(planned, { licence: [] });
  const rust = bundleOf(
    files.filter(({ path }) => own.includes(path)),
    files.filter(isShared),
  );
  const typeScript = files.find(({ path }) => path === typeScriptPath(planned.chip.id));
  const folder = mkdtempSync(join(tmpdir(), "fencegen-trace-"));
  try {
    const file = join(folder, "fences.ts");
    const library = JSON.stringify(join(root, "generator/runtime/index.ts"));
    writeFileSync(file, typeScript!.content.replace('"fencegen/runtime"', library));
    return { planned, rust, classes: (await import(file)) as FenceClasses };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface TraceResult extends Comparison {
  readonly executions: number;
  readonly instructions: number;
  readonly confirmedStores: number;
}

export async function traceFences(
  { planned, rust, classes }: Emitted,
  { machine, target, fences }: TracedTarget,
  optLevel: OptLevel,
): Promise<TraceResult> {
  const folder = mkdtempSync(join(tmpdir(), "fencegen-trace-"));
  try {
    const rustFile = join(folder, "fences.rs");
    const moved = moveRegisters(rust, machine, registerAddresses(planned.fences));
    writeFileSync(rustFile, moved.rust);
    const cases = fences.flatMap((fence) =>
      casesOf(planned, fence, Math.min(machine.addressBits, registerBits(fence))),
    );
    const image = await buildImage({ toolchain, machine, target, optLevel, rustFile, cases, folder });
    const executed = await runImage({ toolchain, machine, image, cases, folder, original: moved.original });
    const sum = (key: "instructions" | "confirmedStores") => executed.reduce((total, entry) => total + entry[key], 0);
    return {
      ...compare(cases, executed, classes),
      executions: executed.length,
      instructions: sum("instructions"),
      confirmedStores: sum("confirmedStores"),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function accessesOf({ release, acquire }: FencePlan): SequenceItem[] {
  return [...release, ...acquire].flatMap((step) => ("accesses" in step ? step.accesses : []));
}

/** The narrowest register that is given an address: the fence is for buffers whose addresses it holds. */
function registerBits(fence: FencePlan): number {
  const widths = accessesOf(fence).flatMap((item) =>
    item.kind === "write" && item.value.of !== "constant" ? [item.register.widthBits] : [],
  );
  return Math.min(64, ...widths);
}

function casesOf(planned: PlannedChip, fence: FencePlan, addressBits: number): Case[] {
  const chip = seenBy(planned.chip, coreOf(planned.chip, fence));
  // The class refuses buffers that no master reaches; a release build leaves that to its caller.
  const unreached = unreachedRegions(
    chip,
    chip.dma.filter(({ name }) => fence.controllers.includes(name)),
  );
  const isReached = ({ address, lengthBytes }: DmaBuffer) =>
    [address, address + BigInt(Math.max(0, lengthBytes - 1))].every((each) => {
      const region = regionAt(each, chip.regions);
      return region === undefined ? !fence.needsDescribedMemory : !unreached.includes(region);
    });
  const buffers = buffersFor(chip, fence, addressBits).filter(isReached);
  const slices = [
    ...buffers.map((buffer) => ({ buffer, element: "u8" as const })),
    ...ofWords(buffers)
      .slice(0, 40)
      .map((buffer) => ({ buffer, element: "u32" as const })),
  ];
  return slices.flatMap(({ buffer, element }) =>
    (["release", "acquire"] as const).map((method) => ({ fence: fence.name, method, buffer, element })),
  );
}
