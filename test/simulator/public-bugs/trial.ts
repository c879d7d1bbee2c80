// Drivers on trial: a bug that somebody reported in public, as a short driver on a described chip, and the same driver put right.
// The wrong one is found out soon and in one sentence; the right one raises no alarm.
import { expect, it } from "vitest";
import {
  type DmaBuffer,
  type DmaFence,
  type DmaFenceClass,
  forSeeds,
  OwnershipError,
  type ResolvedChip,
  ScheduleError,
  type SimulatedMachine,
  SimulationError,
  type Transfer,
} from "../../../generator/index.ts";
import { planOf } from "../../support/pipeline.ts";

export type Driver = (machine: SimulatedMachine, fence: DmaFence) => void;

export interface Subject {
  readonly chip: ResolvedChip;
  readonly Fence: DmaFenceClass;
  /** Name of the core; left out, the first. */
  readonly core?: string;
}

export const on = (id: string, Fence: DmaFenceClass, core?: string): Subject => ({
  chip: planOf(id).planned!.chip,
  Fence,
  ...(core !== undefined && { core }),
});

export interface PublicBug {
  readonly title: string;
  /** Where it was reported or mended. */
  readonly sources: readonly string[];
  readonly subject: Subject;
  readonly wrong: Driver;
  readonly right: Driver;
  /** What is said of the wrong driver. */
  readonly says: RegExp;
  /** Among how many of the default seeds it is found; 20 where left out. */
  readonly within?: number;
}

/** Puts each bug on trial. */
export function onTrial(bugs: readonly PublicBug[]): void {
  it.each(bugs.map((bug) => [bug.title, bug] as const))(
    "%s",
    (_, { subject, wrong, right, says, sources, within = 20 }) => {
      const { seed, sentence } = verdict(subject, wrong);
      expect(sentence, sources.join(" ")).toMatch(says);
      // One sentence, and perhaps another that says what would have prevented it.
      expect(sentence.split("\n")).toHaveLength(1);
      expect(sentence.length, sentence).toBeLessThan(400);
      expect(seed).toBeLessThanOrEqual(within);
      run(subject, right, 48);
    },
  );
}

function run({ chip, Fence, core }: Subject, driver: Driver, seeds: number): void {
  const alarms: string[] = [];
  forSeeds(chip, driver, {
    fence: Fence,
    seeds,
    ownership: "error",
    onFinding: ({ text }) => alarms.push(text),
    ...(core !== undefined && { core }),
  });
  expect(alarms).toEqual([]);
}

/** With which seed a driver fails, and what is said of it: the rule that it broke, or else why a byte was not the newest. */
function verdict(subject: Subject, driver: Driver): { readonly seed: number; readonly sentence: string } {
  try {
    run(subject, driver, 200);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const { cause, seed, explanations, message } = error;
    const isTold = cause instanceof SimulationError || cause instanceof RangeError;
    const sentence =
      cause instanceof OwnershipError ? cause.message : (explanations[0] ?? (isTold ? cause.message : undefined));
    if (sentence === undefined) throw new Error(`nothing is said of the cause: ${message}`);
    expect(message).toContain(sentence);
    return { seed, sentence };
  }
  throw new Error("no schedule fails");
}

export const counting = (lengthBytes: number, from = 1): Uint8Array =>
  Uint8Array.from({ length: lengthBytes }, (_, index) => from + index);

/** Starts a transfer, and sees its end. */
export function transfer(machine: SimulatedMachine, master: string, what: Transfer): readonly number[] {
  const engine = machine.engine(master);
  engine.start(what);
  while (!engine.isDone()) machine.wait();
  return engine.received;
}

/** Sends a buffer, and compares what the master found. */
export function send(machine: SimulatedMachine, master: string, buffer: DmaBuffer, bytes: Uint8Array): void {
  expect([...transfer(machine, master, { read: buffer })]).toEqual([...bytes]);
}

/** Has a buffer received into. */
export function receive(machine: SimulatedMachine, master: string, buffer: DmaBuffer, data: Uint8Array): void {
  transfer(machine, master, { write: { buffer, data } });
}

/** Compares what the CPU finds in a buffer. */
export function expectBytes(machine: SimulatedMachine, { address, lengthBytes }: DmaBuffer, bytes: Uint8Array): void {
  expect([...machine.load(address, lengthBytes)]).toEqual([...bytes]);
}

/** Stores eight bytes, releases and sends them, as it should be. */
export const sending =
  (master: string, address: bigint): Driver =>
  (machine, fence) => {
    const data = counting(8);
    const tx = machine.named("tx", { address, lengthBytes: data.length });
    machine.store(address, data);
    fence.release(tx);
    send(machine, master, tx, data);
  };
