// The playground: a chip is described in the browser, and planned, printed and proved there by the same code as by the command.
import { htmlText } from "../../render/html.ts";
import { renderTemplate } from "../../render/render.ts";
import type { Page } from "../layout.ts";
import type { SiteFile, SiteProject } from "../project.ts";

const tabs = [
  { id: "plan", title: "Plan" },
  { id: "rust", title: "Rust" },
  { id: "typescript", title: "TypeScript" },
  { id: "proof", title: "Proof" },
  { id: "diff", title: "Diff" },
] as const;

const folder = "playground";

export function playgroundPage({ chips }: SiteProject): Page {
  const content = renderTemplate("site/playground", {
    chips: chips.map(({ row }) => ({ id: htmlText(row.id), title: htmlText(row.title) })),
    tabs: tabs.map(({ id, title }, index) => ({
      id: htmlText(id),
      title: htmlText(title),
      selected: htmlText(String(index === 0)),
      order: htmlText(index === 0 ? "0" : "-1"),
    })),
  });
  const scripts = ["core.js", `${folder}/project/descriptions.js`, "playground.js"];
  return { path: "playground.html", title: "Playground", content, scripts };
}

/** What the playground asks for: the project's descriptions, and each chip's text by itself. From the disk, pages load nothing but scripts. */
export function playgroundData({ chips, playground }: SiteProject): SiteFile[] {
  return [
    // No chip has this name: there is a slash in it.
    {
      path: `${folder}/project/descriptions.js`,
      content: `globalThis.fencegenProject = ${JSON.stringify(playground)};\n`,
    },
    ...chips.map(({ row, description }) => {
      const [id, text] = [JSON.stringify(row.id), JSON.stringify(description.text)];
      const content = `globalThis.fencegenChips = { ...globalThis.fencegenChips, ${id}: ${text} };\n`;
      return { path: `${folder}/${row.id}.js`, content };
    }),
  ];
}
