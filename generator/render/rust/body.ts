// The body of `release` or `acquire` in Rust: which statements compute the operands, and how the steps are
// gathered into asm! blocks. Everything that is architecture comes from the architecture's description.

import type { RegionRange } from "../../plan/operation.ts";
import type { Block, Condition, ForPieces, If, LetLineBytes, Statement } from "../../program/statement.ts";
import { type Code, hexInCapitals, indented, join } from "../code.ts";
import { assembler, instruction, operand, templateString } from "./assembler.ts";
import {
  AssemblyBlock,
  type AssemblyContext,
  type AssemblyStatement,
  type AssemblyStep,
  masksAndRestores,
} from "./assembly.ts";
import { comment, rust } from "./encode.ts";
import type { Sources } from "./sources.ts";
import { type UnsafeComment, unsafeComment } from "./unsafe-comment.ts";
import { type Extent, pieceLoop, variables } from "./variables.ts";

/** The buffer as it was given. */
const buffer: Extent = { what: "buffer", address: rust`start.addr()`, bytes: rust`bytes` };

/** Columns left of a statement in a method. */
const indent = 8;
const width = 100 - indent;

/** What every part of a body is spelled with. */
export interface BodyContext extends AssemblyContext {
  readonly sources: Sources;
  readonly unsafeComment: UnsafeComment;
}

type Lines = readonly Code<"rust">[];

export function renderBody(blocks: readonly Block[], spelling: Omit<BodyContext, "pointer">): Lines {
  const forms = blocks.map(formOf);
  const onlyOrders = forms.every(({ kind, block }) => kind === "assembly" && !block.maintains);
  const context = { ...spelling, pointer: onlyOrders ? rust`buf.cast::<u8>()` : rust`start` };
  const steps = forms.flatMap((form) => (form.kind === "assembly" ? [form.step] : []));
  const runs = runsOf(steps);
  return [
    ...(onlyOrders ? [] : [rust`let start = buf.cast::<u8>();`]),
    ...(blocks.some(({ maintains }) => maintains) ? [rust`let bytes = buf.len().wrapping_mul(size_of::<T>());`] : []),
    ...forms.flatMap((form) => rustOf(form, context)),
    ...variables(
      steps.filter(({ pieces }) => !pieces).flatMap(({ statements }) => statements),
      buffer,
      spelling.architecture.assembly,
      width,
    ),
    ...(masksAndRestores(steps) && !runs.some(masksAndRestores) ? [rust`let saved_interrupts: usize;`] : []),
    ...alike(runs).flatMap((group) => conditional(group, context)),
  ];
}

/** Lines of Rust, or of assembly. */
export type StepLines = Lines | readonly Code<"assembler">[];

/** What each step is in the body, without its reason and what a block of assembly needs around it: Rust, or the lines of assembly. */
export function stepLines(blocks: readonly Block[], spelling: Omit<BodyContext, "pointer">): readonly StepLines[] {
  const context = { ...spelling, pointer: rust`start` };
  const forms = blocks.map(formOf);
  const steps = forms.flatMap((form) => (form.kind === "assembly" ? [form.step] : []));
  const assembly = new Map(
    runsOf(steps).flatMap((run) => {
      const block = new AssemblyBlock(context, run);
      return run.map((step) => [step, block.add(step)] as const);
    }),
  );
  const linesOf = (form: Form): StepLines => {
    switch (form.kind) {
      case "leave":
        return leave(form.test, context);
      case "ask":
        return lineBytes(form.question, context);
      case "assembly":
        return assembly.get(form.step)!;
    }
  };
  return forms.map(linesOf);
}

/** How a step of the fence is spelled: as Rust, before all assembly, or in an asm! block. */
type Form =
  | { readonly kind: "leave"; readonly block: Block; readonly test: If }
  | { readonly kind: "ask"; readonly block: Block; readonly question: LetLineBytes }
  | { readonly kind: "assembly"; readonly block: Block; readonly step: ConditionalStep };

interface ConditionalStep extends AssemblyStep {
  /** Present where the statements are for one piece of the buffer after the other. */
  readonly pieces: ForPieces | undefined;
  /** Where a buffer must start for it; undefined for a step that is right for every buffer. */
  readonly onlyIn: readonly RegionRange[] | undefined;
}

