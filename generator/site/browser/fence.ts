// The player of a fence: executions that go wrong are replayed here, step by step, on the semantics that found them.
import { visibleLines } from "../../diagnostics/characters.ts";
import { type ExecutionLink, executionHash, readExecutionHash } from "../../verifier/execution-link.ts";
import type { FenceUnderTest } from "../../verifier/fence-under-test.ts";
import { replayNamed } from "../../verifier/replay-named.ts";
import { type Shown, shownOf } from "../fence/shown.ts";
import { byId } from "./dom.ts";
import type { FenceData } from "./fence-data.ts";
import { answerQuestions, FenceJudge, underTest } from "./fence-judge.ts";
import { listenForKeys } from "./fence-keys.ts";
import { FenceScope } from "./fence-scope.ts";
import { FenceStage } from "./fence-stage.ts";
import { FenceSwitches } from "./fence-switches.ts";

/** How long each step is shown: long enough to read its sentence. */
const stepMilliseconds = 1100;

class FencePlayer {
  /** The change that is shown where nobody has chosen one. */
  readonly #first: string;
  readonly #data: FenceData;
  readonly #fence: FenceUnderTest;
  readonly #judge: FenceJudge;
  readonly #stage: FenceStage;
  readonly #switches: FenceSwitches;
  readonly #scope: FenceScope;

  /** What is left out or changed; the execution that is shown, which is of the fence as it is where the change has none. */
  #change = "none";
  #shown: Shown | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(data: FenceData) {
    const { first = "none", name = "" } = byId("play").dataset;
    this.#first = first;
    this.#data = data;
    this.#fence = underTest(data);
    this.#judge = new FenceJudge(this.#fence);
    this.#stage = new FenceStage(name);
    this.#switches = new FenceSwitches(data.findings, (change) => this.#choose(change));
    this.#scope = new FenceScope(data.findings, this.#judge);
    this.#listen();
    if (location.hash) this.#fromHash();
    else this.#openFirst(false);
  }

  #listen(): void {
    const scrubber = byId<HTMLInputElement>("scrubber");
    scrubber.addEventListener("input", () => this.#goTo(Number(scrubber.value)));
    const buttons: Readonly<Record<string, () => void>> = {
      home: () => this.#goTo(0),
      back: () => this.#goTo("back"),
      on: () => this.#goTo("on"),
      end: () => this.#goTo("end"),
      go: () => this.#playOrStop(),
      keys: showKeys,
      close: () => byId<HTMLDialogElement>("help").close(),
      copy: () => void this.#copyLink(),
    };
    for (const [id, act] of Object.entries(buttons)) byId(id).addEventListener("click", act);
    addEventListener("hashchange", () => this.#fromHash());
    listenForKeys({
      goTo: (step) => this.#goTo(step),
      playOrStop: () => this.#playOrStop(),
      showKeys,
      leaveOut: (method, number) => {
        const own = `without=${method}.${number}`;
        if (!this.#switches.has(own)) return false;
        this.#choose(this.#change === own ? "none" : own);
        return true;
      },
    });
  }

  /** Another change, its execution from where it goes wrong. */
  #choose(change: string): void {
    say("");
    this.#open(change, shownOf(this.#data, change), undefined);
  }

  #openFirst(isWritten: boolean): void {
    this.#open(this.#first, shownOf(this.#data, this.#first), undefined, isWritten);
  }

  /** @param at how many steps have been taken; undefined for all. @param isWritten into the address */
  #open(change: string, execution: Shown | undefined, at: number | undefined, isWritten = true): void {
    this.#stop();
    if (change !== this.#change) this.#judge.stop();
    this.#change = change;
    this.#shown = execution;
    const replayed = execution && replayNamed(this.#fence, execution);
    this.#stage.open(replayed && "steps" in replayed ? replayed : undefined);
    this.#switches.show(change);
    this.#scope.show(change);
    this.#goTo(at ?? "end", isWritten);
  }

  #goTo(to: number | "back" | "on" | "end", isWritten = true): void {
    const { step, last } = this.#stage;
    this.#stage.goTo(typeof to === "number" ? to : { back: step - 1, on: step + 1, end: last }[to]);
    if (this.#stage.step === last) this.#stop();
    if (isWritten) history.replaceState(null, "", this.#hash());
  }

  #hash(): string {
    // Of an execution of the fence as it is that stands for another change, only the change is named.
    const own = this.#shown?.change === this.#change ? this.#shown : undefined;
    const { step } = this.#stage;
    return executionHash({ change: this.#change, scenario: own?.scenario, schedule: own?.schedule, step });
  }

  #fromHash(): void {
    const link = readExecutionHash(location.hash);
    if (!link) this.#openFirst(false);
    else if (Object.hasOwn(this.#data.findings, link.change)) this.#follow(link);
    else {
      say(`This fence has no change ${link.change}: what is shown is another.`);
      this.#openFirst(true);
    }
  }

  #follow({ change, scenario, schedule, step }: ExecutionLink): void {
    const isExecution = scenario !== undefined && schedule !== undefined;
    const execution = isExecution ? { change, scenario, schedule } : shownOf(this.#data, change);
    const replayed = execution && replayNamed(this.#fence, execution);
    if (isExecution && replayed && "doesNotReplay" in replayed) {
      void this.#verifyAnew(change, replayed.doesNotReplay);
      return;
    }
    say("");
    this.#open(change, execution, step);
  }

  async #verifyAnew(change: string, because: string): Promise<void> {
    this.#open(change, shownOf(this.#data, change), undefined, false);
    const reason = because.length > 100 ? `${because.slice(0, 100)}\u2026` : because;
    const stale = `The execution of this link is none of this fence (${reason}).`;
    say(`${stale} Verifying anew…`);
    const found = await this.#judge.ask("first", change);
    if (!found || this.#change !== change) return;
    const isFound = found.kind === "counterexample";
    this.#open(change, isFound ? { change, ...found } : shownOf(this.#data, "none"), undefined);
    say(`${stale} Verified anew: ${isFound ? `${found.property} is broken, as shown` : found.because}.`);
  }

  #playOrStop(): void {
    if (this.#timer !== undefined) this.#stop();
    else {
      if (this.#stage.step === this.#stage.last) this.#goTo(0);
      byId("go").textContent = "❚❚ Stop";
      this.#timer = setInterval(() => this.#goTo("on"), stepMilliseconds);
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    byId("go").textContent = "▶ Play";
  }

  async #copyLink(): Promise<void> {
    history.replaceState(null, "", this.#hash());
    const button = byId("copy");
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = "Copied";
    } catch {
      button.textContent = "It is in the address bar";
    }
    setTimeout(() => {
      button.textContent = "Copy link";
    }, 2000);
  }
}

/** How much is said of what stands in an address. */
const mostCharacters = 300;

/** @param text may hold what somebody wrote into an address */
function say(text: string): void {
  const shown = visibleLines(text);
  byId("notice").textContent = shown.length > mostCharacters ? `${shown.slice(0, mostCharacters)}\u2026` : shown;
}

function showKeys(): void {
  byId<HTMLDialogElement>("help").showModal();
}

if (typeof document === "undefined") answerQuestions();
else new FencePlayer(fencegenFence());
