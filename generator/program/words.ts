// Puts statements into words: the titles of steps in `plan`, in verdicts and in tables, and what a sequence does in `facts`.
import type { Constant, LineSize, Register } from "../model/chip.ts";
import type { Change } from "../model/register-value.ts";
import { formatAddress, sizeText } from "../notation/quantity.ts";
import type { FenceStep } from "../plan/operation.ts";
import { lowerSteps } from "./lower.ts";
import type { Block, Condition, Expression, LineBytes, ModifyRegister, Statement } from "./statement.ts";

/** One line that names a step of a plan and its operands. */
export function stepTitle(step: FenceStep): string {
  return lowerSteps([step]).map(blockTitle).join();
}

/** One line that names what a block does. */
export function blockTitle({ body, maintains }: Block): string {
  return words(body, maintains?.levels);
}

/** @param levels that the statements maintain; none where they only complete, or the words shall not say so */
export function words(statements: readonly Statement[], levels: readonly string[] = []): string {
  const isPlain = statements.every(
    ({ kind }) => kind !== "if" && kind !== "for-lines" && kind !== "for-pieces" && kind !== "let-range",
  );
  const about = levels.length > 0 && isPlain ? `for all of ${levels.join(" and ")}: ` : "";
  return about + statements.map((statement) => statementWords(statement, levels)).join("; ");
}

function statementWords(statement: Statement, levels: readonly string[]): string {
  switch (statement.kind) {
    case "block":
      return blockTitle(statement);
    case "if":
      return conditional(statement.condition, statement.body, levels);
    case "return":
      return "return";
    case "let-line-bytes":
      return `read the size of a line, ${statement.smallestBytes} to ${statement.largestBytes} bytes: ${registerWords(statement.lineSize)}`;
    case "for-lines": {
      const which = statement.lines === "all" ? "each line" : "the first and the last line";
      return `for ${which} of ${sizeWords(statement.lineBytes)} bytes, ${levels.join(" and ")}: ${words(statement.body)}`;
    }
    case "for-pieces": {
      const { mostBytes, windowBytes } = statement.pieces;
      const within = windowBytes === undefined ? "" : ` that cross no multiple of ${sizeText(BigInt(windowBytes))}`;
      return `in pieces of at most ${mostBytes} bytes${within}, ${words(statement.body, levels)}`;
    }
    case "let-range":
      return `for the range of lines of ${statement.lineBytes} bytes, ${levels.join(" and ")}: ${words(statement.body)}`;
    case "barrier":
      return statement.effect.instruction;
    case "compiler-barrier":
      return "compiler barrier, no instruction";
    case "interrupts":
      return `${statement.action} interrupts`;
    case "execute":
      return statement.instruction;
    case "store-register":
      return `${registerName(statement.register)} = ${expressionWords(statement.value)}`;
    case "modify-register":
      return `${registerName(statement.register)}: ${modifyWords(statement)}`;
    case "load-register":
      return `read ${registerName(statement.register)} back`;
    case "store-address":
      return `store ${statement.widthBits} bits to ${expressionWords(statement.address)}`;
    case "wait":
      return `poll ${registerName(statement.register)} until ${statement.until} ${constantWords(statement.mask)}`;
  }
}

function conditional(condition: Condition, body: readonly Statement[], levels: readonly string[]): string {
  switch (condition.kind) {
    case "buffer-is-empty":
      return `${words(body)} if the buffer is empty`;
    case "buffer-starts-in":
      return `in ${names(condition)} only, ${words(body, levels)}`;
    case "buffer-starts-outside":
      return `outside ${names(condition)} only this:`;
  }
}

function names({ regions }: Extract<Condition, { regions: unknown }>): string {
  return regions.map(({ name }) => name).join(", ");
}

function sizeWords({ bytes, isRead }: LineBytes): string {
  return isRead ? "that many" : String(bytes);
}

/** `mrs {value}, ctr_el0`, or the register's address. */
function registerWords({ register }: LineSize): string {
  return typeof register === "string" ? register : formatAddress(register);
}

const symbols = { subtract: "-", shiftRight: ">>", add: "+", or: "|" } as const satisfies Record<
  Change["kind"],
  string
>;

function registerName({ name, address }: Register): string {
  return `${name} (${formatAddress(address)})`;
}

/** `CLCR_LADSEL | CLCR_LCMD_PUSH (0x0600_0000)`. */
function constantWords({ value, called }: Constant): string {
  const number = formatAddress(value);
  return called.length === 0 ? number : `${called.map(({ name }) => name).join(" | ")} (${number})`;
}

function modifyWords({ set, clear }: ModifyRegister): string {
  return [
    ...(clear.value === 0n ? [] : [`clear ${constantWords(clear)}`]),
    ...(set.value === 0n ? [] : [`set ${constantWords(set)}`]),
  ].join(", ");
}

function expressionWords({ from, changes }: Expression): string {
  if (from.kind === "constant") return constantWords(from);
  const start = from.kind === "line" ? "address" : from.quantity;
  return [
    start,
    ...changes.map(({ kind, by, called }) => {
      const number = kind === "shiftRight" ? `${by}` : `0x${by.toString(16)}`;
      return `${symbols[kind]} ${called ? constantWords({ value: by, called }) : number}`;
    }),
  ].join(" ");
}
