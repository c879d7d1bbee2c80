// The playground: what is typed is looked at as soon as the one before has been, and proved when nobody types; the next key ends a proof.

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { summarize } from "../../diagnostics/format.ts";
import type { PlaygroundProject } from "../playground/playground-project.ts";
import { startText } from "../playground/start-text.ts";
import type { Look, prove, Result, Workbench } from "../playground/workbench.ts";
import { Asker } from "./asker.ts";
import { button, byId, download, element, withCode } from "./dom.ts";
import { Editor } from "./editor.ts";
import { readHash, writeHash } from "./hash.ts";
import { packed, unpacked } from "./link.ts";
import { differenceElements, fileElements, grouped, planElements, proofElement } from "./results.ts";
import { Tabs } from "./tabs.ts";

/** What the other scripts of the page hold. */
interface Given {
  /** The source of the worker. */
  readonly fencegenCore: string;
  readonly fencegenProject: PlaygroundProject;
  /** Texts of the chips that were asked for, by id. */
  fencegenChips?: Readonly<Record<string, string>>;
}

type Bench = Workbench & { open(project: PlaygroundProject): void };
type Prover = { prove: typeof prove };

/** How long nobody types before it is proved. */
const idleMilliseconds = 500;
/** RFC 9110, section 4.1: whoever handles addresses should take 8000 octets at least. */
const longLink = 8000;

const given = globalThis as unknown as Given;
const chips = byId<HTMLSelectElement>("chip");
const against = byId<HTMLSelectElement>("against");
const results = byId("results");

const bench = new Asker<Bench>(given.fencegenCore);
void bench.ask("open", given.fencegenProject).catch(failed);

/** Counts the texts: each key makes another one. */
let revision = 0;
let isLooking = false;
let lookedAt = -1;
let look: Look | undefined;
/** Of the last text that had one. */
let result: Result | undefined;
let idle: ReturnType<typeof setTimeout> | undefined;
let prover: Asker<Prover> | undefined;
/** The id of a chip whose text is in the editor as it was, and the text. */
let begunWith = { id: "", text: startText };
/** Panels that show what was before. */
const outdated = new Set<string>();

const editor = new Editor(byId("editor"), {
  changed,
  completions: (text, offset) => bench.ask("completions", text, offset),
  meaning: (text, offset) => bench.ask("meaning", text, offset),
});
const tabs = new Tabs(byId("tabs"), (name) => {
  draw(name);
  writeLink();
});

