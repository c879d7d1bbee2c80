// What may stand in the Markdown tables of chips, as GitHub reads them: text stays text, and a cell one cell.
import { type Code, encoded, join, tag } from "./code.ts";
import { oneLine } from "./text.ts";

export const markdown = tag<"markdown">();

/** Text without structure: no link, span, HTML, and no cell but its own. */
export function markdownText(text: string): Code<"markdown"> {
  return encoded(
    oneLine(text)
      .trim()
      .replace(
        /[\\`*[\]<>&~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/)|(?<=^|[^A-Za-z0-9])@|(?<=\bwww)\./gi,
        "\\$&",
      )
      // Not every parser sees whether the backslash before a bar is escaped itself.
      .replaceAll("|", "&#124;"),
  );
}

/** A span of code. What would end it or the cell is not in it. */
export function codeSpan(text: string): Code<"markdown"> {
  return encoded(
    `\`${
      oneLine(text)
        .replace(/[`|\\]/g, "?")
        .trim() || "?"
    }\``,
  );
}

/** A link to a file. */
export function link(text: string, path: string): Code<"markdown"> {
  const target = path.replace(/[^A-Za-z0-9._~/-]+/g, (characters) => percentEncoded(characters));
  return markdown`[${markdownText(text)}](${encoded<"markdown">(target)})`;
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
}

export function tableRow(cells: readonly Code<"markdown">[]): Code<"markdown"> {
  return markdown`| ${join(cells, markdown` | `)} |`;
}
