// The library: what generated TypeScript fences are written against, and what driver tests use.
export type { DmaBuffer, DmaFence, FenceMachine, RegisterWidthBits } from "./runtime/dma-fence.ts";
export {
  edgeAddresses,
  type LineRange,
  lineAddresses,
  lineCount,
  lineRange,
  lineStart,
  startsIn,
} from "./runtime/lines.ts";
export { type RecordedOperation, RecordingMachine } from "./runtime/recording-machine.ts";
