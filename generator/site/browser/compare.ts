// Two fences beside each other: which two is chosen above and stands in the hash; the words are those of `fencegen compare`.
import { visible } from "../../diagnostics/characters.ts";
import { type ChipInWords, chipDifferences, noFactDiffers } from "../../explain/chip-difference.ts";
import {
  differenceOf,
  type FenceDifference,
  headlineOf,
  reliesAlone,
  type StepsBeside,
  stepsBeside,
} from "../../explain/difference.ts";
import { machinePicture } from "../../picture/machine.ts";
import type { Compared, ComparedFence } from "../compared.ts";
import { withCode } from "./dom.ts";
import { readHash, writeHash } from "./hash.ts";

const { chips, fences, first } = (globalThis as unknown as { readonly fencegenCompared: Compared }).fencegenCompared;
const [one, other] = ["a", "b"].map((id) => document.querySelector<HTMLSelectElement>(`#${id}`)!) as [
  HTMLSelectElement,
  HTMLSelectElement,
];
const shown = document.querySelector<HTMLElement>("#compared")!;
const unknown = document.querySelector<HTMLElement>("#unknown")!;

/** What is about vendor, cores, architectures, caches and coherency comes first. */
const mostFacts = 5;

/** Of a name out of a link. */
const mostLetters = 60;

/** Signs say the same as the words beside them. */
const signs = { same: "=", changed: "\u2260", "only here": "+" } as const;

for (const select of [one, other])
  select.addEventListener("input", () => {
    writeHash({ a: one.value, b: other.value });
    show();
  });
document.querySelector("#swap")!.addEventListener("click", () => {
  [one.value, other.value] = [other.value, one.value];
  writeHash({ a: one.value, b: other.value });
  show();
});
addEventListener("hashchange", fromHash);
fromHash();

function fromHash(): void {
  const { a, b } = readHash();
  for (const [select, asked, usual] of [
    [one, a, first?.[0]],
    [other, b, first?.[1]],
  ] as const)
    select.value = asked !== undefined && fenceCalled(asked) ? asked : (usual ?? "");
  show([a, b].flatMap((asked) => (asked && !fenceCalled(asked) ? [asked] : [])));
}

/** @param missing what was asked for and is not here, in whose place others are shown */
function show(missing: readonly string[] = []): void {
  const names = missing.map((name) =>
    visible(name.length > mostLetters ? `${name.slice(0, mostLetters)}\u2026` : name),
  );
  unknown.textContent =
    names.length === 0
      ? ""
      : `There is no fence ${names.join(" or ")} here. The link may be one of another site, or an older one.`;
  const [left, right] = [fenceCalled(one.value), fenceCalled(other.value)];
  if (left && right) shown.replaceChildren(...comparison(left, right));
}

function fenceCalled(name: string): ComparedFence | undefined {
  return fences.find(({ told }) => told.name === name);
}

function comparison(left: ComparedFence, right: ComparedFence): Element[] {
  const difference = differenceOf(left.told, right.told);
  return [
    element(
      "section",
      "card words",
      element("h2", "headline", `${headlineOf(difference)}.`),
      ...facts(chips[left.chip]!, chips[right.chip]!),
    ),
    element("section", "sides", ...[left, right].map(machineOf)),
    section("Figures", figures(left, right)),
    section("Release", steps(stepsBeside(left.told, right.told, "release"), left, right)),
    section("Acquire", steps(stepsBeside(left.told, right.told, "acquire"), left, right)),
    section("Promises that only one of them relies on", promises(difference, left, right)),
  ];
}

/** The first ones; the others, which are about memories and masters mostly, where somebody asks for them. */
function facts(chip: ChipInWords, there: ChipInWords): Element[] {
  if (chip.id === there.id) return [element("p", "", `Both are fences of ${chip.id}.`)];
  const all = chipDifferences(chip, there);
  if (all.length === 0) return [element("p", "", noFactDiffers(chip.id, there.id))];
  const list = (some: readonly string[]) => element("ul", "facts", ...some.map((fact) => element("li", "", fact)));
  const [shownFacts, others] = [all.slice(0, mostFacts), all.slice(mostFacts)];
  const more = element("details", "", element("summary", "", `${others.length} more about memories and masters`));
  if (others.length > 0) more.append(list(others));
  return [
    element("h3", "", `What differs between ${chip.id} and ${there.id}`),
    list(shownFacts),
    ...(others.length > 0 ? [more] : []),
  ];
}

