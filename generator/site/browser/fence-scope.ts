// In how many scenarios a change goes wrong: each of them is explored, which takes as long as the proof, so that somebody has to ask.
import type { Findings } from "../fence/findings.ts";
import { byId } from "./dom.ts";
import type { Answers } from "./fence-data.ts";
import type { FenceJudge } from "./fence-judge.ts";

export class FenceScope {
  readonly #findings: Findings;
  readonly #judge: FenceJudge;
  readonly #counted = new Map<string, string>();
  #change = "none";

  constructor(findings: Findings, judge: FenceJudge) {
    this.#findings = findings;
    this.#judge = judge;
    byId("ask").addEventListener("click", () => void this.#count(this.#change));
  }

  /** Another change, of which nobody has asked yet, or what was found before. */
  show(change: string): void {
    this.#change = change;
    byId("scope").textContent = this.#counted.get(change) ?? "";
    // Only what goes wrong under some schedule does so in a number of scenarios.
    const isAsked = change !== "none" && this.#findings[change]?.length === 3 && !this.#counted.has(change);
    byId("ask").parentElement!.hidden = !isAsked;
  }

  async #count(change: string): Promise<void> {
    byId("ask").parentElement!.hidden = true;
    byId("scope").textContent = "Every scenario is explored\u2026";
    const found = await this.#judge.ask("scenarios", change);
    if (found) this.#counted.set(change, inWords(found));
    if (this.#change === change) this.show(change);
  }
}

function inWords({ broken, undecided, of }: Answers["scenarios"]): string {
  const more = undecided > 0 ? `, and ${undecided} are too large to search` : "";
  return `${broken} of ${of} scenarios ${broken === 1 ? "goes" : "go"} wrong${more}.`;
}
