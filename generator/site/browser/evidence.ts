// The tables of the evidence: one search for all of them, in the hash, so that a link shows the same.
import { readHash, writeHash } from "./hash.ts";

const search = document.querySelector<HTMLInputElement>("#search")!;
const shown = document.querySelector<HTMLOutputElement>("#shown")!;
const rows = [...document.querySelectorAll<HTMLTableRowElement>("tr[data-search]")];

search.addEventListener("input", () => {
  show();
  writeHash({ q: search.value });
});
addEventListener("hashchange", fromHash);
fromHash();

function fromHash(): void {
  // The hash may also be the name of a section.
  search.value = readHash()["q"] ?? search.value;
  show();
}

function show(): void {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    row.hidden = !words.every((word) => row.dataset["search"]!.includes(word));
    if (!row.hidden) count++;
  }
  shown.textContent = words.length === 0 ? "" : `${count} rows shown`;
}
