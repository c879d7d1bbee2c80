// Assembles the text of emitted asm! blocks by itself: all that can be done for a target that rustc cannot compile for.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, workFolder } from "./compile.ts";
import type { Emitted } from "./emitted.ts";
import { toolchain } from "./tools.ts";

/** Registers that the operands of one block get, in the order of their names in the block. */
const registers: readonly (readonly [target: RegExp, prefix: string, first: number])[] = [
  [/^(arm|thumb)/, "r", 0],
  [/^aarch64/, "x", 0],
  [/^riscv/, "a", 0],
  [/^xtensa/, "a", 2],
];
const x86Registers = ["eax", "ecx", "edx", "ebx", "esi", "edi"];

/** What the assembler has against a chip's emitted text; empty where it takes everything. */
export async function assemblyProblems({ file, target, fences }: Emitted): Promise<string> {
  const rust = readFileSync(file, "utf8");
  const constants = rust.match(/^const .*;(?: \/\/ .*)?$/gm) ?? [];
  const bodies = fences.map(({ name }) => implementationOf(rust, name));
  const text = assemblyOf([...constants, ...bodies].join("\n"), target);
  const source = join(await workFolder(), "text.s");
  await writeFile(source, text);
  const { ok, output } = await run(toolchain.llvmMc!, [...llvmTarget(target), "--filetype=null", source]);
  return ok ? "" : output;
}

/** The code of one fence, or of the one that it is a name for: a file may hold those of cores with other instructions. */
function implementationOf(rust: string, fence: string): string {
  const [, named = fence] = new RegExp(`pub type ${fence} =\\s+(?:\\w+::)*(\\w+)`).exec(rust) ?? [];
  const start = rust.search(new RegExp(`unsafe impl(<.*>)? DmaFence for ${named}(<.*>)? {`));
  if (start === -1) throw new Error(`there is no code of ${fence}`);
  return rust.slice(start, rust.indexOf("\n}\n", start));
}

function llvmTarget(target: string): string[] {
  const [, bits] = /^riscv(32|64)/.exec(target) ?? [];
  if (bits) return [`--triple=riscv${bits}`, "--mattr=+m,+a,+c"];
  if (target.startsWith("xtensa")) return ["--triple=xtensa", "--mcpu=esp32"];
  return /^(i.86|x86)/.test(target) ? [`--triple=${target}`, "--x86-asm-syntax=intel"] : [`--triple=${target}`];
}

/** The text of all blocks of a file, with registers and constants in place of the operands. */
export function assemblyOf(rust: string, target: string): string {
  const constants = new Map(
    [...rust.matchAll(/^const (\w+): usize = (\w+);/gm)].map(([, name, value]) => [name!, numberOf(value!)]),
  );
  const blocks = rust.matchAll(/asm!\(\n([\s\S]*?)\n\s*\);/g);
  return [...blocks].map(([, block]) => `${assembleBlock(block!, constants, target)}\n`).join("\n");
}

function assembleBlock(block: string, constants: ReadonlyMap<string, bigint>, target: string): string {
  const lines = [...block.matchAll(/^\s*"(.*)",$/gm)].map(([, text]) => JSON.parse(`"${text}"`) as string);
  const operands = new Map<string, string>();
  let used = 0;
  for (const [, name, kind, expression] of block.matchAll(/^\s*(\w+) = (in\(|out\(|inout\(|const )(.*),$/gm)) {
    if (kind === "const ") operands.set(name!, String(evaluate(expression!, constants)));
    else operands.set(name!, registerOf(target, used++));
  }
  return lines
    .map((line) =>
      line.replace(/\{(\w+)(?::\w+)?\}/g, (whole, name: string) => operands.get(name) ?? `no operand ${whole}`),
    )
    .join("\n");
}

function registerOf(target: string, index: number): string {
  const [, prefix, first] = registers.find(([pattern]) => pattern.test(target)) ?? [];
  return prefix === undefined ? x86Registers[index]! : `${prefix}${first! + index}`;
}

/** A constant of the file, or the difference of two. */
function evaluate(expression: string, constants: ReadonlyMap<string, bigint>): bigint {
  const [base = 0n, ...less] = expression.split(" - ").map((term) => constants.get(term) ?? numberOf(term));
  return less.reduce((value, term) => value - term, base);
}

function numberOf(text: string): bigint {
  return BigInt(text.replace(/usize$/, "").replaceAll("_", ""));
}
