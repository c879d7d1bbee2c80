// What driver tests use: machines made from a chip's description, and what judges the machines and the fences of others.
export { type CheckOptions, checkMachine } from "./conformance/check-machine.ts";
export type { CheckedMachine, CheckedMachineOptions } from "./conformance/checked-machine.ts";
export { MachineCheckError, type MachineReport, type MissedMistake } from "./conformance/report.ts";
export { reportHtml } from "./driver-report/report-html.ts";
export type { ResolvedChip } from "./model/chip.ts";
export { openChip } from "./open-chip.ts";
export { type CircularReceive, receiveCircularly } from "./simulator/engines/circular.ts";
export {
  Descriptor,
  type DescriptorQueue,
  followDescriptors,
  gather,
  type Segment,
  scatter,
} from "./simulator/engines/descriptors.ts";
export type { DmaBus, DmaClaim } from "./simulator/engines/dma-bus.ts";
export type { DmaAccess, DmaMove, DmaProcess, DmaRequest } from "./simulator/engines/dma-steps.ts";
export type { DeviceModel, DeviceTransfer, SimulatedDevice } from "./simulator/engines/simulated-device.ts";
export { descriptorBytes, type SimulatedDmaEngine, type Transfer } from "./simulator/engines/simulated-dma-engine.ts";
export {
  type DriverTest,
  type FenceSeedOptions,
  forSeeds,
  type SeedOptions,
} from "./simulator/for-seeds.ts";
export { type CpuAccess, SimulatedMachine } from "./simulator/machine.ts";
export type { MachineOptions } from "./simulator/machine-options.ts";
export type { ClaimOptions } from "./simulator/ownership/claim-options.ts";
export type { HandOver } from "./simulator/ownership/hand-over.ts";
export {
  OwnershipError,
  type OwnershipFinding,
  type OwnershipLevel,
  type OwnershipLevels,
  type OwnershipRule,
} from "./simulator/ownership/rules.ts";
export { ScheduleError } from "./simulator/schedule-error.ts";
export { SimulationError } from "./simulator/simulation-error.ts";
export type { CacheEvent, CpuEvent, DmaEvent, MachineEvent, Phase } from "./simulator/trace/events.ts";
export type { StaleByte } from "./simulator/trace/stale-byte.ts";
export type { DriverMachine } from "./trial/driver-machine.ts";
export { NondeterministicDriverError } from "./trial/nondeterministic-driver-error.ts";
export {
  type DriverCounterexample,
  type DriverTrialOptions,
  type DriverVerdict,
  type TrialFence,
  verifyDriver,
} from "./trial/verify-driver.ts";
export {
  type OwnFence,
  type OwnFenceOptions,
  type OwnFenceVerdict,
  verifyOwnFence as verifyFence,
} from "./verifier/own-fence.ts";
export { countBrokenScenarios, findChanges, findCounterexample, replay, replaySteps } from "./verifier/replay.ts";
export type { FoundCounterexample, NoCounterexample, ReplayRequest } from "./verifier/replay-request.ts";
export type {
  AccessProgress,
  Replay,
  ReplayedAccess,
  ReplayedAction,
  ReplayedCache,
  ReplayedCacheAction,
  ReplayedCopy,
  ReplayedCpuAction,
  ReplayedDmaAction,
  ReplayedLine,
  ReplayedLineFacts,
  ReplayedNeighbourAction,
  ReplayedState,
  ReplayedStep,
  ReplayedValue,
  ValueOwner,
} from "./verifier/replayed.ts";
export { decodeSchedule, encodeSchedule } from "./verifier/schedule-text.ts";
export type { Counterexample, PropertyVerdict, TraceRow } from "./verifier/verdict.ts";
