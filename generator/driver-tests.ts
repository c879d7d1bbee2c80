// What driver tests use: machines made from a chip's description, and what judges the machines of others.
export { type CheckOptions, checkMachine } from "./conformance/check-machine.ts";
export type { CheckedMachine, CheckedMachineOptions } from "./conformance/checked-machine.ts";
export { MachineCheckError, type MachineReport, type MissedMistake } from "./conformance/report.ts";
export type { ResolvedChip } from "./model/chip.ts";
export { openChip } from "./open-chip.ts";
export { forSeeds, ScheduleError, type SeedOptions } from "./simulator/for-seeds.ts";
export { SimulatedMachine } from "./simulator/machine.ts";
export type { MachineOptions } from "./simulator/machine-options.ts";
export { descriptorBytes, type SimulatedDmaEngine, type Transfer } from "./simulator/simulated-dma-engine.ts";
export { SimulationError } from "./simulator/simulation-error.ts";
export {
  type OwnFence,
  type OwnFenceOptions,
  type OwnFenceVerdict,
  verifyOwnFence as verifyFence,
} from "./verifier/own-fence.ts";
export { type ReplayRequest, replay } from "./verifier/replay.ts";
export type { PropertyVerdict } from "./verifier/soundness.ts";
export type { Counterexample, TraceRow } from "./verifier/trace.ts";