chips.addEventListener("change", () => void begin(chips.value));
against.addEventListener("change", () => {
  outdated.add("diff");
  draw("diff");
  writeLink();
});
byId("fork").addEventListener("click", () => {
  const { text } = editor;
  editor.text = text.replace(/^chip:[ \t]*(["']?)/m, "chip: $1my-");
  changed();
});
byId("download").addEventListener("click", () =>
  download((look?.path ?? "my-chip.yaml").split("/").at(-1)!, editor.text),
);
byId("copy").addEventListener("click", async () => {
  if (!(await writeLink())) return say("The text is too long for a link: download it instead.");
  const isCopied = await navigator.clipboard.writeText(location.href).then(
    () => true,
    () => false,
  );
  say(isCopied ? "The link is copied." : "The browser does not let this page copy: the link is in its address bar.");
});
addEventListener("hashchange", () => void fromHash());
void fromHash();

async function fromHash(): Promise<void> {
  const { text, chip = "", tab, with: other = "" } = readHash();
  against.value = other;
  if (against.selectedIndex === -1) against.value = "";
  const before = text === undefined ? undefined : await unpacked(text);
  if (before !== undefined) {
    begunWith = { id: "", text: startText };
    chips.value = "";
    editor.text = before;
    changed();
  } else await begin(chip);
  if (text !== undefined && before === undefined)
    say(
      "The link does not hold a text that can be read: it may have been cut off. This is where the playground begins.",
    );
  tabs.select(tab);
}

/** With a chip of the project, or the small one. */
async function begin(id: string): Promise<void> {
  chips.value = id;
  const isKnown = chips.selectedIndex !== -1;
  if (!isKnown) chips.value = "";
  const text = chips.value === "" ? startText : await textOf(chips.value);
  if (text === undefined) return say(`The text of ${chips.value} is not there.`);
  begunWith = { id: chips.value, text };
  editor.text = text;
  say(isKnown ? "" : `There is no chip ${id} here.`);
  changed();
}

/** A chip's description, which is a script of its own: from the disk, pages load nothing else. */
function textOf(id: string): Promise<string | undefined> {
  const known = () => given.fencegenChips?.[id];
  if (known() !== undefined) return Promise.resolve(known());
  return new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = `playground/${encodeURIComponent(id)}.js`;
    script.addEventListener("load", () => resolve(known()));
    script.addEventListener("error", () => resolve(undefined));
    document.head.append(script);
  });
}

function changed(): void {
  revision++;
  clearTimeout(idle);
  const proofs = byId("panel-proof");
  proofs.classList.add("is-old");
  if (prover) proofs.replaceChildren(element("p.about", "It is proved when nobody types."));
  prover?.end();
  prover = undefined;
  byId<HTMLButtonElement>("fork").disabled = begunWith.id === "" || editor.text !== begunWith.text;
  void lookAtNewest().catch(failed);
}

async function lookAtNewest(): Promise<void> {
  if (isLooking) return;
  isLooking = true;
  try {
    while (lookedAt !== revision) {
      const now = revision;
      look = await bench.ask("look", editor.text);
      lookedAt = now;
      if (now === revision) showLook(look);
    }
  } finally {
    isLooking = false;
  }
  clearTimeout(idle);
  idle = setTimeout(() => void whenIdle().catch(failed), idleMilliseconds);
}

async function whenIdle(): Promise<void> {
  void writeLink();
  if (look?.result) await proveAll();
}

function showLook({ diagnostics, result: found, path }: Look): void {
  editor.mark(diagnostics.filter((diagnostic) => diagnostic.path === path));
  showProblems(diagnostics);
  results.classList.toggle("is-old", !found && result !== undefined);
  const old = byId("old");
  old.hidden = !!found || result === undefined;
  const why = diagnostics.some(({ severity }) => severity === "error") ? "The text has errors" : "No chip is described";
  old.textContent = `${why}. What is below is from before.`;
  sign("");
  if (!found) return;
  result = found;
  for (const name of ["plan", "rust", "typescript", "diff"]) outdated.add(name);
  draw(tabs.current);
}

function showProblems(diagnostics: readonly Diagnostic[]): void {
  const isPlanned = look?.result !== undefined;
  const words = diagnostics.length === 0 && !isPlanned ? "no problems, and no chip to plan" : summarize(diagnostics);
  byId("summary").textContent = words;
  byId("summary").className = diagnostics.some(({ severity }) => severity === "error") ? "bad" : "";
  byId("problems").replaceChildren(
    ...diagnostics.map((diagnostic) => {
      const { code, severity, message, range, why, mend } = diagnostic;
      const start = range?.start ?? { line: 1, column: 1 };
      return element(
        `li.${severity}`,
        button(`${start.line}:${start.column}`, () => editor.goTo(start)),
        element(
          "span",
          element("span.severity", severity),
          " ",
          element("code", code),
          " ",
          element("b", ...withCode(message)),
        ),
        element("span.why", ...withCode(why)),
        element("span.why", "Mend: ", ...withCode(mend)),
      );
    }),
  );
}

/** Only what is looked at: the others when they are. */
function draw(name: string): void {
  if (!result || !outdated.delete(name)) return;
  if (name === "plan") byId("panel-plan").replaceChildren(...planElements(result));
  if (name === "rust") byId("panel-rust").replaceChildren(...fileElements(result.rust));
  if (name === "typescript") byId("panel-typescript").replaceChildren(...fileElements(result.typescript));
  if (name === "diff") void drawDifference().catch(failed);
}

async function drawDifference(): Promise<void> {
  const id = against.value;
  const other = id === "" ? undefined : await textOf(id);
  const found = other === undefined ? undefined : await bench.ask("difference", other);
  if (id !== against.value) return;
  const hint = id === "" ? "Choose a chip." : "There is nothing to compare: one of the two has no plan.";
  byId("differences").replaceChildren(...(found ? differenceElements(found) : [element("p.about", hint)]));
}

async function proveAll(): Promise<void> {
  const now = revision;
  const tasks = await bench.ask("tasks");
  if (now !== revision) return;
  const panel = byId("panel-proof");
  const progress = element("p.about");
  panel.replaceChildren(progress);
  panel.classList.remove("is-old");
  const own = new Asker<Prover>(given.fencegenCore);
  prover = own;
  let areGood = tasks.length > 0;
  for (const [index, task] of tasks.entries()) {
    progress.textContent = `Exploring ${task.plan.name}${tasks.length > 1 ? `, ${index + 1} of ${tasks.length}` : ""} …`;
    sign("…");
    const proof = await own.ask("prove", task);
    if (now !== revision) return;
    areGood &&= proof.verdicts.every(({ isGood }) => isGood);
    panel.insertBefore(proofElement(proof), progress);
  }
  progress.textContent = tasks.length === 0 ? "There is no fence to prove." : "";
  sign(tasks.length === 0 ? "" : areGood ? "✓" : "✕");
  own.end();
  prover = undefined;
}

/** Beside the name of the tab, what the proof has come to. */
function sign(text: "" | "…" | "✓" | "✕"): void {
  const words = { "": "", "…": "exploring", "✓": "proved", "✕": "not proved" };
  const shown = byId("proof-sign");
  shown.textContent = text;
  shown.className = text === "✓" ? "is" : text === "✕" ? "bad" : "";
  byId("proof-words").textContent = words[text];
}

/** @returns whether the address holds the text */
async function writeLink(): Promise<boolean> {
  const now = revision;
  const { text } = editor;
  const isBegun = text === begunWith.text;
  const link = isBegun ? undefined : await packed(text);
  if (now !== revision) return false;
  const tab = tabs.current;
  writeHash({
    chip: isBegun ? begunWith.id : "",
    text: link,
    tab: tab === "plan" ? "" : tab,
    with: against.value,
  });
  const length = location.href.length;
  const shown = byId("link-length");
  const isLeftOut = !isBegun && link === undefined;
  shown.textContent = isLeftOut
    ? "The text is too long for a link."
    : `link: ${grouped(length)} characters${length > longLink ? ", which some programs cut off" : ""}`;
  shown.classList.toggle("bad", isLeftOut || length > longLink);
  return !isLeftOut;
}

function say(text: string): void {
  byId("said").textContent = text;
}

function failed(error: unknown): void {
  say(String(error));
}
