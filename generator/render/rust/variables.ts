// The variables of a method's body in Rust: what loops count down, what range commands take, and the loop over the pieces
// of a buffer that is longer than what a command takes.
import type { Assembly } from "../../model/chip.ts";
import {
  expressionsOf,
  type ForLines,
  type ForPieces,
  flattened,
  type LetRange,
  type Statement,
} from "../../program/statement.ts";
import { type Code, hexInCapitals } from "../code.ts";
import { endsAtLastLine, sizeName } from "./assembly.ts";
import { comment, rust } from "./encode.ts";
import { assigned } from "./lines.ts";
import { rangeVariable } from "./operands.ts";

type Lines = readonly Code<"rust">[];

/** A buffer, or a piece of it: where it starts, and how long it is. */
export interface Extent {
  readonly what: "buffer" | "piece";
  readonly address: Code<"rust">;
  readonly bytes: Code<"rust">;
}

/** Local variables for where loops end and what range commands take, each once. @param width of a line */
export function variables(statements: readonly Statement[], extent: Extent, assembly: Assembly, width: number): Lines {
  const declared = new Map<string, Lines>();
  for (const { note, name, value } of flattened(statements).flatMap((each) => variablesOf(each, extent, assembly)))
    if (!declared.has(name))
      declared.set(name, [...comment(note, width), ...assigned(rust`let ${name} =`, [rust`${value};`], width)]);
  return [...declared.values()].flat();
}

/** The loop over the pieces of a buffer, and the variables of one piece. @param width of a line */
export function pieceLoop(
  { lineBytes, pieces: { mostBytes, windowBytes }, body }: ForPieces,
  assembly: Assembly,
  width: number,
) {
  const room = rust`${hexInCapitals(BigInt(mostBytes))} - (piece & ${lineBytes - 1})`;
  const window = windowBytes === undefined ? undefined : hexInCapitals(BigInt(windowBytes));
  const lastOfWindow = window && hexInCapitals(BigInt(windowBytes! - 1));
  const note = `One command takes at most ${mostBytes} bytes of whole lines${windowBytes === undefined ? "" : `, and crosses no multiple of ${windowBytes}`}: a longer buffer takes several.`;
  const piece: Extent = { what: "piece", address: rust`piece`, bytes: rust`piece_bytes` };
  return {
    head: [
      ...comment(note, width),
      rust`let mut piece = start.addr();`,
      rust`let mut remaining_bytes = bytes;`,
      rust`while remaining_bytes > 0 {`,
    ],
    body: [
      rust`let piece_bytes = remaining_bytes.min(${room});`,
      ...(window ? [rust`let piece_bytes = piece_bytes.min(${window} - (piece & ${lastOfWindow!}));`] : []),
      ...variables(body, piece, assembly, width - 4),
    ],
    tail: [
      rust`piece = piece.wrapping_add(piece_bytes);`,
      rust`remaining_bytes = remaining_bytes.wrapping_sub(piece_bytes);`,
    ],
  };
}

interface Variable {
  readonly note: string;
  readonly name: Code<"rust">;
  readonly value: Code<"rust">;
}

function variablesOf(statement: Statement, extent: Extent, assembly: Assembly): Variable[] {
  if (statement.kind === "for-lines") return loopVariables(statement, assembly);
  return statement.kind === "let-range" ? rangeVariables(statement, extent) : [];
}

function loopVariables({ lines, lineBytes, firstAddress }: ForLines, assembly: Assembly): Variable[] {
  const size = sizeName(lineBytes);
  const lowBits = lineBytes.isRead ? rust`(line_bytes - 1)` : rust`${lineBytes.bytes - 1}`;
  const lastByte = rust`start.wrapping_add(bytes.wrapping_sub(1))`;
  const span = {
    note: "From the start of the first line to the end of the buffer.",
    name: rust`span_${size}`,
    value: rust`bytes.wrapping_add(start.addr() & ${lowBits})`,
  };
  const lastStart = {
    note: "The start of the last line, which may be the first.",
    name: rust`last_${size}`,
    value: rust`${lastByte}.addr() & !${lowBits}`,
  };
  const first = {
    note: "The start of the first line.",
    name: rust`line_${size}`,
    value: rust`start.map_addr(|address| address & !${lowBits})`,
  };
  const last = {
    note: "The last line, which may be the first.",
    name: rust`last_line_${size}`,
    value: firstAddress === "line-aligned" ? rust`last_byte.map_addr(|address| address & !${lowBits})` : lastByte,
  };
  const end = { note: "The last byte of the buffer.", name: rust`last_byte`, value: lastByte };
  return [
    ...(lines === "all" ? [endsAtLastLine(lineBytes, assembly) ? lastStart : span] : []),
    ...(firstAddress === "line-aligned" ? [first] : []),
    ...(lines === "edges" ? [...(firstAddress === "line-aligned" ? [end] : []), last] : []),
  ];
}

function rangeVariables({ lineBytes, body }: LetRange, { what, address, bytes: length }: Extent): Variable[] {
  const mask = lineBytes - 1;
  const used = new Set(
    flattened(body)
      .flatMap(expressionsOf)
      .flatMap(({ from }) => (from.kind === "range" ? [from.quantity] : [])),
  );
  const counts = used.has("size-bytes") || used.has("size-lines");
  const name = (quantity: Parameters<typeof rangeVariable>[0]["quantity"]) =>
    rangeVariable({ kind: "range", quantity, lineBytes });
  const [first, bytes] = [name("first-line"), name("size-bytes")];
  return [
    ...(used.has("first-line") || counts
      ? [{ note: "Start of the first line.", name: first, value: rust`${address} & !${mask}` }]
      : []),
    ...(used.has("last-byte")
      ? [
          {
            note: `Last byte of the ${what}; the command takes it inclusive.`,
            name: name("last-byte"),
            value: rust`${address}.wrapping_add(${length}.wrapping_sub(1))`,
          },
        ]
      : []),
    ...(used.has("end")
      ? [
          {
            note: "End of the last line; 0 where that is the top of the address space.",
            name: name("end"),
            value: rust`(${address}.wrapping_add(${length}.wrapping_sub(1)) | ${mask}).wrapping_add(1)`,
          },
        ]
      : []),
    ...(counts
      ? [
          {
            note: `Bytes of all lines that the ${what} touches.`,
            name: bytes,
            value: rust`(${address} & ${mask}).wrapping_add(${length}).wrapping_add(${mask}) & !${mask}`,
          },
        ]
      : []),
    ...(used.has("size-lines")
      ? [{ note: "The same, in lines.", name: name("size-lines"), value: rust`${bytes} / ${lineBytes}` }]
      : []),
  ];
}
