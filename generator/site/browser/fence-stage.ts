// What is shown of an execution: the machine, all steps over time, and the step at hand in words and among those of the fence.
import { stepSentence } from "../../picture/sentence.ts";
import type { Replay } from "../../verifier/replayed.ts";
import { drawRail, drawRibbons } from "../fence/drawn.ts";
import { executing } from "../fence/executing.ts";
import { scenarioWords } from "../fence/shown.ts";
import { byId } from "./dom.ts";

/** Between the step at hand and the edge of what is shown. */
const besideStep = 12;

const nothing = "No execution gets to the end.";

export class FenceStage {
  readonly #name: string;
  readonly #scrubber = byId<HTMLInputElement>("scrubber");
  #replay: Replay | undefined;
  #step = 0;

  /** @param name of the fence */
  constructor(name: string) {
    this.#name = name;
    byId("ribbons").addEventListener("scroll", keepNames);
  }

  get step(): number {
    return this.#step;
  }

  get last(): number {
    return this.#replay?.steps.length ?? 0;
  }

  /** Another execution, of which no step is shown yet. */
  open(replay: Replay | undefined): void {
    this.#replay = replay;
    this.#scrubber.max = String(this.last);
    byId("scenario").textContent = replay ? scenarioWords(replay) : nothing;
    const items = Array.from({ length: this.last }, (_, index) => {
      const item = document.createElement("li");
      item.textContent = stepSentence(replay!, index + 1);
      return item;
    });
    byId("events").replaceChildren(...items);
    const broken = replay?.property;
    for (const row of document.querySelectorAll<HTMLElement>("tr[data-property]"))
      row.classList.toggle("broken", row.dataset["property"] === broken);
  }

  /** @param to is brought to a step that there is */
  goTo(to: number): void {
    const replay = this.#replay;
    this.#step = Math.max(0, Math.min(this.last, to));
    const isBad = replay?.steps[this.#step - 1]?.violates !== undefined;
    byId("say").className = isBad ? "say bad" : "say";
    byId("count").textContent = `${this.#step} / ${this.last}`;
    byId("sentence").textContent = replay ? stepSentence(replay, this.#step) : nothing;
    this.#scrubber.value = String(this.#step);
    this.#scrubber.setAttribute("aria-valuetext", `${this.#step} of ${this.last}`);
    if (replay) this.#draw(replay);
    this.#markRow(replay);
  }

  #draw(replay: Replay): void {
    const { inRow, upright } = drawRail(replay, this.#step);
    byId("rail-in-row").innerHTML = inRow;
    byId("rail-upright").innerHTML = upright;
    byId("ribbons").innerHTML = drawRibbons(replay, this.#step, this.#name);
    showStepAtHand();
  }

  /** The row of the step of the fence that is executed. */
  #markRow(replay: Replay | undefined): void {
    const now = replay && executing(replay, this.#step);
    for (const row of document.querySelectorAll(".steps tr.now")) {
      row.classList.remove("now");
      row.removeAttribute("aria-current");
    }
    const row = now === undefined ? null : document.getElementById(now);
    row?.classList.add("now");
    row?.setAttribute("aria-current", "step");
  }
}

/** A picture that is wider than the page is moved no further than to have the step at hand in sight, behind those that led to it. */
function showStepAtHand(): void {
  const picture = byId("ribbons");
  picture.scrollLeft = 0;
  const atHand = picture.querySelector(".at-hand");
  if (!atHand) return;
  const over = atHand.getBoundingClientRect().right - picture.getBoundingClientRect().right;
  picture.scrollLeft = Math.max(0, over + besideStep);
  keepNames();
}

/** What the rows are stays at the left. */
function keepNames(): void {
  const picture = byId("ribbons");
  picture.querySelector(".names")?.setAttribute("transform", `translate(${picture.scrollLeft} 0)`);
}
