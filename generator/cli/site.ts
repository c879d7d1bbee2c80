import { join } from "node:path";
import { readExamples } from "../load/read-examples.ts";
import { readCosts, readSiteAssets, readSiteTexts } from "../load/read-site-assets.ts";
import { shippedValue } from "../load/shipped.ts";
import type { Architecture } from "../model/chip.ts";
import { architectures } from "../pipeline.ts";
import { coreOf } from "../plan/plan-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { chipFacts } from "../provenance/chip-facts.ts";
import { playgroundProject } from "../site/playground/playground-project.ts";
import type { SiteChip, SiteProject } from "../site/project.ts";
import { siteFiles } from "../site/site.ts";
import type { SiteTexts } from "../site/texts.ts";
import { judgeHere } from "../verifier/judge.ts";
import { wantedFile } from "../write/output-set.ts";
import { type Command, type Environment, logDiagnostics, printJson } from "./environment.ts";
import { bringUpToDate, compareWith, logWritten, shownOutput, writtenFiles } from "./generate.ts";
import { distinctFences, judgeFences } from "./judge-fences.ts";
import { loadFor, surveyFor } from "./run-pipeline.ts";

export const site: Command = {
  name: "site",
  arguments: "",
  summary: "write a static site that shows the chips, and each fence at work",
  details: [
    "Open index.html in a browser: it works from the disk and from any file server, without a network. Every fence is verified for it;",
    "verdicts that are kept are taken from there. Only files that change are written, all of them or none; what an earlier run",
    "wrote and this one does not is removed, and a file edited by hand is named and nothing is written.",
  ],
  options: ["chips", "out", "force", "json"],
  defaultOut: "out/site",
  examples: [
    ["fencegen site", "out/site/index.html"],
    ["fencegen site --out public", "into another folder"],
  ],
  positionals: [0, 0],
  async run(_, options, environment) {
    const { project, render } = surveyFor({ ids: [] }, options, environment);
    const { diagnostics } = project;
    const chips = await chipsOf(project, environment);
    const isUsed = ({ id }: Architecture) => chips.some(({ row }) => row.isa.includes(id));
    const loaded = loadFor(options, environment);
    const described = architectures(loaded).filter(isUsed);
    const assets = readSiteAssets(join(environment.packageFolder, "dist/site"));
    const playground = playgroundProject(loaded, render);
    const costs = readCosts(join(environment.packageFolder, "dist")) as SiteProject["costs"];
    const known = { chips, architectures: described, playground, costs };
    const files = siteFiles(known, assets, textsOf(environment)).map(wantedFile);
    const wanted = { chips: [{ id: "site", files }], others: [], shared: () => [], partsOf: () => ({}) };
    const compare = () => compareWith(wanted, diagnostics, options, environment);
    const updated = await bringUpToDate({ compare, outside: [], diagnostics }, options, environment);
    const problems = diagnostics.sorted();
    const changes = writtenFiles(updated, options, environment);
    const opened = shownOutput("index.html", options, environment);
    if (options.json) printJson({ opened, changes: changes ?? [], diagnostics: problems }, environment);
    else {
      logDiagnostics(problems, environment);
      logWritten(updated, options, environment);
      if (changes) environment.log(`Open ${opened} in a browser.`);
    }
    return changes ? 0 : 1;
  },
};

function textsOf({ packageFolder }: Environment): SiteTexts {
  const dist = join(packageFolder, "dist");
  return { ...(readSiteTexts(dist) as Omit<SiteTexts, "examples">), examples: readExamples(dist) };
}

/** Everything that pages say of the chips that have no errors. */
async function chipsOf(project: ProjectChips, { host, onlooker, paint }: Environment): Promise<SiteChip[]> {
  const distinct = distinctFences(project, new Map());
  const judge = host.judge?.(undefined) ?? judgeHere;
  const judged = await judgeFences([...distinct.values()], judge, host.verdicts, { onlooker, paint });
  return project.chips.map(({ id, row, coverage, fences: known }) => {
    const { planned, files, file } = project.detailsOf(id);
    return {
      row,
      chip: planned.chip,
      facts: chipFacts(planned),
      coverage,
      files,
      isShipped: shippedValue(`chips/${id}.yaml`, file.text) !== undefined,
      description: { path: file.path, text: file.text },
      fences: planned.fences.map((plan, index) => {
        const { planKey } = known[index]!;
        const first = distinct.get(planKey)!;
        return {
          plan,
          core: coreOf(planned.chip, plan),
          verdict: { ...judged.get(planKey)!.verdict, fence: plan.name },
          exploredFor: { chip: first.chip, fence: first.name },
        };
      }),
    };
  });
}
