// Measures every distinct fence and the expert sequences for its mechanism.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { bundleIn } from "../../test/support/bundle.ts";
import { hasController, type Machine, machineFor, missingTools } from "../../test/toolchain/trace/machines.ts";
import { moveRegisters, registerAddresses } from "../../test/toolchain/trace/registers.ts";
import { load } from "../load-folders.ts";
import type { Architecture } from "../model/chip.ts";
import { type FenceMethod, fenceMethods } from "../model/chip.ts";
import { planDescription } from "../pipeline.ts";
import type { FencePlan } from "../plan/operation.ts";
import { maintainedRegions } from "../plan/steps.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { compilerFor, type Toolchain } from "../toolchain/find-tools.ts";
import { type Expert, expertsFor, mechanismsOf } from "./experts.ts";
import { type Compiled, type Figures, inPairs, type OptLevel, type Sequence, Workshop } from "./measure.ts";

const root = join(import.meta.dirname, "../..");

export interface FenceUser {
  readonly chip: string;
  readonly fence: string;
  readonly target: string;
  /** Of the fence; "" where barriers suffice. */
  readonly mechanisms: string;
}

/** A fence, or several that are the same instructions. */
export interface MeasuredFence {
  /** Chips and targets that have it, as the table names them. */
  readonly users: readonly FenceUser[];
  readonly plan: FencePlan;
  readonly figures: Readonly<Record<FenceMethod, Figures>>;
  readonly experts: readonly MeasuredExpert[];
}

export interface MeasuredExpert extends Expert {
  readonly figures: Readonly<Record<FenceMethod, Figures>>;
}

export interface MeasureRequest {
  readonly toolchain: Toolchain;
  readonly optimize: "size" | "speed";
  /** Which fences; left out: all. */
  readonly only?: (plan: FencePlan) => boolean;
  readonly withExperts: boolean;
  /** Left out: z. */
  readonly optLevel?: OptLevel;
}

/** A fence on one target, before anything is known of others. */
interface Candidate {
  readonly chip: string;
  readonly plan: FencePlan;
  readonly architecture: Architecture;
  readonly sequence: Sequence;
}

