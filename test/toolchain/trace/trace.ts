// Runs an image in QEMU and reads from its log what each call executed.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Toolchain } from "../../../generator/toolchain/find-tools.ts";
import { type Case, elementBytes, type Image } from "./image.ts";
import { hasController, type Machine } from "./machines.ts";
import { type Meaning, meaningOf, type Registers, registersOf } from "./translate.ts";

/** What QEMU executed for one case. */
export interface ExecutedCase {
  /** The barriers, maintenance and accesses, as RecordingMachine spells them. */
  readonly lines: readonly string[];
  readonly instructions: number;
  /** Stores that a device of QEMU's was seen to receive, at the same address and with the same value. */
  readonly confirmedStores: number;
}

const stuck = "did not end";
const secondsUntilStuck = 20;
/** A run that never ends would fill the disk. */
const largestLogBytes = 150_000_000;

/** One executed instruction of the log: its address, and QEMU's text up to the next one. */
interface LogEntry {
  readonly pc: bigint;
  readonly text: string;
}

/** A read whose answer the next entry shows. */
interface Loaded {
  readonly spell: (value: bigint) => string;
  readonly value: (registersAfter: Registers) => bigint;
}

export interface RunRequest {
  readonly toolchain: Toolchain;
  readonly machine: Machine;
  readonly image: Image;
  readonly cases: readonly Case[];
  /** Where the log is put. */
  readonly folder: string;
  /** The address of a register that was moved. */
  readonly original: (address: bigint) => bigint;
}

/** @returns what was executed, of fewer cases where the last of them did not end */
export async function runImage(request: RunRequest): Promise<ExecutedCase[]> {
  const { toolchain, machine, image, folder } = request;
  const log = join(folder, "qemu.log");
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  const qemu = toolchain[machine.qemu]!;
  const { status, stderr } = await execute(
    qemu,
    [
      ...machine.qemuArguments,
      ...["-display", "none", "-monitor", "none", "-serial", "none", "-parallel", "none", "-net", "none"],
      "-no-reboot",
      ...["-kernel", image.file],
      ...oneInstructionPerBlock(qemu),
      ...["-d", "exec,cpu,nochain", "-D", log],
      ...[
        "-dfilter",
        `${hex(image.called)}+0x1,${hex(image.returned)}+0x1,${hex(image.fences[0])}..${hex(image.fences[1])}`,
      ],
      ...(machine.logsDevices ? ["-trace", "memory_region_ops_write"] : []),
    ],
    log,
  );
  const ended = status === machine.status;
  if (!ended && status !== stuck) throw new Error(`${qemu} ended with ${status}\n${stderr}`);
  const text = readFileSync(log, "latin1");
  rmSync(log);
  // What was killed may have written half of its last entry.
  const { executed, isReturned } = readLog(ended ? text : text.slice(0, text.lastIndexOf("\nTrace ")), request);
  if (ended ? executed.length !== request.cases.length : isReturned) {
    throw new Error(`${executed.length} of ${request.cases.length} cases were executed`);
  }
  return executed;
}

