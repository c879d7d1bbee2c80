// What the tabs of the playground show, as elements.
import type { OutlinedSentence, OutlinedStep, PlanOutline } from "../../program/plan-outline.ts";
import type { OutputFile } from "../../render/printer.ts";
import type { Proof, ProvedPart } from "../playground/proof.ts";
import type { Difference, Result } from "../playground/workbench.ts";
import { button, download, element, withCode } from "./dom.ts";

export function planElements({ plans, refusals }: Result): HTMLElement[] {
  return [...plans.map(planElement), ...refusals.map((text) => element("pre.wrap", text))];
}

function planElement({
  name,
  core,
  masters,
  methods,
  reliesOn,
  unread,
  comparison,
  sources,
}: PlanOutline): HTMLElement {
  return element(
    "section.plan",
    element("h2", name),
    element("p.about", `On ${core}, for ${masters}.`),
    ...methods.flatMap((method) => [element("h3", element("code", method.name)), stepList(method.steps)]),
    ...listed("Relies on", reliesOn),
    ...listed("Does not rely on, as nobody has read it", unread),
    ...comparison.map((text) => element("p", text)),
    ...(sources.length > 0
      ? [element("h3", "Sources"), element("ol.sources", ...sources.map((text) => element("li", text)))]
      : []),
  );
}

function stepList(steps: readonly OutlinedStep[]): HTMLElement {
  if (steps.length === 0) return element("p.about", "Nothing.");
  return element(
    "ol.steps",
    ...steps.map(({ title, reason, inner }) =>
      element(
        "li",
        element("b", title),
        element("span.reason", ...withCode(reason.text), marks(reason)),
        inner.length > 0 && stepList(inner),
      ),
    ),
  );
}

function listed(title: string, sentences: readonly OutlinedSentence[]): HTMLElement[] {
  if (sentences.length === 0) return [];
  return [
    element("h3", title),
    element("ul", ...sentences.map((sentence) => element("li", ...withCode(sentence.text), marks(sentence)))),
  ];
}

function marks(sentence: OutlinedSentence): HTMLElement | undefined {
  return sentence.marks === "" ? undefined : element("span.marks", sentence.marks);
}

export function fileElements(files: readonly OutputFile[]): HTMLElement[] {
  if (files.length === 0) return [element("p.about", "No file: every core is refused.")];
  return files.map(({ path, content }) =>
    element(
      "section.file",
      element(
        "div.bar",
        element("h2", element("code", path)),
        element("span.space"),
        button("Download", () => download(path.split("/").at(-1)!, content)),
      ),
      listing(content),
    ),
  );
}

/** Comments recede, so that the code stands out. */
function listing(content: string): HTMLElement {
  const parts = content.split(/(^[ \t]*\/\/.*(?:\n[ \t]*\/\/.*)*)/m);
  return scrolled(
    element("pre", ...parts.map((part, index) => (index % 2 === 1 ? element("span.comment", part) : part))),
  );
}

/** What scrolls by itself is reached by the keyboard too. */
function scrolled(made: HTMLElement): HTMLElement {
  made.tabIndex = 0;
  return made;
}

export function proofElement(proof: Proof): HTMLElement {
  const { fence, verdicts, undecided, states, mutants, properties, execution, changes, promises } = proof;
  return element(
    "section.proof-of",
    element("h2", fence),
    element(
      "p.pills",
      ...verdicts.map(({ text, isGood }) => element(isGood ? "span.pill.ok" : "span.pill.not-ok", text)),
      element("span.pill", `steps needed ${mutants.killed}/${mutants.total}`),
      element("span.pill", `${grouped(states)} states`),
    ),
    undecided !== undefined && element("p", `Undecided: ${undecided}.`),
    execution !== undefined && scrolled(element("pre", execution)),
    element("h3", "Properties"),
    element(
      "table.counts",
      element("thead", element("tr", heading("Property"), heading("holds in"), heading("of scenarios"))),
      element(
        "tbody",
        ...properties.map(({ name, holds, scenarios }) =>
          element(
            "tr",
            element("td", name),
            element(holds === scenarios ? "td.number.is" : "td.number.bad", grouped(holds)),
            element("td.number", grouped(scenarios)),
          ),
        ),
      ),
    ),
    element("h3", "What happens without each step"),
    ...(changes.length === 0 ? [element("p.about", "There is no step to change.")] : []),
    element(
      "ul.parts",
      ...changes.map((change) =>
        partElement(change, element("span.what", element("code", change.method), ` ${change.step}: `, change.text)),
      ),
    ),
    promises.length > 0 && element("h3", "What happens when a driver does not keep what the fence relies on"),
    element(
      "ul.parts",
      ...promises.map((promise) => partElement(promise, element("span.what", ...withCode(promise.text)))),
    ),
  );
}

function heading(text: string): HTMLElement {
  const made = element("th", text) as HTMLTableCellElement;
  made.scope = "col";
  return made;
}

function partElement({ verdict, isGood, execution }: ProvedPart, what: HTMLElement): HTMLElement {
  const words = element(isGood ? "span.is-so" : "span.bad", verdict);
  if (execution === undefined) return element("li", what, " → ", words);
  return element("li", element("details", element("summary", what, " → ", words), scrolled(element("pre", execution))));
}

export function differenceElements(differences: readonly Difference[]): HTMLElement[] {
  return differences.map(({ title, changedLines, pieces }) =>
    element(
      "section.file",
      element("h2", title),
      element("p.about", changedLines === 0 ? "No difference." : `${grouped(changedLines)} lines differ.`),
      ...pieces.map(({ line, lines }) =>
        scrolled(
          element(
            "pre.diff",
            element("span.comment", `@@ line ${line}\n`),
            ...lines.map((text) =>
              element(
                text.startsWith("+") ? "span.added" : text.startsWith("-") ? "span.removed" : "span",
                `${text}\n`,
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

/** `103,152` */
export function grouped(number: number): string {
  return number.toLocaleString("en");
}
