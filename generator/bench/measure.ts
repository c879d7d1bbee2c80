// Compiles sequences for their real target, each direction alone in a crate, so that the compiler cannot share code
// between them, and executes them in QEMU: bytes from the symbols of the object, instructions from QEMU's log.

import { execFile, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Machine } from "../../test/toolchain/trace/machines.ts";
import type { FenceMethod } from "../model/chip.ts";
import { compilerFor, type Toolchain } from "../toolchain/find-tools.ts";
import { buildCortexM } from "./crates.ts";

const run = promisify(execFile);
const harnessFolder = join(import.meta.dirname, "../../test/toolchain/trace/harness");

/** Bytes of the buffers. */
export const lengths = [0, 1, 31, 32, 33, 64, 256, 4096] as const;

/** Tock builds its boards with z, and Cargo releases with 3. */
export type OptLevel = "z" | "3";

/** Of a controller whose address hand-written code finds in memory: where no machine has anything. */
const controllerBase = "0xB000_0000";

/** Every poll of a register that nothing answers reads it as often, and adding a sequence changes no other. */
const pollsEnd = ".set ANSWER_FACTOR, -1\n.set ANSWER_STEP, -1";

/** Something that has a release and an acquire, in Rust. */
export interface Sequence {
  readonly target: string;
  readonly machine: Machine;
  /** A Rust file, and what calls its method for `buf`. */
  readonly file: string;
  /** The same for QEMU's machine, if registers have to lie elsewhere there. */
  readonly executedFile: string;
  readonly call: (method: FenceMethod) => string;
  /** What rustc must be told of other crates. */
  readonly externs?: readonly string[];
  /** Where the buffers lie, aligned to 64. */
  readonly address: bigint;
}

/** One method of a sequence. */
export interface Compiled {
  readonly sequence: Sequence;
  readonly symbol: string;
  readonly object: string;
  readonly bytes: number;
  /** The machine code, as the disassembler prints it, without names. */
  readonly code: string;
}

export interface Figures {
  readonly bytes: number;
  /** Executed instructions for each of the lengths, from entry to return. */
  readonly executed: readonly number[];
}

export class Workshop {
  readonly #toolchain: Toolchain;
  readonly folder: string;
  readonly #kernelFile: string;
  readonly #kernels = new Map<string, Promise<string>>();
  readonly #cortexM = new Map<string, readonly string[] | undefined>();
  #compiled = 0;

  readonly #optLevel: OptLevel;

  /** @param kernelFile the stand-in for Tock's kernel crate */
  constructor(toolchain: Toolchain, folder: string, kernelFile: string, optLevel: OptLevel = "z") {
    this.#toolchain = toolchain;
    this.#optLevel = optLevel;
    this.folder = folder;
    this.#kernelFile = kernelFile;
  }

