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
import type { MeaningArguments } from "./meanings.ts";

/** What every part of a body is spelled with. */
export interface BodyContext {
  /** Left out, the steps are printed without their reasons. */
  readonly bibliography?: Bibliography | undefined;
  readonly names: RegisterNames;
  readonly values: ValueNames;
  readonly meanings: MeaningArguments;
  /** Of a line, in characters. */
  readonly width: number;
}

type Lines = readonly Code<"typescript">[];

/** Columns by which the statements of a method are indented. */
const methodColumn = 4;

export function printBody(blocks: readonly Block[], context: BodyContext): Lines {
  return printSteps(blocks, context).flat();
}

/** The lines of each step, one after the other the body. */
export function printSteps(
  blocks: readonly Block[],
  { bibliography, names, values, meanings, width }: BodyContext,
): readonly Lines[] {
  let masks = 0;
  return printAll(blocks);

  /** What is masked is put back whatever the machine throws in between. */
  function printAll(all: readonly Block[], column = methodColumn): Lines[] {
    const mask = all.findIndex((block) => isAction(block, "mask"));
    const restore = all.findIndex((block, index) => index > mask && isAction(block, "restore"));
    if (mask === -1 || restore === -1) return all.map((block) => print(block, column));
    const inside = (block: Block) => indented(print(block, column + 2), 2);
    return [
      ...all.slice(0, mask).map((block) => print(block, column)),
      [...print(all[mask]!, column), typescript`try {`],
      ...all.slice(mask + 1, restore).map(inside),
      [typescript`} finally {`, ...inside(all[restore]!), typescript`}`],
      ...printAll(all.slice(restore + 1), column),
    ];
  }

  function print(statement: Statement, column: number): Lines {
    switch (statement.kind) {
      case "block":
        return [
          ...(bibliography ? comment(bibliography.cited(statement.reason, statement.sources), width - 4) : []),
          ...statement.body.flatMap((each) => print(each, column)),
        ];
      case "if":
        return conditional(statement, column);
      case "return":
        return [typescript`return;`];
      case "let-line-bytes":
        return [typescript`const lineBytes = ${decoded(statement, meanings(statement))};`];
      case "for-lines":
        return [
          typescript`for (const line of ${lineHelpers[statement.lines]}(buffer, ${size(statement.lineBytes)}, ${stringLiteral(statement.firstAddress)})) {`,
          ...nested(statement.body, column),
          typescript`}`,
        ];
      case "for-pieces":
        return [
          typescript`for (const piece of bufferPieces(${join(piecesOf(statement), typescript`, `)})) {`,
          ...indented(
            statement.body.flatMap((each) => inPiece(each, column + 2)),
            2,
          ),
          typescript`}`,
        ];
      case "let-range":
        return isRangeRead(statement)
          ? [typescript`{`, ...indented(range(statement, typescript`buffer`, column + 2), 2), typescript`}`]
          : statement.body.flatMap((each) => print(each, column));
      case "barrier":
        return call(typescript`barrier`, meanings(statement), column);
      case "compiler-barrier":
        return [typescript`this.machine.compilerBarrier();`];
      case "interrupts":
        return [interrupts(statement)];
      case "execute": {
        const { instruction, takesLine } = statement;
        const address = takesLine ? typescript`line` : typescript`undefined`;
        return call(typescript`maintain`, [stringLiteral(instruction), address, ...meanings(statement)], column);
      }
      case "store-register": {
        const { register, value } = statement;
        return write(nameOf(register), expression(value), register.widthBits, meanings(statement), column);
      }
      case "modify-register": {
        const { register } = statement;
        const [read, written] = [meanings(statement, 0), meanings(statement, 1)];
        const args = join([nameOf(register), typescript`${register.widthBits}`, ...read], typescript`, `);
        const value = modified(typescript`this.machine.readRegister(${args})`, statement);
        return write(nameOf(register), value, register.widthBits, written, column);
      }
      case "load-register": {
        const { register } = statement;
        const args = [nameOf(register), typescript`${register.widthBits}`, ...meanings(statement)];
        return call(typescript`readRegister`, args, column);
      }
      case "store-address":
        return write(expression(statement.address), typescript`0n`, statement.widthBits, meanings(statement), column);
      case "wait": {
        const { register, mask, until } = statement;
        const args = [nameOf(register), constant(mask), stringLiteral(until), typescript`${register.widthBits}`];
        return call(typescript`pollRegister`, [...args, ...meanings(statement)], column);
      }
    }
  }

  /** What was masked first is put back by what that returned, also where a method does so twice. */
  function interrupts({ action }: Interrupts): Code<"typescript"> {
    if (action === "mask") masks++;
    const before = masks > 1 ? typescript`interrupts${masks}` : typescript`interrupts`;
    return action === "mask"
      ? typescript`const ${before} = this.machine.maskInterrupts();`
      : typescript`this.machine.restoreInterrupts(${before});`;
  }

  /** Steps within a step are printed without their reasons, which the Rust fence has. */
  function nested(statements: readonly Statement[], column: number): Lines {
    const inner = statements.flatMap((statement) => (statement.kind === "block" ? statement.body : [statement]));
    return indented(
      inner.flatMap((each) => print(each, column + 2)),
      2,
    );
  }

  function conditional({ condition, body }: If, column: number): Lines {
    if (condition.kind !== "buffer-is-empty") return [...head(condition), ...nested(body, column), typescript`}`];
    const leave = body.flatMap((each) => print(each, column));
    return leave.length === 1
      ? [typescript`if (buffer.lengthBytes === 0) ${leave[0]!}`]
      : [typescript`if (buffer.lengthBytes === 0) {`, ...nested(body, column), typescript`}`];
  }

  function inPiece(statement: Statement, column: number): Lines {
    return statement.kind === "let-range" ? range(statement, typescript`piece`, column) : print(statement, column);
  }

  function range({ lineBytes, body }: LetRange, of: Code<"typescript">, column: number): Lines {
    return [typescript`const range = lineRange(${of}, ${lineBytes});`, ...body.flatMap((each) => print(each, column))];
  }

  function write(
    address: Code<"typescript">,
    value: Code<"typescript">,
    widthBits: number,
    means: Lines,
    column: number,
  ): Lines {
    return call(typescript`writeRegister`, [address, value, typescript`${widthBits}`, ...means], column);
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

function isAction({ body: [first] }: Block, action: Interrupts["action"]): boolean {
  return first?.kind === "interrupts" && first.action === action;
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

const lineHelpers: Readonly<Record<ForLines["lines"], Code<"typescript">>> = {
  all: typescript`lineAddresses`,
  edges: typescript`edgeAddresses`,
};

/** A call of the machine, as Biome breaks it. */
function call(method: Code<"typescript">, args: Lines, column: number): Lines {
  const line = typescript`this.machine.${method}(${join(args, typescript`, `)});`;
  if (line.length + column <= 120) return [line];
  return [typescript`this.machine.${method}(`, ...args.map((each) => typescript`  ${each},`), typescript`);`];
}

function isRangeRead({ body }: LetRange): boolean {
  return flattened(body)
    .flatMap(expressionsOf)
    .some(({ from }) => from.kind === "range");
}

function size({ bytes, isRead }: LineBytes): Code<"typescript"> {
  return isRead ? typescript`lineBytes` : typescript`${bytes}`;
}

function decoded({ lineSize: { register } }: LetLineBytes, question: Lines) {
  const asks = join(question, typescript`, `);
  const read =
    typeof register === "string"
      ? typescript`readSystemRegister(${stringLiteral(register)}, ${asks})`
      : typescript`readRegister(${hex(register)}n, 32, ${asks})`;
  return typescript`decodedLineBytes(this.machine.${read}, ${asks})`;
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