function formOf(block: Block): Form {
  const [first] = block.body;
  if (first?.kind === "let-line-bytes") return { kind: "ask", block, question: first };
  if (first?.kind !== "if")
    return { kind: "assembly", block, step: { block, ...assembled(block.body), onlyIn: undefined } };
  switch (first.condition.kind) {
    case "buffer-is-empty":
    case "buffer-starts-outside":
      return { kind: "leave", block, test: first };
    case "buffer-starts-in":
      return { kind: "assembly", block, step: { block, ...assembled(first.body), onlyIn: first.condition.regions } };
  }
}

function assembled(statements: readonly Statement[]): Pick<ConditionalStep, "pieces" | "statements"> {
  const [first] = statements;
  const pieces = first?.kind === "for-pieces" ? first : undefined;
  return { pieces, statements: (pieces?.body ?? statements).map(asAssembly) };
}

function asAssembly(statement: Statement): AssemblyStatement {
  switch (statement.kind) {
    case "block":
    case "if":
    case "return":
    case "let-line-bytes":
    case "for-pieces":
      throw new Error(`a statement of kind ${statement.kind} does not fit into an asm! block`);
    case "for-lines":
    case "let-range":
    case "barrier":
    case "compiler-barrier":
    case "interrupts":
    case "execute":
    case "store-register":
    case "modify-register":
    case "load-register":
    case "store-address":
    case "wait":
      return statement;
  }
}

function rustOf(form: Form, context: BodyContext): Lines {
  switch (form.kind) {
    case "leave":
      return [...reason(form.block, context.sources), ...leave(form.test, context)];
    case "ask":
      return [...reason(form.block, context.sources), ...lineBytes(form.question, context)];
    case "assembly":
      return [];
  }
}

function reason(block: Block, sources: Sources): Lines {
  return comment(sources.cited(block.reason, block.sources), width);
}

/** The size of a line in `line_bytes`. */
function lineBytes(
  { lineSize: { register, lowBit, bits, unitBytes } }: LetLineBytes,
  { unsafeComment: opening }: BodyContext,
): Lines {
  const read =
    typeof register === "string"
      ? [
          rust`let line_size: usize;`,
          ...unsafeComment("the block only reads a register.", opening, width),
          rust`unsafe {`,
          rust`    core::arch::asm!(`,
          rust`        ${templateString(instruction(register, { value: operand(assembler`value`) }))},`,
          rust`        value = out(reg) line_size,`,
          rust`        options(nostack, preserves_flags),`,
          rust`    );`,
          rust`}`,
        ]
      : [
          rust`let line_size = core::ptr::with_exposed_provenance::<u32>(${hexInCapitals(register)});`,
          ...unsafeComment("the block only reads a register, which every core of this kind has.", opening, width),
          rust`let line_size = unsafe { line_size.read_volatile() };`,
        ];
  const mask = hexInCapitals((1n << BigInt(bits)) - 1n);
  return [...read, rust`let line_bytes = ${unitBytes}usize << ((line_size >> ${lowBit}) & ${mask});`];
}

/** Runs of steps that fit one asm! block: at most one that maintains in each, with the barriers around it. */
function runsOf(steps: readonly ConditionalStep[]): ConditionalStep[][] {
  const runs: ConditionalStep[][] = [];
  for (const step of steps) {
    const current = runs.at(-1);
    const isApart =
      current &&
      (namesOf(current.at(-1)!.onlyIn) !== namesOf(step.onlyIn) || current.at(-1)!.pieces || step.pieces !== undefined);
    const maintains = current?.some(({ block }) => block.maintains) && step.block.maintains;
    if (!current || isApart || maintains) runs.push([step]);
    else current.push(step);
  }
  return runs;
}

function namesOf(regions: readonly RegionRange[] | undefined): string | undefined {
  return regions && JSON.stringify(regions.map(({ name }) => name));
}

/** Runs that are executed under the same condition, one after the other. */
function alike(runs: readonly ConditionalStep[][]): ConditionalStep[][][] {
  const groups: ConditionalStep[][][] = [];
  for (const run of runs) {
    const [before] = groups.at(-1)?.at(-1) ?? [];
    const isAlike = before && !before.pieces && !run[0]!.pieces && namesOf(before.onlyIn) === namesOf(run[0]!.onlyIn);
    if (isAlike) groups.at(-1)!.push(run);
    else groups.push([run]);
  }
  return groups;
}

