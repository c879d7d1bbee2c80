// Every code of a problem, with why it matters, how it is mended, and an example that has it beside one that has not.
import { codes } from "../../diagnostics/codes.ts";
import {
  type AnyCode,
  type ExamplePlace,
  type Examples,
  explainCode,
  explainedCodes,
} from "../../diagnostics/explain-code.ts";
import { html, htmlJoin, htmlLines, htmlText } from "../../render/html.ts";
import { renderTemplate } from "../../render/render.ts";
import type { GuideContent } from "../guide-content.ts";

/** What the groups of codes are about, in the order of the stages. */
const groups: Readonly<Record<string, string>> = {
  io: "Files that cannot be read or written",
  yaml: "YAML",
  schema: "The shape of descriptions",
  rule: "What descriptions say",
  plan: "Fences that cannot be derived",
  output: "The output folder",
  litmus: "Litmus tests",
  promela: "Models for Spin",
  witness: "Device trees, SVD files and packs",
  verdicts: "Verdicts that are kept",
  usage: "The command line",
  bug: "Bugs in fencegen",
  check: "Found by check",
  verify: "Found by verify",
  diff: "Found by diff",
};

const places: Readonly<Record<ExamplePlace, string>> = {
  chip: "in a chip",
  mechanism: "in a mechanism",
  core: "in a core",
  architecture: "in an architecture",
  settings: "in .fencegen.yaml",
  litmus: "in a file of litmus tests",
  shell: "on the command line",
};

/** `rule/unknown-memory` → `rule-unknown-memory`: where the page has it. */
export function anchorOf(code: string): string {
  return code.replace("/", "-");
}

export function codesOfGuide(examples: Examples | undefined): GuideContent {
  const groupOf = (code: string) => code.split("/")[0]!;
  const names = [...new Set([...Object.keys(groups), ...explainedCodes.map(groupOf)])];
  const shown = names
    .map((name) => ({ name, members: explainedCodes.filter((code) => groupOf(code) === name) as AnyCode[] }))
    .filter(({ members }) => members.length > 0);
  return {
    name: "codes",
    title: html`Every diagnostic code`,
    titleText: "Every diagnostic code",
    sections: shown.map(({ name }) => ({ id: htmlText(`group-${name}`), title: htmlText(groups[name] ?? name) })),
    content: renderTemplate("site/codes", {
      count: html`${explainedCodes.length}`,
      ofInput: html`${Object.keys(codes).length}`,
      groups: shown.map(({ name, members }) => ({
        id: htmlText(`group-${name}`),
        title: htmlText(groups[name] ?? name),
        index: htmlJoin(
          members.map((code) => html`<a href="#${htmlText(anchorOf(code))}">${htmlText(code)}</a>`),
          html` `,
        ),
        codes: members.map((code) => codeView(code, examples)),
      })),
    }),
  };
}

function codeView(code: AnyCode, examples: Examples | undefined) {
  const { severity, why, mend, example } = explainCode(code, examples);
  return {
    id: htmlText(anchorOf(code)),
    code: htmlText(code),
    severity: htmlText(severity),
    why: htmlText(why),
    mend: htmlText(mend),
    examples: example
      ? [
          {
            place: htmlText(places[example.in]),
            failing: htmlLines(example.failing),
            mended: htmlLines(example.mended),
          },
        ]
      : [],
  };
}