function readLog(text: string, { machine, image, cases, original }: RunRequest) {
  const meanings = new Map<bigint, Meaning>();
  const meaning = (pc: bigint): Meaning => {
    const known = meanings.get(pc);
    if (known) return known;
    const instruction = image.instructions.get(pc);
    const found = instruction === undefined ? undefined : meaningOf(machine.language, instruction);
    if (!found) throw new Error(`executed, and its meaning is not known: ${pc.toString(16)}: ${instruction}`);
    meanings.set(pc, found);
    return found;
  };
  const executed: ExecutedCase[] = [];
  let current: { lines: string[]; instructions: number; confirmedStores: number } | undefined;
  let loaded: Loaded | undefined;
  for (const entry of logEntries(text)) {
    if (loaded && current) {
      current.lines.push(loaded.spell(loaded.value(registersOf(machine.language, entry.text))));
      loaded = undefined;
    }
    if (entry.pc === image.returned) {
      current = undefined;
      continue;
    }
    if (entry.pc === image.called) {
      checkCall(cases[executed.length], machine, entry);
      current = { lines: [], instructions: 0, confirmedStores: 0 };
      executed.push(current);
      continue;
    }
    if (!current) throw new Error("a fence was executed outside of any case");
    current.instructions++;
    const does = meaning(entry.pc);
    const registers = registersOf(machine.language, entry.text);
    const device = /^(?:\d+@[\d.]+:)?memory_region_ops_write .* addr (0x[0-9a-f]+) value (0x[0-9a-f]+) size (\d)/m.exec(
      entry.text,
    );
    if (does.kind === "line") current.lines.push(does.line(registers));
    if (does.kind === "load") {
      const address = original(does.address(registers));
      loaded = { value: does.value, spell: (value) => spellRead(does.widthBits, address, value) };
    }
    if (does.kind === "system-read")
      loaded = { value: does.value, spell: (value) => spellAnswer(does.instruction, value) };
    if (does.kind === "store") {
      current.lines.push(spellWrite(does.widthBits, original(does.address(registers)), does.value(registers)));
    }
    if (!device && does.kind === "store" && hasController(machine, does.address(registers)) && machine.logsDevices) {
      throw new Error(`decoded ${current.lines.at(-1)}, but the device got nothing`);
    }
    if (device) {
      const seen = spellWrite(8 * Number(device[3]), BigInt(device[1]!), BigInt(device[2]!));
      if (seen !== current.lines.at(-1)) throw new Error(`decoded ${current.lines.at(-1)}, but the device got ${seen}`);
      current.confirmedStores++;
    }
  }
  return { executed, isReturned: current === undefined };
}

/** The entries of the log, one by one: it may have a hundred megabytes. */
function* logEntries(text: string): Generator<LogEntry> {
  let start = text.indexOf("Trace ");
  while (start !== -1) {
    const next = text.indexOf("\nTrace ", start);
    const entry = text.slice(start, next === -1 ? undefined : next);
    // Something made QEMU stop just before the instruction: it comes again.
    const stopped = entry.includes("Stopped execution of TB chain before");
    if (!stopped) yield { pc: BigInt(`0x${/\[[0-9a-f]+\/([0-9a-f]+)\//.exec(entry)![1]}`), text: entry };
    start = next === -1 ? -1 : next + 1;
  }
}

/** The harness is about to call what the case says. */
function checkCall(expected: Case | undefined, machine: Machine, { text }: LogEntry): void {
  if (!expected) throw new Error("more cases were executed than there are");
  const registers = registersOf(machine.language, text);
  const [address, count] = machine.arguments.map(registers);
  const { buffer, element } = expected;
  if (address !== buffer.address || count !== BigInt(buffer.lengthBytes / elementBytes[element])) {
    throw new Error(`the harness called for ${count} elements at ${address}, not for ${buffer.lengthBytes} bytes`);
  }
}

function spellWrite(widthBits: number, address: bigint, value: bigint): string {
  return `write${widthBits} 0x${address.toString(16)} = 0x${value.toString(16)}`;
}

/** As RecordingMachine spells it, with what was read. */
export function spellRead(widthBits: number, address: bigint, value: bigint): string {
  return spellAnswer(`read${widthBits} 0x${address.toString(16)}`, value);
}

function spellAnswer(read: string, value: bigint): string {
  return `${read} → 0x${value.toString(16)}`;
}

/** Older QEMU has an option of its own for it. */
function oneInstructionPerBlock(qemu: string): string[] {
  const version = /version (\d+)\.(\d+)/.exec(spawnSync(qemu, ["--version"], { encoding: "utf8" }).stdout);
  const isOld = Number(version?.[1]) < 8 || (Number(version?.[1]) === 8 && Number(version?.[2]) < 1);
  return isOld ? ["-singlestep"] : ["-accel", "tcg,one-insn-per-tb=on"];
}

function execute(
  program: string,
  args: readonly string[],
  log: string,
): Promise<{ status: number | string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const started = performance.now();
    const timer = setInterval(() => {
      const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
      if (performance.now() - started > secondsUntilStuck * 1000 || size > largestLogBytes) child.kill("SIGKILL");
    }, 200);
    child.on("error", reject).on("close", (code, signal) => {
      clearInterval(timer);
      resolve({ status: signal === "SIGKILL" ? stuck : (code ?? `${signal}`), stderr });
    });
  });
}
