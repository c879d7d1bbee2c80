// The body of `release` or `acquire` in Rust: which statements compute the operands, and how the steps are
// gathered into asm! blocks. Everything that is architecture comes from the architecture's description.

import type { Architecture } from "../model/chip.ts";
import { groupHex } from "../notation/quantity.ts";
import type { FenceStep, ReadLineSize, RegionGuard, RegionRange, ReturnIfEmpty } from "../plan/operation.ts";
import type { Bibliography } from "./bibliography.ts";
import { AssemblyBlock, masksAndRestores, sizeName } from "./rust-assembly.ts";
import { comment } from "./text.ts";

type AssemblyStep = Exclude<FenceStep, ReturnIfEmpty | RegionGuard | ReadLineSize>;

/** Columns left of a statement in a method. */
const indent = 8;
const width = 100 - indent;

/** What every part of a body is spelled with. */
export interface BodyContext {
  readonly architecture: Architecture;
  readonly bibliography: Bibliography;
  readonly optimize: "size" | "speed";
}

export function renderBody(steps: readonly FenceStep[], context: BodyContext): string[] {
  const { bibliography } = context;
  const lines: string[] = ["let start = buf.cast::<u8>();"];
  const assembly: AssemblyStep[] = [];
  const usesLength = steps.some((step) => "operation" in step);
  if (usesLength) lines.push("let bytes = buf.len() * size_of::<T>();");
  for (const step of steps) {
    if (step.kind === "return-if-empty")
      lines.push(...reason(step, bibliography), "if bytes == 0 {", "    return;", "}");
    else if (step.kind === "region-guard") lines.push(...regionGuard(step, context));
    else if (step.kind === "read-line-size") lines.push(...reason(step, bibliography), ...readLineSize(step));
    else assembly.push(step);
  }
  lines.push(...operands(assembly));
  const grouped = blocks(assembly);
  if (masksAndRestores(assembly) && !grouped.some(masksAndRestores)) lines.push("let saved_interrupts: usize;");
  for (const block of grouped) {
    const regions = onlyIn(block[0]!);
    if (!regions) lines.push(...assemblyBlock(block, context, width));
    else
      lines.push(
        ...condition(regions, "is_cached", "if "),
        ...assemblyBlock(block, context, width - 4).map((line) => `    ${line}`),
        "}",
      );
  }
  return lines;
}

function reason(step: FenceStep, bibliography: Bibliography): string[] {
  return comment(bibliography.cited(step.reason, step.sources), "//", width);
}

/** The size of a line in `line_bytes`. */
function readLineSize({ lineSize: { register, lowBit, bits, unitBytes } }: ReadLineSize): string[] {
  const read =
    typeof register === "string"
      ? [
          "let line_size: usize;",
          "// SAFETY: the block only reads a register.",
          "unsafe {",
          "    core::arch::asm!(",
          `        ${JSON.stringify(register)},`,
          "        value = out(reg) line_size,",
          "        options(nostack, preserves_flags),",
          "    );",
          "}",
        ]
      : [
          `let line_size = core::ptr::with_exposed_provenance::<u32>(0x${groupHex(register).toUpperCase()});`,
          "// SAFETY: the block only reads a register, which every core of this kind has.",
          "let line_size = unsafe { line_size.read_volatile() };",
        ];
  const mask = `0x${groupHex((1n << BigInt(bits)) - 1n).toUpperCase()}`;
  return [...read, `let line_bytes = ${unitBytes}usize << ((line_size >> ${lowBit}) & ${mask});`];
}

/** Local variables for what the operations count down or take as a range. */
function operands(steps: readonly AssemblyStep[]): string[] {
  const lines: string[] = [];
  const add = (text: string, ...statement: string[]) => {
    if (!lines.includes(statement[0]!)) lines.push(...comment(text, "//", width), ...statement);
  };
  for (const step of steps) {
    if (step.kind === "maintain-lines") {
      const { firstAddress, lines: which } = step;
      const size = sizeName(step);
      const lowBits = step.bySizeRead ? "(line_bytes - 1)" : String(step.lineBytes - 1);
      if (which === "all")
        add(
          "Bytes from the start of the first line to the end of the buffer: they count the lines down.",
          `let span_${size} = bytes + (start.addr() & ${lowBits});`,
        );
      if (firstAddress === "line-aligned")
        add(
          "Start of the first line; the operation takes no other address of it.",
          `let line_${size} = start.map_addr(|address| address & !${lowBits});`,
        );
      if (which === "edges") {
        const mask = firstAddress === "line-aligned" ? ` & !${lowBits}` : "";
        const expression = mask ? `(address + (bytes - 1))${mask}` : "address + (bytes - 1)";
        add(
          "The last line, which may be the first as well.",
          `let last_line_${size} = start.map_addr(|address| ${expression});`,
        );
      }
    } else if (step.kind === "maintain-range") {
      const { lineBytes } = step;
      const mask = lineBytes - 1;
      const used = new Set(step.accesses.flatMap((item) => (item.kind === "write" ? [item.value.of] : [])));
      if (used.has("first-line") || used.has("size-bytes") || used.has("size-lines"))
        add("Start of the first line.", `let first_line_${lineBytes} = start.addr() & !${mask};`);
      if (used.has("last-byte"))
        add("Last byte of the buffer; the command takes it inclusive.", "let last_byte = start.addr() + (bytes - 1);");
      if (used.has("end"))
        add(
          "End of the last line; 0 where that is the top of the address space.",
          `let end_${lineBytes} = (start.addr() + (bytes - 1) | ${mask}).wrapping_add(1);`,
        );
      if (used.has("size-bytes") || used.has("size-lines")) {
        add(
          "Bytes of all lines that the buffer touches.",
          `let size_bytes_${lineBytes} = (start.addr() - first_line_${lineBytes} + bytes + ${mask}) & !${mask};`,
        );
        if (used.has("size-lines"))
          add("The same, in lines.", `let size_lines_${lineBytes} = size_bytes_${lineBytes} / ${lineBytes};`);
      }
    }
  }
  return lines;
}