export async function measureFences(request: MeasureRequest): Promise<MeasuredFence[]> {
  const { toolchain, optimize, only = () => true, withExperts, optLevel } = request;
  const folder = mkdtempSync(join(tmpdir(), "fencegen-bench-"));
  try {
    generate(folder, optimize);
    const workshop = new Workshop(toolchain, folder, join(folder, "out/rust/kernel/src/lib.rs"), optLevel);
    const candidates = plannedChips()
      .map((planned) => ({ ...planned, fences: planned.fences.filter(only) }))
      .flatMap((planned) => candidatesOf(planned, toolchain, folder));
    const distinct = await distinctFences(candidates, workshop);
    const beside = await inPairs(distinct, async ({ users, compiled }) => {
      const { plan, architecture } = users[0]!;
      const experts = await Promise.all(
        (withExperts ? expertsFor(plan, architecture) : []).flatMap((expert) => {
          const sequence = expertSequence(expert, users[0]!, workshop);
          return sequence ? [compileBoth(sequence, workshop).then((compiled) => ({ expert, compiled }))] : [];
        }),
      );
      return { users, compiled, experts };
    });
    const figures = await executeAll(
      beside.flatMap(({ compiled, experts }) => [...compiled, ...experts.flatMap((expert) => expert.compiled)]),
      workshop,
    );
    const both = (compiled: readonly Compiled[]) => {
      const [release, acquire] = compiled.map((each) => figures.get(each)!);
      return { release: release!, acquire: acquire! };
    };
    return beside.map(({ users, compiled, experts }) => ({
      users: users.map(({ chip, plan, sequence }) => ({
        chip,
        fence: plan.name,
        target: sequence.target,
        mechanisms: mechanismsOf(plan),
      })),
      plan: users[0]!.plan,
      figures: both(compiled),
      experts: experts.map(({ expert, compiled }) => ({ ...expert, figures: both(compiled) })),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the command as a project would that has chosen what to optimize for. */
function generate(folder: string, optimize: "size" | "speed"): void {
  writeFileSync(join(folder, ".fencegen.yaml"), `optimize: ${optimize}\n`);
  const args = [join(root, "dist/fencegen.js"), "generate", "--chips", join(root, "chips"), "--out", "out"];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`generate failed: ${stderr}`);
}

function plannedChips(): PlannedChip[] {
  const chips = join(root, "chips");
  const loaded = load({ chipsFolder: chips, shippedFolder: chips, shown: (path) => path });
  return loaded.chips.flatMap((chip) => planDescription(chip, loaded) ?? []);
}

/** Of targets that differ only in how they pass floats, one. */
function candidatesOf(planned: PlannedChip, toolchain: Toolchain, folder: string): Candidate[] {
  const { chip, fences } = planned;
  const file = join(folder, `${chip.id}.rs`);
  writeFileSync(file, bundleIn(join(folder, "out"), planned));
  return chip.cores.flatMap(({ id, name, architecture, rustTargets }) =>
    rustTargets
      .filter((target) => !rustTargets.includes(target.replace(/hf$/, "")) || !target.endsWith("hf"))
      .flatMap((target) =>
        fences
          .filter((plan) => plan.core === id && plan.coreName === name)
          .flatMap((plan): Candidate[] => {
            const known = machineFor(architecture.id, target);
            if (!known) return [];
            const machine = withSameCaches(known, architecture, registerAddresses([plan]));
            const missing = missingTools(machine, toolchain);
            if (!compilerFor(toolchain, target)) missing.push(`core for ${target}`);
            if (missing.length > 0) throw new Error(`missing: ${missing.join(", ")}`);
            const call = (method: FenceMethod) => `unsafe { fences::${plan.name}::new() }.${method}(buf)`;
            const executedFile = onMachine(file, target, machine, fences, folder);
            const sequence = { target, machine, file, executedFile, call, address: bufferAddress(plan) };
            return [{ chip: chip.id, plan, architecture, sequence }];
          }),
      ),
  );
}

/** A Cortex-A9 with a PL310: hand-written code asks the CPU for its line size, and that must be the chip's. */
const cortexA9 = {
  qemuArguments: ["-M", "xilinx-zynq-a9", "-semihosting-config", "enable=on,target=native"],
  code: 0x10_0000,
  data: 0x10_0000,
  controllers: [[0xf8f0_2000n, 0xf8f0_3000n]],
} as const;

/** QEMU's other Cortex-M have no cache, and say that a line has 4 bytes. */
const cortexM55 = {
  qemuArguments: ["-M", "mps3-an547", "-semihosting-config", "enable=on,target=native"],
  code: 0,
  data: 0x3000_0000,
} as const;

function withSameCaches(machine: Machine, { id }: Architecture, registers: readonly bigint[]): Machine {
  const fits = id === "armv7-a" && registers.every((address) => hasController(cortexA9, address));
  return fits ? { ...machine, ...cortexA9 } : machine;
}

/** The file to execute: a cache controller that the machine does not have lies where the harness answers. */
function onMachine(
  file: string,
  target: string,
  machine: Machine,
  fences: readonly FencePlan[],
  folder: string,
): string {
  const text = readFileSync(file, "utf8");
  const { rust } = moveRegisters(text, machine, registerAddresses(fences));
  if (rust === text) return file;
  const moved = join(folder, basename(file).replace(/\.rs$/, `.${fences[0]!.name}.${target}.rs`));
  writeFileSync(moved, rust);
  return moved;
}

/** In a region that the fence maintains, where it asks; where it asks for several, in the first of them. */
function bufferAddress(plan: FencePlan): bigint {
  const onlyIn = [...plan.release, ...plan.acquire].flatMap((step) => ("onlyIn" in step && step.onlyIn) || []);
  return (((maintainedRegions(plan) ?? onlyIn)[0]?.base ?? 0x2000_1000n) + 63n) & ~63n;
}

/** @returns undefined where the crate that it calls cannot be had */
function expertSequence(expert: Expert, { plan, sequence }: Candidate, workshop: Workshop): Sequence | undefined {
  const { file, module, callsCortexM } = expert;
  const { target, machine } = sequence;
  const externs = callsCortexM ? workshop.cortexM(target) : [];
  return (
    externs && {
      ...sequence,
      ...(callsCortexM && { machine: { ...machine, ...cortexM55 } }),
      file,
      executedFile: onMachine(file, target, machine, [plan], workshop.folder),
      externs,
      call: (method) => `fences::${module && `${module}::`}${method}(buf)`,
    }
  );
}

async function compileBoth(sequence: Sequence, workshop: Workshop): Promise<Compiled[]> {
  const compiled: Compiled[] = [];
  for (const method of fenceMethods) compiled.push(await workshop.compile(sequence, method));
  return compiled;
}

/** Those whose machine code is the same are one. */
async function distinctFences(candidates: readonly Candidate[], workshop: Workshop) {
  const compiled = await inPairs(candidates, ({ sequence }) => compileBoth(sequence, workshop));
  const distinct = new Map<string, { readonly users: Candidate[]; readonly compiled: readonly Compiled[] }>();
  candidates.forEach((candidate, index) => {
    const codes = compiled[index]!.map(({ code }) => code);
    const key = [candidate.sequence.machine.language, ...codes].join("\n\n");
    const known = distinct.get(key);
    if (known) known.users.push(candidate);
    else distinct.set(key, { users: [candidate], compiled: compiled[index]! });
  });
  return [...distinct.values()];
}

/** One run for all that share a target and a machine. */
async function executeAll(compiled: readonly Compiled[], workshop: Workshop): Promise<Map<Compiled, Figures>> {
  const groups = new Map<string, Compiled[]>();
  for (const each of compiled) {
    const { target, machine } = each.sequence;
    const key = [target, ...machine.qemuArguments].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const figures = new Map<Compiled, Figures>();
  await inPairs([...groups.values()], async (group) => {
    const executed = await workshop.execute(group);
    group.forEach((each, index) => {
      figures.set(each, executed[index]!);
    });
  });
  return figures;
}
