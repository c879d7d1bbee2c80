// The editor of the playground. It lies in a shadow root, where its styles are adopted sheets, which the page's policy allows.
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  lineNumbers,
  type Tooltip,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Completions, Meaning } from "../playground/completions.ts";
import { element } from "./dom.ts";

export interface EditorAnswers {
  changed(): void;
  completions(text: string, offset: number): Promise<Completions | undefined>;
  meaning(text: string, offset: number): Promise<Meaning | undefined>;
}

export class Editor {
  readonly #view: EditorView;
  readonly #extensions;

  constructor(host: HTMLElement, { changed, completions, meaning }: EditorAnswers) {
    const root = host.attachShadow({ mode: "open" });
    this.#extensions = [
      lineNumbers(),
      history(),
      drawSelection(),
      highlightActiveLine(),
      highlightSpecialChars(),
      StreamLanguage.define(yaml),
      syntaxHighlighting(colours),
      autocompletion({ override: [async (context) => completionResult(context, completions)], icons: false }),
      hoverTooltip(async (view, at) => hoverOf(await meaning(view.state.doc.toString(), at))),
      keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
      EditorView.updateListener.of(({ docChanged }) => docChanged && changed()),
      EditorView.contentAttributes.of({ "aria-label": "Description in YAML", autocapitalize: "off", tabindex: "0" }),
      look,
    ];
    this.#view = new EditorView({ root, parent: root, extensions: this.#extensions });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Another text, with a history of its own. */
  set text(doc: string) {
    this.#view.setState(EditorState.create({ doc, extensions: this.#extensions }));
  }

  /** Shows problems where they are. */
  mark(problems: readonly Diagnostic[]): void {
    const marks = problems.flatMap(({ range, severity, code, message }) => {
      if (!range) return [];
      const from = this.#offsetOf(range.start);
      const to = Math.max(from, this.#offsetOf(range.end));
      return [{ from, to, severity, message: `${code}: ${message}` }];
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, marks));
  }

  goTo(place: { readonly line: number; readonly column: number }): void {
    this.#view.dispatch({ selection: { anchor: this.#offsetOf(place) }, scrollIntoView: true });
    this.#view.focus();
  }

  #offsetOf({ line, column }: { readonly line: number; readonly column: number }): number {
    const { doc } = this.#view.state;
    const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    return Math.min(from + column - 1, to);
  }
}

async function completionResult(
  { state, pos, explicit }: CompletionContext,
  completions: EditorAnswers["completions"],
): Promise<CompletionResult | null> {
  const text = state.doc.toString();
  // An empty line is no question.
  if (!explicit && /(^|\n)[ \t]*$/.test(text.slice(0, pos))) return null;
  const found = await completions(text, pos);
  if (!found) return null;
  return {
    from: found.from,
    validFor: /^[\w.-]*$/,
    options: found.options.map(({ label, apply = label, kind, means }) => ({
      ...{ label, apply, type: kind },
      ...(means !== "" && { info: () => element("div.means", means) }),
    })),
  };
}

function hoverOf(found: Meaning | undefined): Tooltip | null {
  if (!found) return null;
  const { from, to, title, means, form } = found;
  const dom = element("div.means", element("b", title), element("div", means), form !== "" && element("i", form));
  return { pos: from, end: to, above: true, create: () => ({ dom }) };
}

const colours = HighlightStyle.define([
  { tag: tags.atom, color: "var(--acc)" },
  { tag: [tags.string, tags.keyword], color: "var(--ok)" },
  { tag: tags.number, color: "var(--clean)" },
  { tag: [tags.comment, tags.meta], color: "var(--mut)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", fontVariantLigatures: "none" },
  ".cm-content": { caretColor: "var(--ink)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--card)", color: "var(--mut)", border: "none", paddingLeft: "6px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--acc-bg) 55%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--acc) 28%, transparent)",
  },
  ".cm-tooltip": {
    ...{ color: "var(--ink)", backgroundColor: "var(--card)", border: "1px solid var(--line2)" },
    ...{ borderRadius: "9px", boxShadow: "var(--shadow)", fontFamily: "var(--sans)", overflow: "hidden" },
  },
  ".cm-tooltip.cm-completionInfo": { maxWidth: "min(360px, 80vw)" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "15em" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--on-acc)", backgroundColor: "var(--acc)" },
  ".means": { maxWidth: "min(420px, 84vw)", padding: "6px 10px", lineHeight: "1.45", whiteSpace: "pre-wrap" },
  ".means b": { fontFamily: "var(--mono)" },
  ".means i": { color: "var(--mut)" },
  ".cm-diagnostic": { padding: "6px 10px", borderLeftWidth: "3px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--dirty)" },
  ".cm-lintRange-error": { backgroundImage: "none", borderBottom: "2px solid var(--bad)" },
  ".cm-lintRange-warning": { backgroundImage: "none", borderBottom: "2px dotted var(--dirty)" },
});