  /** What rustc must be told of the `cortex-m` crate; undefined where that cannot be had. */
  cortexM(target: string): readonly string[] | undefined {
    if (!this.#cortexM.has(target))
      this.#cortexM.set(target, buildCortexM(this.#toolchain, target, this.folder, this.#optLevel));
    return this.#cortexM.get(target);
  }

  async compile(sequence: Sequence, method: FenceMethod): Promise<Compiled> {
    const symbol = `measured_${this.#compiled++}`;
    const source = (file: string) => `#![no_std]
#[allow(dead_code, unused)]
#[path = ${JSON.stringify(file)}]
mod fences;
#[allow(unused_imports)]
use kernel::platform::dma_fence::DmaFence;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ${symbol}(start: *mut u8, length: usize) {
    let buf = core::ptr::slice_from_raw_parts_mut(start, length);
    ${sequence.call(method)}
}
`;
    const object = await this.#object(sequence, symbol, source(sequence.file));
    const extensions = sequence.target.startsWith("riscv") ? ["--mattr=+zicbom,+xtheadcmo,+xtheadsync"] : [];
    const { stdout } = await run(this.#toolchain.llvmObjdump!, ["-d", "-r", "-t", ...extensions, object]);
    const { file, executedFile } = sequence;
    return {
      sequence,
      symbol,
      object: file === executedFile ? object : await this.#object(sequence, `${symbol}_moved`, source(executedFile)),
      bytes: bytesOfFunctions(stdout),
      code: [...stdout.matchAll(/^\s*[0-9a-f]+:\s+(.*)$/gm)]
        .map(([, text]) => text!.replaceAll(/<.*?>|measured_\d+|@.*/g, "").replaceAll(/\s+/g, " "))
        .join("\n"),
    };
  }

  /** Executes fenceMethods of sequences of one target, each for every length. */
  async execute(compiled: readonly Compiled[]): Promise<Figures[]> {
    const { sequence } = compiled[0]!;
    const { machine } = sequence;
    const toolchain = this.#toolchain;
    const name = `harness_${this.#compiled++}`;
    const harness = await this.#object(sequence, name, harnessSource(machine, compiled));
    const image = join(this.folder, `${name}.elf`);
    await run(toolchain[machine.linker]!, [
      ...machine.linkerArguments,
      `--defsym=CODE=${machine.code}`,
      `--defsym=DATA=${machine.data}`,
      "-T",
      join(harnessFolder, "image.ld"),
      "-o",
      image,
      harness,
      ...compiled.map(({ object }) => object),
    ]);
    const { stdout } = await run(toolchain.llvmObjdump!, ["-t", image]);
    const counts = await this.#countInstructions(machine, image, symbolsOf(stdout));
    const expected = compiled.length * lengths.length;
    if (counts.length !== expected) throw new Error(`${counts.length} of ${expected} calls were executed`);
    return compiled.map(({ bytes }, index) => ({
      bytes,
      executed: counts.slice(index * lengths.length, (index + 1) * lengths.length),
    }));
  }

  async #countInstructions(machine: Machine, image: string, symbols: Symbols): Promise<number[]> {
    const [called, returned] = [symbols("case_called"), symbols("case_returned")];
    const [start, end] = [symbols("fences_start"), symbols("fences_end")];
    const hex = (value: bigint) => `0x${value.toString(16)}`;
    const log = `${image}.log`;
    const qemu = this.#toolchain[machine.qemu]!;
    const options = [
      ...machine.qemuArguments,
      ...["-display", "none", "-monitor", "none", "-serial", "none", "-parallel", "none", "-net", "none"],
      ...["-no-reboot", "-kernel", image, ...oneInstructionPerBlock(qemu)],
      ...["-d", "exec,nochain", "-D", log],
      ...["-dfilter", `${hex(called)}+0x1,${hex(returned)}+0x1,${hex(start)}..${hex(end)}`],
    ];
    const status = await run(qemu, options, { timeout: 60_000 }).then(
      () => 0,
      (error: { code?: number | string; stderr?: string }) => {
        if (error.code === machine.status) return machine.status;
        throw new Error(`${qemu} ended with ${error.code}\n${error.stderr}`);
      },
    );
    if (status !== machine.status) throw new Error(`${qemu} ended with ${status}`);
    return countCalls(readFileSync(log, "latin1"), called, returned);
  }

  async #object(sequence: Sequence, name: string, source: string): Promise<string> {
    const file = join(this.folder, `${name}.rs`);
    const object = join(this.folder, `${name}.o`);
    const kernel = await this.#kernel(sequence.target);
    writeFileSync(file, source);
    await this.#rustc(
      sequence.target,
      `-Copt-level=${this.#optLevel}`,
      ...(sequence.machine.rustArguments ?? []),
      ...(sequence.externs ?? []),
      ...["--extern", `kernel=${kernel}`, `--crate-name=${name}`, "--emit=obj", "-o", object, file],
    );
    return object;
  }

  #kernel(target: string): Promise<string> {
    const known = this.#kernels.get(target);
    if (known) return known;
    const file = join(this.folder, `libkernel-${target}.rmeta`);
    const options = ["--crate-name=kernel", "--emit=metadata", "-o", file];
    const built = this.#rustc(target, ...options, this.#kernelFile).then(() => file);
    this.#kernels.set(target, built);
    return built;
  }

  async #rustc(target: string, ...options: string[]): Promise<void> {
    const compiler = compilerFor(this.#toolchain, target);
    if (!compiler) throw new Error(`no core for ${target}`);
    await run(
      compiler.rustc,
      [...compiler.arguments, "--edition=2024", "--crate-type=lib", "-Cpanic=abort", ...options],
      { env: { ...process.env, ...compiler.environment } },
    );
  }
}

