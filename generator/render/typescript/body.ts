// The body of `release` or `acquire` in TypeScript: each statement as a call of the machine, and what it is called with.
import type { Change } from "../../model/register-value.ts";
import { groupHex } from "../../notation/quantity.ts";
import type { RegionRange } from "../../plan/operation.ts";
import { rangeKeys } from "../../program/run.ts";
import {
  type Block,
  type Condition,
  type Expression,
  expressionsOf,
  type ForLines,
  flattened,
  type If,
  type LetLineBytes,
  type LetRange,
  type LineBytes,
  type Statement,
} from "../../program/statement.ts";
import type { Bibliography } from "../bibliography.ts";
import { constantName } from "../names.ts";
import { comment } from "../text.ts";

/** @param width of a line, in characters */
export function printBody(blocks: readonly Block[], bibliography: Bibliography, width: number): string[] {
  return blocks.flatMap((block) => print(block));

  function print(statement: Statement): string[] {
    switch (statement.kind) {
      case "block":
        return [
          ...comment(bibliography.cited(statement.reason, statement.sources), "//", width - 4),
          ...statement.body.flatMap(print),
        ];
      case "if":
        return conditional(statement);
      case "return":
        return ["return;"];
      case "let-line-bytes":
        return [`const lineBytes = ${decoded(statement)};`];
      case "for-lines":
        return [
          `for (const line of ${lineHelpers[statement.lines]}(buffer, ${size(statement.lineBytes)}, ${JSON.stringify(statement.firstAddress)})) {`,
          ...nested(statement.body),
          "}",
        ];
      case "let-range":
        return isRangeRead(statement)
          ? ["{", `  const range = lineRange(buffer, ${statement.lineBytes});`, ...nested(statement.body), "}"]
          : statement.body.flatMap(print);
      case "barrier":
        return [`this.machine.barrier(${JSON.stringify(statement.effect.instruction)});`];
      case "compiler-barrier":
        return ["this.machine.compilerBarrier();"];
      case "interrupts":
        return [`this.machine.${statement.action}Interrupts();`];
      case "execute":
        return [
          `this.machine.maintain(${JSON.stringify(statement.instruction)}${statement.takesLine ? ", line" : ""});`,
        ];
      case "store-register": {
        const { register, value } = statement;
        return [`this.machine.writeRegister(${constantName(register)}, ${expression(value)}, ${register.widthBits});`];
      }
      case "store-address":
        return [`this.machine.writeRegister(${expression(statement.address)}, 0n, ${statement.widthBits});`];
      case "wait": {
        const { register, mask, until } = statement;
        return [
          `this.machine.pollRegister(${constantName(register)}, 0x${groupHex(mask)}n, "${until}", ${register.widthBits});`,
        ];
      }
    }
  }

  /** Steps within a step are printed without their reasons, which the Rust fence has. */
  function nested(statements: readonly Statement[]): string[] {
    return statements
      .flatMap((statement) => (statement.kind === "block" ? statement.body : [statement]))
      .flatMap(print)
      .map((line) => `  ${line}`);
  }

  function conditional({ condition, body }: If): string[] {
    if (condition.kind !== "buffer-is-empty") return [...head(condition), ...nested(body), "}"];
    const leave = body.flatMap(print);
    return leave.length === 1
      ? [`if (buffer.lengthBytes === 0) ${leave[0]}`]
      : ["if (buffer.lengthBytes === 0) {", ...nested(body), "}"];
  }
}

/** The library's functions that the statements are printed with. */
export function helpersOf(statements: readonly Statement[]): string[] {
  return [...new Set(flattened(statements).flatMap((statement) => helperOf(statement) ?? []))];
}

function helperOf(statement: Statement): string | undefined {
  switch (statement.kind) {
    case "if":
      return statement.condition.kind === "buffer-is-empty" ? undefined : "startsIn";
    case "let-line-bytes":
      return "decodedLineBytes";
    case "for-lines":
      return lineHelpers[statement.lines];
    case "let-range":
      return isRangeRead(statement) ? "lineRange" : undefined;
    case "block":
    case "return":
    case "barrier":
    case "compiler-barrier":
    case "interrupts":
    case "execute":
    case "store-register":
    case "store-address":
    case "wait":
      return undefined;
  }
}

/** Whether the statements ask anything of the buffer. */
export function readsBuffer(statements: readonly Statement[]): boolean {
  return flattened(statements).some(
    (statement) =>
      statement.kind === "if" ||
      statement.kind === "for-lines" ||
      (statement.kind === "let-range" && isRangeRead(statement)),
  );
}

const lineHelpers = { all: "lineAddresses", edges: "edgeAddresses" } as const satisfies Record<
  ForLines["lines"],
  string
>;

function isRangeRead({ body }: LetRange): boolean {
  return flattened(body)
    .flatMap(expressionsOf)
    .some(({ from }) => from.kind === "range");
}

function size({ bytes, isRead }: LineBytes): string {
  return isRead ? "lineBytes" : String(bytes);
}

function decoded({ lineSize: { register, lowBit, bits, unitBytes } }: LetLineBytes): string {
  const read =
    typeof register === "string"
      ? `readSystemRegister(${JSON.stringify(register)})`
      : `readRegister(0x${groupHex(register)}n, 32)`;
  return `decodedLineBytes(this.machine.${read}, ${lowBit}, ${bits}, ${unitBytes})`;
}

type RegionCondition = Exclude<Condition, { kind: "buffer-is-empty" }>;

const negations = {
  "buffer-starts-in": "",
  "buffer-starts-outside": "!",
} as const satisfies Record<RegionCondition["kind"], string>;

/** The head of an `if` about where the buffer starts, as Biome breaks it: one about several regions in several lines. */
function head({ kind, regions }: RegionCondition): string[] {
  const opening = `${negations[kind]}startsIn(buffer, [`;
  const [first, ...others] = ranges(regions);
  if (others.length === 0) return [`if (${opening}${first}])) {`];
  return ["if (", `  ${opening}`, ...ranges(regions).map((range) => `    ${range},`), "  ])", ") {"];
}

function ranges(regions: readonly RegionRange[]): string[] {
  return regions.map(({ base, sizeBytes }) => `[0x${groupHex(base)}n, 0x${groupHex(sizeBytes)}n]`);
}

const symbols = { subtract: "-", shiftRight: ">>", add: "+", or: "|" } as const satisfies Record<
  Change["kind"],
  string
>;

function expression({ from, changes }: Expression): string {
  switch (from.kind) {
    case "constant":
      return `0x${groupHex(from.value)}n`;
    case "line":
      return changed("line", changes);
    case "range":
      return changed(`range.${rangeKeys[from.quantity]}`, changes);
  }
}

function changed(start: string, changes: readonly Change[]): string {
  return changes.reduce((text, { kind, by }) => {
    const operand = kind === "shiftRight" ? `${by}n` : `0x${groupHex(by)}n`;
    return `${text.includes(" ") ? `(${text})` : text} ${symbols[kind]} ${operand}`;
  }, start);
}
