// What every page has around its content.
import type { Code } from "../render/code.ts";
import { html, htmlPath, htmlText } from "../render/html.ts";
import { renderTemplate } from "../render/render.ts";
import type { SiteFile } from "./project.ts";

export interface Page {
  /** Relative to the site's folder. */
  readonly path: string;
  readonly title: string;
  readonly content: Code<"html">;
  /** Relative to the site's folder, in the order in which they run. */
  readonly scripts: readonly string[];
}

const sections = [
  { title: "Chips", path: "index.html", below: "fence/" },
  { title: "Playground", path: "playground.html" },
  { title: "Compare", path: "compare.html" },
  { title: "Evidence", path: "evidence.html" },
  { title: "Guide", path: "guide/index.html", below: "guide/" },
] as const;

export function layOut({ path, title, content, scripts }: Page): SiteFile {
  const up = htmlPath("../".repeat(path.split("/").length - 1));
  const text = renderTemplate("site/page", {
    title: htmlText(`${title} · fencegen`),
    up,
    nav: sections.map((section) => ({
      path: htmlPath(section.path),
      title: htmlText(section.title),
      current:
        section.path === path
          ? html` aria-current="page"`
          : "below" in section && path.startsWith(section.below)
            ? html` aria-current="true"`
            : html``,
    })),
    content,
    footer: html`<a href="${up}guide/signs-and-limits.html">What the signs mean, and what is not proved</a>`,
    scripts: ["common.js", ...scripts].map((script) => ({ path: htmlPath(script) })),
  });
  return { path, content: text };
}
