// SVG as text: elements whose texts and attributes are escaped here and nowhere else, and how wide a text is.
import { replaceUnseen } from "../diagnostics/characters.ts";

/** What `element` or `raw` made: never a text of somebody else's. */
export type Svg = string & { readonly svg: unique symbol };

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function element(name: string, attributes: Attributes, ...children: readonly Svg[]): Svg {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(typeof value === "number" ? rounded(value) : value)}"`],
  );
  const inner = children.join("");
  return `<${name}${written.join("")}${inner === "" ? "/>" : `>${inner}</${name}>`}` as Svg;
}

/** As a file, or as a part of a page: it ends with a line of its own. */
export function finishedSvg(svg: Svg): Svg {
  return `${svg}\n` as Svg;
}

/** A text between tags. */
export function words(text: string): Svg {
  return escaped(text) as Svg;
}

/** Characters that XML cannot hold, and those that nobody would see or that turn text around, are shown as a box. Lines stay lines. */
export function escaped(text: string): string {
  return text
    .split("\n")
    .map((line) => replaceUnseen(line, () => "\u25a1"))
    .join("\n")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The same number on every machine, and no longer than can be seen. */
function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** About how wide a text is, rather too wide, in the fonts that pictures name. */
export function textWidth(text: string, fontSize: number, isMono = false): number {
  const ems = [...text].reduce((sum, character) => sum + (isMono ? monoEms(character) : emsOf(character)), 0);
  return ems * fontSize;
}

function monoEms(character: string): number {
  return character > "\u2fff" ? 1.1 : 0.62;
}

function emsOf(character: string): number {
  if (character > "\u2fff") return 1.1;
  if (/[ijl.,:;'|!()[\]I ]/.test(character)) return 0.33;
  if (/[mwMW@%\u2014\u2026]/.test(character)) return 0.95;
  if (/[A-Z0-9_]/.test(character)) return 0.68;
  return /[\x20-\x7e]/.test(character) ? 0.58 : 1;
}

/** The text, or as much of it as there is room for. */
export function fitted(text: string, width: number, fontSize: number, isMono = false): string {
  if (textWidth(text, fontSize, isMono) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join("")}\u2026`, fontSize, isMono) > width) characters.pop();
  return `${characters.join("").trimEnd()}\u2026`;
}

/** The text in lines that are no wider, broken at spaces. */
export function brokenInto(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(fitted(word, width, fontSize));
  }
  return lines;
}
