// How to read the other pages: what the signs on them mean, and what a proof leaves out.
import { html, htmlText } from "../../render/html.ts";
import { renderTemplate } from "../../render/render.ts";
import { modelLimits } from "../../verifier/limits.ts";
import { families } from "../families.ts";
import type { GuideContent } from "../guide-content.ts";
import { gradeSigns, properties, verdictsOfChanges } from "../words.ts";

export function limitsOfGuide(): GuideContent {
  const sections = [
    ["signs", "Signs"],
    ["families", "Families of chips"],
    ["grades", "Grades of facts"],
    ["properties", "What is proved"],
    ["changes", "What becomes of a weakened fence"],
    ["limits", "What the model does not contain"],
  ] as const;
  const described = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([term, means]) => ({ term: htmlText(term), means: htmlText(means) }));
  return {
    name: "signs-and-limits",
    title: html`What the signs mean, and what is not proved`,
    titleText: "What the signs mean, and what is not proved",
    sections: sections.map(([id, title]) => ({ id: htmlText(id), title: htmlText(title) })),
    content: renderTemplate("site/limits", {
      signs: described([
        ["✓", "proved: in no execution that the model allows does this go wrong"],
        ["✕", "some execution goes wrong"],
        ["?", "undecided: not every execution could be searched, so it is not proved"],
        ["● yes", "the DMA masters see what the core sees: the fence maintains no cache"],
        ["◆ no", "some cache that a master does not see has to be maintained"],
        ["–", "does not apply"],
      ]),
      families: described(Object.values(families).map(({ title, means }) => [title, means])),
      grades: described(Object.values(gradeSigns).map(({ sign, word, means }) => [`${sign} ${word}`, means])),
      properties: described(Object.entries(properties)),
      verdicts: described(Object.entries(verdictsOfChanges)),
      limits: modelLimits.map(({ limit, driver }) => ({ limit: htmlText(limit), driver: htmlText(driver) })),
    }),
  };
}
