// The guide: prose that the build made of Markdown, and pages that follow from tables of the code.
import { html, htmlOfGuide, htmlPath } from "../../render/html.ts";
import { renderTemplate } from "../../render/render.ts";
import type { GuideContent } from "../guide-content.ts";
import type { Page } from "../layout.ts";
import { fencePath, type SiteProject } from "../project.ts";
import type { SiteTexts } from "../texts.ts";
import { codesOfGuide } from "./codes-page.ts";
import { limitsOfGuide } from "./limits-page.ts";

export function guidePages(project: SiteProject, { guide, examples }: SiteTexts): Page[] {
  const fences = new Set(project.chips.flatMap((chip) => chip.fences.map(({ plan }) => fencePath(plan.name))));
  const prose = guide.map(({ name, title, sections, content }) => ({
    name,
    title: htmlOfGuide(title),
    titleText: textOf(title),
    sections: sections.map((section) => ({ id: htmlOfGuide(section.id), title: htmlOfGuide(section.title) })),
    content: htmlOfGuide(withLongLines(withLinksTo(fences, content))),
  }));
  const all = [...prose, codesOfGuide(examples), limitsOfGuide()];
  return all.map((page) => guidePage(page, all));
}

function guidePage({ name, title, titleText, sections, content }: GuideContent, all: readonly GuideContent[]): Page {
  return {
    path: `guide/${name}.html`,
    title: titleText,
    content: renderTemplate("site/guide", {
      title,
      pages: all.map((page) => ({
        path: htmlPath(`${page.name}.html`),
        title: page.title,
        current: page.name === name ? html` aria-current="page"` : html``,
      })),
      // A page of few parts is seen at a glance.
      contents: sections.length < 4 ? [] : [{ sections }],
      content,
    }),
    scripts: [],
  };
}

/** Prose shows fences of shipped chips. A project that does not have one has the words without the link. */
function withLinksTo(fences: ReadonlySet<string>, content: string): string {
  return content.replace(/<a href="\.\.\/(fence\/[^"#]+)[^"]*">(.*?)<\/a>/g, (link, path: string, words: string) =>
    fences.has(path) ? link : words,
  );
}

/** No line of code is as long: it is a sentence that a command prints, to be read without moving it aside. */
const longestOfCode = 130;

function withLongLines(content: string): string {
  return content.replace(
    /(<pre\b[^>]*><code>)(.*?)(<\/code><\/pre>)/gs,
    (_, start: string, lines: string, end: string) => {
      const marked = lines
        .split("\n")
        .map((line) => (textOf(line).length > longestOfCode ? `<span class="long-line">${line}</span>` : line));
      return `${start}${marked.join("\n")}${end}`;
    },
  );
}

/** Of a title, which holds no more than code and emphasis. */
function textOf(title: string): string {
  return title.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
