// XML, read as a stream: what is kept at any time is the way from the root to where the reader is. Entities are those of XML itself;
// one that a file declares is not known, so that none expands.
import { SaxesParser } from "saxes";
import { visible } from "../diagnostics/characters.ts";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { excerptAround, type Place } from "../diagnostics/excerpt.ts";

/** Of one file: the largest SVD files have some 30 MB. */
export const mostXmlBytes = 64 * 1024 * 1024;
const mostLevels = 64;
/** Of the text of an element that is looked at, in units of UTF-16. */
const mostTextLength = 4000;
const mostAttributes = 64;
/** How much the parser gets at a time. */
const chunkBytes = 64 * 1024;

export interface XmlReader {
  /**
   * Names of elements from the root to this one, and its attributes.
   *
   * @returns what the file has too much of, which ends the reading
   */
  open(path: readonly string[], attributes: Readonly<Record<string, string>>, line: number): string | undefined;
  /** With the text of the element itself, without blanks around it. */
  close(path: readonly string[], text: string, line: number): void;
}

/** Ends the reading of one file; never leaves this file. */
class Stopped extends Error {}

/** @returns whether the file is well-formed to its end; what is wrong is reported */
export function readXml(bytes: Uint8Array, path: string, reader: XmlReader, diagnostics: Diagnostics): boolean {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: { readonly name: string; text: string }[] = [];
  let names: readonly string[] = [];
  const stop = (code: "witness/malformed" | "witness/beyond-limit", message: string): never => {
    const { line, column } = parser;
    diagnostics.report(code, { message, path, ...placeInText(bytes, line, column + 1) });
    throw new Stopped();
  };
  parser.on("error", ({ message }) =>
    stop("witness/malformed", `is no well-formed XML: ${message.replace(/^\d+:\d+: /, "")}`),
  );
  let attributesSeen = 0;
  parser.on("opentagstart", () => {
    attributesSeen = 0;
    if (open.length >= mostLevels) stop("witness/beyond-limit", `is nested more than ${mostLevels} levels deep`);
  });
  parser.on("attribute", () => {
    attributesSeen += 1;
    if (attributesSeen > mostAttributes)
      stop("witness/beyond-limit", `has an element of more than ${mostAttributes} attributes`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    open.push({ name, text: "" });
    names = [...names, name];
    const tooMuch = reader.open(names, attributes as Readonly<Record<string, string>>, parser.line);
    if (tooMuch !== undefined) stop("witness/beyond-limit", tooMuch);
  });
  const add = (text: string) => {
    const element = open.at(-1);
    if (element && element.text.length < mostTextLength) element.text += text.slice(0, mostTextLength);
  };
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => {
    const element = open.pop();
    if (element) reader.close(names, element.text.trim(), parser.line);
    names = names.slice(0, -1);
  });
  // Descriptions hold bytes of other encodings; names and numbers do not.
  const decoder = new TextDecoder();
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const isLast = at + chunkBytes >= bytes.length;
      parser.write(decoder.decode(bytes.subarray(at, at + chunkBytes), { stream: !isLast }));
    }
    parser.close();
    return true;
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return false;
  }
}

/** What stands at a line and column, both from 1 on. A line ends as XML says: by CR, LF, or both. */
export function placeInText(bytes: Uint8Array, line: number, column: number): Place {
  const [cr, lf] = [13, 10];
  let start = 0;
  const endFrom = (from: number) => {
    let end = from;
    while (end < bytes.length && bytes[end] !== cr && bytes[end] !== lf) end += 1;
    return end;
  };
  for (let number = 1; number < line; number += 1) {
    const end = endFrom(start);
    start = end + (bytes[end] === cr && bytes[end + 1] === lf ? 2 : 1);
  }
  const text = new TextDecoder().decode(bytes.subarray(start, endFrom(start)));
  const range = { start: { line, column }, end: { line, column: column + 1 } };
  return { range, ...excerptAround(text, column - 1) };
}

/** A number as SVD files and packs write it; undefined where it is none that 64 bits hold. */
export function numberIn(text: string | undefined): bigint | undefined {
  const plain = text?.trim().toLowerCase().replace(/_/g, "") ?? "";
  const binary = /^(?:0b|#)([01]{1,64})$/.exec(plain)?.[1];
  if (binary !== undefined) return BigInt(`0b${binary}`);
  if (!/^(?:0x[0-9a-f]{1,16}|\d{1,19})u?l?$/.test(plain)) return undefined;
  const value = BigInt(plain.replace(/[ul]+$/, ""));
  return value < 1n << 64n ? value : undefined;
}

/** What was to be a number, as far as it helps to find it. */
export function shownNumber(text: string): string {
  return `\`${visible(text.length > 40 ? `${text.slice(0, 40)}…` : text)}\``;
}
