// The tokens of a Rust file, as the Rust reference's chapter on lexical structure has them: enough of it for what is emitted.
// Whatever is not well-formed throws.

export interface Token {
  readonly kind: "name" | "keyword" | "lifetime" | "number" | "string" | "mark" | "doc" | "comment";
  /** As it is spelled; of a string, its value. */
  readonly text: string;
}

const keywords = new Set(
  `as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref
  return self Self static struct super trait true type unsafe use where while`.split(/\s+/),
);

const forms: readonly (readonly [RegExp, (text: string) => Token | undefined])[] = [
  [/[\t\n\v\f\r \u0085\u200e\u200f\u2028\u2029]+/y, () => undefined],
  [/\/\/[/!][^\n]*/y, (text) => ({ kind: "doc", text: wellFormedComment(text) })],
  [/\/\/[^\n]*/y, (text) => ({ kind: "comment", text: wellFormedComment(text) })],
  [/"(?:[^"\\]|\\[\s\S])*"/y, (text) => ({ kind: "string", text: stringValue(text) })],
  [/'[A-Za-z_]\w*(?!')/y, (text) => ({ kind: "lifetime", text })],
  [/(?:0[xob])?[0-9][0-9A-Za-z_]*/y, (text) => ({ kind: "number", text })],
  [/[\p{XID_Start}_]\p{XID_Continue}*/uy, (text) => ({ kind: keywords.has(text) ? "keyword" : "name", text })],
  [/[-+*/%^!&|=<>@.,;:#$?~()[\]{}]/y, (text) => ({ kind: "mark", text })],
];

/** @throws where the text is no Rust */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const [end, token] = tokenAt(source, at);
    if (token) tokens.push(token);
    at = end;
  }
  return tokens;
}

function tokenAt(source: string, at: number): [end: number, token: Token | undefined] {
  if (source.startsWith("/*", at)) throw new Error("no block comment is emitted");
  for (const [form, make] of forms) {
    form.lastIndex = at;
    const match = form.exec(source);
    if (match) return [form.lastIndex, make(match[0])];
  }
  throw new Error(`no token: ${JSON.stringify(source.slice(at, at + 40))}`);
}

/** rustc refuses what reorders text, and a lone carriage return in documentation. */
function wellFormedComment(text: string): string {
  if (/[\r\u202a-\u202e\u2066-\u2069]/.test(text)) throw new Error(`not a comment: ${JSON.stringify(text)}`);
  return text;
}

/** @param literal with its quotes */
export function stringValue(literal: string): string {
  if (/[\r\n\u202a-\u202e\u2066-\u2069]|\p{Cs}/u.test(literal))
    throw new Error(`not a string: ${JSON.stringify(literal)}`);
  return literal
    .slice(1, -1)
    .replace(/\\(u\{([0-9a-f]{1,6})\}|x([0-7][0-9a-f])|[\s\S])/gi, (whole, rest, point, byte) => {
      const simple = { n: "\n", r: "\r", t: "\t", "0": "\0", "\\": "\\", "'": "'", '"': '"' }[rest as string];
      if (simple !== undefined) return simple;
      const value = Number.parseInt(point ?? byte ?? "x", 16);
      if (Number.isNaN(value) || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        throw new Error(`no escape: ${whole}`);
      return String.fromCodePoint(value);
    });
}
