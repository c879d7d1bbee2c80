// The small language between plans and printers: what a fence makes the CPU do, in statements that every output
// language can spell. A plan is lowered to it in one place (lower.ts); it is run (run.ts), put into words (words.ts), read
// back from what was executed (interpret.ts), printed (render/), and changed by the verifier's mutants.
import type { Citation, Constant, LineSize, NamedValue, Register } from "../model/chip.ts";
import type { Change } from "../model/register-value.ts";
import type { PieceLimits, RegionRange } from "../plan/operation.ts";
import type { BarrierEffect } from "../semantics/barrier.ts";

/** What release and acquire do. */
export interface FenceProgram {
  readonly release: readonly Block[];
  readonly acquire: readonly Block[];
}

/** The statements of one step of the plan. */
export interface Block {
  readonly kind: "block";
  /** Index of the step in its method of the plan: it keeps that in a program in which another step is left out. */
  readonly step: number;
  /** Why the step is there, as a sentence for the reviewer of the generated code. */
  readonly reason: string;
  readonly sources: readonly Citation[];
  /** Instruction set extension to enable around the instructions. */
  readonly extension: string | undefined;
  /** What is maintained; undefined where the step only orders, asks or completes. */
  readonly maintains: Maintained | undefined;
  readonly body: readonly Statement[];
}

export interface Maintained {
  readonly mechanism: string;
  /** The operation as the manual names it. */
  readonly operation: string;
  /** Names of the cache levels that it acts on, inner to outer. */
  readonly levels: readonly string[];
  readonly addressKind: "virtual" | "physical";
}

export interface If {
  readonly kind: "if";
  readonly condition: Condition;
  readonly body: readonly Statement[];
}

export type Condition =
  | { readonly kind: "buffer-is-empty" }
  | { readonly kind: "buffer-starts-in"; readonly regions: readonly RegionRange[] }
  | { readonly kind: "buffer-starts-outside"; readonly regions: readonly RegionRange[] };

/** Leaves the fence. */
export interface Return {
  readonly kind: "return";
}

/** Asks the core how large its lines are, and names the answer for the loops that follow. */
export interface LetLineBytes {
  readonly kind: "let-line-bytes";
  readonly lineSize: LineSize;
  /** What the answer may be. */
  readonly smallestBytes: number;
  readonly largestBytes: number;
}

/** Runs its body for lines that the buffer touches, in ascending order; the body knows the address of the line at hand. */
export interface ForLines {
  readonly kind: "for-lines";
  /** edges: only the first and the last line. */
  readonly lines: "all" | "edges";
  readonly lineBytes: LineBytes;
  /** Whether the first address is the buffer's own or the start of its line. */
  readonly firstAddress: "as-given" | "line-aligned";
  /** By how many lines the loop begins or ends late; only in programs that nobody emits. */
  readonly late?: { readonly first: number; readonly last: number };
  readonly body: readonly Statement[];
}

export interface LineBytes {
  /** Where the size is read at run time, the smallest that it may be. */
  readonly bytes: number;
  readonly isRead: boolean;
}

/** Runs its body for one piece of the buffer after the other, each as long as a range command takes; the body takes the piece for the buffer. */
export interface ForPieces {
  readonly kind: "for-pieces";
  readonly lineBytes: number;
  readonly pieces: PieceLimits;
  readonly body: readonly Statement[];
}

/** Names the lines that the buffer touches, as the numbers that range commands take, for its body. */
export interface LetRange {
  readonly kind: "let-range";
  readonly lineBytes: number;
  readonly body: readonly Statement[];
}

export interface BarrierStatement {
  readonly kind: "barrier";
  readonly effect: BarrierEffect;
}

/** Nothing for the CPU to do; the compiler must still treat the buffer as handed over. */
export interface CompilerBarrierStatement {
  readonly kind: "compiler-barrier";
}

/** Masks interrupts of the executing core, or puts them back to what they were before they were masked. */
export interface Interrupts {
  readonly kind: "interrupts";
  readonly action: "mask" | "restore";
}

/** A maintenance instruction, in the assembler's spelling. */
export interface Execute {
  readonly kind: "execute";
  readonly instruction: string;
  /** Whether it takes the address of the line at hand. */
  readonly takesLine: boolean;
}

/** A store to a register of a cache controller. */
export interface StoreRegister {
  readonly kind: "store-register";
  readonly register: Register;
  readonly value: Expression;
}