/** Runs of steps that fit one asm! block: at most one loop over lines in each, with the barriers around it. */
function blocks(steps: readonly AssemblyStep[]): AssemblyStep[][] {
  const result: AssemblyStep[][] = [];
  let current: AssemblyStep[] = [];
  for (const step of steps) {
    const last = current.at(-1);
    const isApart = last && namesOf(onlyIn(last)) !== namesOf(onlyIn(step));
    if (isApart || ("operation" in step && current.some((other) => "operation" in other))) {
      result.push(current);
      current = [];
    }
    current.push(step);
  }
  if (current.length > 0) result.push(current);
  return result;
}

/** The regions of a step that is not for every buffer. */
function onlyIn(step: AssemblyStep): readonly RegionRange[] | undefined {
  return "onlyIn" in step ? step.onlyIn : undefined;
}

function namesOf(regions: readonly RegionRange[] | undefined): string | undefined {
  return regions && JSON.stringify(regions.map(({ name }) => name));
}

/** The head of an `if` about where the buffer starts; patterns, because ranges would be looked up in memory at -Oz. */
function condition(regions: readonly RegionRange[], name: string, opening: "if " | "if !"): string[] {
  const hex = (value: bigint) => `0x${groupHex(value).toUpperCase()}`;
  const patterns = merged(regions).map(({ first, last }) => `${hex(first)}..=${hex(last)}`);
  if (patterns.length === 1) return [`${opening}matches!(start.addr(), ${patterns[0]}) {`];
  return [
    `let ${name} = matches!(`,
    "    start.addr(),",
    `    ${patterns[0]}`,
    ...patterns.slice(1).map((pattern) => `        | ${pattern}`),
    ");",
    `${opening}${name} {`,
  ];
}

/** The addresses of the regions in ascending order, neighbours in one. */
function merged(regions: readonly RegionRange[]): { first: bigint; last: bigint }[] {
  const ranges = regions
    .map(({ base, sizeBytes }) => ({ first: base, last: base + sizeBytes - 1n }))
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  const result: { first: bigint; last: bigint }[] = [];
  for (const range of ranges) {
    const before = result.at(-1);
    if (before && before.last + 1n === range.first) before.last = range.last;
    else result.push(range);
  }
  return result;
}

function assemblyBlock(
  steps: readonly AssemblyStep[],
  { architecture, bibliography, optimize }: BodyContext,
  available: number,
): string[] {
  const block = new AssemblyBlock(architecture, steps, optimize);
  const inner = available - 8;
  const text: string[] = [];
  for (const step of steps) {
    text.push(
      ...comment(bibliography.cited(step.reason, step.sources), "//", inner),
      ...block.add(step).map((line) => `${JSON.stringify(line)},`),
    );
  }
  const exposure = block.mentionsBuffer
    ? []
    : [
        ...comment(
          "The compiler must assume that the block reads and writes the whole buffer, because it is given the pointer.",
          "//",
          inner,
        ),
        `${JSON.stringify(block.mentionBuffer())},`,
      ];
  const safety = comment(
    steps.some((step) => step.kind === "mask-interrupts" || step.kind === "restore-interrupts")
      ? "SAFETY: the block maintains cache lines that the buffer touches, and masks interrupts or puts them back to what they were; neither changes a value that the program may rely on while what the caller of `new` promised holds. It uses no stack."
      : steps.some((step) => "operation" in step)
        ? "SAFETY: the block only maintains cache lines that the buffer touches, which changes no value that the program may rely on while what the caller of `new` promised holds. It uses no stack."
        : "SAFETY: the block accesses no memory and uses neither stack nor flags.",
    "//",
    available,
  );
  return [
    ...safety,
    "unsafe {",
    "    core::arch::asm!(",
    ...[
      ...exposure,
      ...text,
      ...block.operands().map((operand) => `${operand},`),
      `options(${block.options().join(", ")}),`,
    ].map((line) => `        ${line}`),
    "    );",
    "}",
  ];
}

function regionGuard(step: RegionGuard, context: BodyContext): string[] {
  const outside = step.outside as AssemblyStep[];
  return [
    ...reason(step, context.bibliography),
    ...condition(step.regions, "is_cached", "if !"),
    ...(outside.length > 0 ? assemblyBlock(outside, context, width - 4).map((line) => `    ${line}`) : []),
    "    return;",
    "}",
  ];
}
