// The words in which the records of bug-zoo/ say what is done wrong, and what each means to subject.ts.
import type { RecordedOperation } from "../../generator/runtime/recording-machine.ts";
import { cleanLevel } from "../../generator/semantics/line-state.ts";
import {
  barrier,
  type Change,
  type Edit,
  levelsSwapped,
  type maintenance,
  movedBy,
  nothing,
  operation,
  withBarrier,
  withoutBarrier,
  withoutBarriers,
  withoutMaintenance,
} from "./subject.ts";

/** Words by what they mean. What stands in the place of `…` is given. */
export type Vocabulary<T> = Readonly<Record<string, (given: string) => T>>;

/** What is done to the steps of `release` or `acquire`. */
export const steps: Vocabulary<Edit> = {
  nothing: () => nothing,
  "without maintenance": () => withoutMaintenance(),
  "without maintenance of …": withoutMaintenance,
  "without barriers": () => withoutBarriers,
  "without the first barrier": () => withoutBarrier(0),
  "without the last barrier": () => withoutBarrier(-1),
  "first barrier is …": (instruction) => barrier(0, instruction),
  "last barrier is …": (instruction) => barrier(-1, instruction),
  "with barrier …": withBarrier,
  "operation …": operation,
  "levels swapped": () => levelsSwapped,
  "last step first": () => (steps) => [...steps.slice(-1), ...steps.slice(0, -1)],
};

type Executed = Parameters<typeof maintenance>[0];

/** What the `maintenance` by line or range is done for, in both. */
export const lines: Vocabulary<Executed> = {
  "no line": () => () => [],
  "the first line again and again": () => (executed) => executed.map(() => executed[0]!),
  "all lines but the last": () => (executed) => executed.slice(0, -1),
  "all lines but the last, if the start is not aligned": () => (executed, bytes) =>
    addressOf(executed[0]!) % BigInt(bytes) === 0n ? executed : executed.slice(0, -1),
  "one line more": () => (executed, bytes) => [...executed, movedBy(executed.at(-1)!, BigInt(bytes))],
  "no line if they reach the top": () => (executed, bytes) => (reachesTop(executed, bytes) ? [] : executed),
  "the line at address 0 too if they reach the top": () => (executed, bytes) =>
    reachesTop(executed, bytes) ? [...executed, movedBy(executed[0]!, -addressOf(executed[0]!))] : executed,
};

/** Whether they reach the top of the address space. */
function reachesTop(executed: readonly RecordedOperation[], lineBytes: number): boolean {
  return addressOf(executed.at(-1)!) + BigInt(lineBytes) >= 1n << 32n;
}

function addressOf(executed: RecordedOperation): bigint {
  if (executed.kind === "maintain" && executed.address !== undefined) return executed.address;
  if (executed.kind === "write-register") return executed.value;
  throw new Error("an operation without an address");
}

/** What the fence is `called` with instead of the buffer. */
export const calls: Vocabulary<NonNullable<Change["called"]>> = {
  "with a byte if it is empty": () => (buffer) => ({ ...buffer, lengthBytes: Math.max(1, buffer.lengthBytes) }),
  // Of lines of 32 or of 64 bytes.
  "with its end rounded down": () => (buffer) => {
    const end = (buffer.address + BigInt(buffer.lengthBytes)) & ~63n;
    return { ...buffer, lengthBytes: Math.max(0, Number(end - buffer.address)) };
  },
};

/** Whose the `lines` of an inbound buffer are. */
export const owners: Vocabulary<Change> = { shared: () => ({ sharedLines: true }) };

/** A mistake before any fence: what goes wrong. */
export const reproductions: Vocabulary<() => readonly string[]> = {
  // A cache that was never invalidated holds lines that look dirty, until they are cleaned.
  "junk cleaned": () => () => {
    const [stored, junk] = [7, 99];
    const line = { memory: [stored], levels: [{ dirty: true, cells: [junk] }], front: [] };
    return cleanLevel(line, 0).memory[0] === stored ? [] : ["neighbour"];
  },
};

export const vocabularies: readonly Vocabulary<unknown>[] = [steps, lines, calls, owners, reproductions];
