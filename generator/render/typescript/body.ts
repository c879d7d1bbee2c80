// The body of `release` or `acquire` in TypeScript: each statement as a call of the machine, and what it is called with.
import type { Constant, Register } from "../../model/chip.ts";
import type { Change } from "../../model/register-value.ts";
import type { RegionRange } from "../../plan/operation.ts";
import { rangeKeys } from "../../program/run.ts";
import {
  type Block,
  type Condition,
  type Expression,
  expressionsOf,
  type ForLines,
  type ForPieces,
  flattened,
  type If,
  type Interrupts,
  type LetLineBytes,
  type LetRange,
  type LineBytes,
  type ModifyRegister,
  type Statement,
} from "../../program/statement.ts";
import type { Bibliography } from "../bibliography.ts";
import { type Code, decimal, hex, indented, join } from "../code.ts";
import type { RegisterNames, ValueNames } from "../names.ts";
import { comment, identifier, stringLiteral, typescript } from "./encode.ts";

/** What every part of a body is spelled with. */
export interface BodyContext {
  readonly bibliography: Bibliography;
  readonly names: RegisterNames;
  readonly values: ValueNames;
  /** Of a line, in characters. */
  readonly width: number;
}

type Lines = readonly Code<"typescript">[];

export function printBody(blocks: readonly Block[], { bibliography, names, values, width }: BodyContext): Lines {
  return blocks.flatMap((block) => print(block));

  function print(statement: Statement): Lines {
    switch (statement.kind) {
      case "block":
        return [
          ...comment(bibliography.cited(statement.reason, statement.sources), width - 4),
          ...statement.body.flatMap(print),
        ];
      case "if":
        return conditional(statement);
      case "return":
        return [typescript`return;`];
      case "let-line-bytes":
        return [typescript`const lineBytes = ${decoded(statement)};`];
      case "for-lines":
        return [
          typescript`for (const line of ${lineHelpers[statement.lines]}(buffer, ${size(statement.lineBytes)}, ${stringLiteral(statement.firstAddress)})) {`,
          ...nested(statement.body),
          typescript`}`,
        ];
      case "for-pieces":
        return [
          typescript`for (const piece of bufferPieces(${join(piecesOf(statement), typescript`, `)})) {`,
          ...indented(statement.body.flatMap(inPiece), 2),
          typescript`}`,
        ];
      case "let-range":
        return isRangeRead(statement)
          ? [typescript`{`, ...indented(range(statement, typescript`buffer`), 2), typescript`}`]
          : statement.body.flatMap(print);
      case "barrier":
        return [typescript`this.machine.barrier(${stringLiteral(statement.effect.instruction)});`];
      case "compiler-barrier":
        return [typescript`this.machine.compilerBarrier();`];
      case "interrupts":
        return [typescript`this.machine.${interruptMethods[statement.action]}();`];
      case "execute":
        return [
          typescript`this.machine.maintain(${stringLiteral(statement.instruction)}${statement.takesLine ? typescript`, line` : typescript``});`,
        ];
      case "store-register": {
        const { register, value } = statement;
        return [
          typescript`this.machine.writeRegister(${nameOf(register)}, ${expression(value)}, ${register.widthBits});`,
        ];
      }
      case "modify-register": {
        const { register } = statement;
        const read = typescript`this.machine.readRegister(${nameOf(register)}, ${register.widthBits})`;
        return [
          typescript`this.machine.writeRegister(${nameOf(register)}, ${modified(read, statement)}, ${register.widthBits});`,
        ];
      }
      case "load-register": {
        const { register } = statement;
        return [typescript`this.machine.readRegister(${nameOf(register)}, ${register.widthBits});`];
      }
      case "store-address":
        return [typescript`this.machine.writeRegister(${expression(statement.address)}, 0n, ${statement.widthBits});`];
      case "wait": {
        const { register, mask, until } = statement;
        return [
          typescript`this.machine.pollRegister(${nameOf(register)}, ${constant(mask)}, ${stringLiteral(until)}, ${register.widthBits});`,
        ];
      }
    }
  }

  /** Steps within a step are printed without their reasons, which the Rust fence has. */
  function nested(statements: readonly Statement[]): Lines {
    const inner = statements.flatMap((statement) => (statement.kind === "block" ? statement.body : [statement]));
    return indented(inner.flatMap(print), 2);
  }

  function conditional({ condition, body }: If): Lines {
    if (condition.kind !== "buffer-is-empty") return [...head(condition), ...nested(body), typescript`}`];
    const leave = body.flatMap(print);
    return leave.length === 1
      ? [typescript`if (buffer.lengthBytes === 0) ${leave[0]!}`]
      : [typescript`if (buffer.lengthBytes === 0) {`, ...nested(body), typescript`}`];
  }

  function inPiece(statement: Statement): Lines {
    return statement.kind === "let-range" ? range(statement, typescript`piece`) : print(statement);
  }

  function range({ lineBytes, body }: LetRange, of: Code<"typescript">): Lines {
    return [typescript`const range = lineRange(${of}, ${lineBytes});`, ...body.flatMap(print)];
  }

  function modified(read: Code<"typescript">, { set, clear }: ModifyRegister): Code<"typescript"> {
    const kept = clear.value === 0n ? read : typescript`${read} & ~${inBrackets(constant(clear))}`;
    if (set.value === 0n) return kept;
    return typescript`${clear.value === 0n ? kept : typescript`(${kept})`} | ${constant(set)}`;
  }

  function constant({ value, called }: Constant): Code<"typescript"> {
    if (called.length === 0) return typescript`${hex(value)}n`;
    return join(
      called.map((named) => identifier(values(named))),
      typescript` | `,
    );
  }

  function expression({ from, changes }: Expression): Code<"typescript"> {
    switch (from.kind) {
      case "constant":
        return constant(from);
      case "line":
        return changed(typescript`line`, changes, constant);
      case "range":
        return changed(typescript`range.${identifier(rangeKeys[from.quantity])}`, changes, constant);
    }
  }

  function nameOf({ address }: Register): Code<"typescript"> {
    return identifier(names.get(address)!);
  }
}