/** At most two at a time, in order. */
export async function inPairs<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}

/** Of all, should the compiler have made several. The shim and the fence's own function may be two names of one. */
function bytesOfFunctions(listing: string): number {
  const places = new Map<string, number>();
  for (const [, start, section, size] of listing.matchAll(/^([0-9a-f]+) .{6}F (\S+)\s+([0-9a-f]+) /gm))
    places.set(`${section} ${start}`, Number.parseInt(size!, 16));
  if (places.size === 0) throw new Error("the object has no function");
  return [...places.values()].reduce((sum, size) => sum + size, 0);
}

type Symbols = (name: string) => bigint;

function symbolsOf(listing: string): Symbols {
  return (name) => {
    const match = new RegExp(`^([0-9a-f]+) .*\\s${name}$`, "m").exec(listing);
    if (!match) throw new Error(`the image has no symbol ${name}`);
    return BigInt(`0x${match[1]}`);
  };
}

/** Calls every method for every length; and has in memory what hand-written code has there. */
function harnessSource(machine: Machine, compiled: readonly Compiled[]): string {
  const cases = compiled.flatMap(({ symbol, sequence: { address } }) =>
    lengths.map((length) => `    Case(0x${address.toString(16)}, ${length}, ${symbol}),`),
  );
  const harness = readFileSync(join(harnessFolder, machine.harness), "utf8");
  return `#![no_std]
#[repr(C)]
pub struct Case(usize, usize, unsafe extern "C" fn(*mut u8, usize));
unsafe impl Sync for Case {}

unsafe extern "C" {
${compiled.map(({ symbol }) => `    fn ${symbol}(start: *mut u8, length: usize);`).join("\n")}
}

#[unsafe(no_mangle)]
pub static CASES: [Case; ${cases.length}] = [
${cases.join("\n")}
];
#[unsafe(no_mangle)]
pub static CASE_COUNT: usize = ${cases.length};
#[unsafe(no_mangle)]
pub static CBOM_BLOCK_SIZE: usize = 64;
#[unsafe(no_mangle)]
pub static L2X0_BASE: usize = 0xF8F0_2000;
#[unsafe(no_mangle)]
pub static CONTROLLER_BASE: usize = ${controllerBase};

core::arch::global_asm!(r#"${machine.prelude ?? ""}
${pollsEnd}
${harness}"#, options(raw));
`;
}

/** Executed instructions of each call, from QEMU's log. */
function countCalls(log: string, called: bigint, returned: bigint): number[] {
  const counts: number[] = [];
  let inCall = false;
  for (const entry of log.split(/^(?=Trace )/m)) {
    // Something made QEMU stop just before the instruction: it comes again.
    if (!entry.startsWith("Trace ") || entry.includes("Stopped execution of TB chain before")) continue;
    const pc = BigInt(`0x${/\[[0-9a-f]+\/([0-9a-f]+)\//.exec(entry)![1]}`);
    if (pc === called) {
      counts.push(0);
      inCall = true;
    } else if (pc === returned) inCall = false;
    else if (inCall) counts[counts.length - 1]!++;
    else throw new Error("something was executed outside of any call");
  }
  return counts;
}

/** Older QEMU has an option of its own for it. */
function oneInstructionPerBlock(qemu: string): string[] {
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(programVersion(qemu)) ?? [];
  const isOld = Number(major) < 8 || (Number(major) === 8 && Number(minor) < 1);
  return isOld ? ["-singlestep"] : ["-accel", "tcg,one-insn-per-tb=on"];
}

export function programVersion(program: string): string {
  return spawnSync(program, ["--version"], { encoding: "utf8" }).stdout;
}
