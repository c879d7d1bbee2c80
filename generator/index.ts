// The library: what generated TypeScript fences are written against, and what driver tests use.

export type { ResolvedChip } from "./model/chip.ts";
export { openChip } from "./open-chip.ts";
export type { DmaBuffer, DmaFence, FenceMachine, RegisterWidthBits } from "./runtime/dma-fence.ts";
export {
  bufferPieces,
  decodedLineBytes,
  edgeAddresses,
  encodedLineBytes,
  type LineRange,
  lineAddresses,
  lineCount,
  lineRange,
  lineStart,
  startsIn,
} from "./runtime/lines.ts";
export {
  type DmaReach,
  type MasterReach,
  type Reach,
  ReachError,
  reachOf,
  refuseUndescribed,
  refuseUnreached,
  requireReach,
} from "./runtime/reach.ts";
export { type RecordedOperation, RecordingMachine, type RegisterValues } from "./runtime/recording-machine.ts";
export { descriptorBytes, type SimulatedDmaEngine, type Transfer } from "./simulator/dma-engine.ts";
export { forSeeds, ScheduleError, type SeedOptions } from "./simulator/for-seeds.ts";
export { type MachineEvent, type MachineOptions, SimulatedMachine } from "./simulator/machine.ts";
export { SimulationError } from "./simulator/simulation-error.ts";
export { type ReplayRequest, replay } from "./verifier/replay.ts";
