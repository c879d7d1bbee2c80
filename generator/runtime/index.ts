// What generated classes and machines for them need, and nothing else: it runs in a browser as well.
export { requireBuffer } from "./buffer.ts";
export { DecodedMachine, UnsupportedError } from "./decoded-machine.ts";
export type { DmaBuffer, DmaFence, FenceMachine, Nothing, RegisterWidthBits } from "./dma-fence.ts";
export type { DmaFenceClass } from "./dma-fence-class.ts";
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
} from "./lines.ts";
export { buffer32, type FenceMachine32, fromMachine32 } from "./machine-32.ts";
export { MasterDmaFence } from "./master-fence.ts";
export {
  type AccessClass,
  type Barrier,
  type Completion,
  type Domain,
  type Extent,
  isOrdered,
  type LineSize,
  lineStarts,
  type Maintenance,
  type MaintenanceEffect,
  type MaintenanceKind,
  type Meaning,
  type NoExtent,
  over,
} from "./meaning.ts";
export { LineError, requireOwnLines } from "./own-lines.ts";
export {
  type DmaReach,
  type MasterReach,
  type Reach,
  ReachError,
  reachOf,
  refuseUndescribed,
  refuseUnreached,
  requireReach,
} from "./reach.ts";
export { type RecordedOperation, RecordingMachine, type RegisterValues } from "./recording-machine.ts";
