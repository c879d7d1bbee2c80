// The player of a fence: executions that go wrong are replayed here, step by step, on the semantics that found them.
import { stepSentence } from "../../picture/sentence.ts";
import { type ExecutionLink, executionHash, readExecutionHash } from "../../verifier/execution-link.ts";
import { replayNamed } from "../../verifier/replay-named.ts";
import type { Replay } from "../../verifier/replayed.ts";
import { drawRail, drawRibbons } from "../fence/drawn.ts";
import { type Shown, scenarioWords, shownOf } from "../fence/shown.ts";
import { verdictWords } from "../fence/verdict-words.ts";
import { answerQuestions, exploreAnew, underTest } from "./fence-judge.ts";

if (typeof document === "undefined") answerQuestions();
else play();

/** How long each step is shown: long enough to read its sentence. */
const stepMilliseconds = 1100;

function play(): void {
  const byId = <E extends Element = HTMLElement>(id: string) => document.getElementById(id) as unknown as E;
  const root = byId("play");
  const { first = "none", name = "" } = root.dataset;
  const data = fencegenFence();
  const fence = underTest(data);
  const switches = [...document.querySelectorAll<HTMLInputElement>("input.switch")];
  const others = byId<HTMLSelectElement>("others");
  const scrubber = byId<HTMLInputElement>("scrubber");
  const [rail, ribbons, sentence, notice] = ["rail", "ribbons", "sentence", "notice"].map((id) => byId(id));
  const go = byId<HTMLButtonElement>("go");

  /** What is left out or changed; the execution that is shown, which is of the fence as it is where the change has none. */
  let change = first;
  let shown: Shown | undefined;
  let replay: Replay | undefined;
  let step = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  for (const each of switches)
    each.addEventListener("change", () => choose(each.checked ? "none" : each.dataset["change"]!));
  others.addEventListener("change", () => choose(others.value || "none"));
  scrubber.addEventListener("input", () => goTo(Number(scrubber.value)));
  const buttons: Readonly<Record<string, () => void>> = {
    home: () => goTo(0),
    back: () => goTo(step - 1),
    on: () => goTo(step + 1),
    end: () => goTo(lastStep()),
    go: playOrStop,
    keys: showKeys,
    close: () => byId<HTMLDialogElement>("help").close(),
    copy: () => void copyLink(),
  };
  for (const [id, act] of Object.entries(buttons)) byId(id).addEventListener("click", act);
  document.addEventListener("keydown", onKey);
  addEventListener("hashchange", fromHash);
  if (location.hash) fromHash();
  else open(first, shownOf(data, first), undefined, false);

  function lastStep(): number {
    return replay?.steps.length ?? 0;
  }

  /** Another change, its execution from where it goes wrong. */
  function choose(name: string): void {
    say("");
    open(name, shownOf(data, name), undefined);
  }

  function open(name: string, execution: Shown | undefined, at: number | undefined, isWritten = true): void {
    stop();
    change = name;
    shown = execution;
    const replayed = shown && replayNamed(fence, shown);
    replay = replayed && "steps" in replayed ? replayed : undefined;
    scrubber.max = String(lastStep());
    mark();
    byId("scenario").textContent = replay ? scenarioWords(replay) : "No execution gets to the end.";
    byId("events").replaceChildren(
      ...Array.from({ length: lastStep() }, (_, index) => {
        const item = document.createElement("li");
        item.textContent = stepSentence(replay!, index + 1);
        return item;
      }),
    );
    goTo(at ?? lastStep(), isWritten);
  }

  /** Switches, the table and the verdict. */
  function mark(): void {
    for (const each of switches) {
      const isOff = each.dataset["change"] === change;
      each.checked = !isOff;
      each.closest("li")!.classList.toggle("off", isOff);
      const row = document.getElementById(each.dataset["change"]!.replace("without=", ""));
      row?.classList.toggle("off", isOff);
      if (isOff && each.closest("details")) each.closest("details")!.open = true;
    }
    others.value = change;
    if (others.selectedIndex === -1) others.value = "";
    const own = switches.find((each) => each.dataset["change"] === change);
    const option = [...others.options].find(({ value }) => value === change && value !== "");
    const label = own?.dataset["label"] ?? option?.dataset["label"] ?? "";
    const because = own?.dataset["because"] ?? option?.dataset["because"] ?? "";
    const words = verdictWords(data.findings[change] ?? ["undecided", "it was never searched"], label, because);
    byId("verdict").className = words.isBad ? "verdict bad" : "verdict";
    byId("sign").textContent = words.sign;
    byId("title").textContent = words.title;
    byId("because").textContent = words.text;
    const broken = replay?.property;
    for (const row of document.querySelectorAll<HTMLElement>("tr[data-property]"))
      row.classList.toggle("broken", row.dataset["property"] === broken);
  }

  function goTo(to: number, isWritten = true): void {
    step = Math.max(0, Math.min(lastStep(), to));
    if (step === lastStep()) stop();
    const isBad = replay?.steps[step - 1]?.violates !== undefined;
    byId("say").className = isBad ? "say bad" : "say";
    byId("count").textContent = `${step} / ${lastStep()}`;
    sentence!.textContent = replay ? stepSentence(replay, step) : "No execution gets to the end.";
    scrubber.value = String(step);
    scrubber.setAttribute("aria-valuetext", `${step} of ${lastStep()}`);
    if (replay) {
      rail!.innerHTML = drawRail(replay, step);
      ribbons!.innerHTML = drawRibbons(replay, step, name);
      for (const picture of [rail!, ribbons!])
        picture.scrollLeft = (step / Math.max(1, lastStep())) * (picture.scrollWidth - picture.clientWidth);
    }
    if (isWritten) history.replaceState(null, "", hash());
  }

  function hash(): string {
    // Of an execution of the fence as it is that stands for another change, only the change is named.
    const own = shown?.change === change ? shown : undefined;
    return executionHash({ change, scenario: own?.scenario, schedule: own?.schedule, step });
  }

  function fromHash(): void {
    const link = readExecutionHash(location.hash);
    if (!link) open(first, shownOf(data, first), undefined, false);
    else if (Object.hasOwn(data.findings, link.change)) follow(link);
    else {
      say(`This fence has no change ${link.change}: what is shown is another.`);
      open(first, shownOf(data, first), undefined);
    }
  }

  function follow({ change: named, scenario, schedule, step: at }: ExecutionLink): void {
    const isExecution = scenario !== undefined && schedule !== undefined;
    const execution = isExecution ? { change: named, scenario, schedule } : shownOf(data, named);
    const replayed = execution && replayNamed(fence, execution);
    if (isExecution && replayed && "doesNotReplay" in replayed) {
      void verifyAnew(named, replayed.doesNotReplay);
      return;
    }
    say("");
    open(named, execution, at);
  }

  async function verifyAnew(named: string, because: string): Promise<void> {
    open(named, shownOf(data, named), undefined, false);
    const stale = `The execution of this link is none of this fence (${because}).`;
    say(`${stale} Verifying anew…`);
    const found = await exploreAnew(fence, { change: named });
    if (change !== named) return;
    const shownAnew = found.kind === "counterexample" ? { change: named, ...found } : shownOf(data, "none");
    open(named, shownAnew, undefined);
    say(
      found.kind === "counterexample"
        ? `${stale} Verified anew: ${found.property} is broken, as shown.`
        : `${stale} Verified anew: ${found.because}.`,
    );
  }

  function say(text: string): void {
    notice!.textContent = text;
  }

  function playOrStop(): void {
    if (timer !== undefined) stop();
    else {
      if (step === lastStep()) goTo(0);
      go.textContent = "❚❚ Stop";
      timer = setInterval(() => goTo(step + 1), stepMilliseconds);
    }
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    go.textContent = "▶ Play";
  }

  function showKeys(): void {
    byId<HTMLDialogElement>("help").showModal();
  }

  async function copyLink(): Promise<void> {
    history.replaceState(null, "", hash());
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

  function onKey(event: KeyboardEvent): void {
    const { target } = event;
    const isElsewhere =
      target instanceof HTMLElement && target.closest("select, textarea, input:not(.switch, .scrubber), dialog");
    if (isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOn = (selector: string) => target instanceof HTMLElement && target.closest(selector) !== null;
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (digit && (event.shiftKey || event.key === digit)) {
      const own = `without=${event.shiftKey ? "acquire" : "release"}.${digit}`;
      if (!switches.some((each) => each.dataset["change"] === own)) return;
      choose(change === own ? "none" : own);
    } else if (event.key === "?") showKeys();
    else if (event.key === " " && !isOn("button, a, summary, input")) playOrStop();
    // The scrubber has these keys itself.
    else if (event.key === "ArrowLeft" && !isOn(".scrubber")) goTo(step - 1);
    else if (event.key === "ArrowRight" && !isOn(".scrubber")) goTo(step + 1);
    else if (event.key === "Home" && !isOn(".scrubber")) goTo(0);
    else if (event.key === "End" && !isOn(".scrubber")) goTo(lastStep());
    else return;
    event.preventDefault();
  }
}
