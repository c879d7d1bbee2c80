// Compiles the emitted Rust of a chip for its real target, with a harness that calls its fences for a table of
// buffers, into an image that QEMU starts.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { DmaBuffer } from "../../../generator/index.ts";
import { compilerFor, type Toolchain } from "../../../generator/toolchain/find-tools.ts";
import { root } from "../../support/command.ts";
import type { Machine } from "./machines.ts";

const run = promisify(execFile);

/** One execution: a fence's method for a buffer. */
export interface Case {
  readonly fence: string;
  readonly method: "release" | "acquire";
  readonly buffer: DmaBuffer;
  /** The elements of the slice that the method is given. */
  readonly element: "u8" | "u32";
}

export type OptLevel = "3" | "s" | "z";

export interface ImageRequest {
  readonly toolchain: Toolchain;
  readonly machine: Machine;
  readonly target: string;
  readonly optLevel: OptLevel;
  /** The emitted file. */
  readonly rustFile: string;
  readonly cases: readonly Case[];
  /** Where everything is put. */
  readonly folder: string;
}

export interface Image {
  readonly file: string;
  /** Instructions of the harness just before and just after each call. */
  readonly called: bigint;
  readonly returned: bigint;
  /** From where to where the compiled fences lie. */
  readonly fences: readonly [start: bigint, end: bigint];
  /** The disassembler's text of each instruction, blanks made one. */
  readonly instructions: ReadonlyMap<bigint, string>;
}

export const elementBytes = { u8: 1, u32: 4 } as const;

export async function buildImage(request: ImageRequest): Promise<Image> {
  const { toolchain, machine, target, optLevel, folder } = request;
  const compiler = compilerFor(toolchain, target);
  if (!compiler) throw new Error(`no core for ${target}`);
  const rustc = (...args: string[]) =>
    run(compiler.rustc, [...compiler.arguments, "--edition=2024", "--crate-type=lib", "-Cpanic=abort", ...args], {
      env: { ...process.env, ...compiler.environment },
    });
  const at = (name: string) => join(folder, name);
  writeFileSync(at("image.rs"), imageSource(request));
  await rustc(
    "--crate-name=kernel",
    "--emit=metadata",
    "-o",
    at("libkernel.rmeta"),
    join(root, "out/rust/kernel/src/lib.rs"),
  );
  await rustc(
    `-Copt-level=${optLevel}`,
    ...(machine.rustArguments ?? []),
    "--crate-name=image",
    "--extern",
    `kernel=${at("libkernel.rmeta")}`,
    "--emit=obj",
    "-o",
    at("image.o"),
    at("image.rs"),
  );
  const image = at("image.elf");
  await run(toolchain[machine.linker]!, [
    ...machine.linkerArguments,
    `--defsym=CODE=${machine.code}`,
    `--defsym=DATA=${machine.data}`,
    "-T",
    join(import.meta.dirname, "harness/image.ld"),
    "-o",
    image,
    at("image.o"),
  ]);
  const { stdout } = await run(
    toolchain.llvmObjdump!,
    ["-d", "-t", "--no-show-raw-insn", "--print-imm-hex", ...machine.disassemblerArguments, image],
    { maxBuffer: 2 ** 26 },
  );
  return { file: image, ...readDisassembly(stdout) };
}

/** Rust with a function for each fence, method and element, the table of cases, and the harness. */
function imageSource({ rustFile, cases, machine }: ImageRequest): string {
  const names = new Map<string, string>();
  const shim = ({ fence, method, element }: Case) => {
    const key = `${fence} ${method} ${element}`;
    if (!names.has(key)) names.set(key, `call_${names.size}`);
    return names.get(key)!;
  };
  const table = cases.map((entry) => {
    const count = entry.buffer.lengthBytes / elementBytes[entry.element];
    return `    Case(0x${entry.buffer.address.toString(16)}, ${count}, ${shim(entry)}),`;
  });
  const shims = [...names].map(([key, name]) => {
    const [fence, method, element] = key.split(" ");
    return `unsafe extern "C" fn ${name}(start: *mut u8, count: usize) {
    let buffer = core::ptr::slice_from_raw_parts_mut(start.cast::<${element}>(), count);
    unsafe { fences::${fence}::new() }.${method}(buffer)
}`;
  });
  const harness = readFileSync(join(import.meta.dirname, "harness", machine.harness), "utf8");
  return `#![no_std]
#[allow(dead_code)]
#[path = ${JSON.stringify(rustFile)}]
mod fences;
use kernel::platform::dma_fence::DmaFence;

#[repr(C)]
pub struct Case(usize, usize, unsafe extern "C" fn(*mut u8, usize));
unsafe impl Sync for Case {}

${shims.join("\n")}

#[unsafe(no_mangle)]
pub static CASES: [Case; ${cases.length}] = [
${table.join("\n")}
];
#[unsafe(no_mangle)]
pub static CASE_COUNT: usize = ${cases.length};

core::arch::global_asm!(r#"${machine.prelude ?? ""}
${harness}"#, options(raw));
`;
}

function readDisassembly(text: string): Omit<Image, "file"> {
  const symbol = (name: string) => {
    const match = new RegExp(`^([0-9a-f]+) .*\\s${name}$`, "m").exec(text);
    if (!match) throw new Error(`the image has no symbol ${name}`);
    return BigInt(`0x${match[1]}`);
  };
  const instructions = new Map<bigint, string>();
  for (const [, address, instruction] of text.matchAll(/^ *([0-9a-f]+):\s+(\S.*)$/gm)) {
    const plain = instruction!
      .replace(/ *(<.*>|@.*|\/\/.*|# 0x.*|# imm.*)$/, "")
      .replaceAll(/\s+/g, " ")
      .trim()
      // It shows the bytes of what it takes for data.
      .replace(/^(?:[0-9a-f]{2} )+(?=\.word)/, "");
    instructions.set(BigInt(`0x${address}`), plain);
  }
  return {
    called: symbol("case_called"),
    returned: symbol("case_returned"),
    fences: [symbol("fences_start"), symbol("fences_end")],
    instructions,
  };
}
