// Every file of the site, from what is known of a project: pages, and what the build made for the browser.
import { layOut } from "./layout.ts";
import { chipsPage } from "./pages/chips-page.ts";
import { comparePage } from "./pages/compare-page.ts";
import { evidencePage } from "./pages/evidence-page.ts";
import { fencePages } from "./pages/fence-page.ts";
import { guidePages } from "./pages/guide-pages.ts";
import { playgroundData, playgroundPage } from "./pages/playground-page.ts";
import type { SiteFile, SiteProject } from "./project.ts";
import type { SiteTexts } from "./texts.ts";

/** @param assets styles and scripts as the build made them, by the name under which pages ask for them */
export function siteFiles(project: SiteProject, assets: readonly SiteFile[], texts: SiteTexts): SiteFile[] {
  const compare = comparePage(project);
  const fences = fencePages(project);
  const pages = [
    chipsPage(project),
    ...fences.pages,
    compare.page,
    evidencePage(project, texts),
    playgroundPage(project),
    ...guidePages(project, texts),
  ];
  return [...pages.map(layOut), ...fences.data, ...compare.files, ...playgroundData(project), ...assets];
}