/** The library's functions that the statements are printed with. */
export function helpersOf(statements: readonly Statement[]): Lines {
  return [...new Set(flattened(statements).flatMap((statement) => helperOf(statement) ?? []))];
}

function helperOf(statement: Statement): Code<"typescript"> | undefined {
  switch (statement.kind) {
    case "if":
      return statement.condition.kind === "buffer-is-empty" ? undefined : typescript`startsIn`;
    case "let-line-bytes":
      return typescript`decodedLineBytes`;
    case "for-lines":
      return lineHelpers[statement.lines];
    case "for-pieces":
      return typescript`bufferPieces`;
    case "let-range":
      return isRangeRead(statement) ? typescript`lineRange` : undefined;
    case "block":
    case "return":
    case "barrier":
    case "compiler-barrier":
    case "interrupts":
    case "execute":
    case "store-register":
    case "modify-register":
    case "load-register":
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
      statement.kind === "for-pieces" ||
      (statement.kind === "let-range" && isRangeRead(statement)),
  );
}

const lineHelpers: Readonly<Record<ForLines["lines"], Code<"typescript">>> = {
  all: typescript`lineAddresses`,
  edges: typescript`edgeAddresses`,
};

const interruptMethods: Readonly<Record<Interrupts["action"], Code<"typescript">>> = {
  mask: typescript`maskInterrupts`,
  restore: typescript`restoreInterrupts`,
};

function isRangeRead({ body }: LetRange): boolean {
  return flattened(body)
    .flatMap(expressionsOf)
    .some(({ from }) => from.kind === "range");
}

function size({ bytes, isRead }: LineBytes): Code<"typescript"> {
  return isRead ? typescript`lineBytes` : typescript`${bytes}`;
}

function decoded({ lineSize: { register, lowBit, bits, unitBytes } }: LetLineBytes): Code<"typescript"> {
  const read =
    typeof register === "string"
      ? typescript`readSystemRegister(${stringLiteral(register)})`
      : typescript`readRegister(${hex(register)}n, 32)`;
  return typescript`decodedLineBytes(this.machine.${read}, ${lowBit}, ${bits}, ${unitBytes})`;
}

type RegionCondition = Exclude<Condition, { kind: "buffer-is-empty" }>;

const negations: Readonly<Record<RegionCondition["kind"], Code<"typescript">>> = {
  "buffer-starts-in": typescript``,
  "buffer-starts-outside": typescript`!`,
};

/** The head of an `if` about where the buffer starts, as Biome breaks it: one about several regions in several lines. */
function head({ kind, regions }: RegionCondition): Lines {
  const opening = typescript`${negations[kind]}startsIn(buffer, [`;
  const [first, ...others] = ranges(regions);
  if (others.length === 0) return [typescript`if (${opening}${first!}])) {`];
  return [
    typescript`if (`,
    typescript`  ${opening}`,
    ...ranges(regions).map((range) => typescript`    ${range},`),
    typescript`  ])`,
    typescript`) {`,
  ];
}

function ranges(regions: readonly RegionRange[]): Lines {
  return regions.map(({ base, sizeBytes }) => typescript`[${hex(base)}n, ${hex(sizeBytes)}n]`);
}

const symbols: Readonly<Record<Change["kind"], Code<"typescript">>> = {
  subtract: typescript`-`,
  shiftRight: typescript`>>`,
  add: typescript`+`,
  or: typescript`|`,
};

function piecesOf({ lineBytes, pieces: { mostBytes, windowBytes } }: ForPieces): Lines {
  const window = windowBytes === undefined ? [] : [hex(BigInt(windowBytes))];
  return [typescript`buffer`, typescript`${lineBytes}`, hex(BigInt(mostBytes)), ...window];
}

function inBrackets(text: Code<"typescript">): Code<"typescript"> {
  return text.includes(" ") ? typescript`(${text})` : text;
}

function changed(
  start: Code<"typescript">,
  changes: readonly Change[],
  constant: (constant: Constant) => Code<"typescript">,
): Code<"typescript"> {
  return changes.reduce((text, { kind, by, called }) => {
    const number = kind === "shiftRight" ? typescript`${decimal(by)}n` : typescript`${hex(by)}n`;
    const operand = called ? inBrackets(constant({ value: by, called })) : number;
    return typescript`${inBrackets(text)} ${symbols[kind]} ${operand}`;
  }, start);
}
