// What the engines may do next: make any access of their transfers, or show the end.
import { seenThrough } from "../semantics/line-state.ts";
import { masterReads, masterWrites } from "../semantics/master-side.ts";
import { sideOf } from "../simulator/engines/master-port.ts";
import { type EngineState, isThrough, type Move, moved, movesOf, nextPhase } from "./engine.ts";
import type { Trial } from "./trial.ts";
import type { TrialState, TrialStep } from "./trial-state.ts";
import { lineIn, withLine } from "./with-line.ts";

export function isAtRest(engine: EngineState | undefined): boolean {
  return engine === undefined || engine.phase === "ended";
}

export function engineSteps(trial: Trial, state: TrialState): TrialStep[] {
  return state.engines.flatMap((engine, number) => {
    if (!engine || isAtRest(engine)) return [];
    if (isThrough(engine)) return goOn(trial, state, number, engine);
    return movesOf(engine).flatMap((move, index) =>
      (engine.made & (1 << index)) === 0 ? makeMove(trial, state, number, engine, move, index) : [],
    );
  });
}

function goOn({ world }: Trial, state: TrialState, number: number, engine: EngineState): TrialStep[] {
  const next = nextPhase(engine);
  const { name: master } = world.masters[number]!;
  const note = (text: string) => ({ events: [{ agent: "DMA", master, kind: "note", text } as const] });
  if (typeof next === "string")
    return [{ action: note("finds no descriptor"), state: { ...withEngine(state, number, engine), broken: next } }];
  const text = next.phase === "ended" ? "shows the end" : "goes on";
  return [{ action: note(text), state: withEngine(state, number, next) }];
}

function makeMove(
  trial: Trial,
  state: TrialState,
  number: number,
  engine: EngineState,
  move: Move,
  index: number,
): TrialStep[] {
  const bytes = move.what === "read" ? move.lengthBytes : move.bytes.length;
  const places = Array.from({ length: bytes }, (_, at) => move.address + BigInt(at));
  if (move.what === "read") {
    const reads = places.map((address) => readByte(trial, state, number, engine, address));
    const broken = state.broken ?? reads.find((read) => read.broken !== undefined)?.broken;
    const action = { events: reads.map(({ event }) => event) };
    const values = reads.map(({ value }) => value);
    return [{ action, state: { ...withEngine(state, number, moved(engine, index, values)), broken } }];
  }
  const { name: master } = trial.world.masters[number]!;
  const events = places.map((address, at) => {
    return { agent: "DMA", master, kind: "dma-write", address, value: move.bytes[at]! } as const;
  });
  const after = withEngine(state, number, moved(engine, index));
  return places
    .reduce(
      (states, address, at) => states.flatMap((each) => writeByte(trial, each, number, address, move.bytes[at]!)),
      [after],
    )
    .map((each) => ({ action: { events }, state: each }));
}

function readByte(trial: Trial, state: TrialState, number: number, engine: EngineState, address: bigint) {
  const { world, known } = trial;
  const controller = world.masters[number]!;
  const { name: master } = controller;
  const { line, offset: cell, view } = world.memory.locate(address);
  const side = sideOf(world, controller, line, view);
  const value = masterReads(seenThrough(known.at(lineIn(trial, state, line)), view), cell, side);
  const wanted = engine.task.expected.get(address);
  const at = `0x${address.toString(16)}`;
  const isWrong = wanted !== undefined && wanted !== value;
  return {
    value,
    event: { agent: "DMA", master, kind: "dma-read", address, value } as const,
    broken: isWrong
      ? `${master} reads ${value} from ${at}, where ${wanted} was written last before its start`
      : undefined,
  };
}

function writeByte(trial: Trial, state: TrialState, number: number, address: bigint, value: number): TrialState[] {
  const { world, known } = trial;
  const controller = world.masters[number]!;
  const { line, offset: cell, view } = world.memory.locate(address);
  const side = sideOf(world, controller, line, view);
  const name = `${controller.name} writes ${value} to ${address}`;
  return known
    .through(line, view, lineIn(trial, state, line), name, (seen) => masterWrites(seen, cell, value, side))
    .map((after) => withLine(trial, state, line, after));
}

export function withEngine(state: TrialState, number: number, engine: EngineState): TrialState {
  const engines = Array.from({ length: Math.max(state.engines.length, number + 1) }, (_, at) => state.engines[at]);
  engines[number] = engine;
  return { ...state, engines };
}
