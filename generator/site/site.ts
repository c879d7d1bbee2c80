// Every file of the site, from what is known of a project: pages, and what the build made for the browser.
import { layOut } from "./layout.ts";
import { chipsPage } from "./pages/chips-page.ts";
import { fencePages } from "./pages/fence-page.ts";
import type { SiteFile, SiteProject } from "./project.ts";

/** @param assets styles and scripts as the build made them, by the name under which pages ask for them */
export function siteFiles(project: SiteProject, assets: readonly SiteFile[]): SiteFile[] {
  const fences = fencePages(project);
  const pages = [chipsPage(project), ...fences.pages];
  return [...pages.map(layOut), ...fences.data, ...assets];
}