/** A load of a register, and a store to it with some bits changed. */
export interface ModifyRegister {
  readonly kind: "modify-register";
  readonly register: Register;
  readonly set: Constant;
  readonly clear: Constant;
}

/** A load of a register whose value nobody needs. */
export interface LoadRegister {
  readonly kind: "load-register";
  readonly register: Register;
}

/** A store of 0 whose address says which line and what to do with it. */
export interface StoreAddress {
  readonly kind: "store-address";
  readonly address: Expression;
  readonly widthBits: Register["widthBits"];
}

/** Loads a register until the bits of the mask are all 0 (`clear`) or any of them is 1 (`set`). */
export interface Wait {
  readonly kind: "wait";
  readonly register: Register;
  readonly mask: Constant;
  readonly until: "clear" | "set";
}

/** What a mechanism's sequences consist of. */
export type AccessStatement = Execute | StoreRegister | ModifyRegister | LoadRegister | StoreAddress | Wait;

export type Statement =
  | Block
  | If
  | Return
  | LetLineBytes
  | ForLines
  | ForPieces
  | LetRange
  | BarrierStatement
  | CompilerBarrierStatement
  | Interrupts
  | AccessStatement;

/** A number that the CPU has when the fence runs: where it is from, and what is done to it, in order. */
export interface Expression {
  readonly from: Source;
  readonly changes: readonly Change[];
}

export type Source =
  | ({ readonly kind: "constant" } & Constant)
  /** The address of the line at hand. */
  | { readonly kind: "line" }
  | { readonly kind: "range"; readonly quantity: RangeQuantity; readonly lineBytes: number };

/** What a range command takes: bounds and size of the lines that the buffer touches; `last-byte` is the buffer's own. */
export type RangeQuantity = "first-line" | "last-byte" | "end" | "size-bytes" | "size-lines";

/** Every block of both methods. */
export function blocksOf({ release, acquire }: FenceProgram): Block[] {
  return [...release, ...acquire];
}

/** Whether a block works on the first and the last line of the buffer only. */
export function isForEdges({ body }: Block): boolean {
  return flattened(body).some((statement) => statement.kind === "for-lines" && statement.lines === "edges");
}

/** The statements with all that they contain, each before its parts. */
export function flattened(statements: readonly Statement[]): Statement[] {
  return statements.flatMap((statement) => [statement, ...flattened(partsOf(statement))]);
}

/** The block with each statement in it changed, then its parts. */
export function changedBody(block: Block, change: (statement: Statement) => Statement): Block {
  return { ...block, body: changed(block.body, change) };
}

function changed(statements: readonly Statement[], change: (statement: Statement) => Statement): Statement[] {
  return statements.map((statement) => {
    const next = change(statement);
    return withParts(next, changed(partsOf(next), change));
  });
}

export function isAccess(statement: Statement): statement is AccessStatement {
  return ["execute", "store-register", "modify-register", "load-register", "store-address", "wait"].includes(
    statement.kind,
  );
}

function partsOf(statement: Statement): readonly Statement[] {
  return "body" in statement ? statement.body : [];
}

function withParts(statement: Statement, parts: readonly Statement[]): Statement {
  return "body" in statement ? { ...statement, body: parts } : statement;
}

/** Every register that is accessed, once, by address. */
export function registersOf(statements: readonly Statement[]): Register[] {
  const byAddress = new Map(
    flattened(statements).flatMap((statement) =>
      "register" in statement ? [[statement.register.address, statement.register] as const] : [],
    ),
  );
  return [...byAddress.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** The numbers that a statement itself computes, without its parts. */
export function expressionsOf(statement: Statement): Expression[] {
  if (statement.kind === "store-register") return [statement.value];
  return statement.kind === "store-address" ? [statement.address] : [];
}

/** The constants that a statement itself uses, without its parts. */
export function constantsOf(statement: Statement): Constant[] {
  if (statement.kind === "modify-register") return [statement.clear, statement.set];
  if (statement.kind === "wait") return [statement.mask];
  return expressionsOf(statement).flatMap(({ from, changes }) => [
    ...(from.kind === "constant" ? [from] : []),
    ...changes.flatMap(({ by, called }) => (called ? [{ value: by, called }] : [])),
  ]);
}

/** Every value that is called by a name, once, by name. */
export function namedValuesOf(statements: readonly Statement[]): NamedValue[] {
  const called = flattened(statements)
    .flatMap(constantsOf)
    .flatMap(({ called }) => called);
  return [...new Map(called.map((named) => [JSON.stringify([named.name, `${named.value}`]), named])).values()];
}
