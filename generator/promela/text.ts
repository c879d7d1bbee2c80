// How facts become comments, names become identifiers, and lists become lines of Promela.
import type { Citation } from "../model/chip.ts";
import { NotExpressed } from "./not-expressed.ts";

/** A text of a description in a comment, which it cannot end. */
export function inComment(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll("*/", "* /")
    .replaceAll("/*", "/ *")
    .replaceAll("\\", "/");
}

/** Where something was read, in brackets; empty where nowhere. */
export function cited(sources: readonly Citation[]): string {
  const texts = new Set(sources.map(({ document, place }) => [document, place].filter(Boolean).join(": ")));
  return texts.size > 0 ? ` (${[...texts].join("; ")})` : "";
}

export function comment(text: string, margin = ""): string {
  return wrapped(inComment(text), 108 - margin.length)
    .map((line, index, all) => `${margin}${index === 0 ? "/* " : " * "}${line}${index === all.length - 1 ? " */" : ""}`)
    .join("\n");
}

/** A comment of several lines, each as it is. */
export function commentBlock(lines: readonly string[], margin = ""): string {
  return [
    `${margin}/*`,
    ...lines.flatMap((line) =>
      wrapped(inComment(line), 108 - margin.length).map((each, index) =>
        `${margin} * ${index > 0 ? "    " : ""}${each}`.trimEnd(),
      ),
    ),
    `${margin} */`,
  ].join("\n");
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=\S) /)) {
    if (line !== "" && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A name made of a text: letters, digits and underscores. */
export function identifier(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "");
}

/** The word for a value of a choice. */
export function constant(text: string): string {
  return identifier(text).toUpperCase();
}

/** @throws NotExpressed where two texts have one name, and what stands for one would stand for the other */
export function refuseSameNames(named: readonly (readonly [name: string, text: string])[]): void {
  const known = new Map<string, string>();
  for (const [name, text] of named) {
    const other = known.get(name) ?? text;
    if (other !== text) throw new NotExpressed(`\`${other}\` and \`${text}\` would have one name in a model`);
    known.set(name, text);
  }
}

export function indented(text: string, margin: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : margin + line))
    .join("\n");
}

/** `a && b`, or what stands for none. */
export function allOf(conditions: readonly string[], none = "true"): string {
  return conditions.length === 0 ? none : conditions.join(" && ");
}

/** Statements on one line each. */
export function body(statements: readonly string[], margin: string): string {
  return statements.map((statement) => indented(statement, margin)).join(";\n");
}
