// Compares what QEMU executed with what the emitted TypeScript class records for the same buffer.
import {
  type DmaFence,
  type FenceMachine,
  type RecordedOperation,
  RecordingMachine,
  type RegisterValues,
  type RegisterWidthBits,
} from "../../../generator/index.ts";
import type { Case } from "./image.ts";
import { type ExecutedCase, spellRead } from "./trace.ts";

export type FenceClasses = Readonly<Record<string, new (machine: FenceMachine) => DmaFence>>;

export interface Comparison {
  readonly equal: number;
  readonly different: readonly Difference[];
}

export interface Difference {
  readonly case: Case;
  readonly recorded: readonly string[];
  readonly executed: readonly string[];
}

export function compare(cases: readonly Case[], executed: readonly ExecutedCase[], classes: FenceClasses): Comparison {
  const different = executed.flatMap(({ lines }, index): Difference[] => {
    const entry = cases[index]!;
    const recorded = recordedLines(entry, classes, lines);
    return recorded.join("\n") === lines.join("\n") ? [] : [{ case: entry, recorded, executed: lines }];
  });
  return { equal: executed.length - different.length, different };
}

/**
 * What the class issues, as far as a CPU executes it. How often a poll reads depends on what it was answered: it reads
 * on while the answer does not end it, and not once more.
 */
function recordedLines({ fence, method, buffer }: Case, classes: FenceClasses, executed: readonly string[]): string[] {
  const recording = new AnsweredMachine(executed);
  const FenceClass = classes[fence];
  if (!FenceClass) throw new Error(`no class ${fence}`);
  new FenceClass(recording)[method](buffer);
  return linesOf(recording, executed);
}

/** Answers each read of a register as it was answered on the machine that executed the lines. */
class AnsweredMachine extends RecordingMachine {
  readonly #executed: readonly string[];

  constructor(executed: readonly string[]) {
    super(answersIn(executed));
    this.#executed = executed;
  }

  override readRegister(address: bigint, widthBits: RegisterWidthBits): bigint {
    const line = this.#executed[linesOf(this, this.#executed).length];
    const usual = super.readRegister(address, widthBits);
    const answer = /^read\d+ (0x[0-9a-f]+) → (0x[0-9a-f]+)$/.exec(line ?? "");
    return answer && BigInt(answer[1]!) === address ? BigInt(answer[2]!) : usual;
  }
}

/** As the disassembler spells it: FENCE without operands is the one of all accesses (RISC-V, Unprivileged, Assembly Pseudoinstructions). */
function inFull(line: string): string {
  return line === "fence" ? "fence iorw, iorw" : line;
}

function linesOf(recording: RecordingMachine, executed: readonly string[]): string[] {
  const spelled = recording.lines();
  const lines: string[] = [];
  recording.operations.forEach((operation, index) => {
    if (operation.kind === "read-register") lines.push(answered(operation, executed[lines.length]));
    else if (operation.kind === "read-system-register") {
      const line = executed[lines.length];
      lines.push(line?.startsWith(`${operation.instruction} → `) ? line : `${operation.instruction} → …`);
    } else if (operation.kind === "poll-register") lines.push(...pollLines(operation, executed.slice(lines.length)));
    else if (operation.kind !== "compiler-barrier") lines.push(inFull(spelled[index]!));
  });
  return lines;
}

/** What registers answered, so that the class is answered the same where it asks. */
function answersIn(executed: readonly string[]): RegisterValues {
  return new Map(
    executed.flatMap((line) => {
      const [, address, instruction, answer] =
        /^(?:read\d+ (0x[0-9a-f]+)|(.*\{value\}.*)) → (0x[0-9a-f]+)$/.exec(line) ?? [];
      return answer === undefined
        ? []
        : [[address === undefined ? instruction! : BigInt(address), BigInt(answer)] as const];
    }),
  );
}

type Read = { readonly address: bigint; readonly widthBits: number };
type Poll = Extract<RecordedOperation, { kind: "poll-register" }>;

/** The read with the answer that was given to it, if that was a read of the same register. */
function answered({ address, widthBits }: Read, executed: string | undefined): string {
  const start = spellRead(widthBits, address, 0n).replace(/0x0$/, "");
  return executed?.startsWith(start) ? executed : `${start}…`;
}

function pollLines(poll: Poll, executed: readonly string[]): string[] {
  const lines: string[] = [];
  for (;;) {
    const line = answered(poll, executed[lines.length]);
    lines.push(line);
    const answer = /→ (0x[0-9a-f]+)$/.exec(line)?.[1];
    if (answer === undefined) return lines;
    const isClear = (BigInt(answer) & poll.mask) === 0n;
    if (isClear === (poll.until === "clear")) return lines;
  }
}

/** The two traces beside each other, with a mark at every line that differs. */
export function sideBySide({ case: { fence, method, buffer, element }, recorded, executed }: Difference): string {
  const width = Math.max(...recorded.map(({ length }) => length), 24);
  const rows = Array.from({ length: Math.max(recorded.length, executed.length) }, (_, index) => {
    const [left, right] = [recorded[index] ?? "", executed[index] ?? ""];
    return `${left === right ? " " : "≠"} ${left.padEnd(width)} | ${right}`;
  });
  const shown = rows.length > 60 ? [...rows.slice(0, 60), `  … ${rows.length - 60} more`] : rows;
  return [
    `${fence}.${method} of ${buffer.lengthBytes} bytes (${element}) at 0x${buffer.address.toString(16)}:`,
    `  ${"TypeScript class records".padEnd(width)} | QEMU executes`,
    ...shown,
  ].join("\n");
}