function promises({ promises: all }: FenceDifference, left: ComparedFence, right: ComparedFence): Element {
  if (all.length === 0) return element("p", "", "None: drivers promise both the same.");
  const side = ({ told: { name } }: ComparedFence) => {
    const own = all.filter(({ of }) => of === name).map(({ text }) => element("li", "", ...withCode(text)));
    return element(
      "div",
      "side",
      element("h3", "", element("span", "sign", signs["only here"]), ` ${reliesAlone(name)}`),
      own.length > 0 ? element("ul", "promises", ...own) : element("p", "", "nothing that the other does not."),
    );
  };
  return element("div", "sides", side(left), side(right));
}

function section(title: string, ...children: readonly Node[]): Element {
  return element("section", "card beside", element("h2", "", title), ...children);
}

function machineOf({ told, title, path, machine }: ComparedFence, index: number): Element {
  const link = element("a", "", told.name);
  link.setAttribute("href", path);
  const heading = element("h2", "", link, element("span", "chip", title));
  if (!machine) return element("div", "card machine", heading, element("p", "", "Its machine is too large to draw."));
  const drawn = (className: "in-row" | "upright") => {
    const svg = machinePicture(machine, {
      theme: "page",
      idPrefix: `${className}-${index}`,
      title: `The machine of ${told.name}`,
      isUpright: className === "upright",
    });
    return element("div", className, document.importNode(svgElement(svg), true));
  };
  return element("div", "card machine", heading, drawn("in-row"), drawn("upright"));
}

function svgElement(svg: string): Element {
  return new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
}

function figures(left: ComparedFence, right: ComparedFence): Element {
  return table(
    ["", left.told.name, right.told.name],
    left.figures.map(([name, value], index) => {
      const there = right.figures[index]![1];
      const are = value === there ? "same" : "changed";
      const heading = element("th", "about", name, mark(are));
      heading.setAttribute("scope", "row");
      const cells = [cell(left, "", element("span", "", value)), cell(right, "", element("span", "", there))] as const;
      return row(are, heading, ...(are === "same" ? alike(...cells) : cells));
    }),
  );
}

function steps(rows: readonly StepsBeside[], left: ComparedFence, right: ComparedFence): Element {
  const numbers = { one: 0, other: 0 };
  const half = (fence: ComparedFence, step: StepsBeside["one"], ...number: readonly (Node | string)[]) =>
    step
      ? cell(
          fence,
          "step",
          element("span", "does", element("span", "at", ...number), " ", element("b", "", step.does)),
          element("span", "because", ...withCode(step.because)),
        )
      : element("td", "nothing", "\u2013");
  return table(
    ["Steps are", left.told.name, right.told.name],
    rows.map(({ are, one: mine, other: theirs }) => {
      const heading = element("th", "about", mark(are));
      heading.setAttribute("scope", "row");
      if (mine) numbers.one++;
      if (theirs) numbers.other++;
      const isAlike = mine?.does === theirs?.does && mine?.because === theirs?.because;
      // What stands once has the number that it has in the other fence beside its own.
      const there = isAlike && numbers.one !== numbers.other ? [element("span", "there", ` / ${numbers.other}.`)] : [];
      const cells = [half(left, mine, `${numbers.one}.`, ...there), half(right, theirs, `${numbers.other}.`)] as const;
      return row(are, heading, ...(isAlike ? alike(...cells) : cells));
    }),
  );
}

function table(titles: readonly string[], rows: readonly Element[]): Element {
  const headings = titles.map((title, index) => {
    const heading = element(title === "" ? "td" : "th", index === 0 ? "about" : "", title);
    if (title !== "") heading.setAttribute("scope", "col");
    return heading;
  });
  return element("table", "pairs", element("thead", "", element("tr", "", ...headings)), element("tbody", "", ...rows));
}

function row(are: StepsBeside["are"], ...cells: readonly Element[]): Element {
  return element("tr", are.replace(" ", "-"), ...cells);
}

/** On a phone a cell says of which fence it is. */
function cell({ told }: ComparedFence, className: string, ...children: readonly Node[]): Element {
  return element("td", className, element("span", "of", told.name), ...children);
}

/** Two cells that say the same: on a phone, where one is below the other, it stands once. */
function alike(one: Element, other: Element): readonly [Element, Element] {
  one.classList.add("of-both");
  other.classList.add("again");
  return [one, other];
}

function mark(are: StepsBeside["are"]): Element {
  const sign = element("span", "sign", signs[are]);
  sign.ariaHidden = "true";
  return element("span", "mark", sign, are === "changed" ? "different" : are);
}

function element(name: string, className: string, ...children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.append(...children.map((child) => (typeof child === "string" ? visible(child) : child)));
  return made;
}