function conditional(runs: readonly ConditionalStep[][], context: BodyContext): Lines {
  const { onlyIn } = runs[0]![0]!;
  if (!onlyIn) return piecewise(runs, context, width);
  return [...startsIn(onlyIn, rust`if `), ...indented(piecewise(runs, context, width - 4), 4), rust`}`];
}

/** Runs as they are, or one in a loop over the pieces of the buffer that its command takes. */
function piecewise(runs: readonly ConditionalStep[][], context: BodyContext, available: number): Lines {
  const { pieces } = runs[0]![0]!;
  if (!pieces) return assemblyBlocks(runs, context, available);
  const { head, body, tail } = pieceLoop(pieces, context.architecture.assembly, available);
  return [...head, ...indented([...body, ...assemblyBlocks(runs, context, available - 4), ...tail], 4), rust`}`];
}

function leave({ condition, body }: If, context: BodyContext): Lines {
  const steps = body.slice(0, -1).map((statement) => {
    if (statement.kind !== "block") throw new Error(`a statement of kind ${statement.kind} stands outside of a step`);
    return { block: statement, ...assembled(statement.body) };
  });
  if (body.at(-1)?.kind !== "return") throw new Error("a fence that is left early returns");
  return [
    ...head(condition),
    ...(steps.length > 0 ? indented(assemblyBlocks([steps], context, width - 4), 4) : []),
    rust`    return;`,
    rust`}`,
  ];
}

function head(condition: Condition): Lines {
  switch (condition.kind) {
    case "buffer-is-empty":
      return [rust`if bytes == 0 {`];
    case "buffer-starts-in":
      return startsIn(condition.regions, rust`if `);
    case "buffer-starts-outside":
      return startsIn(condition.regions, rust`if !`);
  }
}

/** The head of an `if` about where the buffer starts; patterns, because ranges would be looked up in memory at -Oz. */
function startsIn(regions: readonly RegionRange[], opening: Code<"rust">): Lines {
  const patterns = merged(regions).map(({ first, last }) => rust`${hexInCapitals(first)}..=${hexInCapitals(last)}`);
  const [pattern, ...others] = patterns;
  if (others.length === 0) return [rust`${opening}matches!(start.addr(), ${pattern!}) {`];
  return [
    rust`let is_cached = matches!(`,
    rust`    start.addr(),`,
    rust`    ${pattern!}`,
    ...others.map((other) => rust`        | ${other}`),
    rust`);`,
    rust`${opening}is_cached {`,
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

/** Each asm! block in an unsafe block of its own, which says why it is sound. */
function assemblyBlocks(runs: readonly (readonly AssemblyStep[])[], context: BodyContext, available: number): Lines {
  return runs.flatMap((steps) => [
    ...unsafeComment(whySound(steps), context.unsafeComment, available),
    rust`unsafe {`,
    ...indented(assemblyBlock(steps, context, available - 8), 4),
    rust`}`,
  ]);
}

/** @param available for a line within the block */
function assemblyBlock(steps: readonly AssemblyStep[], context: BodyContext, available: number): Lines {
  const { sources } = context;
  const block = new AssemblyBlock(context, steps);
  const text: Code<"rust">[] = [];
  for (const step of steps) {
    text.push(
      ...comment(sources.cited(step.block.reason, step.block.sources), available),
      ...block.add(step).map((line) => rust`${templateString(line)},`),
    );
  }
  const exposure = block.mentionsBuffer
    ? []
    : [
        ...comment("The compiler must assume that the block accesses the whole buffer.", available),
        rust`${templateString(block.mentionBuffer())},`,
      ];
  return [
    rust`core::arch::asm!(`,
    ...indented(
      [
        ...exposure,
        ...text,
        ...block.operands().map((each) => rust`${each},`),
        rust`options(${join(block.options(), rust`, `)}),`,
      ],
      4,
    ),
    rust`);`,
  ];
}

/** Why the compiler may be told of no more than what the block's operands and options say. */
function whySound(steps: readonly AssemblyStep[]): string {
  const masks = steps.some(({ statements }) => statements.some(({ kind }) => kind === "interrupts"));
  if (masks) return "the program sees no change but of when interrupts come, while the promises of `new` hold.";
  const maintains = steps.some(({ block }) => block.maintains);
  return maintains
    ? "the program sees no change, while the promises of `new` hold."
    : "a barrier changes no memory, register or flag.";
}
