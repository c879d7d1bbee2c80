// A DMA engine as a value: what it was told to do, and how far it is.

import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { wordsOf } from "../simulator/memory/words.ts";

/** What an engine is told to do by one start. */
export interface EngineTask {
  readonly id: number;
  /** Where it finds what to do; left out, it is told by its registers. */
  readonly descriptor?: bigint;
  readonly read?: DmaBuffer;
  readonly write?: DmaBuffer;
  /** What it writes. */
  readonly data: readonly number[];
  /** What each byte of memory must be that it reads, as far as that is known when the driver starts it. */
  readonly expected: ReadonlyMap<bigint, number>;
}

/** An access at one moment: of a byte, and of a naturally aligned word where it is about a descriptor. */
export type Move =
  /** Of as many bytes, which are kept from an index on. */
  | { readonly what: "read"; readonly address: bigint; readonly lengthBytes: number; readonly index: number }
  | { readonly what: "write"; readonly address: bigint; readonly bytes: readonly number[] };

export interface EngineState {
  readonly task: EngineTask;
  readonly phase: "fetches" | "transfers" | "gives back" | "ended";
  /** Bit for each move of the phase that is made. */
  readonly made: number;
  /** What it has read in the transfer, 0 where nothing yet; of a descriptor, its bytes. */
  readonly received: readonly number[];
  /** What its descriptor told it. */
  readonly told?: Pick<EngineTask, "read" | "write">;
}

/** How many bytes one transfer moves at most: a bit each. */
export const mostMoves = 24;

const toldBytes = 12;

export function begun(task: EngineTask): EngineState {
  if (task.descriptor === undefined) return transferring(task, task);
  return { task, phase: "fetches", made: 0, received: new Array<number>(toldBytes).fill(0) };
}

function transferring(task: EngineTask, told: Pick<EngineTask, "read" | "write">): EngineState {
  const received = new Array<number>(told.read?.lengthBytes ?? 0).fill(0);
  return { task, phase: "transfers", made: 0, received, ...(task !== told && { told }) };
}

/** The accesses of the phase in which an engine is, made or not. */
export function movesOf({ task, phase, told = task }: EngineState): Move[] {
  const atomicBytes = phase === "transfers" ? 1 : 4;
  const reads = (address: bigint, length: number) =>
    wordsOf(address, length, atomicBytes).map(
      ({ offset, lengthBytes }): Move => ({
        what: "read",
        address: address + BigInt(offset),
        lengthBytes,
        index: offset,
      }),
    );
  const writes = (address: bigint, bytes: readonly number[]) =>
    wordsOf(address, bytes.length, atomicBytes).map(
      ({ offset, lengthBytes }): Move => ({
        what: "write",
        address: address + BigInt(offset),
        bytes: bytes.slice(offset, offset + lengthBytes),
      }),
    );
  switch (phase) {
    case "fetches":
      return reads(task.descriptor!, toldBytes);
    case "transfers":
      return [
        ...(told.read ? reads(told.read.address, told.read.lengthBytes) : []),
        ...(told.write ? writes(told.write.address, task.data) : []),
      ];
    case "gives back":
      return writes(task.descriptor! + BigInt(toldBytes), [1, 0, 0, 0]);
    case "ended":
      return [];
  }
}

/** The engine after one of its moves. @param bytes that it read */
export function moved(state: EngineState, index: number, bytes: readonly number[] = []): EngineState {
  const move = movesOf(state)[index]!;
  const received =
    move.what === "read" ? state.received.map((byte, at) => bytes[at - move.index] ?? byte) : state.received;
  return { ...state, made: state.made | (1 << index), received };
}

/** Whether every access of its phase is made. */
export function isThrough(state: EngineState): boolean {
  return state.made === (1 << movesOf(state).length) - 1;
}

/** What comes after a phase, or why nothing does: a descriptor that is none. */
export function nextPhase(state: EngineState): EngineState | string {
  const { task, phase, received } = state;
  if (phase === "transfers" && task.descriptor !== undefined) return { ...state, phase: "gives back", made: 0 };
  if (phase !== "fetches") return { ...state, phase: "ended", made: 0 };
  const words = new DataView(Uint8Array.from(received).buffer);
  const [address, lengthBytes] = [BigInt(words.getUint32(0, true)), words.getUint32(4, true)];
  const buffer = { address, lengthBytes };
  const isWrite = words.getUint32(8, true) === 1;
  if (lengthBytes > mostMoves || (isWrite && task.data.length > lengthBytes))
    return `the descriptor at 0x${task.descriptor!.toString(16)} has ${lengthBytes} bytes; garbage, most likely`;
  return transferring(task, isWrite ? { write: buffer } : { read: buffer });
}

/** Two states with the same text are the same state. */
export function encodeEngine({ task, phase, made, received, told }: EngineState): string {
  const place = told ? (told.read ?? told.write) : undefined;
  return `${task.id} ${phase} ${made} ${received.join()} ${place ? `${place.address} ${place.lengthBytes} ${told?.read ? "r" : "w"}` : ""}`;
}
