// Two fences side by side. Which two are chosen in the browser: the pairs are too many to be written down.
import { visibleJson } from "../../diagnostics/characters.ts";
import { html, htmlJoin, htmlPath, htmlText } from "../../render/html.ts";
import { renderTemplate } from "../../render/render.ts";
import { type ComparedFence, comparedOf } from "../compared.ts";
import type { Page } from "../layout.ts";
import type { SiteFile, SiteProject } from "../project.ts";

const data = "compare-data.js";

export function comparePage(project: SiteProject): { readonly page: Page; readonly files: readonly SiteFile[] } {
  const compared = comparedOf(project);
  const { fences } = compared;
  const chipOf = ({ chip }: ComparedFence) => project.chips[chip]!;
  const content = renderTemplate("site/compare", {
    heading: htmlText(fences.length > 2 ? `Compare ${fences.length} fences, two at a time` : "Compare fences"),
    options: htmlJoin(
      project.chips.flatMap(({ row, fences: own }) => {
        const options = own.map(
          ({ plan: { name } }) => html`<option value="${htmlText(name)}">${htmlText(name)}</option>`,
        );
        return own.length === 0 ? [] : [html`<optgroup label="${htmlText(row.title)}">${htmlJoin(options)}</optgroup>`];
      }),
    ),
    rows: fences.map((fence) => ({
      chip: htmlText(fence.title),
      name: htmlText(fence.told.name),
      path: htmlPath(fence.path),
      release: html`${fence.told.release.length}`,
      acquire: html`${fence.told.acquire.length}`,
      promises: html`${fence.told.promises.length}`,
      mechanisms: htmlText(chipOf(fence).row.mechanisms.join(", ") || "only barriers"),
    })),
  });
  const text = visibleJson(JSON.stringify(compared));
  return {
    page: { path: "compare.html", title: "Compare", content, scripts: [data, "compare.js"] },
    files: [{ path: data, content: `globalThis.fencegenCompared=${text};\n` }],
  };
}
