// What may be left out or changed: switches of steps and promises, a list of the rest, and what is found of the one that is chosen.
import type { Findings } from "../fence/findings.ts";
import { verdictWords } from "../fence/verdict-words.ts";
import { byId } from "./dom.ts";

export class FenceSwitches {
  readonly #findings: Findings;
  readonly #switches = [...document.querySelectorAll<HTMLInputElement>("input.switch")];
  readonly #others = byId<HTMLSelectElement>("others");

  /** @param choose is given the name of a change, `none` for the fence as it is */
  constructor(findings: Findings, choose: (change: string) => void) {
    this.#findings = findings;
    for (const each of this.#switches)
      each.addEventListener("change", () => choose(each.checked ? "none" : each.dataset["change"]!));
    this.#others.addEventListener("change", () => choose(this.#others.value || "none"));
  }

  has(change: string): boolean {
    return this.#switches.some((each) => each.dataset["change"] === change);
  }

  /** Shows the change as chosen, and what was found of it. */
  show(change: string): void {
    for (const each of this.#switches) this.#set(each, each.dataset["change"] === change);
    this.#others.value = change;
    if (this.#others.selectedIndex === -1) this.#others.value = "";
    const own = this.#switches.find((each) => each.dataset["change"] === change);
    const option = [...this.#others.options].find(({ value }) => value === change && value !== "");
    const { label = "", because = "" } = (own ?? option)?.dataset ?? {};
    const words = verdictWords(this.#findings[change] ?? ["undecided", "it was never searched"], label, because);
    byId("verdict").className = words.isBad ? "verdict bad" : "verdict";
    byId("sign").textContent = words.sign;
    byId("title").textContent = words.title;
    byId("because").textContent = words.text;
  }

  #set(own: HTMLInputElement, isOff: boolean): void {
    own.checked = !isOff;
    own.closest("li")!.classList.toggle("off", isOff);
    document.getElementById(own.dataset["change"]!.replace("without=", ""))?.classList.toggle("off", isOff);
    const folded = own.closest("details");
    if (isOff && folded) folded.open = true;
  }
}
