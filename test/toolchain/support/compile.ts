// Runs the real compilers. At most two at a time, however many tests wait.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { compilerFor } from "../../../generator/toolchain/find-tools.ts";
import { root } from "../../support/command.ts";
import { crateOptions } from "./crate-options.ts";
import { type Code, parseDisassembly } from "./machine-code.ts";
import { toolchain } from "./tools.ts";

export const levels = ["3", "s", "z"] as const;
export type Level = (typeof levels)[number];

const folder = mkdtempSync(join(tmpdir(), "fencegen-compile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export interface ToolResult {
  readonly ok: boolean;
  readonly output: string;
}

const processes = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** Runs a program and gathers all that it prints. */
export async function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ToolResult> {
  if (running >= processes) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        env: { ...process.env, ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      child.on("error", reject).on("close", (code) => resolve({ ok: code === 0, output }));
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

let folders = 0;

/** A folder of its own, gone after the file's tests. */
export async function workFolder(): Promise<string> {
  const path = join(folder, String(folders++));
  await mkdir(path);
  return path;
}

export interface Compilation {
  readonly tool: "rustc" | "clippyDriver" | "rustdoc";
  readonly target: string;
  /** The crate's main file. */
  readonly file: string;
  readonly more: readonly string[];
}

/** Compiles, lints or documents a crate for a target, against the stand-in for Tock's kernel. */
export async function compileWith({ tool, target, file, more }: Compilation): Promise<ToolResult> {
  const { program, args, environment } = compilerCall(tool, target);
  const kernel = ["--extern", `kernel=${await kernelFor(target)}`];
  return run(program, [...args, ...kernel, ...more, file], environment);
}

/** Stands for the machine that the tests run on. */
export const host = "host";

function compilerCall(tool: Compilation["tool"], target: string) {
  if (target === host) return { program: toolchain[tool]!, args: ["--edition", "2024"], environment: {} };
  const compiler = compilerFor(toolchain, target);
  const program = compiler?.[tool];
  if (!compiler || !program) throw new Error(`no ${tool} for ${target}`);
  return { program, args: [...compiler.arguments, "--edition", "2024"], environment: compiler.environment };
}

const kernels = new Map<string, Promise<string>>();

function kernelFor(target: string): Promise<string> {
  const known = kernels.get(target);
  if (known) return known;
  const build = async () => {
    const { program, args, environment } = compilerCall("rustc", target);
    const file = join(await workFolder(), "libkernel.rmeta");
    const crate = ["--crate-name", "kernel", "--crate-type", "lib", "-D", "warnings", "--emit=metadata", "-o", file];
    const { ok, output } = await run(
      program,
      [...args, ...crate, join(root, "out/rust/kernel/src/lib.rs")],
      environment,
    );
    if (!ok) throw new Error(`the stand-in kernel does not compile for ${target}:\n${output}`);
    return file;
  };
  const built = build();
  kernels.set(target, built);
  return built;
}

/** Machine code of a library crate, or what the compiler said against it. Warnings count. */
export async function compileToCode(
  source: string,
  target: string,
  level: Level,
  more: readonly string[] = [],
): Promise<{ readonly code?: Code; readonly errors: string }> {
  const place = await workFolder();
  const file = join(place, "shim.rs");
  const object = join(place, "shim.o");
  await writeFile(file, source);
  const options = [...crateOptions, "-C", `opt-level=${level}`, ...more];
  const compiled = await compileWith({
    tool: "rustc",
    target,
    file,
    more: [...options, "--emit=obj", "-o", object],
  });
  if (!compiled.ok || compiled.output !== "") return { errors: compiled.output || "rustc failed without a word" };
  const extensions = target.startsWith("riscv") ? ["--mattr=+zicbom,+xtheadcmo,+xtheadsync"] : [];
  const listing = [
    "--disassemble",
    "--reloc",
    "--syms",
    "--show-all-symbols",
    "--no-show-raw-insn",
    "--no-leading-addr",
  ];
  const disassembled = await run(toolchain.llvmObjdump!, [...listing, ...extensions, object]);
  if (!disassembled.ok) throw new Error(disassembled.output);
  return { code: parseDisassembly(disassembled.output), errors: "" };
}
