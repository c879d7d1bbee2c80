// Lists chips in a project's settings, and leaves the rest of the file as it is, to the last comment.
import { type Document, isScalar, isSeq, parseDocument } from "yaml";

/**
 * The text of a `.fencegen.yaml` without errors that has these ids under `shipped` beside those that it lists already.
 * @param text undefined where there is no file
 */
export function withShippedChips(text: string | undefined, ids: readonly string[]): string {
  if (text === undefined) return `shipped: [${ids.join(", ")}]\n`;
  const wanted: Document = parseDocument(text);
  // A document that says nothing, or `null`, holds no map to put anything into.
  if (isScalar(wanted.contents) && wanted.contents.value === null) {
    const { commentBefore, comment } = wanted.contents;
    wanted.contents = wanted.createNode({});
    wanted.contents.commentBefore = commentBefore ?? comment ?? null;
  }
  for (const id of ids) {
    if (isSeq(wanted.get("shipped"))) wanted.addIn(["shipped"], id);
    else wanted.set("shipped", wanted.createNode([id], { flow: true }));
  }
  // A document that is printed anew has other blanks and breaks. Where a few characters more say the same, nothing else changes.
  const inserted = insertedInto(text, parseDocument(text), ids);
  return saysTheSame(inserted, wanted) ? inserted : wanted.toString({ lineWidth: 0 });
}

/** The text with the ids put in where they most likely belong. */
function insertedInto(text: string, document: Document, ids: readonly string[]): string {
  const list = document.get("shipped");
  if (!isSeq(list)) return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}shipped: [${ids.join(", ")}]\n`;
  const last = list.items.at(-1) as { readonly range?: readonly [number, number, number] } | undefined;
  if (list.flow) {
    const [start, end] = list.range!;
    if (/^\[\s*\]$/.test(text.slice(start, end))) return `${text.slice(0, start)}[${ids.join(", ")}]${text.slice(end)}`;
    const behind = last?.range?.[1] ?? start + 1;
    return `${text.slice(0, behind)}${last ? ", " : ""}${ids.join(", ")}${text.slice(behind)}`;
  }
  const end = last?.range?.[1] ?? text.length;
  const start = last?.range?.[0] ?? text.length;
  const indent = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const lineEnd = text.indexOf("\n", end) === -1 ? text.length : text.indexOf("\n", end);
  return `${text.slice(0, lineEnd)}${ids.map((id) => `\n${indent}${id}`).join("")}${text.slice(lineEnd)}`;
}

function saysTheSame(text: string, wanted: Document): boolean {
  const document = parseDocument(text);
  return document.errors.length === 0 && JSON.stringify(document.toJS()) === JSON.stringify(wanted.toJS());
}
