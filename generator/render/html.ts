// What may stand in a page: text stays text, in an element and in a quoted attribute alike. HTML, 13.2.5 Tokenization.
import { visible } from "../diagnostics/characters.ts";
import type { Svg } from "../picture/svg.ts";
import { type Code, encoded, join, tag } from "./code.ts";

export const html = tag<"html">();

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text without markup. What nobody would see, such as a character that turns the direction of text, is spelt out. */
export function htmlText(text: string): Code<"html"> {
  return encoded(visible(text.replace(/\s+/g, " ")).replace(/[&<>"']/g, (character) => entities[character]!));
}

/** Text of several lines, as in a listing. */
export function htmlLines(text: string): Code<"html"> {
  return join(text.split("\n").map(htmlCode), html`\n`);
}

function htmlCode(line: string): Code<"html"> {
  return encoded(visible(line.replaceAll("\t", "    ")).replace(/[&<>"']/g, (character) => entities[character]!));
}

/** What the build made of the guide's Markdown. It is HTML already, and no text of a project is in it. */
export function htmlOfGuide(text: string): Code<"html"> {
  return encoded(text);
}

/** A path within the site, relative to the page, as the value of an attribute. */
export function htmlPath(path: string): Code<"html"> {
  const parts = path.split(/([/#?=&])/).map((part, index) => (index % 2 === 0 ? encodeURIComponent(part) : part));
  return htmlText(parts.join(""));
}

/** A picture of `picture/`, whose texts and attributes are escaped there. Its identifiers are unique where its prefix is. */
export function htmlSvg(svg: Svg): Code<"html"> {
  return encoded(svg.trim());
}

export function htmlJoin(parts: readonly Code<"html">[], separator: Code<"html"> = html``): Code<"html"> {
  return join(parts, separator);
}
