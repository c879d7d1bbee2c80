// A page that stands alone, for an artefact of a workflow: its styles are in it, nothing is loaded and no script runs. Whatever is from a
// description or a driver is text there and nothing else.
import type { Code } from "../render/code.ts";
import { html, htmlJoin, htmlLines, htmlText } from "../render/html.ts";
import { renderTemplate } from "../render/render.ts";
import type { Level } from "./finding.ts";

type Html = Code<"html">;

export interface HtmlReport {
  readonly title: string;
  /** What was found, in a sentence. */
  readonly lead: string;
  readonly sections: readonly Html[];
}

export function htmlReport({ title, lead, sections }: HtmlReport): string {
  return renderTemplate("report/page", {
    title: htmlText(title),
    lead: htmlProse(lead),
    content: htmlJoin(sections, html`\n`),
  });
}

/** @returns nothing where there is nothing to say */
export function htmlSection(title: string, parts: readonly Html[]): Html[] {
  return parts.length === 0
    ? []
    : [html`<section>\n<h2>${htmlText(title)}</h2>\n${htmlJoin(parts, html`\n`)}\n</section>`];
}

/** A sentence, in which backticks hold code. */
export function htmlProse(text: string): Html {
  const parts = text.split("`");
  // One that is left over is what it is.
  if (parts.length % 2 === 0) return htmlText(text);
  return htmlJoin(
    parts.map((part, index) => (index % 2 === 0 ? htmlText(part) : html`<code>${htmlText(part)}</code>`)),
  );
}

export function htmlParagraph(text: string): Html {
  return html`<p>${htmlProse(text)}</p>`;
}

/** @returns nothing for no items */
export function htmlList(items: readonly Html[]): Html[] {
  return items.length === 0
    ? []
    : [
        html`<ul>\n${htmlJoin(
          items.map((item) => html`<li>${item}</li>`),
          html`\n`,
        )}\n</ul>`,
      ];
}

const signs: Readonly<Record<Level, string>> = { error: "\u2715", warning: "\u25b2", notice: "\u25cf" };

/** A word with a sign before it, so that bad ones are seen among many, whoever looks. */
export function htmlMarked(level: Level, word: string): Html {
  return html`<span class="verdict ${htmlText(level)}"><span class="sign" aria-hidden="true">${htmlText(signs[level])}</span>${htmlText(word)}</span>`;
}

/** @param what the table is, for whoever does not see it */
export function htmlTable(
  what: string,
  titles: readonly string[],
  rows: readonly (readonly Html[])[],
  className: "" | "events" = "",
): Html {
  const head = titles.map((title) =>
    title === "" ? html`<td class="nr"></td>` : html`<th scope="col">${htmlText(title)}</th>`,
  );
  const body = rows.map((cells) => html`<tr>${htmlJoin(cells.map((cell) => html`<td>${cell}</td>`))}</tr>`);
  const table = html`<table${className === "" ? html`` : html` class="${htmlText(className)}"`}>\n<thead><tr>${htmlJoin(head)}</tr></thead>\n<tbody>\n${htmlJoin(body, html`\n`)}\n</tbody>\n</table>`;
  return htmlScrolled(what, table);
}

/** What may be wider than the window. */
function htmlScrolled(what: string, content: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${htmlText(what)}" tabindex="0">${content}</div>`;
}

/** @param picture such as `htmlSvg` makes */
export function htmlFigure(what: string, picture: Html): Html {
  return htmlScrolled(what, picture);
}

/** An address as a link; a path, which leads nowhere from a page that stands alone, as code. */
export function htmlAddress(link: string): Html {
  return /^https?:/.test(link)
    ? html`<a href="${htmlText(link)}">${htmlText(link)}</a>`
    : html`<code>${htmlText(link)}</code>`;
}

/** A part that is opened with a click. */
export function htmlDetails(summary: string, parts: readonly Html[]): Html[] {
  return parts.length === 0
    ? []
    : [html`<details>\n<summary>${htmlText(summary)}</summary>\n${htmlJoin(parts, html`\n`)}\n</details>`];
}

/** Lines as they are. */
export function htmlBlock(what: string, lines: readonly Html[]): Html {
  return htmlScrolled(what, html`<pre>${htmlJoin(lines, html`\n`)}</pre>`);
}

/** Lines of a textual difference. */
export function htmlDiffLines(lines: readonly string[]): Html[] {
  return lines.map((line) => {
    const text = htmlLines(line.replaceAll("\n", " "));
    if (line.startsWith("+")) return html`<span class="came">${text}</span>`;
    return line.startsWith("-") ? html`<span class="went">${text}</span>` : text;
  });
}
