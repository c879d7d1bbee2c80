// Emitted files through the compilers: TypeScript in memory, Rust in a folder of its own.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Project, ScriptTarget } from "ts-morph";
import { compilerFor, findToolchain } from "../../generator/toolchain/find-tools.ts";
import { crateOptions } from "../toolchain/support/crate-options.ts";
import { root } from "./library.ts";

let project: Project | undefined;

/** What the type checker says of an emitted class; empty where it is right. */
export function typeScriptProblems(id: string, text: string): string {
  project ??= new Project({
    tsConfigFilePath: join(root, "tsconfig.json"),
    skipAddingFilesFromTsConfig: true,
    compilerOptions: { target: ScriptTarget.ES2022 },
  });
  const file = project.createSourceFile(join(root, `out/typescript/${id}-fuzz.ts`), text, { overwrite: true });
  try {
    const problems = file.getPreEmitDiagnostics();
    return problems
      .map((problem) => `${problem.getLineNumber()}: ${JSON.stringify(problem.getMessageText())}`)
      .join("\n");
  } finally {
    project.removeSourceFile(file);
  }
}

let folder: string | undefined;
const toolchain = findToolchain();

process.on("exit", () => (folder ? rmSync(folder, { recursive: true, force: true }) : undefined));

/** What rustfmt says of an emitted file; empty where it is right, and where there is none. */
export function formatProblems(text: string): string {
  if (!toolchain.rustfmt) return "";
  return run(toolchain.rustfmt, ["--edition", "2024", "--check", inFolder("fence.rs", text)]);
}

/** A target of those for which something can be compiled. */
export function compilableTarget(targets: readonly string[]): string | undefined {
  return targets.find((each) => compilerFor(toolchain, each));
}

/**
 * What rustc and the assembler say of an emitted file.
 * @param fences names of the types that run on the target: what is not used reaches no assembler
 */
export function rustProblems(text: string, target: string, fences: readonly string[]): string {
  const file = inFolder("fence.rs", text);
  const kernel = join(folder!, `libkernel-${target}.rmeta`);
  if (!existsSync(kernel)) {
    const source = join(root, "out/rust/kernel/src/lib.rs");
    const problems = compile(target, ["--crate-name", "kernel", "--emit=metadata", "-o", kernel, source]);
    if (problems !== "") return `kernel: ${problems}`;
  }
  const uses = fences.map((name, index) =>
    ["release", "acquire"].map(
      (method) => `#[unsafe(no_mangle)]
pub fn ${method}_${index}(start: *mut u8, length: usize) {
    unsafe { fence::${name}::new() }.${method}(core::ptr::slice_from_raw_parts_mut(start, length));
}`,
    ),
  );
  const head = `#![no_std]\n#[path = ${JSON.stringify(file)}]\npub mod fence;\nuse kernel::platform::dma_fence::DmaFence;\n`;
  const alone = inFolder("alone.rs", head + uses.flat().join("\n"));
  const more = ["--crate-name", "alone", "--emit=obj", "-o", `${alone}.o`, "--extern", `kernel=${kernel}`];
  return compile(target, [...more, alone]);
}

function inFolder(name: string, text: string): string {
  folder ??= mkdtempSync(join(tmpdir(), "fencegen-fuzz-rust-"));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function compile(target: string, more: readonly string[]): string {
  const compiler = compilerFor(toolchain, target)!;
  const common = ["--edition", "2024", ...crateOptions];
  return run(compiler.rustc, [...compiler.arguments, ...common, ...more], compiler.environment);
}

function run(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  return status === 0 ? "" : `${error ?? ""}${stdout}${stderr}`.slice(0, 3000) || `${program} ended with ${status}`;
}
