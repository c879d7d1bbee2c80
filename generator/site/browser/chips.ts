// The table of chips: filters, search and order, all of it in the hash, so that a link shows the same.
import { readHash, writeHash } from "./hash.ts";

type Keys = Readonly<Record<string, string | number>>;

const body = document.querySelector<HTMLTableSectionElement>("#chips tbody")!;
const rows = [...body.rows].map((row) => ({ row, keys: JSON.parse(row.dataset["keys"]!) as Keys }));
const search = document.querySelector<HTMLInputElement>("#search")!;
const selects = ["vendor", "isa", "line"].map((id) => document.querySelector<HTMLSelectElement>(`#${id}`)!);
const families = [...document.querySelectorAll<HTMLButtonElement>("button.family")];
const shown = document.querySelector<HTMLOutputElement>("#shown")!;
const none = document.querySelector<HTMLElement>("#none")!;
const headings = [...document.querySelectorAll<HTMLTableCellElement>("#chips th")];

let family = "";
let order: { readonly key: string; readonly isDown: boolean } | undefined;

for (const heading of headings) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  heading.replaceChildren(button);
  button.addEventListener("click", () => {
    const key = heading.dataset["sort"]!;
    const isNumber = typeof rows[0]?.keys[key] === "number";
    // Numbers begin with the largest; a third click gives the order of the page back.
    if (order?.key !== key) order = { key, isDown: isNumber };
    else order = order.isDown === isNumber ? { key, isDown: !isNumber } : undefined;
    show();
  });
}
for (const button of families)
  button.addEventListener("click", () => {
    family = family === button.dataset["family"] ? "" : button.dataset["family"]!;
    show();
  });
for (const field of [search, ...selects]) field.addEventListener("input", () => show());
document.querySelector("#all")!.addEventListener("click", () => {
  family = search.value = "";
  for (const select of selects) select.value = "";
  show();
});
addEventListener("hashchange", fromHash);
fromHash();

function fromHash(): void {
  const state = readHash();
  if (location.hash === "#find") search.focus();
  family = families.some((button) => button.dataset["family"] === state["family"]) ? state["family"]! : "";
  search.value = state["q"] ?? "";
  for (const select of selects) {
    select.value = state[select.id] ?? "";
    // A value that no option has.
    if (select.selectedIndex === -1) select.value = "";
  }
  const [key = "", direction] = (state["sort"] ?? "").split(":");
  order = headings.some((heading) => heading.dataset["sort"] === key)
    ? { key, isDown: direction === "down" }
    : undefined;
  show();
}

function show(): void {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { row } of rows) {
    const { search: text = "", vendor, isa = "", line, family: ofRow } = row.dataset;
    const isShown =
      words.every((word) => text.includes(word)) &&
      (family === "" || ofRow === family) &&
      selects.every(
        ({ id, value }) => value === "" || { vendor: [vendor], isa: isa.split(" "), line: [line] }[id]!.includes(value),
      );
    row.hidden = !isShown;
    if (isShown) count++;
  }
  const sorted = order ? [...rows].sort((a, b) => compare(a.keys, b.keys)) : rows;
  body.append(...sorted.map(({ row }) => row));
  for (const button of families) button.setAttribute("aria-pressed", String(button.dataset["family"] === family));
  for (const heading of headings) {
    if (order?.key === heading.dataset["sort"]) heading.ariaSort = order?.isDown ? "descending" : "ascending";
    else heading.removeAttribute("aria-sort");
  }
  shown.textContent = `${count} shown`;
  none.hidden = count > 0;
  writeHash({
    q: search.value,
    family,
    ...Object.fromEntries(selects.map(({ id, value }) => [id, value])),
    sort: order ? `${order.key}:${order.isDown ? "down" : "up"}` : "",
  });
}

function compare(a: Keys, b: Keys): number {
  const { key, isDown } = order!;
  const [left, right] = [a[key]!, b[key]!];
  const sign = left < right ? -1 : left > right ? 1 : 0;
  return isDown ? -sign : sign;
}
