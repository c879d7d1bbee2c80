// The only file that knows Handlebars. A view must be complete before it gets here: strict mode does not look
// inside blocks, and numbers that follow each other would be added up.
import runtime from "handlebars/runtime.js";
import { templates } from "#generated/templates.js";
import { replaceUnseen } from "../diagnostics/characters.ts";
import { type Code, encoded, type View } from "./code.ts";

/** Every template, and the language that it is in. */
interface Templates {
  "rust/fence": "rust";
  "rust/alias": "rust";
  "rust/masters": "rust";
  "rust/reach": "rust";
  "rust/buffer": "rust";
  "rust/guard": "rust";
  "rust/hal": "rust";
  "rust/self-test": "rust";
  "rust/dma-fence": "rust";
  "rust/crate": "rust";
  "rust/cargo": "toml";
  "rust/stand-in": "rust";
  "rust/stand-in-cargo": "toml";
  "typescript/fence": "typescript";
  "typescript/index": "typescript";
  "report/page": "html";
  "site/page": "html";
  "site/chips": "html";
  "site/evidence": "html";
  "site/guide": "html";
  "site/codes": "html";
  "site/limits": "html";
  "site/playground": "html";
  "site/compare": "html";
  "site/fence": "html";
}

type Template = (view: unknown) => string;
// The runtime half of Handlebars ships without types of its own.
const Handlebars = runtime as unknown as { template(precompiled: unknown): Template };
const compiled = new Map<string, Template>();

/** @param view code of the template's language, in lists and under names; nothing else */
export function renderTemplate<Name extends keyof Templates>(
  name: Name,
  view: View<Templates[Name]>,
): Code<Templates[Name]> {
  assertPrintable(view, name);
  let template = compiled.get(name);
  if (!template) {
    template = Handlebars.template(templates[name]);
    compiled.set(name, template);
  }
  const text = trimLines(template(view));
  replaceUnseen(text.replaceAll("\n", ""), (character) => {
    throw new Error(`an encoder let U+${character.codePointAt(0)!.toString(16)} into ${name}`);
  });
  return encoded(text);
}

function assertPrintable(value: unknown, template: string): void {
  if (typeof value === "string") return;
  if (typeof value !== "object" || value === null)
    throw new Error(`the view of ${template} holds ${String(value)}, not text`);
  for (const key in value) assertPrintable((value as Record<string, unknown>)[key], template);
}

/** Without spaces at line ends and without runs of empty lines, which empty lists leave behind; one line end at the end. */
function trimLines(text: string): string {
  return text
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/\n+$/, "\n");
}
