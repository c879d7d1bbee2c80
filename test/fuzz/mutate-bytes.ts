// Changes of bytes: what no YAML or JSON tree prints.
import fc from "fast-check";

export interface ByteChange {
  readonly how: keyof typeof ways;
  /** Chooses where; 0 is the start. */
  readonly at: number;
  readonly length: number;
  readonly into: number;
  readonly bytes: Uint8Array;
}

/** What means something to a reader of YAML or JSON, or is no UTF-8. */
const tokens: readonly Buffer[] = [
  ...[
    ": ",
    "- ",
    "? ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "  ",
    "#",
    " #",
    "---\n",
    "\n---\n",
    "\n...\n",
    "%YAML 1.1\n",
    "%TAG ! x\n",
  ],
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "!!str ",
    "!!binary ",
    "! ",
    "|",
    ">",
    ">-\n",
    "|2\n ",
    "<<: ",
    '"',
    "'",
    "\\",
    "`",
    "@",
  ],
  ...[
    "\\x",
    "\\u",
    "\\ud800",
    "\\U00110000",
    '"\\q"',
    "\ufeff",
    "\u0000",
    "\u001b",
    "\u0085",
    "\u2028",
    "\u202e",
    "\u00e9",
  ],
  ...[
    "null",
    "~",
    "0x",
    "1e999",
    ".nan",
    "yes",
    "=",
    "__proto__: ",
    "chip: ",
    "core: ",
    "cores: []\n",
    "*/",
    "//",
    "${",
  ],
].map((text) => Buffer.from(text));
const noUtf8: readonly Buffer[] = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xe2, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0x80],
  [0xfe, 0xff],
].map((bytes) => Buffer.from(bytes));
const pieces = [...tokens, ...noUtf8];

const splice = (text: Buffer, at: number, cut: number, put: Uint8Array): Buffer =>
  Buffer.concat([text.subarray(0, at), put, text.subarray(at + cut)]);

const ways = {
  insertToken: (text, at, { into }) => splice(text, at, 0, pieces[into % pieces.length]!),
  replaceByToken: (text, at, { into, length }) => splice(text, at, length % 8, pieces[into % pieces.length]!),
  flip: (text, at, { into }) => splice(text, at, 1, Buffer.from([(text[at] ?? 0) ^ (1 << (into % 8))])),
  insert: (text, at, { bytes }) => splice(text, at, 0, bytes),
  replace: (text, at, { bytes }) => splice(text, at, bytes.length, bytes),
  cut: (text, at, { length }) => splice(text, at, length, Buffer.alloc(0)),
  cutLine: (text, at) => {
    const end = text.indexOf(10, at);
    return splice(text, at, end === -1 ? text.length : end - at + 1, Buffer.alloc(0));
  },
  end: (text, at) => text.subarray(0, at),
  repeat: (text, at, { into, length }) =>
    splice(
      text,
      at,
      0,
      Buffer.concat(Array.from({ length: 1 + (into % 40) }, () => text.subarray(at, at + (length % 60)))),
    ),
  repeatToken: (text, at, { into, length }) =>
    splice(text, at, 0, Buffer.concat(Array.from({ length }, () => pieces[into % pieces.length]!))),
  move: (text, at, { into, length }) => splice(text, into % (text.length + 1), 0, text.subarray(at, at + length)),
  indent: (text, at, { into }) => splice(text, text.lastIndexOf(10, at) + 1, 0, Buffer.from(" ".repeat(into % 9))),
} satisfies Record<string, (text: Buffer, at: number, change: ByteChange) => Buffer>;

export const byteChanges: fc.Arbitrary<readonly ByteChange[]> = fc.array(
  fc.record({
    how: fc.constantFrom(...(Object.keys(ways) as (keyof typeof ways)[])),
    at: fc.nat(),
    length: fc.nat(300),
    into: fc.nat(),
    bytes: fc.uint8Array({ maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export function withByteChanges(text: Buffer, changes: readonly ByteChange[]): Buffer {
  return changes.reduce((current, change) => ways[change.how](current, change.at % (current.length + 1), change), text);
}
